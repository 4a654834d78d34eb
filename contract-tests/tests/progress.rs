//! What takes longer than a second says so on a terminal, and leaves nothing of it behind. Each command is held up by something
//! that a test lets go of, once the line is there.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sinew_contract_tests::exchange::PATIENCE;
use sinew_contract_tests::sinew_binary::{run, sinew, skipped};
use sinew_runtime::transport::Tokens;
use sinew_runtime::world::SystemRandom;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::net::UnixListener;
use tokio::process::{Child, ChildStdin, Command};

/// The line comes, and counts, this often.
const BEAT: Duration = Duration::from_secs(1);

/// Holds a program up until the test says otherwise.
const HELD: &str = "#!/bin/sh\nwhile [ ! -e \"$HOME/go\" ]; do sleep 0.05; done\n";

/// The home of somebody who sits at a terminal.
struct Desk {
    home: tempfile::TempDir,
    binary: PathBuf,
}

/// A command on a terminal of its own.
struct Terminal {
    script: Child,
    /// The keyboard: without it the terminal would be told that it is at its end.
    _keyboard: ChildStdin,
    shown: Arc<Mutex<String>>,
}

// === impl Desk ===

impl Desk {
    /// `None` where there is nothing to run.
    fn new() -> Option<Self> {
        let binary = sinew()?;
        if !Path::new("/usr/bin/script").is_file() {
            return skipped("there is no `script` (util-linux), which lends a terminal");
        }
        let desk = Self {
            home: tempfile::tempdir().unwrap(),
            binary,
        };
        fs::create_dir_all(desk.at("bin")).unwrap();
        Some(desk)
    }

    fn at(&self, path: &str) -> PathBuf {
        self.home.path().join(path)
    }

    /// Puts a program on the path that is held up.
    fn hold(&self, program: &str, then: &str) {
        let path = self.at("bin").join(program);
        fs::write(&path, format!("{HELD}{then}\n")).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
    }

    fn let_go(&self) {
        fs::write(self.at("go"), "").unwrap();
    }

    /// A file that nobody reads or writes further than the test lets them.
    fn fifo(&self) -> PathBuf {
        let path = self.at("fifo");
        let made = std::process::Command::new("mkfifo").arg(&path).status();
        assert!(made.unwrap().success());
        path
    }

    /// A daemon that takes its time.
    fn slow_daemon(&self) -> UnixListener {
        let state = self.at(".local/state/sinew");
        fs::create_dir_all(&state).unwrap();
        Tokens::open(&state.join("tokens"), &SystemRandom).unwrap();
        UnixListener::bind(state.join("sinew.sock")).unwrap()
    }

