//! The escape corpus: what somebody who wants more than was granted would try, and the honest look-alikes beside it.
//!
//! Each file in `escapes/` is a list of groups: the rules of both sides, and needs by name that they have to refuse or to
//! allow. A need is written in plain words:
//!
//! ```toml
//! "a file" = { "fs.read" = "/repo/a" }
//! "a repository" = { "git.read" = ["/repo", "/repo/.git"] }
//! "a push" = { "git.push" = "https://h/a", from = ["/repo"], refs = ["refs/heads/a"] }
//! "a request" = { net = "GET https://h/a", at = "10.0.0.1", secrets = ["KEY"] }
//! "a program" = { process = ["cargo", "test"], cwd = "/repo", env = ["PATH"] }
//! "a container" = { docker = "ci@sha256:…", mounts = ["/repo:ro"], network = "none" }
//! "the rest" = { github = "acme/api:issues.read" }
//! ```

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sinew_permits::{
    DockerNeed, GITHUB_RIGHTS, MCP_ASKS, Mount, Need, NetNeed, PermitScope, PermitSet, Permits,
    PushUrl, SendNeed, Variable, WebUrl,
};

const FILES: &[(&str, &str)] = &[
    ("files", include_str!("escapes/files.toml")),
    ("git", include_str!("escapes/git.toml")),
    ("hosts", include_str!("escapes/hosts.toml")),
    ("requests", include_str!("escapes/requests.toml")),
    ("programs", include_str!("escapes/programs.toml")),
    ("names", include_str!("escapes/names.toml")),
];

#[test]
fn nothing_escapes() {
    let mut wrong = Vec::new();
    let mut names = BTreeSet::new();
    let (mut refused, mut allowed) = (0, 0);
    for (file, text) in FILES {
        let corpus: Value = toml::from_str(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        for group in corpus["group"].as_array().unwrap() {
            let rules = PermitSet::parse(&group["permits"], "permits")
                .unwrap_or_else(|error| panic!("{file}: {error}"));
            let permits = Permits::new("p", rules.clone(), rules);
            for (verdict, count) in [("refused", &mut refused), ("allowed", &mut allowed)] {
                for (name, need) in group[verdict].as_object().into_iter().flatten() {
                    assert!(
                        names.insert(name.clone()),
                        "{file}: two are called `{name}`"
                    );
                    *count += 1;
                    let judged = read(need).map(|need| permits.check(&scope(), &need));
                    if matches!(judged, Ok(Ok(_))) != (verdict == "allowed") {
                        wrong.push(format!("{file}: `{name}` is not {verdict}: {judged:?}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(
        refused >= 300 && allowed >= 60,
        "{refused} are refused, {allowed} are allowed"
    );
}

fn scope() -> PermitScope {
    PermitScope::pinned(Path::new("/home/ada/api"), Some(Path::new("/home/ada")))
}

/// Reads a need; an error where the URL in it is none that could be asked for.
#[allow(clippy::too_many_lines, reason = "one arm for each family")]
fn read(need: &Value) -> Result<Need, String> {
    let text = |name: &str| need[name].as_str().map(str::to_owned);
    let texts = |name: &str| -> Vec<String> {
        need[name]
            .as_array()
            .into_iter()
            .flatten()
            .map(|item| item.as_str().unwrap().to_owned())
            .collect()
    };
    let (family, value) = need
        .as_object()
        .unwrap()
        .iter()
        .find(|(name, _)| !FIELDS.contains(&name.as_str()))
        .unwrap();
    let word = value.as_str().unwrap_or_default().to_owned();
    let before_colon = || word.split_once(':').unwrap();
    Ok(match family.as_str() {
        "fs.read" => Need::FsRead {
            asked: vec![word.clone()],
            path: word.into(),
        },
        "fs.write" => Need::FsWrite {
            asked: vec![word.clone()],
            path: word.into(),
        },
        "git.read" => Need::git_read("", texts("git.read")),
        "git.write" => Need::git_write("", texts("git.write"), texts("refs")),
        "git.push" => {
            let url = PushUrl::parse(&word).map_err(|error| error.to_string())?;
            Need::git_push("", texts("from"), Some(url), texts("refs"))
        }
        "net" => {
            let (method, url) = word.split_once(' ').unwrap();
            Need::Net(NetNeed {
                asked: vec![url.to_owned()],
                method: method.to_owned(),
                url: WebUrl::parse(url).map_err(|error| error.to_string())?,
                address: text("at").map(|address| address.parse().unwrap()),
                secrets: texts("secrets"),
            })
        }
        "process" => Need::Process {
            asked: Vec::new(),
            argv: texts("process"),
            cwd: text("cwd").unwrap().into(),
            env: texts("env")
                .iter()
                .map(|variable| {
                    let (name, value) = match variable.split_once('=') {
                        Some((name, value)) => (name, Some(value.to_owned())),
                        None => (variable.as_str(), None),
                    };
                    Variable {
                        name: name.to_owned(),
                        value,
                    }
                })
                .collect(),
        },
        "github" => {
            let (repository, right) = before_colon();
            Need::Github {
                repository: repository.to_owned(),
                right: GITHUB_RIGHTS
                    .iter()
                    .copied()
                    .find(|known| *known == right)
                    .unwrap_or("other"),
            }
        }
        "llm" => Need::Llm { model: word },
        "lsp" => Need::Lsp { server: word },
        "mcp" => Need::Mcp {
            asks: MCP_ASKS
                .iter()
                .copied()
                .filter(|known| word.split(',').any(|ask| ask == *known))
                .collect(),
        },
        "tui" => Need::Tui,
        "send" => {
            let (plugin, selector) = before_colon();
            Need::Send(SendNeed {
                plugin: plugin.to_owned(),
                class: text("class"),
                selector: selector.to_owned(),
            })
        }
        "docker" => Need::Docker(DockerNeed {
            asked: Vec::new(),
            image: word,
            mounts: texts("mounts")
                .iter()
                .map(|mount| {
                    let (path, mode) = mount.rsplit_once(':').unwrap();
                    Mount {
                        path: PathBuf::from(path),
                        writable: mode == "rw",
                    }
                })
                .collect(),
            network: text("network").unwrap_or_else(|| "none".to_owned()),
        }),
        other => panic!("`{other}` is no need"),
    })
}

/// What goes with a need.
const FIELDS: &[&str] = &[
    "from", "refs", "at", "secrets", "cwd", "env", "class", "mounts", "network",
];
