//! The session that the README shows, run as it stands in a home of its own: only times, digests and the port differ.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sinew_contract_tests::sinew_binary::sinew;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// Compiling the pdk for a first time takes this long on a small machine.
const PATIENCE: Duration = Duration::from_secs(300);
/// Stands for any text in a line, and alone for any lines.
const ANY: &str = "…";

/// The screen that one person looks at, and the home of that person.
struct Screen {
    home: tempfile::TempDir,
    port: u16,
    binaries: String,
    lines: Arc<Mutex<Vec<String>>>,
    /// What runs beside the person.
    beside: Vec<Child>,
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

// === impl Screen ===

impl Screen {
    fn new(binary: &Path) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let screen = Self {
            home: tempfile::tempdir().unwrap(),
            // Somebody else may take it meanwhile; then the daemon says so.
            port: free.local_addr().unwrap().port(),
            binaries: binary.parent().unwrap().display().to_string(),
            lines: Arc::default(),
            beside: Vec::new(),
        };
        fs::create_dir(screen.home.path().join("api")).unwrap();
        let config = screen.home.path().join(".config/sinew");
        fs::create_dir_all(&config).unwrap();
        let text = format!(
            "[server]\nlisten = \"127.0.0.1:{}\"\n[plugins.keeper]\npath = \"../../keeper\"\n",
            screen.port
        );
        fs::write(config.join("sinew.toml"), text).unwrap();
        screen
    }

    /// A line of shell in the home, with the tools of this machine and nothing else of its environment.
    fn shell(&self, line: &str) -> Command {
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new("sh");
        command
            .args(["-euc", line])
            .current_dir(self.home.path())
            .env_clear()
            .envs(
                ["RUSTUP_HOME", "CARGO_HOME"]
                    .into_iter()
                    .filter_map(tool_home),
            )
            .env("HOME", self.home.path())
            .env("PATH", format!("{}:{path}", self.binaries))
            .env("CARGO", env!("CARGO"))
            .env("CARGO_TARGET_DIR", kept.join("outside-plugins"))
            .env("SINEW_CACHE", kept.join("pdk-sources"))
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    /// Runs a command as the person types it; with `&` at its end, beside the person.
    async fn run(&mut self, line: &str) {
        if let Some(line) = line.strip_suffix(" &") {
            let log = fs::File::create(self.home.path().join("log")).unwrap();
            let mut command = self.shell(&format!("exec {line}"));
            let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
            let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
            let shown = Arc::clone(&self.lines);
            tokio::spawn(async move {
                while let Ok(Some(line)) = said.next_line().await {
                    shown.lock().unwrap().push(line);
                }
            });
            self.beside.push(child);
            return;
        }
        let output = self.shell(line).output().await.unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{line}: {said}{complaint}");
        let mut shown = self.lines.lock().unwrap();
        shown.extend(said.lines().map(str::to_owned));
    }

    /// Waits until what is on the screen is what is expected, and clears it.
    async fn shows(&self, line: &str, expected: &[&str]) {
        let end = Instant::now() + PATIENCE;
        loop {
            let shown = self.general();
            let lines: Vec<&str> = shown.iter().map(String::as_str).collect();
            if fits(expected, &lines) {
                return self.lines.lock().unwrap().clear();
            }
            let log = || fs::read_to_string(self.home.path().join("log")).unwrap_or_default();
            assert!(Instant::now() < end, "{line}: {lines:#?}\n{}", log());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// The screen as it would be at home, on the usual port.
    fn general(&self) -> Vec<String> {
        let home = self.home.path().canonicalize().unwrap();
        let lines = self.lines.lock().unwrap();
        lines
            .iter()
            .map(|line| {
                line.replace(home.to_str().unwrap(), "/home/me")
                    .replace(&format!(":{}", self.port), ":7717")
            })
            .collect()
    }
}

/// Where the Rust tools lie, for a home that has none.
fn tool_home(name: &'static str) -> Option<(&'static str, String)> {
    let usual = if name == "RUSTUP_HOME" {
        ".rustup"
    } else {
        ".cargo"
    };
    let home = || Some(std::env::home_dir()?.join(usual).display().to_string());
    Some((name, std::env::var(name).ok().or_else(home)?))
}

/// Whether these are the expected lines.
fn fits(expected: &[&str], lines: &[&str]) -> bool {
    match (expected.split_first(), lines.split_first()) {
        (None, None) => true,
        (Some((&ANY, rest)), _) => (0..=lines.len()).any(|skipped| fits(rest, &lines[skipped..])),
        (Some((pattern, expected)), Some((line, lines))) => {
            line_fits(pattern, line) && fits(expected, lines)
        }
        _ => false,
    }
}

fn line_fits(pattern: &str, line: &str) -> bool {
    let Some((before, rest)) = pattern.split_once(ANY) else {
        return pattern == line;
    };
    line.strip_prefix(before).is_some_and(|line| {
        let ends = (0..=line.len()).filter(|end| line.is_char_boundary(*end));
        ends.into_iter().any(|end| line_fits(rest, &line[end..]))
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_of_the_readme_goes_as_it_is_shown() {
    let session = fs::read_to_string(root().join("deploy/session.txt")).unwrap();
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    assert!(
        readme.contains(&format!("```console\n{session}```\n")),
        "the README shows another session than deploy/session.txt"
    );
    let Some(binary) = sinew() else { return };
    let mut screen = Screen::new(&binary);
    let lines: Vec<&str> = session.lines().collect();
    let commands = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.starts_with("$ "));
    for (at, line) in commands {
        let expected: Vec<&str> = lines[at + 1..]
            .iter()
            .take_while(|line| !line.starts_with("$ "))
            .copied()
            .collect();
        screen.run(line.trim_start_matches("$ ")).await;
        screen.shows(line, &expected).await;
    }
}

#[test]
fn three_dots_stand_for_any_text_and_any_lines() {
    let lines = ["a 1 b", "c", "d"];
    for (expected, fit) in [
        (&["a … b", "…"][..], true),
        (&["…", "d"], true),
        (&["a … b", "c", "d", "…"], true),
        (&["a … c", "…"], false),
        (&["a … b", "c"], false),
    ] {
        assert_eq!(fits(expected, &lines), fit, "{expected:?}");
    }
}
