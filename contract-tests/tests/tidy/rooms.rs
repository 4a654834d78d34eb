//! The arrow: a room of the runtime imports only from rooms to its right.

use crate::source::{code_only, root_paths};
use crate::tree::{File, Finding, Tree};
use crate::{found_at, nothing_found};

/// The rooms from left to right; those of one row do not see each other.
const ROWS: &[&[&str]] = &[
    &["cli", "transport", "replay", "tasks"],
    &["engine", "objects"],
    &["plugin"],
    &["effects"],
    &["services"],
    &["ledger", "permits"],
    &["store"],
];

/// What puts the rooms together and therefore sees all of them; no room sees it.
const COMPOSITION: &[&str] = &["app", "config", "lib", "main", "telemetry"];

/// Words that every room uses; they see no room.
const VOCABULARY: &[&str] = &["json_schema", "world"];

/// Arrows that go the other way, each with its reason.
const EXCEPTIONS: &[Exception] = &[
    Exception {
        from: "runtime/src/cli/serve.rs",
        to: "app",
        reason: "somebody has to start the house, and it is the command that says so",
    },
    Exception {
        from: "runtime/src/cli/mcp.rs",
        to: "app",
        reason: "where nobody serves it is the host itself",
    },
    Exception {
        from: "runtime/src/cli/mcp/host.rs",
        to: "app",
        reason: "where nobody serves it is the host itself",
    },
    Exception {
        from: "runtime/src/cli/rehearsal.rs",
        to: "app",
        reason: "what runs without a server is put together like the server",
    },
    Exception {
        from: "runtime/src/cli/permit/grant.rs",
        to: "app",
        reason: "what is granted while nothing serves is recorded all the same",
    },
    Exception {
        from: "runtime/src/cli/",
        to: "config",
        reason: "commands look for the operator's files where the daemon does",
    },
];

struct Exception {
    /// The file, or the folder with a slash at its end.
    from: &'static str,
    to: &'static str,
    #[expect(dead_code, reason = "for people")]
    reason: &'static str,
}

#[test]
fn a_room_imports_only_to_its_right() {
    nothing_found(&wrong_arrows(&Tree::of_repository(), EXCEPTIONS));
}

#[test]
fn an_arrow_to_the_left_is_found() {
    let tree = Tree::made_up(&[
        (
            "runtime/src/app.rs",
            "use crate::{engine::Turn, store::Store};",
        ),
        (
            "runtime/src/effects/git.rs",
            "//! [`crate::engine`]\n\nuse crate::services::Git;\nuse crate::engine::Turn;",
        ),
        (
            "runtime/src/ledger/chain.rs",
            "use crate::{\n    store::Store,\n    permits::Grant,\n};",
        ),
        (
            "runtime/src/store/mod.rs",
            "use crate::world::Clock;\nuse super::config::Config;",
        ),
        ("runtime/src/world.rs", "use crate::store::Store;"),
    ]);
    let expected = [
        "runtime/src/effects/git.rs:4",
        "runtime/src/ledger/chain.rs:3",
        "runtime/src/store/mod.rs:2",
        "runtime/src/world.rs:1",
    ];
    found_at(&wrong_arrows(&tree, &[]), &expected);
}

#[test]
fn a_room_that_nobody_placed_is_found() {
    let tree = Tree::made_up(&[
        ("runtime/src/helpers/mod.rs", ""),
        ("runtime/src/engine/mod.rs", ""),
    ]);
    found_at(&wrong_arrows(&tree, &[]), &["runtime/src/helpers/mod.rs:1"]);
}

#[test]
fn an_exception_that_nobody_needs_is_found() {
    let tree = Tree::made_up(&[("runtime/src/cli/serve.rs", "use crate::app::App;")]);
    let needed = Exception {
        from: "runtime/src/cli/",
        to: "app",
        reason: "",
    };
    let stale = Exception {
        from: "runtime/src/store/",
        to: "engine",
        reason: "",
    };
    found_at(
        &wrong_arrows(&tree, &[needed, stale]),
        &["runtime/src/store/:1"],
    );
}

fn wrong_arrows(tree: &Tree, exceptions: &[Exception]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut used = vec![false; exceptions.len()];
    for file in tree.ending(".rs") {
        let Some(inside) = file.path.strip_prefix("runtime/src/") else {
            continue;
        };
        let room = inside
            .split('/')
            .next()
            .unwrap_or_default()
            .trim_end_matches(".rs");
        if COMPOSITION.contains(&room) {
            continue;
        }
        if row(room).is_none() && !VOCABULARY.contains(&room) {
            findings.push(Finding::new(file, 1, format!("`{room}` is no room: give it a place in the row, in rooms.rs and in ARCHITECTURE.md")));
            continue;
        }
        for named in root_paths(&code_only(&file.text), depth(inside)) {
            if may_see(room, &named.module) {
                continue;
            }
            let exception = exceptions
                .iter()
                .position(|exception| exception.covers(file, &named.module));
            if let Some(exception) = exception {
                used[exception] = true;
            } else {
                let why = format!(
                    "`{room}` imports `{}`, which is not to its right; whoever needs the left is in the wrong room (ARCHITECTURE.md, \"The arrow\")",
                    named.module
                );
                findings.push(Finding::new(file, named.line, why));
            }
        }
    }
    let stale = exceptions.iter().zip(used).filter(|(_, used)| !used);
    findings.extend(stale.map(|(exception, _)| {
        Finding::missing(
            exception.from,
            format!(
                "nothing here imports `{}` any more: remove the exception",
                exception.to
            ),
        )
    }));
    findings
}

fn may_see(room: &str, module: &str) -> bool {
    if room == module || VOCABULARY.contains(&module) {
        return true;
    }
    match (row(room), row(module)) {
        (Some(from), Some(to)) => from < to,
        (None, Some(_)) => false,
        // A type or macro at the crate's root belongs to nobody; what composes the rooms is seen by none.
        (_, None) => !COMPOSITION.contains(&module),
    }
}

fn row(room: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&room))
}

/// How many modules deep the file `inside` the source folder lies.
fn depth(inside: &str) -> usize {
    let parts = inside.split('/').count();
    if inside.ends_with("/mod.rs") {
        parts - 1
    } else {
        parts
    }
}

// === impl Exception ===

impl Exception {
    fn covers(&self, file: &File, module: &str) -> bool {
        let place = if self.from.ends_with('/') {
            file.path.starts_with(self.from)
        } else {
            file.path == self.from
        };
        place && self.to == module
    }
}
