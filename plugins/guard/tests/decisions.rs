//! Decisions, as the host gets them: both phases, every tool, and what the guard does without git.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    unreachable_pub,
    dead_code,
    reason = "a test that cannot go on fails"
)]

mod gate;

use guard::decide;
use serde_json::{Value, json};
use sinew_pdk::schema::{GateStatusRequest, GitGetBranchRequest};
use sinew_pdk::testing::{FakeHost, Input, refusal};

fn bash(command: &str) -> Input {
    Input::new(json!({"tool_name": "Bash", "tool_input": {"command": command, "description": "d"}}))
}

fn tool(name: &str, argument: &str, path: &str) -> Input {
    Input::new(json!({"tool_name": name, "tool_input": {argument: path}}))
}

/// The kind of the decision, and the start of its reason.
fn decided(host: &FakeHost, input: &Input) -> (String, String) {
    let output = host
        .run(decide, input)
        .unwrap_or_else(|error| json!({"kind": "failed", "value": {"reason": error}}));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let reason = text(&output["value"]["reason"]);
    (
        text(&output["kind"]),
        reason
            .split(']')
            .next()
            .unwrap_or_default()
            .trim_start_matches('[')
            .to_owned(),
    )
}

/// What the rewriting phase makes of a command.
fn careful(command: &str) -> Option<String> {
    let host = gate::parser();
    let output = host.run(decide, &bash(command).rewriting()).unwrap();
    output["value"]["replacement"]["command"]
        .as_str()
        .map(str::to_owned)
}

fn pair(kind: &str, rule: &str) -> (String, String) {
    (kind.to_owned(), rule.to_owned())
}

#[test]
fn a_command_is_denied_asked_about_rewritten_or_left_alone() {
    let host = gate::parser();
    assert_eq!(
        decided(&host, &bash("rm -rf /")),
        pair("deny", "destructive-delete")
    );
    assert_eq!(
        decided(&host, &bash("git push --force origin main")),
        pair("ask", "forced-push")
    );
    assert_eq!(decided(&host, &bash("ls")), pair("none", ""));
    let rewritten = host
        .run(decide, &bash("git push --force origin topic").rewriting())
        .unwrap();
    assert_eq!(rewritten["kind"], "rewrite");
    assert_eq!(
        rewritten["value"]["replacement"],
        json!({"command": "git push --force-with-lease origin topic", "description": "d"})
    );
    assert_eq!(
        decided(&host, &bash("git push --force-with-lease origin topic")),
        pair("none", "")
    );
}

#[test]
fn what_is_stopped_is_counted() {
    let host = gate::parser();
    for command in ["rm -rf /", "ls", "rm -rf ~", "cat .env"] {
        decided(&host, &bash(command));
    }
    let stops: Option<Value> = host.var("stops");
    assert_eq!(stops, Some(json!({"destructive-delete": 2, "secrets": 1})));
}

#[test]
fn what_is_rewritten_is_counted() {
    let host = gate::parser();
    for command in ["git push --force origin topic", "git push origin topic"] {
        host.run(decide, &bash(command).rewriting()).unwrap();
    }
    let stops: Option<Value> = host.var("stops");
    assert_eq!(stops, Some(json!({"forced-push": 1})));
}

