//! Documents that say what is so: folders, commands, verbs and links.

use std::collections::BTreeSet;

use crate::tree::{File, Finding, Tree};
use crate::{found_at, nothing_found};

/// The two commands that do all the set-up, and the line of the README by which a reader has met them.
const SET_UP: &[&str] = &["./bootstrap.sh serve", "./bootstrap.sh test"];
const SET_UP_LINE_MAX: usize = 25;
/// What it is, the commands, one example, one session, the map.
const README_LINES_MAX: usize = 112;
/// The whole of `.ci/run` behind its first line.
const CI: &str = "SINEW_REQUIRE_ALL=1 ./bootstrap.sh test";

#[test]
fn architecture_names_every_folder_and_no_other() {
    nothing_found(&folders(&Tree::of_repository()));
}

#[test]
fn folders_that_are_missing_on_either_side_are_found() {
    let text = "# A\n`runtime/src/engine/` and `runtime/src/gone/`, `a/b` is no folder\n";
    let files = [
        ("ARCHITECTURE.md", text),
        ("runtime/src/engine/mod.rs", ""),
        ("runtime/src/new/mod.rs", ""),
    ];
    let found = folders(&Tree::made_up(&files));
    let sentences: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(found.len(), 3, "{sentences:#?}");
    assert!(
        sentences[0].starts_with("ARCHITECTURE.md:2: ")
            && sentences[0].contains("runtime/src/gone/"),
        "{sentences:#?}"
    );
    assert!(
        sentences[1].contains("`runtime/`") && sentences[2].contains("`runtime/src/new/`"),
        "{sentences:#?}"
    );
}

#[test]
fn the_commands_of_the_readme_are_those_that_ci_runs() {
    nothing_found(&commands(&Tree::of_repository()));
}

#[test]
fn commands_that_ci_does_not_run_are_found() {
    let readme = "# S\n```sh\n./bootstrap.sh test\n./bootstrap.sh gone\n```\n";
    let files = [
        ("README.md", readme),
        ("justfile", "# Doc\ntest: check\n\n# Doc\ncheck:\n"),
        (".ci/run", "#!/usr/bin/env bash\ntrue\n"),
    ];
    // A verb that is missing, a set-up command that is missing, and a CI that runs something else.
    found_at(
        &commands(&Tree::made_up(&files)),
        &["README.md:4", "README.md:1", ".ci/run:1"],
    );
}

#[test]
fn every_verb_is_documented_in_one_line() {
    nothing_found(&verbs_without_words(&Tree::of_repository()));
}

#[test]
fn a_verb_without_words_is_found() {
    let justfile = "set shell := [\"bash\"]\nx := \"y\"\n\n# Says it\ntest: check\n    cargo test\n\ncheck:\n    cargo check\n\n[private]\ndefault:\n";
    found_at(
        &verbs_without_words(&Tree::made_up(&[("justfile", justfile)])),
        &["justfile:8"],
    );
}

#[test]
fn every_path_that_a_document_names_exists() {
    nothing_found(&paths(&Tree::of_repository()));
}

#[test]
fn paths_that_do_not_exist_are_found() {
    let text = "`schema/a.json`, `schema/gone.json` and `schema/`\n`schema/<x>.json`, `other/gone`, `a/b c`\n```\n`schema/gone`\n```\n";
    let tree = Tree::made_up(&[("schema/a.json", "{}"), ("CONTRIBUTING.md", text)]);
    found_at(&paths(&tree), &["CONTRIBUTING.md:1"]);
}

#[test]
fn every_link_leads_somewhere() {
    nothing_found(&broken_links(&Tree::of_repository()));
}

#[test]
fn broken_links_are_found() {
    let text = "# The map\n[a](b.md) [b](gone.md)\n[c](b.md#one-two) [d](b.md#gone) [e](#the-map)\n```\n[f](gone.md)\n```\n[g](../a.md#the-map), `[h](gone)`\n";
    let files = [
        ("docs/a.md", text),
        ("docs/b.md", "# B\n## One, `two`\n"),
        ("a.md", "# The map\n"),
    ];
    found_at(
        &broken_links(&Tree::made_up(&files)),
        &["docs/a.md:2", "docs/a.md:3"],
    );
}

fn folders(tree: &Tree) -> Vec<Finding> {
    let Some(document) = tree.file("ARCHITECTURE.md") else {
        return vec![Finding::missing(
            "ARCHITECTURE.md",
            "the map of the house is missing",
        )];
    };
    let mut findings = Vec::new();
    let mut named = BTreeSet::new();
    for (index, line) in document.text.lines().enumerate() {
        // Every second piece between backticks is code.
        for code in line
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|code| code.ends_with('/') && !code.contains(['<', '{', ' ']))
        {
            let folder = code.trim_end_matches('/');
            if !tree.folders().contains(folder) {
                findings.push(Finding::new(
                    document,
                    index + 1,
                    format!("`{code}` does not exist: a map that lies is worse than none"),
                ));
            }
            named.insert(folder.to_owned());
        }
    }
    let rooms = tree.folders().iter().filter(|folder| is_room(folder));
    findings.extend(rooms.filter(|room| !named.contains(*room)).map(|room| {
        Finding::missing(
            "ARCHITECTURE.md",
            format!("`{room}/` is not on the map: say what it owns"),
        )
    }));
    findings
}

/// Top-level folders and the rooms of the runtime; dot folders are tools' own.
fn is_room(folder: &str) -> bool {
    let inside = folder.strip_prefix("runtime/src/").unwrap_or(folder);
    !inside.contains('/') && !inside.starts_with('.')
}

