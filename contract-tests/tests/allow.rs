//! Allow-once codes, over HTTP, on an engine with a terminal that a test reads: shown there and nowhere else, good for one
//! call, once, and recorded.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use sinew_contract_tests::daemon::Installation;
use sinew_contract_tests::exchange::{Connection, Reply, post};
use sinew_contract_tests::gate_cells;
use sinew_contract_tests::ledger_rows::rows;
use sinew_contract_tests::probe_plugin::ProbePlugin;
use sinew_contract_tests::sinew_binary::run;
use sinew_contract_tests::test_server::TestServer;
use sinew_runtime::app::{Host, StateFolder};
use sinew_runtime::config::Config;
use sinew_runtime::engine::{Loader, Terminal};
use sinew_runtime::plugin::Trial;

/// The person's side.
#[derive(Debug, Default)]
struct Screen(Mutex<Vec<String>>);

impl Terminal for Screen {
    fn show(&self, line: &str) {
        self.0.lock().unwrap().push(line.to_owned());
    }
}

impl Screen {
    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    /// The code of the newest line.
    fn code(&self) -> String {
        let lines = self.lines();
        let (_, code) = lines
            .last()
            .unwrap()
            .rsplit_once("to allow it once: sinew allow ")
            .unwrap();
        code.to_owned()
    }
}

struct Scene {
    host: Host,
    server: TestServer,
    screen: Arc<Screen>,
    state: StateFolder,
    _installation: Installation,
}

const SECOND: ProbePlugin = ProbePlugin {
    name: "second",
    scope: "session",
    on_failure: |_| "deny",
    rewrites: |_| false,
    budgets: "",
    permits: "",
};

impl Scene {
    async fn open(head: &str, plugins: &[ProbePlugin], attended: bool) -> Option<Self> {
        let installation = Installation::new(head, plugins).unwrap()?;
        let first = installation.plugins().join("probe/plugin.toml");
        let text = std::fs::read_to_string(&first).unwrap();
        let rule = "\n[[rules]]\nid = \"no-reset\"\npack = \"git\"\nsummary = \"resets\"\nadvice = \"stash\"\n";
        std::fs::write(&first, text + rule).unwrap();
        let config = Config::read(&installation.config()).unwrap();
        let state = StateFolder::open(&installation.state()).unwrap();
        let loader = Loader::new(config.load.clone(), Trial::new(installation.binary.clone()));
        let host = Host::start(&state, &config, loader).await.unwrap();
        let screen = Arc::new(Screen::default());
        if attended {
            host.engine.attend(Arc::clone(&screen) as Arc<dyn Terminal>);
        }
        let server = TestServer::start(&host.engine, config.transport.clone()).unwrap();
        Some(Self {
            host,
            server,
            screen,
            state,
            _installation: installation,
        })
    }

    /// Makes a call that the probes answer as they are told.
    async fn call(&self, event: &str, session: &str, command: &str, probe: Value) -> Reply {
        let body = json!({
            "session_id": session, "cwd": "/srv/api", "hook_event_name": event, "tool_name": "Bash",
            "tool_input": {"command": command}, "probe": probe,
        });
        self.server
            .post(&format!("/hooks/{event}"), body.to_string().as_bytes())
            .await
            .unwrap()
    }

    /// Names a code over the socket, as `sinew allow` does.
    async fn allow(&self, code: &str) -> Reply {
        let mut connection = Connection::unix(&self.server.socket).await.unwrap();
        let headers = [
            ("host", "sinew".to_owned()),
            (
                "authorization",
                format!("Bearer {}", self.server.admin_token),
            ),
        ];
        let request = post(&format!("/v1/allow/{code}"), &headers, b"");
        connection.send(&request).await.unwrap();
        connection.reply().await.unwrap()
    }

    /// The gate's records of codes: what, plugin, event, session, and the turn that stopped the call.
    fn recorded(&self) -> Vec<(String, String, String, Option<u64>)> {
        rows(&self.state.places.state, 0)
            .unwrap()
            .into_iter()
            .filter(|row| row.text("/what").starts_with("allow_"))
            .map(|row| {
                (
                    row.text("/what").to_owned(),
                    row.text("/plugin").to_owned(),
                    row.text("/session").to_owned(),
                    row.value["stopped"].as_u64(),
                )
            })
            .collect()
    }