#[test]
fn the_gate_s_places_are_where_its_host_says() {
    const DENY: &str = "deny";
    const ASK: &str = "ask";
    const NONE: &str = "none";
    let host = gate::parser().answer(|_: GateStatusRequest| {
        json!({"plugins": [], "places": [
            {"kind": "state", "path": "/data/gate"},
            {"kind": "state", "path": "/home/dev/project/run/state"},
            {"kind": "configuration", "path": "/data/operator/sinew.toml"},
            {"kind": "configuration", "path": "/home/dev/project/sinew.toml"},
        ]})
    });
    let at = |input: Input| input.in_project("/home/dev/project");
    let shell = |command: &str| {
        Input::new(
            json!({"tool_name": "Bash", "cwd": "/home/dev/project", "tool_input": {"command": command}}),
        )
    };
    let grep = |path: &str, glob: &str| {
        Input::new(
            json!({"tool_name": "Grep", "tool_input": {"pattern": "x", "path": path, "glob": glob}}),
        )
    };
    let cases = [
        (tool("Read", "file_path", "/data/gate/tokens/hook"), DENY),
        (tool("Grep", "path", "/data/gate"), DENY),
        (tool("Grep", "path", "/data"), ASK),
        (tool("Grep", "path", "/home/dev/project"), NONE),
        (grep("/home/dev/project", "run/state/*"), DENY),
        (grep("/home/dev/project", "src/**"), NONE),
        (tool("Glob", "pattern", "/data/gate/**"), DENY),
        (tool("Glob", "pattern", "/data/*"), NONE),
        (tool("LS", "path", "/data/gate/tokens"), DENY),
        (tool("Read", "file_path", "/data/gateway/x"), NONE),
        (tool("Read", "file_path", "/data/operator/sinew.toml"), ASK),
        (
            tool("Write", "file_path", "/data/operator/sinew.toml"),
            DENY,
        ),
        (
            tool("Read", "file_path", "/home/dev/project/sinew.toml"),
            NONE,
        ),
        (
            tool("Edit", "file_path", "/home/dev/project/sinew.toml"),
            DENY,
        ),
        (shell("cat /data/gate/sinew.db"), DENY),
        (shell("sqlite3 run/state/sinew.db .dump"), DENY),
        (shell("cd run/state && ls"), DENY),
        (shell("cat run/*/tokens/*"), ASK),
        (shell("wc -l --files0-from=/data/gate/list"), DENY),
        (shell("sort < run/state/tokens/hook"), DENY),
        (shell("cp -r /data /tmp/copy"), ASK),
        (shell("tar czf /tmp/x.tgz -C /data ."), ASK),
        (shell("mv /data /tmp/data"), DENY),
        (shell("cat \"$SINEW_STATE/tokens/admin\""), DENY),
        (shell("cat sinew.toml"), NONE),
        (shell("sed -i s/deny/ask/ sinew.toml"), DENY),
        (shell("sinew effects > sinew.toml"), DENY),
        (shell("grep -rn run/state src"), NONE),
        (shell("ls /data"), NONE),
        (shell("tar czf x.tgz ."), NONE),
    ];
    for (input, expected) in cases {
        let (kind, _) = decided(&host, &at(input.clone()));
        assert_eq!(kind, expected, "{input:?}");
    }
}

#[test]
fn without_a_word_from_the_host_the_usual_places_count() {
    let host = gate::parser().answer(|_: GateStatusRequest| Err(refusal("unavailable", "no")));
    assert_eq!(
        decided(&host, &bash("cat /root/.local/state/sinew/sinew.db")),
        pair("deny", "gate-tampering")
    );
}

#[test]
fn how_much_a_protected_branch_is_protected_is_a_setting() {
    let table = [
        ("git branch -f main HEAD~1", ["ask", "ask", "ask"]),
        ("git reset --soft HEAD~1", ["ask", "ask", "ask"]),
        ("git push origin main", ["none", "ask", "ask"]),
        ("git push", ["none", "ask", "ask"]),
        ("git commit -m x", ["none", "none", "ask"]),
        ("git merge topic", ["none", "none", "ask"]),
        ("git pull", ["none", "none", "ask"]),
        ("git merge --abort", ["none", "none", "none"]),
        ("git push origin topic", ["none", "none", "none"]),
        (
            "git switch topic && git commit -m x",
            ["none", "none", "none"],
        ),
        ("git log main", ["none", "none", "none"]),
    ];
    for (at, level) in ["rewrites", "pushes", "commits"].into_iter().enumerate() {
        let host = gate::host("main").with_config("protection", level);
        for (command, expected) in table {
            let (kind, _) = decided(&host, &bash(command));
            assert_eq!(kind, expected[at], "{command} with {level}");
        }
    }
    let host = gate::host("main").with_config("protection", "none");
    assert_eq!(decided(&host, &bash("ls")).0, "failed");
}

#[test]
fn the_rewriting_phase_judges_nothing() {
    let host = gate::parser();
    assert_eq!(
        decided(&host, &bash("rm -rf /").rewriting()),
        pair("none", "")
    );
    assert_eq!(
        decided(
            &host,
            &tool("Read", "file_path", "/home/dev/.ssh/id_rsa").rewriting()
        ),
        pair("none", "")
    );
}

#[test]
fn a_plain_force_becomes_a_lease_wherever_it_stands() {
    let cases = [
        ("git push --force", Some("git push --force-with-lease")),
        (
            "git push -f origin topic",
            Some("git push --force-with-lease origin topic"),
        ),
        (
            "git push -fu origin topic",
            Some("git push --force-with-lease -u origin topic"),
        ),
        (
            "git push origin topic --force && make",
            Some("git push origin topic --force-with-lease && make"),
        ),
        (
            "cd a && sudo git -C b push -f; git push --force",
            Some("cd a && sudo git -C b push --force-with-lease; git push --force-with-lease"),
        ),
        (
            "echo \"$(git push -f)\" '--force'",
            Some("echo \"$(git push --force-with-lease)\" '--force'"),
        ),
        (
            "echo ü; git push '-f'",
            Some("echo ü; git push --force-with-lease"),
        ),
        ("git push --force-with-lease", None),
        ("git push origin +topic", None),
        ("git push", None),
        ("git commit -m 'push --force'", None),
        ("git log --force", None),
        ("bash -c 'git push --force'", None),
        ("ls --force", None),
    ];
    for (command, expected) in cases {
        assert_eq!(careful(command).as_deref(), expected, "{command}");
        // What is careful is not made more so.
        assert_eq!(careful(expected.unwrap_or(command)), None);
    }
}