fn commands(tree: &Tree) -> Vec<Finding> {
    let (Some(readme), Some(justfile), Some(ci)) = (
        tree.file("README.md"),
        tree.file("justfile"),
        tree.file(".ci/run"),
    ) else {
        return vec![Finding::missing(
            "README.md",
            "README.md, justfile and .ci/run belong together, and one of them is missing",
        )];
    };
    let verbs: Vec<&str> = recipes(justfile).map(|(_, verb)| verb).collect();
    let mut findings = Vec::new();
    for (index, line) in readme.text.lines().enumerate() {
        let verb = line
            .strip_prefix("./bootstrap.sh ")
            .or_else(|| line.strip_prefix("just "))
            .and_then(|rest| rest.split_whitespace().next());
        if let Some(verb) = verb.filter(|verb| !verbs.contains(verb)) {
            findings.push(Finding::new(
                readme,
                index + 1,
                format!("the justfile has no verb `{verb}`, so nobody can have run this line"),
            ));
        }
    }
    for command in SET_UP {
        if !readme
            .text
            .lines()
            .take(SET_UP_LINE_MAX)
            .any(|line| line.starts_with(command))
        {
            findings.push(Finding::missing("README.md", format!("`{command}` has to stand in the first {SET_UP_LINE_MAX} lines: two commands do all the set-up")));
        }
    }
    if readme.text.lines().count() > README_LINES_MAX {
        findings.push(Finding::new(
            readme,
            README_LINES_MAX + 1,
            "the README has to fit on one screen: move this to the document it belongs to",
        ));
    }
    let body: Vec<&str> = ci
        .text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    if body != [CI] {
        findings.push(Finding::missing(".ci/run", format!("CI has to run `{CI}` and nothing else, so that whoever runs that line sees what CI sees")));
    }
    findings
}

fn verbs_without_words(tree: &Tree) -> Vec<Finding> {
    let Some(justfile) = tree.file("justfile") else {
        return vec![Finding::missing("justfile", "the verbs are missing")];
    };
    let lines: Vec<&str> = justfile.text.lines().collect();
    recipes(justfile)
        .filter(|(line, _)| {
            line.checked_sub(2)
                .is_none_or(|above| !lines[above].starts_with("# ") && lines[above] != "[private]")
        })
        .map(|(line, verb)| {
            Finding::new(
                justfile,
                line,
                format!("`{verb}` needs one line above it: `just --list` is how people find it"),
            )
        })
        .collect()
}

/// The recipes of a justfile, each with its line.
fn recipes(justfile: &File) -> impl Iterator<Item = (usize, &str)> {
    justfile
        .text
        .lines()
        .enumerate()
        .filter_map(|(index, line)| {
            let (head, rest) = line.split_once(':')?;
            let verb = head.split_whitespace().next()?;
            let is_recipe = !rest.starts_with('=')
                && line.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
            is_recipe.then_some((index + 1, verb))
        })
}

/// Inline code that reads as a path from the root; what holds a placeholder (`<x>`, `NAME`, `*`) is none.
fn paths(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.ending(".md") {
        for (line, prose) in prose_lines(&file.text) {
            for code in prose.split('`').skip(1).step_by(2) {
                let is_path = code
                    .split_once('/')
                    .is_some_and(|(top, _)| tree.folders().contains(top));
                let is_plain = !code.contains(|c: char| c.is_whitespace() || "<>{}*$".contains(c))
                    && !code.contains("NAME");
                // Built, and therefore not in the tree.
                let is_built = code.rsplit('.').next() == Some("wasm");
                if is_path && is_plain && !is_built && !tree.has(code.trim_end_matches('/')) {
                    findings.push(Finding::new(
                        file,
                        line,
                        format!("`{code}` does not exist: a document that lies is worse than none"),
                    ));
                }
            }
        }
    }
    findings
}

fn broken_links(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.ending(".md") {
        for (line, target) in links(&file.text) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (path, anchor) = target
                .split_once('#')
                .map_or((target, None), |(path, anchor)| (path, Some(anchor)));
            let place = if path.is_empty() {
                file.path.clone()
            } else {
                resolve(&file.path, path)
            };
            let leads = tree.has(&place)
                && anchor.is_none_or(|anchor| {
                    tree.file(&place)
                        .is_some_and(|file| anchors(&file.text).contains(anchor))
                });
            if !leads {
                findings.push(Finding::new(
                    file,
                    line,
                    format!("the link `{target}` leads nowhere"),
                ));
            }
        }
    }
    findings
}

/// The targets of `[…](…)` links outside code, each with its line.
fn links(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (line, prose) in prose_lines(text) {
        for piece in prose.split('`').step_by(2) {
            let targets = piece
                .split("](")
                .skip(1)
                .filter_map(|rest| rest.split_once(')'));
            found.extend(targets.map(|(target, _)| (line, target)));
        }
    }
    found
}

/// The anchors that the headings of `text` get.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = prose_lines(text).filter(|(_, line)| line.starts_with('#'));
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    headings
        .map(|(_, line)| {
            let heading = line.trim_start_matches('#').trim().to_lowercase();
            heading
                .chars()
                .filter(kept)
                .map(|c| if c == ' ' { '-' } else { c })
                .collect()
        })
        .collect()
}

/// Lines outside fenced code, counted from 1.
fn prose_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(index, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        (!fenced && !fence).then_some((index + 1, line))
    })
}

/// `target` as seen from the folder of `from`.
fn resolve(from: &str, target: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.trim_end_matches('/').split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}
