//! What a plugin might want, in plain words, and the same as a need.

use std::path::PathBuf;

use sinew_permits::{
    DockerNeed, GITHUB_RIGHTS, MCP_ASKS, Mount, Need, NetNeed, PushUrl, SendNeed, Variable, WebUrl,
};

use super::random::Random;
use super::rules::RIGHTS;

/// Something to be judged.
#[derive(Debug, Clone)]
pub(crate) enum Question {
    GitRead {
        paths: Vec<String>,
    },
    GitWrite {
        paths: Vec<String>,
        refs: Vec<String>,
    },
    GitPush {
        paths: Vec<String>,
        url: String,
        refs: Vec<String>,
    },
    Fs {
        write: bool,
        path: String,
    },
    Net {
        method: String,
        scheme: String,
        host: String,
        port: String,
        path: String,
        address: Option<String>,
        secrets: Vec<String>,
    },
    Process {
        argv: Vec<String>,
        cwd: String,
        env: Vec<String>,
    },
    Github {
        repository: String,
        right: &'static str,
    },
    Llm {
        model: String,
    },
    Docker {
        image: String,
        mounts: Vec<(String, bool)>,
        network: String,
    },
    Lsp {
        server: String,
    },
    Mcp {
        asks: Vec<&'static str>,
    },
    Tui,
    Send {
        plugin: String,
        class: Option<String>,
        selector: String,
    },
}

/// The families, as [`Question::family`] counts them.
pub(crate) const FAMILIES: &[&str] = &[
    "git", "fs", "net", "process", "github", "llm", "docker", "lsp", "mcp", "tui", "send",
];

// === impl Question ===

impl Question {
    pub(crate) fn random(random: &mut Random) -> Self {
        match random.below(FAMILIES.len()) {
            0 => git(random),
            1 => Self::Fs {
                write: random.once_in(2),
                path: path(random),
            },
            2 => net(random),
            3 => Self::Process {
                argv: {
                    let mut argv =
                        vec![random.pick(&["p", "p", "p", "p", "q", "/bin/p"]).to_owned()];
                    argv.extend(random.list(2, |random| {
                        random
                            .pick(&["a", "b", "", "ab", "-x", "*", "a b"])
                            .to_owned()
                    }));
                    argv
                },
                cwd: path(random),
                env: if random.once_in(3) {
                    random.list(2, |random| {
                        random
                            .pick(&["PATH", "HOME", "HOME=", "HOME=a", "HOME=ab", "PATH=*"])
                            .to_owned()
                    })
                } else {
                    Vec::new()
                },
            },
            4 => Self::Github {
                repository: random
                    .pick(&["a/x", "a/y", "b/x", "ab/xy", "a", "a/x/y"])
                    .to_owned(),
                right: {
                    let right = random.pick(RIGHTS);
                    GITHUB_RIGHTS.iter().find(|known| **known == right).unwrap()
                },
            },
            5 => Self::Llm {
                model: name(random),
            },
            6 => Self::Docker {
                image: {
                    let image = random.pick(&["a", "r/a", "r/b", "a"]);
                    let digits = random.pick(&["0", "f", "0"]).repeat(64);
                    let digest = random.pick(&["@sha256:", "@sha256:", "@sha256:", ":1@sha256:"]);
                    format!("{image}{digest}{digits}")
                },
                mounts: random.list(2, |random| (path(random), random.once_in(2))),
                network: random.pick(&["none", "none", "n", "m"]).to_owned(),
            },
            7 => Self::Lsp {
                server: name(random),
            },
            8 => Self::Mcp {
                asks: {
                    let mut asks = vec![random.pick(MCP_ASKS)];
                    asks.extend(random.list(1, |random| random.pick(MCP_ASKS)));
                    asks
                },
            },
            9 => Self::Tui,
            _ => Self::Send {
                plugin: random.pick(&["a", "ab", "b"]).to_owned(),
                class: random
                    .once_in(2)
                    .then(|| random.pick(&["A", "Ab", "B", "a"]).to_owned()),
                selector: random.pick(&["s", "st", "s:t", "u"]).to_owned(),
            },
        }
    }

    /// The index in [`FAMILIES`].
    pub(crate) fn family(&self) -> usize {
        match self {
            Self::GitRead { .. } | Self::GitWrite { .. } | Self::GitPush { .. } => 0,
            Self::Fs { .. } => 1,
            Self::Net { .. } => 2,
            Self::Process { .. } => 3,
            Self::Github { .. } => 4,
            Self::Llm { .. } => 5,
            Self::Docker { .. } => 6,
            Self::Lsp { .. } => 7,
            Self::Mcp { .. } => 8,
            Self::Tui => 9,
            Self::Send { .. } => 10,
        }
    }