    /// Everything that was stored, as bytes.
    fn stored(&self) -> Vec<u8> {
        let mut all = Vec::new();
        let mut folders = vec![self.state.places.state.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if let Ok(bytes) = std::fs::read(&path) {
                    all.extend(bytes);
                }
            }
        }
        all
    }
}

fn deny() -> Value {
    json!({"do": "deny", "reason": "the work would be lost (no-reset)"})
}

fn denied() -> Value {
    gate_cells::decision("PreToolUse", "deny", "the work would be lost (no-reset)")
}

fn position(reply: &Reply) -> u64 {
    let header = reply.header("sinew-ledger").unwrap();
    header.split(',').next().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_call_passes_once_with_the_code_that_the_terminal_showed() {
    let Some(scene) = Scene::open("", &[ProbePlugin::default()], true).await else {
        return;
    };
    let first = scene
        .call("PreToolUse", "s", "git reset --hard", deny())
        .await;
    assert_eq!(first.json().unwrap(), denied());
    let code = scene.screen.code();
    assert_eq!(
        scene.screen.lines(),
        [format!(
            "Bash stopped by probe, rule no-reset: {{\"command\":\"git reset --hard\"}} | in /srv/api | \
             the work would be lost (no-reset) | to allow it once: sinew allow {code}"
        )]
    );
    // Nobody who can read answers or the state folder learns the code.
    let shown = format!(
        "{:?}{}",
        first.headers,
        String::from_utf8_lossy(&first.body)
    );
    for form in [code.clone(), code.replace('-', "")] {
        assert!(!shown.contains(&form));
        let stored = scene.stored();
        assert!(
            !stored
                .windows(form.len())
                .any(|part| part == form.as_bytes())
        );
    }

    let allowed = scene.allow(&code.to_lowercase()).await;
    assert_eq!(allowed.status, 200, "{allowed:?}");
    let allowed = allowed.json().unwrap();
    assert_eq!(allowed["plugin"], "probe");
    assert_eq!(allowed["stopped"], position(&first));

    // What is the same in every way passes; what differs does not, and neither does a second time.
    for (session, command) in [("t", "git reset --hard"), ("s", "git reset --hard HEAD~9")] {
        let reply = scene.call("PreToolUse", session, command, deny()).await;
        assert_eq!(reply.json().unwrap(), denied(), "{session} {command}");
    }
    let passed = scene
        .call("PreToolUse", "s", "git reset --hard", deny())
        .await;
    assert_eq!(passed.json().unwrap(), json!({}));
    let again = scene
        .call("PreToolUse", "s", "git reset --hard", deny())
        .await;
    assert_eq!(again.json().unwrap(), denied());
    assert_eq!(scene.allow(&code).await.status, 404);

    let of = |what: &str, reply: &Reply| {
        let word = (what.to_owned(), "probe".to_owned(), "s".to_owned());
        (word.0, word.1, word.2, Some(position(reply)))
    };
    assert_eq!(
        scene.recorded(),
        [of("allow_granted", &first), of("allow_used", &passed)]
    );
    assert!(passed.header("sinew-ledger").unwrap().contains(','));
    scene.server.running.drain().await;
    drop(scene.host);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ask_can_be_let_through_and_so_can_a_permission_request() {
    let Some(scene) = Scene::open("", &[ProbePlugin::default()], true).await else {
        return;
    };
    let ask = json!({"do": "ask", "reason": "sure?"});
    for event in ["PreToolUse", "PermissionRequest"] {
        for told in [&ask, &deny()] {
            let reply = scene
                .call(event, "s", &told.to_string(), told.clone())
                .await;
            assert_ne!(reply.json().unwrap(), json!({}), "{event} {told}");
            assert_eq!(scene.allow(&scene.screen.code()).await.status, 200);
            let reply = scene
                .call(event, "s", &told.to_string(), told.clone())
                .await;
            assert_eq!(reply.json().unwrap(), json!({}), "{event} {told}");
        }
    }
    // Other events have no calls, and what a plugin could not decide is not its decision.
    let before = scene.screen.lines().len();
    scene.call("UserPromptSubmit", "s", "a", deny()).await;
    scene
        .call("PreToolUse", "s", "a", json!({"do": "exit", "code": 3}))
        .await;
    assert_eq!(scene.screen.lines().len(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_plugin_denies_stays_denied_and_uses_nothing_up() {
    let plugins = [ProbePlugin::default(), SECOND];
    let Some(scene) = Scene::open("", &plugins, true).await else {
        return;
    };
    // Both deny, so both have to be let through; one alone changes nothing.
    scene.call("PreToolUse", "s", "a", deny()).await;
    let lines = scene.screen.lines();
    let codes: Vec<_> = lines
        .iter()
        .map(|line| line.rsplit(' ').next().unwrap().to_owned())
        .collect();
    assert_eq!(codes.len(), 2, "{lines:?}");
    assert_eq!(scene.allow(&codes[0]).await.status, 200);
    let reply = scene.call("PreToolUse", "s", "a", deny()).await;
    assert_eq!(
        reply.json().unwrap()["hookSpecificOutput"]["permissionDecision"],
        "deny"
    );
    assert_eq!(scene.recorded().len(), 1);
    assert_eq!(scene.allow(&codes[1]).await.status, 200);
    let reply = scene.call("PreToolUse", "s", "a", deny()).await;
    assert_eq!(reply.json().unwrap(), json!({}));
    let words: Vec<_> = scene
        .recorded()
        .into_iter()
        .map(|row| (row.0, row.1))
        .collect();
    let expected = [
        ("allow_granted", "probe"),
        ("allow_granted", "second"),
        ("allow_used", "probe"),
        ("allow_used", "second"),
    ];
    assert_eq!(
        words,
        expected.map(|(what, plugin)| (what.to_owned(), plugin.to_owned()))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_codes_are_recorded_and_soon_make_all_of_them_void() {
    let head = "[limits]\nallow_attempts = 3\n";
    let Some(scene) = Scene::open(head, &[ProbePlugin::default()], true).await else {
        return;
    };
    scene.call("PreToolUse", "s", "a", deny()).await;
    let code = scene.screen.code();
    // Another role's token names no code at all.
    let hook = scene
        .server
        .post(&format!("/v1/allow/{code}"), b"")
        .await
        .unwrap();
    assert_eq!(hook.status, 401);
    for status in [404, 404, 429] {
        assert_eq!(scene.allow("00000-00000").await.status, status);
    }
    assert_eq!(scene.allow(&code).await.status, 404);
    let noted = rows(&scene.state.places.state, 0).unwrap();
    let noted = noted.iter().filter(|row| {
        row.text("/what") == "refused" && row.text("/detail").contains("over the socket")
    });
    assert_eq!(noted.count(), 4);
    assert!(scene.screen.lines().last().unwrap().contains("void"));
    // The next stopped call gets a new one.
    scene.call("PreToolUse", "s", "a", deny()).await;
    assert_eq!(scene.allow(&scene.screen.code()).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_terminal_or_with_none_allowed_there_are_no_codes() {
    for (head, attended) in [("", false), ("[limits]\nallow_codes = 0\n", true)] {
        let Some(scene) = Scene::open(head, &[ProbePlugin::default()], attended).await else {
            return;
        };
        let reply = scene.call("PreToolUse", "s", "a", deny()).await;
        assert_eq!(reply.json().unwrap(), denied());
        assert_eq!(scene.screen.lines(), Vec::<String>::new());
        assert_eq!(scene.allow("00000-00000").await.status, 404);
    }
}

/// The real daemon, whose standard error is a file here: a file is no terminal.
#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_that_logs_to_a_file_shows_no_code() {
    let Some(installation) = Installation::new("", &[ProbePlugin::default()]).unwrap() else {
        return;
    };
    let daemon = installation.serve(0).await.unwrap();
    let body = json!({"session_id": "s", "hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_input": {}, "probe": deny()});
    let reply = daemon
        .post(
            "/hooks/PreToolUse",
            &daemon.headers(),
            body.to_string().as_bytes(),
        )
        .await
        .unwrap();
    assert_eq!(reply.json().unwrap(), denied());
    assert!(!installation.log().contains("sinew allow"));
    let state = installation.state();
    let arguments = ["allow", "00000-00000", "--state", state.to_str().unwrap()];
    let refused = run(&installation.binary, &state, &arguments, b"")
        .await
        .unwrap();
    assert_eq!(
        (refused.code, refused.stderr.as_str()),
        (
            Some(1),
            "error: no call waits for this code: it was used, its time is over, or it was never shown; have the call made again for a new one\n"
        )
    );
    daemon.terminate().await.unwrap();
}
