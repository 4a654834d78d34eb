//! What no compiler checks and every reviewer would otherwise have to: the arrow between rooms, the borders that only
//! one room may cross, documents that say what is so, and text without leftovers.
//!
//! Each check is a function from a [`tree::Tree`] to findings. It runs twice: over this repository, where it must find
//! nothing, and over a few lines made up to break its rule, where it must find exactly that. A check that can no longer
//! see is thereby a failing test.

#![allow(
    clippy::expect_used,
    reason = "a test that cannot read the repository has failed"
)]

mod borders;
mod documents;
mod rooms;
mod source;
mod text;
mod tree;

use tree::{Finding, Tree};

/// Fails with one line per finding.
#[track_caller]
fn nothing_found(findings: &[Finding]) {
    let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert!(
        findings.is_empty(),
        "{} findings:\n{}",
        lines.len(),
        lines.join("\n")
    );
}

/// Asserts where a made-up tree breaks a rule: `path:line` for each finding, in order.
#[track_caller]
fn found_at(findings: &[Finding], expected: &[&str]) {
    let places: Vec<String> = findings.iter().map(Finding::place).collect();
    assert_eq!(places, expected, "{findings:#?}");
}

#[test]
fn the_walk_sees_the_repository() {
    let tree = Tree::of_repository();
    for path in [
        "README.md",
        "justfile",
        ".ci/run",
        "runtime/src/lib.rs",
        "contract-tests/tests/tidy/main.rs",
    ] {
        assert!(tree.file(path).is_some(), "`{path}` was not read");
    }
    assert!(
        tree.files()
            .iter()
            .all(|file| !file.path.starts_with("target/"))
    );
}
