//! `sinew serve --dev`: from an edit to the changed answer, under load, without a restart and without a failed request.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sinew_contract_tests::daemon::Installation;
use sinew_contract_tests::exchange::{Connection, post};
use sinew_contract_tests::probe_plugin::ProbePlugin;
use sinew_contract_tests::sinew_binary::sinew;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// Compiling the pdk for a first time takes this long on a small machine.
const PATIENCE: Duration = Duration::from_secs(150);

/// A daemon whose words are read.
struct Served {
    _child: Child,
    lines: Arc<Mutex<Vec<String>>>,
    address: SocketAddr,
    state: PathBuf,
}

fn command(binary: &Path, home: &Path) -> Command {
    // Kept between runs, and shared with the tests of the pdk, so that only the first one compiles the pdk.
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let mut command = Command::new(binary);
    command
        .env("CARGO", env!("CARGO"))
        .env("CARGO_TARGET_DIR", kept.join("outside-plugins"))
        .env("SINEW_CACHE", kept.join("pdk-sources"))
        .env("SINEW_STATE", home.join("state"))
        .env_remove("SINEW_CONFIG")
        .env_remove("SINEW_LOG")
        .current_dir(home)
        .kill_on_drop(true);
    command
}

// === impl Served ===

impl Served {
    async fn start(binary: &Path, home: &Path, config: &Path, how: &str) -> Self {
        let mut child = command(binary, home)
            .args(["serve", how, "--listen", "127.0.0.1:0", "--config"])
            .arg(config)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(fs::File::create(home.join("stderr")).unwrap())
            .spawn()
            .unwrap();
        let lines = Arc::new(Mutex::new(Vec::new()));
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
        let kept = Arc::clone(&lines);
        tokio::spawn(async move {
            while let Ok(Some(line)) = said.next_line().await {
                kept.lock().unwrap().push(line);
            }
        });
        let mut served = Self {
            _child: child,
            lines,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            state: home.join("state"),
        };
        let first = served.line("sinew listens on ", "").await;
        let address = first.strip_prefix("sinew listens on ").unwrap();
        served.address = address.parse().unwrap();
        served.line("watching: ", "").await;
        served
    }

