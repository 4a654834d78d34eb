//! What only one room may name: SQL, Extism, HTTP, git, processes, time and the environment.

use crate::source::{code_only, lines_naming, without_tests};
use crate::tree::{Finding, Tree};
use crate::{found_at, nothing_found};

/// Words that stop at a border.
struct Border {
    words: &'static [&'static str],
    /// Where the rule applies.
    within: &'static str,
    /// Files and folders below `within` that may name them.
    home: &'static [&'static str],
    why: &'static str,
}

const BORDERS: &[Border] = &[
    Border {
        words: &["rusqlite"],
        within: "runtime/src/",
        home: &["runtime/src/store/"],
        why: "only `store/` knows SQL, so that a second database is a second file",
    },
    Border {
        words: &["extism", "wasmtime", "wasmparser"],
        within: "runtime/src/",
        home: &["runtime/src/plugin/"],
        why: "only `plugin/` knows Extism: the hostile border is one room",
    },
    Border {
        words: &["axum", "hyper", "hyper_util", "http_body_util"],
        within: "runtime/src/",
        home: &[
            "runtime/src/transport/",
            "runtime/src/cli/operator.rs",
            "runtime/src/services/github/exchange.rs",
            "runtime/src/services/net/",
        ],
        why: "only `transport/` knows HTTP, the operator's commands that ask the daemon, and the services that send requests",
    },
    Border {
        words: &["serde_json", "extism", "axum"],
        within: "runtime/src/effects/",
        // The list decodes and encodes for all of them, once.
        home: &[
            "runtime/src/effects/mod.rs",
            "runtime/src/effects/list.rs",
            "runtime/src/effects/input_document.rs",
            // What a client answers is JSON until its question has read it.
            "runtime/src/effects/mcp/question.rs",
        ],
        why: "an effect is a typed request in and a typed response out: no JSON, no wasm, no HTTP",
    },
    Border {
        words: &["git2"],
        within: "runtime/src/",
        home: &["runtime/src/services/"],
        why: "only `services/` does outside work: libgit2 has one home",
    },
    Border {
        words: &["reqwest"],
        within: "runtime/src/",
        home: &["runtime/src/services/"],
        why: "only `services/` does outside work: whoever sends a request does it under a service's limits",
    },
    Border {
        words: &["process::Command", "Command::new"],
        within: "runtime/src/",
        home: &["runtime/src/services/"],
        why: "only `services/` starts processes, so that there is one place to look for them",
    },
    Border {
        words: &["SystemTime::now", "Instant::now", "getrandom"],
        within: "runtime/src/",
        // The writer waits for another process's lock, which no simulated clock can open.
        home: &["runtime/src/world.rs", "runtime/src/store/sqlite/writer.rs"],
        why: "time and randomness come from `world`, so that simulation and replay stay possible",
    },
    Border {
        words: &["env::var", "env::var_os", "env::home_dir"],
        within: "runtime/src/",
        home: &[
            "runtime/src/app/",
            "runtime/src/config/",
            "runtime/src/cli/",
        ],
        why: "the environment is read at the door, so that no room behaves differently for a reason nobody sees",
    },
];

#[test]
fn nothing_crosses_a_border_but_at_home() {
    nothing_found(&crossings(&Tree::of_repository()));
}

#[test]
fn every_border_is_seen_where_it_is_crossed_and_not_at_home() {
    for border in BORDERS {
        for word in border.words {
            let stranger = format!("{}stranger/x.rs", border.within);
            let text =
                format!("//! {word} in prose\nconst A: &str = \"{word}\";\nuse {word}::Thing;");
            let mut files = vec![(stranger.as_str(), text.as_str())];
            let homes: Vec<String> = border
                .home
                .iter()
                .map(|home| {
                    home.strip_suffix('/')
                        .map_or((*home).to_owned(), |home| format!("{home}/x.rs"))
                })
                .collect();
            files.extend(homes.iter().map(|home| (home.as_str(), text.as_str())));
            let found = crossings_of(&Tree::made_up(&files), border);
            found_at(&found, &[&format!("{stranger}:3")]);
        }
    }
}

fn crossings(tree: &Tree) -> Vec<Finding> {
    BORDERS
        .iter()
        .flat_map(|border| crossings_of(tree, border))
        .collect()
}

fn crossings_of(tree: &Tree, border: &Border) -> Vec<Finding> {
    let mut findings = Vec::new();
    let guarded = tree.ending(".rs").filter(|file| {
        file.path.starts_with(border.within)
            && !border.home.iter().any(|home| file.path.starts_with(home))
            && !file.path.ends_with("tests.rs")
    });
    for file in guarded {
        let code = code_only(&file.text);
        for word in border.words {
            let lines = lines_naming(without_tests(&code), word);
            findings.extend(
                lines.into_iter().map(|line| {
                    Finding::new(file, line, format!("names `{word}`: {}", border.why))
                }),
            );
        }
    }
    findings
}
