//! What `sinew permit grant` is given, what it adds, and what it refuses.

#![allow(
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "a test that cannot go on fails, and a table is as long as it is"
)]

use serde_json::{Value, json};
use sinew_permits::{Change, Grant, PermitSet, diff};

#[test]
fn a_grant_is_one_rule_as_one_text() {
    for (text, printed, line) in [
        ("fs.read:/repo/**", "", r#"fs.read = ["/repo/**"]"#),
        (
            "fs.write:/my repo/out",
            "",
            r#"fs.write = ["/my repo/out"]"#,
        ),
        ("git.read:${project}", "", r#"git.read = ["${project}"]"#),
        (
            "git.write:refs/heads/bot/* /my repo",
            "",
            r#"git.write = [{ repo = "/my repo", refs = ["refs/heads/bot/*"] }]"#,
        ),
        (
            "git.push:refs/heads/bot/* https://github.com/acme/api",
            "",
            r#"git.push = [{ url = "https://github.com/acme/api", refs = ["refs/heads/bot/*"] }]"#,
        ),
        (
            r#"git.write:{"repo":"/r","refs":["refs/heads/a","refs/heads/b"]}"#,
            "",
            r#"git.write = [{ repo = "/r", refs = ["refs/heads/a", "refs/heads/b"] }]"#,
        ),
        (
            r#"git.write:{"repo":"/r","refs":["refs/heads/a"]}"#,
            "git.write:refs/heads/a /r",
            r#"git.write = [{ repo = "/r", refs = ["refs/heads/a"] }]"#,
        ),
        (
            "net:GET,HEAD https://api.acme.io/v1/**",
            "",
            r#"net = [{ host = "api.acme.io", methods = ["GET", "HEAD"], path = "/v1/**" }]"#,
        ),
        (
            "net:GET https://h:443/",
            "net:GET https://h/",
            r#"net = [{ host = "h", methods = ["GET"], path = "/" }]"#,
        ),
        (
            "net:GET http://h/a",
            "",
            r#"net = [{ host = "h", methods = ["GET"], path = "/a", schemes = ["http"], ports = [80] }]"#,
        ),
        (
            "net:GET http://[::1]:8080/**",
            "",
            r#"net = [{ host = "[::1]", methods = ["GET"], path = "/**", schemes = ["http"], ports = [8080] }]"#,
        ),
        (
            "net:GET https://[::1]/**",
            "",
            r#"net = [{ host = "[::1]", methods = ["GET"], path = "/**" }]"#,
        ),
        (
            r#"net:{"host":"h","methods":["GET"],"path":"/","ports":[443]}"#,
            r#"net:{"host":"h","methods":["GET"],"path":"/","ports":[443]}"#,
            r#"net = [{ host = "h", methods = ["GET"], path = "/", ports = [443] }]"#,
        ),
        (
            r#"net:{"host":"h","methods":["GET"],"path":"/","secrets":["K"]}"#,
            "",
            r#"net = [{ host = "h", methods = ["GET"], path = "/", secrets = ["K"] }]"#,
        ),
        (
            "process:cargo test **",
            "",
            r#"process = [{ argv = ["cargo", "test", "**"], cwd = "${project}/**" }]"#,
        ),
        (
            "process:cargo test @/my repo/**",
            "",
            r#"process = [{ argv = ["cargo", "test"], cwd = "/my repo/**" }]"#,
        ),
        (
            r#"process:{"argv":["cargo","@x"],"cwd":"/r"}"#,
            "",
            r#"process = [{ argv = ["cargo", "@x"], cwd = "/r" }]"#,
        ),
        (
            r#"process:{"argv":["cargo"],"cwd":"/r","env":["PATH"]}"#,
            "",
            r#"process = [{ argv = ["cargo"], cwd = "/r", env = ["PATH"] }]"#,
        ),
        (
            "github:acme/api:issues.read",
            "",
            r#"github = ["acme/api:issues.read"]"#,
        ),
        ("llm:small-*", "", r#"llm.models = ["small-*"]"#),
        (
            "docker.images:ci@sha256:*",
            "",
            r#"docker.images = ["ci@sha256:*"]"#,
        ),
        (
            "docker.mounts:/repo:ro",
            "",
            r#"docker.mounts = ["/repo:ro"]"#,
        ),
        ("docker.network:ci", "", r#"docker.network = "ci""#),
        ("lsp:rust-analyzer", "", r#"lsp = ["rust-analyzer"]"#),
        ("mcp:elicit", "", r#"mcp = ["elicit"]"#),
        ("tui:true", "", "tui = true"),
        ("send:planner:assign", "", r#"send = ["planner:assign"]"#),
    ] {
        let grant = Grant::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let printed = if printed.is_empty() { text } else { printed };
        assert_eq!(grant.to_string(), printed);
        assert_eq!(Grant::parse(printed).as_ref(), Ok(&grant), "{text}");
        assert_eq!(grant.line(), line);
        assert_eq!(toml::from_str::<Value>(line).unwrap(), grant.table());
        let mut place = &grant.table();
        for key in grant.path() {
            place = &place[*key];
        }
        let expected = if grant.is_listed() {
            json!([grant.rule()])
        } else {
            grant.rule().clone()
        };
        assert_eq!(*place, expected, "{text}");
    }
}

#[test]
fn what_is_no_grant_is_refused_with_the_reason() {
    let families = "`git.read`, `git.write`, `git.push`, `fs.read`, `fs.write`, `net`, `process`, `github`, `llm`, \
                    `docker.images`, `docker.mounts`, `docker.network`, `lsp`, `mcp`, `tui` and `send`";
    for (text, expected) in [
        ("", format!("``: is no grant, which is `FAMILY:RULE`; the families are {families}")),
        ("fs.deny:/a", format!("`fs.deny`: is no family of grants; they are {families}")),
        ("fs.read:a", "`fs.read[0]`: `a` is no absolute path and starts neither with `${project}` nor `**`".to_owned()),
        ("fs.read:", "`fs.read[0]`: `` is no absolute path and starts neither with `${project}` nor `**`".to_owned()),
        ("git.write:/repo", "`git.write`: `/repo` is neither `REF REPO` nor a table in JSON".to_owned()),
        ("git.push:x", "`git.push`: `x` is neither `REF URL` nor a table in JSON".to_owned()),
        ("net:https://h/", "`net`: `https://h/` is neither `METHOD[,METHOD…] URL` nor a table in JSON".to_owned()),
        ("net:GET h/", "`net`: `h/` does not begin with `https://` or `http://`".to_owned()),
        ("net:GET https://h", "`net`: `https://h` has no path; `/**` stands for all".to_owned()),
        ("net:GET https://h:x/", "`net`: `x` is no port".to_owned()),
        ("net:GET ftp://h/", "`net[0].schemes[0]`: `ftp` is neither `https` nor `http`".to_owned()),
        ("net:get https://h/", "`net[0].methods[0]`: `get` is no method, which is a word in upper case".to_owned()),
        ("net:{", "`net`: is no JSON: EOF while parsing an object at line 1 column 1".to_owned()),
        ("net:{}", "`net[0].host`: is missing".to_owned()),
        ("process:", "`process[0].argv`: the program `` is neither a bare name nor an absolute path, without wildcards".to_owned()),
        ("process:* @/", "`process[0].argv`: the program `*` is neither a bare name nor an absolute path, without wildcards".to_owned()),
        ("github:acme/api", "`github[0]`: `acme/api` has no right; it is `owner/name:right`".to_owned()),
        ("tui:false", "`tui`: can only be granted as a whole: `tui:true`".to_owned()),
    ] {
        assert_eq!(Grant::parse(text).unwrap_err().to_string(), expected);
    }
}

fn difference(old: &Value, new: &Value) -> (Vec<String>, Vec<String>) {
    let [old, new] = [old, new].map(|rules| PermitSet::parse(rules, "").unwrap());
    let difference = diff(&old, &new);
    let words = |changes: &[Change]| changes.iter().map(ToString::to_string).collect();
    (words(&difference.widenings), words(&difference.narrowings))
}

#[test]
fn a_diff_lists_rules_that_the_other_side_has_nothing_like() {
    let old = json!({
        "fs": { "read": ["/repo/**"], "write": ["/repo/a"], "deny": ["**/.env"] },
        "net": [{ "host": "h", "methods": ["GET"], "path": "/v1/**" }],
        "tui": true,
    });
    let new = json!({
        "fs": { "read": ["/repo/src/*", "/etc/hosts"], "write": ["/repo/a"], "deny": ["**/*.pem"] },
        "net": [{ "host": "h", "methods": ["GET", "POST"], "path": "/v1/x" }],
        "docker": { "network": "none" },
    });
    assert_eq!(
        difference(&old, &new),
        (
            vec![
                r#"+ fs.read[1] "/etc/hosts""#.to_owned(),
                r#"- fs.deny[0] "**/.env""#.to_owned(),
                r#"+ net[0] { host = "h", methods = ["GET", "POST"], path = "/v1/x" }"#.to_owned(),
            ],
            vec![
                r#"- fs.read[0] "/repo/**""#.to_owned(),
                r#"+ fs.deny[0] "**/*.pem""#.to_owned(),
                r#"- net[0] { host = "h", methods = ["GET"], path = "/v1/**" }"#.to_owned(),
                "- tui true".to_owned(),
            ]
        )
    );
    assert_eq!(difference(&old, &old), (Vec::new(), Vec::new()));
    let network = |name: &str| json!({ "docker": { "network": name } });
    assert_eq!(difference(&network("ci"), &network("ci")).0.len(), 0);
    assert_eq!(difference(&network("ci"), &network("host")).0.len(), 1);
}

#[test]
fn a_narrower_spelling_is_no_widening() {
    let one = |family: &str, rule: &Value| {
        let mut rules = json!({});
        match family.split_once('.') {
            Some((family, list)) => rules[family][list] = json!([rule]),
            None => rules[family] = json!([rule]),
        }
        rules
    };
    let argv = |argv: &[&str], cwd: &str| json!({ "argv": argv, "cwd": cwd });
    let net = |host: &str, private: &str| json!({ "host": host, "methods": ["GET"], "path": "/", "private": [private] });
    let push = |url: &str| json!({ "url": url, "refs": ["refs/heads/a"] });
    for (family, wide, narrow) in [
        ("fs.read", json!("/a/**"), json!("/a/b*/c")),
        ("fs.read", json!("/**"), json!("${project}/x")),
        ("fs.read", json!("${project}/*"), json!("${project}/x")),
        ("fs.read", json!("**/*.pem"), json!("/a/x.pem")),
        ("fs.write", json!("/a/**"), json!("/a/*/b")),
        ("fs.write", json!("/a/**/.git/*"), json!("/a/b/.git/c")),
        ("git.read", json!("/a*"), json!("/ab*")),
        (
            "git.write",
            json!({ "repo": "**", "refs": ["refs/**"] }),
            json!({ "repo": "/a", "refs": ["refs/heads/a", "refs/tags/*"] }),
        ),
        ("git.push", push("/srv/**"), push("/srv/a")),
        ("git.push", push("https://*.h/**"), push("https://a.h/b")),
        ("net", net("**", "10.0.0.0/8"), net("a.h", "10.1.0.0/16")),
        ("net", net("**", "10.0.0.0/8"), net("*.h", "10.0.0.1")),
        ("net", net("**", "10.0.0.0/8"), net("8.8.8.8", "10.0.0.1")),
        (
            "process",
            argv(&["p", "**"], "**"),
            argv(&["p", "a*", "b"], "/a"),
        ),
        (
            "process",
            json!({ "argv": ["p"], "cwd": "/a", "env": ["A", "B=a*"] }),
            json!({ "argv": ["p"], "cwd": "/a", "env": ["A", "B=ab", "B=a*c"] }),
        ),
        (
            "github",
            json!("acme/*:issues.read"),
            json!("Acme/api:issues.read"),
        ),
        ("llm.models", json!("**"), json!("a/*")),
        ("lsp", json!("r*"), json!("rust")),
        ("send", json!("*:*"), json!("planner:assign")),
        (
            "docker.images",
            json!("a/*@sha256:*"),
            json!("a/b@sha256:0*"),
        ),
        ("docker.mounts", json!("/a/**:rw"), json!("/a/b:ro")),
    ] {
        let (wide, narrow) = (one(family, &wide), one(family, &narrow));
        assert_eq!(
            difference(&wide, &narrow).0,
            Vec::<String>::new(),
            "{narrow}"
        );
        assert_eq!(difference(&narrow, &wide).0.len(), 1, "{wide}");
    }
    for (family, one_rule, other) in [
        ("fs.read", json!("${project}/**"), json!("/a/**")),
        ("fs.read", json!("/a/**"), json!("${project}/a")),
        ("fs.write", json!("/a/**"), json!("/a/.git/x")),
        ("fs.write", json!("/**"), json!("${project}/x")),
        ("git.push", push("/srv/**"), push("https://h/a")),
        ("git.push", push("https://h/a"), push("https://h:8443/a")),
        ("net", net("**", "10.0.0.0/8"), net("10.0.0.1", "10.0.0.1")),
        ("net", net("a.h", "10.0.0.0/8"), net("*.h", "::1")),
        (
            "github",
            json!("acme/*:issues.write"),
            json!("acme/api:issues.read"),
        ),
        ("docker.mounts", json!("/a:ro"), json!("/a:rw")),
        ("mcp", json!("elicit"), json!("sample")),
        (
            "process",
            json!({ "argv": ["p"], "cwd": "/a", "env": ["A"] }),
            json!({ "argv": ["p"], "cwd": "/a", "env": ["A=a"] }),
        ),
        (
            "process",
            json!({ "argv": ["p"], "cwd": "/a", "env": ["A=*"] }),
            json!({ "argv": ["p"], "cwd": "/a", "env": ["A"] }),
        ),
    ] {
        let (one_rule, other) = (one(family, &one_rule), one(family, &other));
        assert_eq!(difference(&one_rule, &other).0.len(), 1, "{other}");
    }
}

/// What differs beyond a grant, as the lines of a diff.
fn besides(grant: &str, old: &Value, new: &Value) -> Vec<String> {
    let [old, new] = [old, new].map(|rules| PermitSet::parse(rules, "p.permits").unwrap());
    let found = Grant::parse(grant).unwrap().besides(&old, &new);
    let changes = found.widenings.iter().chain(&found.narrowings);
    changes.map(ToString::to_string).collect()
}

#[test]
fn what_changes_beside_a_grant_is_found() {
    let read = |read: &[&str]| json!({ "fs": { "read": read } });
    let network = |name: &str| json!({ "docker": { "network": name } });
    let denying = |deny: &[&str]| json!({ "fs": { "read": ["/a"], "deny": deny } });
    for (grant, old, new, expected) in [
        ("fs.read:/a", json!({}), read(&["/a"]), &[][..]),
        ("fs.read:/a", read(&["/a"]), read(&["/a"]), &[]),
        ("fs.read:/a", read(&["/b"]), read(&["/b", "/a"]), &[]),
        (
            "fs.read:/a",
            json!({}),
            read(&["/b", "/a"]),
            &[r#"+ p.permits.fs.read[0] "/b""#],
        ),
        (
            "fs.read:/a",
            read(&["/b"]),
            read(&["/a"]),
            &[r#"- p.permits.fs.read[0] "/b""#],
        ),
        (
            "fs.read:/a",
            denying(&["/a/b"]),
            denying(&[]),
            &[r#"- p.permits.fs.deny[0] "/a/b""#],
        ),
        (
            "fs.read:/a",
            denying(&[]),
            denying(&["/a/b"]),
            &[r#"+ p.permits.fs.deny[0] "/a/b""#],
        ),
        ("docker.network:ci", network("lab"), network("ci"), &[]),
        (
            "docker.network:ci",
            json!({ "docker": { "network": "lab" }, "fs": { "read": ["/a"] } }),
            network("ci"),
            &[r#"- p.permits.fs.read[0] "/a""#],
        ),
        (
            "docker.network:ci",
            network("lab"),
            network("den"),
            &[r#"+ p.permits.docker.network "den""#],
        ),
        ("tui:true", json!({}), json!({ "tui": true }), &[]),
    ] {
        assert_eq!(besides(grant, &old, &new), expected, "{grant}: {old} {new}");
    }
}

#[test]
fn a_grant_is_found_where_it_stands() {
    let rules = json!({ "fs": { "read": ["/a/**"], "deny": ["**/.env"] } });
    let set = PermitSet::parse(&rules, "").unwrap();
    for (grant, expected) in [
        ("fs.read:/a/**", true),
        ("fs.read:/a/b", true),
        ("fs.read:/b", false),
        ("tui:true", false),
    ] {
        let grant = Grant::parse(grant).unwrap();
        assert_eq!(grant.stands_in(&set), expected, "{grant}");
    }
}
