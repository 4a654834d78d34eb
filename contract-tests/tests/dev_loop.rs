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
const PATIENCE: Duration = Duration::from_secs(300);

/// A daemon whose words are read.
struct Served {
    _child: Child,
    lines: Arc<Mutex<Vec<String>>>,
    address: SocketAddr,
    state: PathBuf,
}

/// Kept between runs, and shared with the tests of the pdk, so that only the first one compiles the pdk.
fn kept() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

fn built_folder() -> PathBuf {
    kept().join("outside-plugins")
}

fn command(binary: &Path, home: &Path) -> Command {
    let mut command = Command::new(binary);
    command
        .env("CARGO", env!("CARGO"))
        .env("CARGO_TARGET_DIR", built_folder())
        .env("SINEW_CACHE", kept().join("pdk-sources"))
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

    /// Waits for what is said while a plugin is built and goes live, step by step.
    async fn goes_live(&self, plugin: &str, why: &str) -> String {
        let since = Instant::now();
        self.line(&format!("{plugin}  {why} · building"), "").await;
        let built = self
            .line(&format!("{plugin}  built in "), " · trying")
            .await;
        let live = self.line(&format!("{plugin}  loaded in "), "… live").await;
        format!(
            "{built}; {live}; {:.1} s in all",
            since.elapsed().as_secs_f64()
        )
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

/// Clients that ask the same without end.
struct Load {
    told: Arc<Told>,
    clients: Vec<tokio::task::JoinHandle<()>>,
}

impl Load {
    fn start(served: &Served, command: &str, decision: &'static str) -> Self {
        let input = json!({
            "hook_event_name": "PreToolUse", "session_id": "s", "cwd": "/",
            "tool_name": "Bash", "tool_input": {"command": command},
        });
        let request = post(
            "/hooks/PreToolUse",
            &served.headers("hook"),
            input.to_string().as_bytes(),
        );
        let told = Arc::new(Told::default());
        let ask = |_| {
            let asking = client(told.clone(), served.address, request.clone(), decision);
            tokio::spawn(asking)
        };
        let clients = (0..4).map(ask).collect();
        Self { told, clients }
    }

    /// Ends it. Each question was answered, and with one of these reasons.
    async fn heard(self, reasons: &[&str]) {
        self.told.stop.store(true, Ordering::Relaxed);
        for client in self.clients {
            client.await.unwrap();
        }
        assert!(self.told.answers.load(Ordering::Relaxed) > 100);
        let expected: BTreeSet<String> = reasons.iter().map(|&reason| reason.to_owned()).collect();
        assert_eq!(*self.told.reasons.lock().unwrap(), expected);
    }
}

/// Asks without end, one question after the other, on one connection; each is answered with this decision.
async fn client(told: Arc<Told>, address: SocketAddr, request: Vec<u8>, decision: &'static str) {
    let mut connection = Connection::tcp(address).await.unwrap();
    while !told.stop.load(Ordering::Relaxed) {
        connection.send(&request).await.unwrap();
        let reply = connection.reply().await.unwrap();
        assert_eq!(reply.status, 200);
        let answer = &reply.json().unwrap()["hookSpecificOutput"];
        assert_eq!(answer["permissionDecision"], decision, "{answer}");
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
    served.goes_live("keeper", "at the start").await;
    let load = Load::start(&served, "git push", "ask");
    let told = &load.told;
    let before = "[protected-branch] which branch this pushes cannot be known.";
    told.all_hear(before).await;

    let good = fs::read_to_string(file("src/lib.rs")).unwrap();
    let after = "[protected-branch] nobody knows which branch this pushes.";
    let edited = good.replace(before, after);
    let since = Instant::now();
    fs::write(file("src/lib.rs"), &edited).unwrap();
    let steps = served.goes_live("keeper", "changed src/lib.rs").await;
    told.all_hear(after).await;
    eprintln!(
        "{steps}: {:.1} s from the edit to the answer",
        since.elapsed().as_secs_f64()
    );
    // What answers is the build that is quick to make; `sinew plugin build` makes another one.
    let served_module = fs::read(file("keeper.wasm")).unwrap();
    let made = |profile: &str| {
        let folder = built_folder().join("wasm32-unknown-unknown").join(profile);
        fs::read(folder.join("keeper.wasm"))
    };
    assert_eq!(made("plugin-dev").unwrap(), served_module);
    assert!(made("plugin").map_or(true, |module| module != served_module));

    // The compiler's words are passed on, and the build that serves stays.
    fs::write(
        file("src/lib.rs"),
        edited.replace("let protected: Vec<String>", "let protected: u8"),
    )
    .unwrap();
    served
        .line("keeper  changed src/lib.rs · building", "")
        .await;
    served.line("keeper  it does not build", "… live").await;
    let complaint = fs::read_to_string(home.path().join("stderr")).unwrap();
    assert!(complaint.contains("error[E0"), "{complaint}");
    told.all_hear(after).await;

    fs::write(file("src/lib.rs"), &edited).unwrap();
    served
        .line("keeper  changed src/lib.rs · building", "")
        .await;
    served
        .line("keeper  built in ", "the same as before · ")
        .await;

    let manifest = fs::read_to_string(file("plugin.toml")).unwrap();
    fs::write(file("plugin.toml"), format!("{manifest}\n[nonsense]\n")).unwrap();
    served
        .line("keeper  changed plugin.toml · trying", "")
        .await;
    served
        .line("keeper  refused: `plugin.toml`", "… live")
        .await;
    fs::write(file("plugin.toml"), manifest.replace("0.1.0", "0.2.0")).unwrap();
    served
        .line("keeper  changed plugin.toml · trying", "")
        .await;
    served.line("keeper  loaded in ", "… live").await;
    // Neither notes nor tests are what a plugin is made of.
    fs::write(file("README.md"), "notes").unwrap();
    fs::write(file("src/lib.rs"), &good).unwrap();
    let line = served.line("keeper  changed ", "").await;
    assert_eq!(line, "keeper  changed src/lib.rs · building");
    served.line("keeper  loaded in ", "… live").await;
    told.all_hear(before).await;
    // A module that is gone is made again, though it is what serves.
    fs::remove_file(file("keeper.wasm")).unwrap();
    served
        .line("keeper  changed keeper.wasm · building", "")
        .await;
    served
        .line("keeper  built in ", "the same as before · ")
        .await;
    assert!(file("keeper.wasm").is_file());

    // Nobody ever heard anything else: no failure, no half of a plugin.
    load.heard(&[before, after]).await;
}

/// The bundled guard outside of its workspace, as a person's own crate.
fn copy_of_guard(to: &Path) {
    let guard = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/guard");
    copy_folder(&guard.join("src"), &to.join("src"));
    for file in ["plugin.toml", "config.schema.json"] {
        fs::copy(guard.join(file), to.join(file)).unwrap();
    }
    let crate_alone = "[package]\nname = \"guard\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
                       [workspace]\n[lib]\ncrate-type = [\"cdylib\"]\n[dependencies]\nsinew-pdk = \"0.1\"\n\
                       serde = { version = \"1\", features = [\"derive\"] }\n";
    fs::write(to.join("Cargo.toml"), crate_alone).unwrap();
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_in_guard_changes_the_answer_while_everybody_is_answered() {
    let Some(binary) = sinew() else { return };
    let home = tempfile::tempdir().unwrap();
    copy_of_guard(&home.path().join("guard"));
    let config = home.path().join("sinew.toml");
    fs::write(&config, "[plugins.guard]\npath = \"guard\"\n").unwrap();
    let served = Served::start(&binary, home.path(), &config, "--dev").await;
    served.goes_live("guard", "at the start").await;
    let load = Load::start(&served, "rm -rf /", "deny");
    let before = "[destructive-delete] deleting `/` takes the whole machine with it. Delete only what you made, in the \
                  workspace and by its name.";
    load.told.all_hear(before).await;
    let rule = home.path().join("guard/src/rules/target.rs");
    let source = fs::read_to_string(&rule).unwrap();
    let (was, is) = (
        "takes the whole machine with it",
        "leaves nothing of this machine",
    );
    assert!(source.contains(was));
    let after = before.replace(was, is);
    let since = Instant::now();
    fs::write(&rule, source.replace(was, is)).unwrap();
    let steps = served
        .goes_live("guard", "changed src/rules/target.rs")
        .await;
    load.told.all_hear(&after).await;
    eprintln!(
        "{steps}: {:.1} s from the edit to the answer",
        since.elapsed().as_secs_f64()
    );
    load.heard(&[before, &after]).await;
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
    served.line("probe  changed plugin.toml · trying", "").await;
    served.line("probe  refused: ", "… live").await;
    fs::write(&file, manifest.replace("0.1.0", "0.9.0")).unwrap();
    served.line("probe  changed plugin.toml · trying", "").await;
    served.line("probe  loaded in ", "… live").await;
    let request = String::from_utf8(post("/v1/plugins", &served.headers("admin"), b"")).unwrap();
    let mut connection = Connection::tcp(served.address).await.unwrap();
    connection
        .send(request.replace("POST", "GET").as_bytes())
        .await
        .unwrap();
    let answer: Value = connection.reply().await.unwrap().json().unwrap();
    assert_eq!(answer["plugins"][0]["version"], "0.9.0", "{answer}");
}
