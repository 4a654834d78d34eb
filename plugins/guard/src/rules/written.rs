//! What people write, as opposed to what programs make of it: patterns that cover all files of a kind.

use super::fits;
use super::target::is_history;
use crate::finding::{Objection, ask};

/// Folders that hold what people have written.
pub(super) const WRITTEN_BY_HAND: &[&str] = &[
    "src",
    "app",
    "apps",
    "tests",
    "test",
    "spec",
    "docs",
    "crates",
    "packages",
    "cmd",
    "internal",
    "server",
    "client",
    "migrations",
];

/// The endings of code.
const CODE: &[&str] = &[
    "py", "rs", "ts", "tsx", "jsx", "mjs", "go", "java", "kt", "kts", "scala", "c", "h", "cc",
    "cpp", "cxx", "hpp", "cs", "fs", "vb", "rb", "php", "swift", "m", "mm", "dart", "ex", "exs",
    "erl", "hs", "ml", "clj", "lua", "pl", "pm", "r", "jl", "vue", "svelte", "tf", "proto",
];

/// The endings of what is written as well, but often made by a program.
const DOCUMENTS: &[&str] = &[
    "js", "cjs", "sh", "bash", "sql", "md", "rst", "adoc", "json", "yaml", "yml", "toml", "xml",
    "html", "css", "scss", "ipynb",
];

/// The names of files that each project has one of.
const MANIFESTS: &[&str] = &[
    "package.json",
    "Cargo.toml",
    "go.mod",
    "pom.xml",
    "build.gradle",
    "pyproject.toml",
    "setup.py",
    "Makefile",
    "Dockerfile",
    "README.md",
    "CMakeLists.txt",
    "Gemfile",
    "composer.json",
];

/// Settings with secrets that no repository has.
pub(super) const SETTINGS: &[&str] = &[
    ".env",
    ".env.local",
    ".env.production",
    ".env.prod",
    ".env.staging",
    ".env.development",
    ".env.dev",
    ".envrc",
];

pub(super) fn of_settings(shown: &str) -> Objection {
    ask(format!(
        "`{shown}` holds settings that are in no repository, so nothing brings them back"
    ))
}

/// Judges a pattern below the workspace: whether it covers all files of a kind that people write.
pub(super) fn of_sources(pattern: &str, shown: &str) -> Objection {
    let first = pattern.split('/').next().unwrap_or_default();
    let last = pattern.rsplit('/').next().unwrap_or_default();
    let covers_history = first.starts_with(".g") && fits(first, ".git");
    let is_all = pattern == first || is_history(&format!("/{pattern}"));
    if last == ".git" || covers_history && is_all {
        return ask(format!("deleting `{shown}` damages the repository"));
    }
    let by_hand = WRITTEN_BY_HAND.contains(&first);
    let deep = pattern.contains("**/") || pattern.starts_with("*/");
    if !(by_hand || first.contains('*')) {
        return None;
    }
    let ending = last.strip_prefix("*.").unwrap_or_default();
    let ending = ending.trim_end_matches('*');
    let is_kind = CODE.contains(&ending)
        || deep && (DOCUMENTS.contains(&ending) || ending.is_empty() && last.starts_with("*."));
    if is_kind || deep && MANIFESTS.contains(&last) {
        return ask(format!(
            "`{shown}` covers every file of a kind that somebody has written"
        ));
    }
    if deep && (SETTINGS.contains(&last) || last.starts_with(".e") && fits(last, ".env")) {
        return of_settings(shown);
    }
    let all_of_it = by_hand && pattern[first.len()..] == *"/**/*";
    if deep && WRITTEN_BY_HAND.contains(&last) || all_of_it {
        return ask(format!("`{shown}` covers what somebody has written"));
    }
    None
}
