//! `sinew hook`: what the client's process gets, whether the daemon answers or not.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sinew_contract_tests::client_output::objections;
use sinew_contract_tests::scripted_gate::{ScriptedGate, decided, guarded};
use sinew_contract_tests::sinew_binary::{Finished, run, sinew};
use sinew_contract_tests::test_server::TestServer;
use sinew_runtime::engine::{Column, HookOutcome, Kind, Verdict};
use sinew_runtime::transport::{Tokens, TransportSettings};
use sinew_runtime::world::SystemRandom;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixListener;

fn event(name: &str) -> Vec<u8> {
    json!({"session_id": "s", "cwd": "/srv/api", "hook_event_name": name})
        .to_string()
        .into_bytes()
}

fn denial() -> Value {
    json!({"hookSpecificOutput": {
        "hookEventName": "PreToolUse",
        "permissionDecision": "deny",
        "permissionDecisionReason": "no",
    }})
}

/// Exit code 2 and a reason on stderr: the client refuses, whatever stands on stdout.
fn assert_refused(finished: &Finished, why: &str) {
    assert_eq!(finished.code, Some(2), "{finished:?}");
    assert!(finished.stderr.starts_with("sinew: "), "{finished:?}");
    assert!(finished.stderr.contains(why), "{finished:?}");
    assert_eq!(finished.stderr.lines().count(), 1);
    assert_eq!(finished.stdout, "");
}