#[test]
fn git_is_asked_for_the_branch_that_a_push_does_not_name() {
    let push = bash("git push --force-with-lease");
    let on = |branch: &'static str| {
        gate::parser()
            .answer(move |_: GitGetBranchRequest| json!({"branch": branch, "detached": false}))
    };
    assert_eq!(decided(&on("main"), &push), pair("ask", "forced-push"));
    assert_eq!(decided(&on("release/2"), &push), pair("ask", "forced-push"));
    assert_eq!(decided(&on("topic"), &push), pair("none", ""));
    let detached = gate::parser().answer(|_: GitGetBranchRequest| json!({"detached": true}));
    assert_eq!(decided(&detached, &push), pair("ask", "forced-push"));
}

#[test]
fn without_git_a_push_of_an_unnamed_branch_is_asked_about() {
    let push = bash("git push --force-with-lease");
    for code in ["denied", "not_found", "budget_exceeded", "unavailable"] {
        let host = gate::parser().answer(move |_: GitGetBranchRequest| Err(refusal(code, "no")));
        assert_eq!(decided(&host, &push), pair("ask", "forced-push"));
    }
}

#[test]
fn the_operator_names_the_protected_branches() {
    let host = gate::parser().with_config("protected", ["develop"]);
    assert_eq!(
        decided(&host, &bash("git push --force-with-lease origin develop")),
        pair("ask", "forced-push")
    );
    assert_eq!(
        decided(&host, &bash("git push --force-with-lease origin main")),
        pair("none", "")
    );
    drop(host);
    let host = gate::parser().with_config("protected", "develop");
    let (kind, error) = decided(&host, &bash("ls"));
    assert_eq!(kind, "failed");
    assert!(error.starts_with("a setting of this plugin could not be read: the value of `protected` does not have the expected form: invalid type"), "{error}");
}

#[test]
fn file_tools_are_judged_by_the_path() {
    let host = gate::parser();
    let cases = [
        (
            tool("Read", "file_path", "/home/dev/.ssh/id_rsa"),
            pair("deny", "secrets"),
        ),
        (
            tool("Write", "file_path", "/home/dev/.aws/credentials"),
            pair("deny", "secrets"),
        ),
        (
            tool("Edit", "file_path", "/home/dev/project/.env"),
            pair("ask", "secrets"),
        ),
        (
            tool("MultiEdit", "file_path", "/home/dev/project/.env.local"),
            pair("ask", "secrets"),
        ),
        (
            tool("NotebookEdit", "notebook_path", "/home/dev/.netrc"),
            pair("deny", "secrets"),
        ),
        (
            tool("Grep", "path", "/home/dev/.ssh"),
            pair("deny", "secrets"),
        ),
        (
            tool("Read", "file_path", "/home/dev/project/.env.example"),
            pair("none", ""),
        ),
        (
            tool("Read", "file_path", "/home/dev/project/src/main.rs"),
            pair("none", ""),
        ),
        (
            tool("Write", "file_path", "/home/dev/project/environment.ts"),
            pair("none", ""),
        ),
        (
            tool("WebFetch", "url", "https://example.org/.env"),
            pair("none", ""),
        ),
        (tool("Glob", "pattern", "**/.env"), pair("none", "")),
        (tool("Read", "file", "no such argument"), pair("none", "")),
    ];
    for (input, expected) in cases {
        assert_eq!(decided(&host, &input), expected, "{input:?}");
    }
}

#[test]
fn a_shell_call_without_a_command_is_asked_about() {
    let host = gate::parser();
    let input =
        Input::new(json!({"tool_name": "Bash", "tool_input": {"command": ["rm", "-rf", "/"]}}));
    assert_eq!(decided(&host, &input), pair("ask", "unreadable-command"));
}

#[test]
fn a_command_that_was_elided_is_judged_whole() {
    let host = gate::parser();
    let long = format!("echo {}; rm -rf /", "x".repeat(500));
    assert_eq!(
        decided(&host, &bash(&long).elide("/tool_input/command")),
        pair("deny", "destructive-delete")
    );
}

#[test]
fn a_reason_names_its_rule_and_says_what_to_do_instead() {
    let host = gate::parser();
    let output = host.run(decide, &bash("rm -rf /")).unwrap();
    assert_eq!(
        output["value"]["reason"],
        "[destructive-delete] deleting `/` takes the whole machine with it. Delete only what you made, in the workspace and by its name."
    );
}
