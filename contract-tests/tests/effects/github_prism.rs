//! GitHub's own description of its API, as a server: it validates every request and answers with GitHub's examples.
//!
//! It is started once for all tests. It ends with this process, whose end closes a pipe that a shell waits for.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{LazyLock, mpsc};
use std::time::Duration;

use sinew_contract_tests::sinew_binary::skipped;
use tempfile::TempDir;

/// Two cores that are busy with other tests need their time to read a description.
const PATIENCE: Duration = Duration::from_secs(120);
/// Ends its child when its input ends.
const KEEPER: &str = r#""$@" & child=$!; read -r _; kill "$child"; wait "$child""#;

struct Prism {
    url: String,
    _keeper: Child,
    _pipe: ChildStdin,
    _folder: TempDir,
}

/// The server's URL; `None` where it is not installed.
pub(crate) fn prism() -> Option<&'static str> {
    static PRISM: LazyLock<Option<Prism>> = LazyLock::new(|| {
        let modules =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tools/prism/node_modules");
        if modules.join(".bin/prism").exists() {
            return Some(start(&modules));
        }
        None
    });
    match &*PRISM {
        Some(prism) => Some(&prism.url),
        None => skipped("prism is not installed: run `./bootstrap.sh test` once"),
    }
}

fn start(modules: &Path) -> Prism {
    let folder = TempDir::new().unwrap();
    let description = cut(modules, folder.path());
    let mut keeper = Command::new("sh")
        .args(["-c", KEEPER, "sh", "node"])
        .arg(modules.join(".bin/prism"))
        .args(["mock", "-h", "127.0.0.1", "-p", "0"])
        .arg(description)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let pipe = keeper.stdin.take().unwrap();
    let output = BufReader::new(keeper.stdout.take().unwrap());
    let (found, wanted) = mpsc::channel();
    // It goes on reading: a server whose log nobody reads stands still.
    std::thread::spawn(move || {
        for line in output.lines().map_while(Result::ok) {
            if let Some((_, url)) = line.split_once("is listening on ") {
                let _ = found.send(url.trim().to_owned());
            }
        }
    });
    let url = wanted.recv_timeout(PATIENCE).expect("prism did not start");
    Prism {
        url,
        _keeper: keeper,
        _pipe: pipe,
        _folder: folder,
    }
}

/// The description, cut to what is used: whole, it takes half a minute to start.
fn cut(modules: &Path, folder: &Path) -> PathBuf {
    let description = folder.join("github.json");
    let done = Command::new("node")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("github/cut.mjs"))
        .arg(modules.join("@octokit/openapi/generated/api.github.com.json"))
        .arg(&description)
        .status()
        .unwrap();
    assert!(done.success(), "the description could not be cut");
    description
}