/// Exit code 0 and a message for the person: the client goes on.
fn assert_let_through(name: &str, finished: &Finished, why: &str) {
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let answer: Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!(objections(name, &answer), Vec::<String>::new());
    assert_eq!(answer.as_object().unwrap().len(), 1, "{answer}");
    assert!(
        answer["systemMessage"].as_str().unwrap().contains(why),
        "{answer}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_daemon_s_answer_is_printed() {
    let Some(binary) = sinew() else { return };
    let gate = ScriptedGate::deciding(guarded(Column::Deny), decided(Kind::Deny, "no"));
    let server = TestServer::start(&gate, TransportSettings::default()).unwrap();
    let state = server.state.path().to_str().unwrap();
    let socket = server.socket.to_str().unwrap();
    let lines: [&[&str]; 4] = [
        &["hook", "--socket", socket, "--state", state],
        &["hook", "--state", state, "--guarded"],
        &[
            "hook",
            "--event",
            "PreToolUse",
            "--guarded",
            "--timeout-ms",
            "9000",
            "--socket",
            socket,
            "--state",
            state,
        ],
        // The real parser understands the same.
        &["--state", state, "hook", "--event=PreToolUse"],
    ];
    for line in lines {
        let finished = run(&binary, Path::new("/"), line, &event("PreToolUse"))
            .await
            .unwrap();
        assert_eq!(finished.code, Some(0), "{line:?} {finished:?}");
        assert_eq!(finished.stderr, "");
        let answer: Value = serde_json::from_str(&finished.stdout).unwrap();
        assert_eq!(answer, denial());
    }
    let seen = gate.seen();
    assert_eq!(*seen.requests[0].body, *event("PreToolUse"));
    let patience = seen.requests[2]
        .deadline
        .saturating_duration_since(Instant::now());
    assert!(
        patience < Duration::from_secs(9),
        "the daemon knows the client's patience"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_state_folder_is_found_below_the_home_folder() {
    let Some(binary) = sinew() else { return };
    let outcome = HookOutcome {
        verdict: Verdict::Decided {
            kind: Kind::None,
            reason: String::new(),
            context: "on branch main".to_owned(),
            replacement: None,
            fields: serde_json::Map::new(),
        },
        positions: vec![],
    };
    let gate = ScriptedGate::deciding(guarded(Column::None), outcome);
    let server = TestServer::start(&gate, TransportSettings::default()).unwrap();
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(home.path().join(".local/state")).unwrap();
    std::os::unix::fs::symlink(server.state.path(), home.path().join(".local/state/sinew"))
        .unwrap();
    let finished = run(&binary, home.path(), &["hook"], &event("SessionStart"))
        .await
        .unwrap();
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert_eq!(
        serde_json::from_str::<Value>(&finished.stdout).unwrap(),
        json!({"hookSpecificOutput": {"hookEventName": "SessionStart", "additionalContext": "on branch main"}})
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_daemon_a_guarded_event_is_refused_and_another_goes_on() {
    let Some(binary) = sinew() else { return };
    let state = tempfile::tempdir().unwrap();
    let state = state.path().to_str().unwrap();
    for name in ["PreToolUse", "UserPromptSubmit", "SessionStart", "Brandnew"] {
        let guarded = ["hook", "--guarded", "--state", state];
        let finished = run(&binary, Path::new("/"), &guarded, &event(name))
            .await
            .unwrap();
        assert_refused(
            &finished,
            "the daemon cannot be reached (No such file or directory); start it with `sinew serve`",
        );
        assert!(!finished.stderr.contains(state), "no path goes out");
        let finished = run(&binary, Path::new("/"), &guarded[..1], &event(name))
            .await
            .unwrap();
        assert_let_through(name, &finished, "the daemon cannot be reached");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_refusal_means_to_go_on_a_failure_does_not_refuse() {
    let Some(binary) = sinew() else { return };
    for name in ["Stop", "SubagentStop", "TeammateIdle", "TaskCompleted"] {
        for line in [
            vec!["hook", "--guarded"],
            vec!["hook", "--guarded", "--event", name],
        ] {
            let finished = run(&binary, Path::new("/nowhere"), &line, &event(name))
                .await
                .unwrap();
            assert_let_through(name, &finished, "the daemon cannot be reached");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_input_that_cannot_be_sent_is_refused_when_guarded() {
    let Some(binary) = sinew() else { return };
    let gate = ScriptedGate::deciding(guarded(Column::Deny), decided(Kind::Allow, ""));
    let server = TestServer::start(&gate, TransportSettings::default()).unwrap();
    let line = [
        "hook",
        "--guarded",
        "--socket",
        server.socket.to_str().unwrap(),
        "--state",
        server.state.path().to_str().unwrap(),
    ];
    for input in [&b""[..], b"not json", b"{}", b"{\"hook_event_name\":7}"] {
        let finished = run(&binary, Path::new("/"), &line, input).await.unwrap();
        assert_refused(&finished, "names no `hook_event_name`");
    }
    let finished = run(&binary, Path::new("/"), &line, &event("../../x y"))
        .await
        .unwrap();
    assert_refused(&finished, "no name that could be one");
    let huge = vec![b' '; 33 << 20];
    let finished = run(&binary, Path::new("/"), &line, &huge).await.unwrap();
    assert_refused(&finished, "larger than 32 MiB");
    assert!(gate.seen().requests.is_empty());

    let mut large = event("PreToolUse");
    large.resize(6 << 20, b' ');
    let finished = run(&binary, Path::new("/"), &line, &large).await.unwrap();
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert_eq!(gate.seen().requests[0].body.len(), 6 << 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_input_that_does_not_end_is_given_up() {
    let Some(binary) = sinew() else { return };
    let mut command = tokio::process::Command::new(binary);
    command
        .args(["hook", "--guarded", "--timeout-ms", "300"])
        .kill_on_drop(true);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let _open = child.stdin.take().unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(10), child.wait())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(ended.code(), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_that_others_can_reach_is_not_asked() {
    let Some(binary) = sinew() else { return };
    let gate = ScriptedGate::deciding(guarded(Column::Deny), decided(Kind::Allow, ""));
    let server = TestServer::start(&gate, TransportSettings::default()).unwrap();
    std::fs::set_permissions(&server.socket, std::fs::Permissions::from_mode(0o666)).unwrap();
    let line = [
        "hook",
        "--guarded",
        "--socket",
        server.socket.to_str().unwrap(),
        "--state",
        server.state.path().to_str().unwrap(),
    ];
    let finished = run(&binary, Path::new("/"), &line, &event("PreToolUse"))
        .await
        .unwrap();
    assert_refused(&finished, "not this user's alone");
    assert!(gate.seen().requests.is_empty());
}

/// Runs the shim against something that says `reply` and closes, or says nothing and keeps the connection.
async fn against(binary: &Path, reply: Option<&'static [u8]>) -> Finished {
    let folder = tempfile::tempdir().unwrap();
    Tokens::open(&folder.path().join("tokens"), &SystemRandom).unwrap();
    let path = folder.path().join("sinew.sock");
    let listener = UnixListener::bind(&path).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 64 << 10];
        let _ = stream.read(&mut request).await.unwrap();
        match reply {
            Some(reply) => stream.write_all(reply).await.unwrap(),
            None => std::future::pending().await,
        }
    });
    let line = [
        "hook",
        "--guarded",
        "--timeout-ms",
        "500",
        "--state",
        folder.path().to_str().unwrap(),
    ];
    let finished = run(binary, Path::new("/"), &line, &event("PreToolUse"))
        .await
        .unwrap();
    serving.abort();
    finished
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_answer_is_a_refusal() {
    let Some(binary) = sinew() else { return };
    let replies: [&'static [u8]; 14] = [
        b"",
        b"\x00\xff\x00",
        b"HTTP/1.1 200 OK\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{{",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}{}",
        b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: -2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999999\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\n{}",
        b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 2\r\n\r\n{}",
        b"HTTP/1.1 2000 OK\r\ncontent-length: 2\r\n\r\n{}",
    ];
    for reply in replies {
        let finished = against(&binary, Some(reply)).await;
        assert_eq!(
            finished.code,
            Some(2),
            "{:?} {finished:?}",
            String::from_utf8_lossy(reply)
        );
        assert_eq!(finished.stdout, "");
    }
    let plain = against(
        &binary,
        Some(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"),
    )
    .await;
    assert_eq!((plain.code, plain.stdout.as_str()), (Some(0), "{}\n"));
    let started = Instant::now();
    assert_refused(&against(&binary, None).await, "did not answer in time");
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_option_that_has_lost_its_value_is_refused() {
    let Some(binary) = sinew() else { return };
    for line in [
        &["hook", "--event", "--guarded"][..],
        &["hook", "--guarded", "--event", "--timeout-ms", "500"],
        &["hook", "--guarded", "--state", "--event", "Stop"],
    ] {
        let finished = run(&binary, Path::new("/"), line, &event("PreToolUse"))
            .await
            .unwrap();
        assert_eq!(finished.code, Some(2), "{line:?} {finished:?}");
        assert!(
            finished.stderr.contains("a value is required"),
            "{finished:?}"
        );
        assert_eq!(finished.stdout, "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_nobody_reads_is_a_refusal() {
    let Some(binary) = sinew() else { return };
    let gate = ScriptedGate::deciding(guarded(Column::Deny), decided(Kind::Deny, "no"));
    let server = TestServer::start(&gate, TransportSettings::default()).unwrap();
    for closed in [">&-", ">/dev/null"] {
        let script = format!("exec \"$0\" hook --guarded --state \"$1\" {closed}");
        let arguments = [
            "-c",
            &script,
            binary.to_str().unwrap(),
            server.state.path().to_str().unwrap(),
        ];
        let finished = run(
            Path::new("/bin/sh"),
            Path::new("/"),
            &arguments,
            &event("PreToolUse"),
        )
        .await
        .unwrap();
        assert_refused(
            &finished,
            "the answer could not be written: nobody reads standard output",
        );
    }
}