    pub(crate) fn need(&self) -> Need {
        match self.clone() {
            Self::GitRead { paths } => Need::git_read(&paths[0], &paths),
            Self::GitWrite { paths, refs } => Need::git_write(&paths[0], &paths, refs),
            Self::GitPush { paths, url, refs } => {
                Need::git_push(&paths[0], &paths, Some(PushUrl::parse(&url).unwrap()), refs)
            }
            Self::Fs { write: false, path } => Need::FsRead {
                asked: vec![path.clone()],
                path: path.into(),
            },
            Self::Fs { write: true, path } => Need::FsWrite {
                asked: vec![path.clone()],
                path: path.into(),
            },
            Self::Net {
                method,
                scheme,
                host,
                port,
                path,
                address,
                secrets,
            } => {
                let url = format!("{scheme}://{host}:{port}{path}");
                Need::Net(NetNeed {
                    url: WebUrl::parse(&url).unwrap(),
                    asked: vec![url],
                    method,
                    address: address.map(|address| address.parse().unwrap()),
                    secrets,
                })
            }
            Self::Process { argv, cwd, env } => Need::Process {
                asked: vec![cwd.clone()],
                argv,
                cwd: cwd.into(),
                env: env.iter().map(|text| variable(text)).collect(),
            },
            Self::Github { repository, right } => Need::Github { repository, right },
            Self::Llm { model } => Need::Llm { model },
            Self::Docker {
                image,
                mounts,
                network,
            } => Need::Docker(DockerNeed {
                asked: mounts.iter().map(|(path, _)| path.clone()).collect(),
                image,
                mounts: mounts
                    .into_iter()
                    .map(|(path, writable)| Mount {
                        path: PathBuf::from(path),
                        writable,
                    })
                    .collect(),
                network,
            }),
            Self::Lsp { server } => Need::Lsp { server },
            Self::Mcp { asks } => Need::Mcp { asks },
            Self::Tui => Need::Tui,
            Self::Send {
                plugin,
                class,
                selector,
            } => Need::Send(SendNeed {
                plugin,
                class,
                selector,
            }),
        }
    }
}

fn git(random: &mut Random) -> Question {
    let mut paths = vec![path(random)];
    if random.once_in(3) {
        paths.push(path(random));
    }
    if random.once_in(2) {
        paths.push(format!("{}/.git", paths[0]));
    }
    let refs = random.list(2, |random| {
        random
            .pick(&[
                "refs/heads/a",
                "refs/heads/b/c",
                "refs/heads/b/c/d",
                "refs/tags/a",
                "HEAD",
            ])
            .to_owned()
    });
    match random.below(3) {
        0 => Question::GitRead { paths },
        1 => Question::GitWrite { paths, refs },
        _ if random.once_in(2) => Question::GitPush {
            paths,
            url: path(random),
            refs,
        },
        _ => {
            let host = random.pick(&["h", "x.h", "y.x.h", "8.8.8.8", "10.0.0.1"]);
            let port = random.pick(&["", "", ":8443"]);
            let path = random.pick(&["/a", "/a.git", "/a/b", "/b/b.git"]);
            Question::GitPush {
                paths,
                url: format!("https://{host}{port}{path}"),
                refs,
            }
        }
    }
}

fn path(random: &mut Random) -> String {
    let below: String = random
        .list(3, |random| {
            let segment = random.pick(&["a", "b", "ab", "a", "b", ".git", ".Git", ".gi"]);
            format!("/{segment}")
        })
        .concat();
    if below.is_empty() {
        "/a/b".to_owned()
    } else {
        below
    }
}

fn net(random: &mut Random) -> Question {
    Question::Net {
        method: random
            .pick(&["GET", "GET", "GET", "GET", "POST", "get"])
            .to_owned(),
        scheme: if random.once_in(6) { "http" } else { "https" }.to_owned(),
        host: random
            .pick(&[
                "h",
                "x.h",
                "y.x.h",
                "h",
                "h",
                "x.h",
                "8.8.8.8",
                "8.8.8.8",
                "10.0.0.1",
                "[::1]",
                "[::ffff:a00:1]",
                "[::ffff:808:808]",
            ])
            .to_owned(),
        port: if random.once_in(5) {
            random.pick(&["80", "8443"])
        } else {
            "443"
        }
        .to_owned(),
        path: random
            .pick(&["/", "/a", "/a/", "/a/b", "/a/b/b", "/b", "/ab", "/%C3%A9/b"])
            .to_owned(),
        address: random.once_in(2).then(|| {
            random
                .pick(&[
                    "8.8.8.8",
                    "8.8.8.8",
                    "8.8.8.8",
                    "2606:4700::1",
                    "::ffff:8.8.8.8",
                    "10.0.0.1",
                    "10.9.9.9",
                    "127.0.0.1",
                    "169.254.169.254",
                    "::1",
                    "fd00::1",
                    "::ffff:10.0.0.1",
                ])
                .to_owned()
        }),
        secrets: if random.once_in(4) {
            random.list(2, |random| random.pick(&["K", "L"]).to_owned())
        } else {
            Vec::new()
        },
    }
}

fn name(random: &mut Random) -> String {
    random
        .pick(&["a", "ab", "b", "a/b", "a/c", "a/b/b", ""])
        .to_owned()
}

/// A variable with its value behind `=`, or the host's own.
fn variable(text: &str) -> Variable {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (text, None),
    };
    Variable {
        name: name.to_owned(),
        value,
    }
}
