//! The release binary, serving the bundled plugins on a free port with a state folder of its own.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::connection::{self, Way};
use crate::load::{Asked, Target};

const READY_WITHIN: Duration = Duration::from_secs(60);

/// A running server; it is stopped when this is dropped.
pub(crate) struct Daemon {
    child: Child,
    address: SocketAddr,
    state: PathBuf,
    start: Duration,
}

impl Daemon {
    /// Starts one whose state lies in `state`, and waits until it has decided for the first time.
    pub(crate) async fn start(config: &Path, state: &Path, asked: &'static Asked) -> Self {
        let address = free_port();
        let begin = Instant::now();
        let child = Command::new(binary())
            .arg("serve")
            .arg("--config")
            .arg(config)
            .arg("--listen")
            .arg(address.to_string())
            .arg("--state")
            .arg(state)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("target/release/sinew was built");
        let mut daemon = Self {
            child,
            address,
            state: state.to_owned(),
            start: Duration::ZERO,
        };
        while connection::status(address, "/readyz").await != Some(200) {
            assert!(
                begin.elapsed() < READY_WITHIN,
                "not ready within {READY_WITHIN:?}"
            );
            assert!(
                daemon
                    .child
                    .try_wait()
                    .expect("the server can be asked")
                    .is_none(),
                "the server ended"
            );
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        daemon.target(asked).first().await;
        daemon.start = begin.elapsed();
        daemon
    }

    /// An event, sent there.
    pub(crate) fn target(&self, asked: &'static Asked) -> Target {
        Target {
            way: Way::Http(self.address),
            path: asked.path,
            asked,
            token: Some(self.token(asked.role)),
        }
    }

    /// The same as a raw message over its socket.
    pub(crate) fn raw_target(&self, asked: &'static Asked) -> Target {
        Target {
            way: Way::Raw(self.state.join("sinew.sock")),
            ..self.target(asked)
        }
    }

    /// A reload of a plugin, as an operator asks for it.
    pub(crate) fn reload(&self, path: &'static str, asked: &'static Asked) -> Target {
        Target {
            path,
            token: Some(self.token("admin")),
            ..self.target(asked)
        }
    }

    /// Its resident memory, in MiB.
    pub(crate) fn memory_mib(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("the server runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
        kib.and_then(|kib| kib.trim().parse::<f64>().ok())
            .expect("the system says how much memory a process has")
            / 1024.0
    }

    fn token(&self, role: &str) -> String {
        let token = std::fs::read_to_string(self.state.join("tokens").join(role));
        token
            .expect("tokens are made at the first start")
            .trim()
            .to_owned()
    }

    /// From starting the process to its first decision.
    pub(crate) fn start_ms(&self) -> f64 {
        self.start.as_secs_f64() * 1e3
    }

    /// The shim, wired to this server as a guarded event is.
    pub(crate) fn shim(&self) -> Command {
        let mut command = Command::new(binary());
        command
            .args(["hook", "--event", "PreToolUse", "--guarded", "--state"])
            .arg(&self.state);
        command
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // It is only measured: nothing has to be left in order.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The binary beside this one: both are built in release mode.
pub(crate) fn binary() -> PathBuf {
    let here = std::env::current_exe().expect("a program knows where it is");
    here.parent()
        .and_then(Path::parent)
        .expect("benches lie in deps")
        .join("sinew")
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the crate lies in the repository")
}

fn free_port() -> SocketAddr {
    // Somebody else could take it in between; then the server does not start, and the measurement says so.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("the listener has an address")
}