    /// Has a daemon make a ledger.
    async fn ledger(&self) {
        let mut daemon = Command::new(&self.binary)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .env_clear()
            .env("HOME", self.home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(daemon.stdout.take().unwrap()).lines();
        assert!(lines.next_line().await.unwrap().is_some());
        daemon.kill().await.unwrap();
    }

    fn type_in(&self, line: &str) -> Terminal {
        let line = format!("{} {line}", self.binary.display());
        let mut script = Command::new("script")
            .args(["--quiet", "--flush", "--return", "--command", &line])
            .arg("/dev/null")
            .current_dir(self.home.path())
            .env_clear()
            .env("HOME", self.home.path())
            .env(
                "PATH",
                format!("{}:/usr/bin:/bin", self.at("bin").display()),
            )
            .env("TERM", "dumb")
            .env("NO_COLOR", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let shown = Arc::<Mutex<String>>::default();
        let (kept, mut output) = (Arc::clone(&shown), script.stdout.take().unwrap());
        tokio::spawn(async move {
            let mut all = Vec::new();
            while output.read_buf(&mut all).await.is_ok_and(|read| read > 0) {
                *kept.lock().unwrap() = String::from_utf8_lossy(&all).into_owned();
            }
        });
        Terminal {
            _keyboard: script.stdin.take().unwrap(),
            script,
            shown,
        }
    }
}

// === impl Terminal ===

impl Terminal {
    /// What stands on the screen: a return overwrites the line, and nothing else moves.
    fn screen(&self) -> Vec<String> {
        let shown = self.shown.lock().unwrap();
        let line = |line: &str| {
            let mut cells: Vec<char> = Vec::new();
            for part in line.split('\r') {
                for (column, cell) in part.chars().enumerate() {
                    if column < cells.len() {
                        cells[column] = cell;
                    } else {
                        cells.push(cell);
                    }
                }
            }
            cells.iter().collect::<String>().trim_end().to_owned()
        };
        shown.split('\n').map(line).collect()
    }

    /// Waits for the line that says what goes on.
    async fn says(&self, what: &str) {
        let end = Instant::now() + PATIENCE;
        let fits = |line: &String| {
            line.strip_prefix(what)
                .and_then(|rest| rest.strip_prefix(" … "))
                .is_some_and(|rest| rest.ends_with(" s"))
        };
        while !self.screen().last().is_some_and(fits) {
            assert!(Instant::now() < end, "{what}: {:#?}", self.screen());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Waits until the command has ended. Nothing is left of what it said meanwhile.
    async fn ends(mut self) -> String {
        let ended = tokio::time::timeout(PATIENCE, self.script.wait());
        ended.await.unwrap().unwrap();
        let end = Instant::now() + PATIENCE;
        // The last words may still be under way.
        while !self.shown.lock().unwrap().ends_with('\n') {
            assert!(Instant::now() < end, "{:#?}", self.screen());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let screen = self.screen().join("\n");
        assert!(!screen.contains(" … "), "{screen}");
        screen
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_and_reload_say_that_they_wait_for_the_daemon() {
    let Some(desk) = Desk::new() else { return };
    let daemon = desk.slow_daemon();
    for (line, what, result) in [
        ("doctor", "asking the daemon", "fail  daemon "),
        ("plugin reload guard", "loading `guard`", "error:"),
    ] {
        let terminal = desk.type_in(line);
        let (asked, _) = daemon.accept().await.unwrap();
        terminal.says(what).await;
        drop(asked);
        let screen = terminal.ends().await;
        assert!(screen.contains(result), "{line}: {screen}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn init_says_that_it_waits_for_the_client() {
    let Some(desk) = Desk::new() else { return };
    desk.hold("claude", "echo '2.1.400 (Claude Code)'");
    let terminal = desk.type_in("init --dry-run");
    terminal.says("asking `claude` for its version").await;
    desk.let_go();
    terminal.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn service_install_says_which_command_takes_so_long() {
    let Some(desk) = Desk::new() else { return };
    fs::create_dir_all(desk.at(".config/sinew")).unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = free.local_addr().unwrap();
    drop(free);
    let config = format!("[server]\nlisten = \"{listen}\"\n");
    fs::write(desk.at(".config/sinew/sinew.toml"), config).unwrap();
    // Nothing runs, and only starting it takes long.
    let systemctl = desk.at("bin/systemctl");
    desk.hold("systemctl", "");
    let held = fs::read_to_string(&systemctl).unwrap();
    let quick = "#!/bin/sh\ncase $2 in is-active) exit 3;; show-environment) exit 0;; esac\n";
    fs::write(&systemctl, held.replace("#!/bin/sh\n", quick)).unwrap();
    let terminal = desk.type_in("service install --manager systemd");
    terminal.says("systemctl --user daemon-reload").await;
    desk.let_go();
    let screen = terminal.ends().await;
    assert!(
        screen.contains("done       systemctl --user enable --now sinew.socket sinew.service"),
        "{screen}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_s_commands_say_what_they_read_and_write() {
    let Some(desk) = Desk::new() else { return };
    desk.ledger().await;
    let fifo = desk.fifo();
    let terminal = desk.type_in("ledger verify --against fifo");
    terminal.says("reading the checkpoints").await;
    fs::write(&fifo, "").unwrap();
    let screen = terminal.ends().await;
    assert!(screen.contains("integrity     ok"), "{screen}");
    let terminal = desk.type_in("ledger export --out fifo");
    terminal.says("writing the records up to 1").await;
    // A fifo cannot be synced, and that is said; by then the line has gone.
    let written = tokio::task::spawn_blocking(move || fs::read_to_string(fifo));
    terminal.ends().await;
    assert!(written.await.unwrap().unwrap().contains("\"ledger\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn serve_says_what_it_does_before_it_listens_and_when_it_builds() {
    let Some(desk) = Desk::new() else { return };
    let manifest = desk.fifo();
    fs::create_dir_all(desk.at("keeper")).unwrap();
    fs::rename(&manifest, desk.at("keeper/plugin.toml")).unwrap();
    fs::write(desk.at("keeper/Cargo.toml"), "[package]\n").unwrap();
    fs::write(
        desk.at("sinew.toml"),
        "[plugins.keeper]\npath = \"keeper\"\n",
    )
    .unwrap();
    desk.hold("cargo", "exit 1");
    let mut terminal = desk.type_in("serve --dev --config sinew.toml --listen 127.0.0.1:0");
    terminal
        .says("loading plugins; what is compiled now comes from the cache the next time")
        .await;
    let manifest = desk.at("keeper/plugin.toml");
    tokio::task::spawn_blocking(move || {
        // Whoever waits for the manifest gets one, and nobody waits for it later.
        fs::write(&manifest, "").unwrap();
        fs::remove_file(&manifest).unwrap();
        fs::write(&manifest, "").unwrap();
    })
    .await
    .unwrap();
    terminal.says("building keeper").await;
    let screen = terminal.screen();
    for line in [
        "sinew listens on ",
        "watching: ",
        "keeper  at the start · building",
    ] {
        assert!(
            screen.iter().any(|shown| shown.starts_with(line)),
            "{line}: {screen:#?}"
        );
    }
    desk.let_go();
    terminal.script.kill().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_said_where_a_program_reads() {
    let Some(desk) = Desk::new() else { return };
    let daemon = desk.slow_daemon();
    let doctor = run(&desk.binary, desk.home.path(), &["doctor"], b"");
    let answering = async {
        let (mut asked, _) = daemon.accept().await.unwrap();
        // It still waits when the line would have been there twice.
        let mut request = Vec::new();
        let waits = asked.read_to_end(&mut request);
        assert!(tokio::time::timeout(2 * BEAT, waits).await.is_err());
    };
    let (finished, ()) = tokio::join!(doctor, answering);
    assert_eq!(finished.unwrap().stderr, "");
}