    /// Waits for a line that starts and goes on like this, and forgets it and all before it.
    async fn line(&self, start: &str, within: &str) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            {
                let mut lines = self.lines.lock().unwrap();
                let fits = |line: &String| line.starts_with(start) && line.contains(within);
                if let Some(at) = lines.iter().position(fits) {
                    return lines.drain(..=at).next_back().unwrap();
                }
                assert!(Instant::now() < end, "no `{start}…{within}`: {lines:#?}");
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn headers(&self, role: &str) -> Vec<(&'static str, String)> {
        let token = fs::read_to_string(self.state.join("tokens").join(role)).unwrap();
        vec![
            ("host", self.address.to_string()),
            ("authorization", format!("Bearer {}", token.trim())),
            ("content-type", "application/json".to_owned()),
        ]
    }
}

/// What clients were told.
#[derive(Default)]
struct Told {
    stop: AtomicBool,
    answers: AtomicUsize,
    reasons: Mutex<BTreeSet<String>>,
    last: Mutex<String>,
}

impl Told {
    /// Waits until all who ask now have been answered with this.
    async fn all_hear(&self, reason: &str) {
        let end = Instant::now() + Duration::from_secs(20);
        while *self.last.lock().unwrap() != reason {
            assert!(Instant::now() < end, "{:?}", self.last.lock().unwrap());
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

/// Asks without end, one question after the other, on one connection.
async fn client(told: Arc<Told>, address: SocketAddr, request: Vec<u8>) {
    let mut connection = Connection::tcp(address).await.unwrap();
    while !told.stop.load(Ordering::Relaxed) {
        connection.send(&request).await.unwrap();
        let reply = connection.reply().await.unwrap();
        assert_eq!(reply.status, 200);
        let answer = &reply.json().unwrap()["hookSpecificOutput"];
        assert_eq!(answer["permissionDecision"], "ask", "{answer}");
        let reason = answer["permissionDecisionReason"].as_str().unwrap();
        told.reasons.lock().unwrap().insert(reason.to_owned());
        reason.clone_into(&mut told.last.lock().unwrap());
        told.answers.fetch_add(1, Ordering::Relaxed);
        // A bounded load: the compiler has to get a word in.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_goes_live_under_load_and_what_is_broken_does_not() {
    let Some(binary) = sinew() else { return };
    let home = tempfile::tempdir().unwrap();
    let new = command(&binary, home.path())
        .args(["plugin", "new", "keeper"])
        .status();
    assert!(new.await.unwrap().success());
    let config = home.path().join("sinew.toml");
    fs::write(&config, "[plugins.keeper]\npath = \"keeper\"\n").unwrap();
    let file = |name: &str| home.path().join("keeper").join(name);

    // Nothing is built yet: the daemon does that itself.
    let served = Served::start(&binary, home.path(), &config, "--dev").await;
    served
        .line("keeper  at the start · built in ", "… live")
        .await;
    let input = json!({
        "hook_event_name": "PreToolUse", "session_id": "s", "cwd": "/",
        "tool_name": "Bash", "tool_input": {"command": "git push"},
    });
    let request = post(
        "/hooks/PreToolUse",
        &served.headers("hook"),
        input.to_string().as_bytes(),
    );
    let told = Arc::new(Told::default());
    let clients: Vec<_> = (0..4)
        .map(|_| tokio::spawn(client(told.clone(), served.address, request.clone())))
        .collect();
    let before = "[protected-branch] which branch this pushes cannot be known.";
    told.all_hear(before).await;

    let good = fs::read_to_string(file("src/lib.rs")).unwrap();
    let after = "[protected-branch] nobody knows which branch this pushes.";
    let edited = good.replace(before, after);
    let since = Instant::now();
    fs::write(file("src/lib.rs"), &edited).unwrap();
    let line = served
        .line("keeper  changed src/lib.rs · built in ", "… live")
        .await;
    told.all_hear(after).await;
    eprintln!(
        "{line}: {:.1} s from the edit to the answer",
        since.elapsed().as_secs_f64()
    );

    // The compiler's words are passed on, and the build that serves stays.
    fs::write(
        file("src/lib.rs"),
        edited.replace("let protected: Vec<String>", "let protected: u8"),
    )
    .unwrap();
    served
        .line("keeper  changed src/lib.rs · it does not build", "… live")
        .await;
    let complaint = fs::read_to_string(home.path().join("stderr")).unwrap();
    assert!(complaint.contains("error[E0"), "{complaint}");
    told.all_hear(after).await;

    fs::write(file("src/lib.rs"), &edited).unwrap();
    served
        .line(
            "keeper  changed src/lib.rs · built in ",
            "the same as before",
        )
        .await;

    let manifest = fs::read_to_string(file("plugin.toml")).unwrap();
    fs::write(file("plugin.toml"), format!("{manifest}\n[nonsense]\n")).unwrap();
    served
        .line(
            "keeper  changed plugin.toml · refused: `plugin.toml`",
            "… live",
        )
        .await;
    fs::write(file("plugin.toml"), manifest.replace("0.1.0", "0.2.0")).unwrap();
    served
        .line("keeper  changed plugin.toml · loaded in ", "… live")
        .await;
    // Neither notes nor tests are what a plugin is made of.
    fs::write(file("README.md"), "notes").unwrap();
    fs::write(file("src/lib.rs"), &good).unwrap();
    let line = served.line("keeper  changed ", "… live").await;
    assert!(
        line.starts_with("keeper  changed src/lib.rs · built in "),
        "{line}"
    );
    told.all_hear(before).await;

    told.stop.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.unwrap();
    }
    assert!(told.answers.load(Ordering::Relaxed) > 100);
    // Nobody ever heard anything else: no failure, no half of a plugin.
    let expected = BTreeSet::from([before.to_owned(), after.to_owned()]);
    assert_eq!(*told.reasons.lock().unwrap(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_built_elsewhere_goes_live_when_it_is_watched() {
    let Some(installation) = Installation::new("", &[ProbePlugin::default()]).unwrap() else {
        return;
    };
    let home = tempfile::tempdir().unwrap();
    let config = installation.config();
    let served = Served::start(&installation.binary, home.path(), &config, "--watch").await;
    let file = installation.plugins().join("probe/plugin.toml");
    let manifest = fs::read_to_string(&file).unwrap();
    fs::write(&file, "[plugin").unwrap();
    served
        .line("probe  changed plugin.toml · refused: ", "… live")
        .await;
    fs::write(&file, manifest.replace("0.1.0", "0.9.0")).unwrap();
    served
        .line("probe  changed plugin.toml · loaded in ", "… live")
        .await;
    let request = String::from_utf8(post("/v1/plugins", &served.headers("admin"), b"")).unwrap();
    let mut connection = Connection::tcp(served.address).await.unwrap();
    connection
        .send(request.replace("POST", "GET").as_bytes())
        .await
        .unwrap();
    let answer: Value = connection.reply().await.unwrap().json().unwrap();
    assert_eq!(answer["plugins"][0]["version"], "0.9.0", "{answer}");
}
