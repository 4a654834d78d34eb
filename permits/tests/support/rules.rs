//! Random rules of every family, out of so few words that needs often meet them.

use serde_json::{Value, json};
use sinew_permits::MCP_ASKS;

use super::random::Random;

pub(crate) const RIGHTS: &[&str] = &["issues.read", "issues.write", "pulls.merge"];

/// One side's rules.
pub(crate) fn side(random: &mut Random) -> Value {
    json!({
        "git": git(random),
        "fs": fs(random),
        "net": random.some(7, net),
        "process": random.some(6, process),
        "github": random.some(6, github),
        "llm": { "models": random.list(3, name) },
        "docker": docker(random),
        "lsp": random.list(3, name),
        "mcp": random.list(3, |random| random.pick(MCP_ASKS)),
        "tui": random.once_in(2),
        "send": random.list(4, send),
    })
}

fn git(random: &mut Random) -> Value {
    let most = 4;
    json!({
        "read": random.list(most, path),
        "write": random.list(most, |random| json!({ "repo": path(random), "refs": refs(random) })),
        "push": random.list(most, |random| json!({ "url": url(random), "refs": refs(random) })),
        "deny": random.list(1, denied_path),
    })
}

fn fs(random: &mut Random) -> Value {
    json!({
        "read": random.list(4, path),
        "write": random.list(4, path),
        "deny": random.list(1, denied_path),
    })
}

/// Mostly narrow: what denies much leaves nothing to compare.
fn denied_path(random: &mut Random) -> String {
    if random.once_in(3) {
        path(random)
    } else {
        random.pick(&["/b/ab", "/a/.git", "**/ab/b"]).to_owned()
    }
}

pub(crate) fn path(random: &mut Random) -> String {
    let start = random.pick(&["", "", "", "${project}", "**"]);
    let below: String = random
        .list(3, |random| {
            let segment = random.pick(&[
                "a", "b", "ab", "*", "*", "a*", "*b", "**", "**", ".git", ".g*", ".GIT",
            ]);
            format!("/{segment}")
        })
        .concat();
    if start.is_empty() && below.is_empty() {
        "/**".to_owned()
    } else {
        format!("{start}{below}")
    }
}

fn refs(random: &mut Random) -> Vec<String> {
    random.some(2, |random| {
        let globs = [
            "**",
            "**/a",
            "refs/heads/*",
            "refs/heads/**",
            "refs/**",
            "refs/heads/a",
            "refs/heads/b/*",
        ];
        random.pick(&globs).to_owned()
    })
}

fn url(random: &mut Random) -> String {
    if random.once_in(3) {
        return path(random);
    }
    let host = random.pick(&["h", "x.h", "*", "*.h", "**", "10.0.0.1"]);
    let port = random.pick(&["", ":443", ":8443"]);
    let path = random.pick(&["/a", "/a.git", "/a/*", "/**", "/*/b", "/a/**"]);
    format!("https://{host}{port}{path}")
}

/// Mostly generous: a request has so many parts that it would hardly ever be covered.
fn net(random: &mut Random) -> Value {
    let mut rule = json!({
        "host": random.pick(&[
            "h", "**", "**", "**", "**", "*", "x.h", "*.h", "**.h", "10.0.0.1", "8.8.8.8",
            "[::1]", "[::ffff:a00:1]",
        ]),
        "methods": random.some(3, |random| random.pick(&["GET", "GET", "GET", "POST"])),
        "path": random.pick(&[
            "/**", "/**", "/**", "/**", "/a/**", "/a/**", "/", "/a", "/a/*", "/*/b", "/**/b", "/a*",
        ]),
    });
    if random.once_in(4) {
        rule["schemes"] = json!(random.some(2, |random| random.pick(&["http", "https"])));
    }
    if rule.get("schemes").is_some() || random.once_in(3) {
        rule["ports"] = json!(random.some(3, |random| [443, 443, 80, 8443][random.below(4)]));
    }
    if random.once_in(2) {
        rule["secrets"] = json!(random.list(3, |random| random.pick(&["K", "L"])));
    }
    if random.once_in(2) {
        rule["private"] = json!(random.list(3, |random| random.pick(&[
            "10.0.0.0/8",
            "10.0.0.1",
            "127.0.0.0/8",
            "::1",
            "fd00::/8",
            "0.0.0.0/0",
            "169.254.0.0/17",
        ])));
    }
    rule
}

fn process(random: &mut Random) -> Value {
    let mut argv = vec![random.pick(&["p", "p", "p", "p", "q", "/bin/p"])];
    argv.extend(random.list(3, |random| {
        random.pick(&["**", "**", "**", "**", "*", "*", "a", "a*", "", "-x", "a b"])
    }));
    let mut rule = json!({ "argv": argv, "cwd": wide_path(random) });
    if random.once_in(2) {
        rule["env"] = json!(random.list(4, |random| {
            random.pick(&[
                "PATH", "HOME", "HOME=*", "HOME=a*", "HOME=*b", "HOME=", "PATH=**",
            ])
        }));
    }
    rule
}

/// Mostly generous, for rules that have to cover more than a path.
fn wide_path(random: &mut Random) -> String {
    if random.once_in(2) {
        random.pick(&["**", "/**", "/a/**"]).to_owned()
    } else {
        path(random)
    }
}

fn github(random: &mut Random) -> String {
    let owner = random.pick(&["a", "A", "*", "a*", "b"]);
    let name = random.pick(&["x", "*", "x*", "Y", "*y"]);
    format!("{owner}/{name}:{}", random.pick(RIGHTS))
}

fn name(random: &mut Random) -> String {
    random
        .pick(&["a", "a*", "*", "a/b", "a/*", "**", "**/b", "*b*"])
        .to_owned()
}

fn docker(random: &mut Random) -> Value {
    let mut rules = json!({
        "images": random.some(4, |random| {
            let name = random.pick(&["a", "r/a", "r/*", "**/*", "**/*", "**/a"]);
            format!("{name}@sha256:{}", random.pick(&["*", "*", "0*", "*f"]))
        }),
        "mounts": random.some(4, |random| {
            format!("{}:{}", wide_path(random), random.pick(&["ro", "rw"]))
        }),
    });
    if random.once_in(2) {
        rules["network"] = json!(random.pick(&["none", "n", "m"]));
    }
    rules
}

fn send(random: &mut Random) -> String {
    let receiver = random.pick(&["a", "a*", "*", "A", "A*", "*b", "Ab"]);
    format!("{receiver}:{}", random.pick(&["s", "s*", "*", "s:t"]))
}
