//! Leftovers and length, in every text file.

use crate::tree::{File, Finding, Tree};
use crate::{found_at, nothing_found};

/// Past this a file is two ideas; the test prints it.
const LONG: usize = 400;
/// Past this the test fails.
const TOO_LONG: usize = 800;

/// Marks of work that was left undone. Written in halves, so that this file does not carry them.
const LEFTOVERS: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("unimple", "mented!"),
    concat!("to", "do!("),
    concat!("<<<", "<<<<"),
];

#[test]
fn no_file_carries_leftovers() {
    nothing_found(&leftovers(&Tree::of_repository()));
}

#[test]
fn leftovers_are_found() {
    let text = format!(
        "fine\n// {}: later\nlet a = 1; \n{}\n",
        LEFTOVERS[0], LEFTOVERS[2]
    );
    let files = [
        ("a.rs", text.as_str()),
        ("b.md", "no newline at the end"),
        ("c.snap", "trailing \n"),
    ];
    found_at(
        &leftovers(&Tree::made_up(&files)),
        &["a.rs:2", "a.rs:3", "a.rs:4", "b.md:1"],
    );
}

#[test]
fn no_source_file_is_far_too_long() {
    let tree = Tree::of_repository();
    for (file, lines) in longer_than(&tree, LONG) {
        eprintln!(
            "{} has {lines} lines: past {LONG} it may be two ideas",
            file.path
        );
    }
    let findings: Vec<Finding> = longer_than(&tree, TOO_LONG)
        .map(|(file, lines)| {
            Finding::new(
                file,
                lines,
                format!("{lines} lines: split it, or nobody reads it whole"),
            )
        })
        .collect();
    nothing_found(&findings);
}

#[test]
fn long_files_are_found_unless_they_are_generated() {
    let long = "x\n".repeat(TOO_LONG + 1);
    let tree = Tree::made_up(&[
        ("a.rs", &long),
        ("generated.rs", &long),
        ("b.py", "x\n"),
        ("LICENSE", &long),
    ]);
    let found: Vec<&str> = longer_than(&tree, TOO_LONG)
        .map(|(file, _)| file.path.as_str())
        .collect();
    assert_eq!(found, ["a.rs"]);
}

fn leftovers(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    // Snapshots, captured traffic and licences are somebody else's words.
    let ours = tree.files().iter().filter(|file| {
        !ends(file, &[".snap", ".snap.new", ".lock", "LICENSE"])
            && !file.path.contains("/captures/")
    });
    for file in ours {
        for (index, line) in file.text.lines().enumerate() {
            if let Some(mark) = LEFTOVERS.iter().find(|mark| line.contains(*mark)) {
                findings.push(Finding::new(
                    file,
                    index + 1,
                    format!(
                        "`{mark}`: finish it, or write down in the changelog that it is missing"
                    ),
                ));
            }
            if line.ends_with([' ', '\t', '\r']) {
                findings.push(Finding::new(
                    file,
                    index + 1,
                    "white space at the end of the line makes noise in every later change",
                ));
            }
        }
        if !file.text.is_empty() && !file.text.ends_with('\n') {
            findings.push(Finding::new(
                file,
                file.text.lines().count(),
                "the last line does not end, so the next change to the file touches it",
            ));
        }
    }
    findings
}

fn longer_than(tree: &Tree, limit: usize) -> impl Iterator<Item = (&File, usize)> {
    let source = tree
        .files()
        .iter()
        .filter(|file| ends(file, &[".rs", ".py", ".sh"]) && !file.path.ends_with("generated.rs"));
    source
        .map(|file| (file, file.text.lines().count()))
        .filter(move |(_, lines)| *lines > limit)
}

fn ends(file: &File, endings: &[&str]) -> bool {
    endings.iter().any(|ending| file.path.ends_with(ending))
}
