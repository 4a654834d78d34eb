//! How refusals read: for the operator, and for a guest, which learns nothing that it did not say.

#![allow(
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "a test that cannot go on fails, and a table is as long as it is"
)]

use std::path::Path;

use serde_json::{Value, json};
use sinew_permits::{
    Denial, DockerNeed, Mount, Need, NetNeed, PermitScope, PermitSet, Permits, PushUrl, SendNeed,
    Variable, WebUrl,
};

fn scope() -> PermitScope {
    PermitScope::pinned(Path::new("/home/ada/api"), Some(Path::new("/home/ada")))
}

fn check(requested: &Value, granted: &Value, need: &Need) -> Result<String, Denial> {
    let requested = PermitSet::parse(requested, "permits").unwrap();
    let granted = PermitSet::parse(granted, "plugins.bot.permits").unwrap();
    Permits::new("bot", requested, granted)
        .check(&scope(), need)
        .map(|allowed| allowed.rule)
}

/// What a plugin requests that requests everything.
fn everything() -> Value {
    let request = |scheme: &str| {
        json!({
            "host": "**", "methods": ["GET", "POST"], "path": "/**", "schemes": [scheme],
            "ports": [80, 443, 8443], "secrets": ["KEY"], "private": ["0.0.0.0/0"],
        })
    };
    json!({
        "git": { "read": ["**"] },
        "fs": { "read": ["**"], "write": ["**", "**/.git/**"] },
        "net": [
            request("https"),
            request("http"),
            { "host": "[::1]", "methods": ["POST"], "path": "/**", "ports": [8443], "private": ["::1"] },
        ],
        "process": [{ "argv": ["cargo", "**"], "cwd": "**", "env": ["PATH", "RUST_LOG=*"] }],
        "github": ["*/*:issues.read"],
        "llm": { "models": ["**"] },
        "docker": { "images": ["**/*@sha256:*"], "mounts": ["**:rw"], "network": "ci" },
        "lsp": ["**"],
        "mcp": ["elicit", "sample"],
        "tui": true,
        "send": ["*:*"],
    })
}

fn refused(need: &Need) -> Denial {
    check(&everything(), &json!({}), need).unwrap_err()
}

fn net(method: &str, asked: &str, url: &str) -> NetNeed {
    NetNeed {
        asked: vec![asked.to_owned()],
        method: method.to_owned(),
        url: WebUrl::parse(url).unwrap(),
        address: None,
        secrets: Vec::new(),
    }
}

fn file(asked: &str, path: &str) -> Need {
    Need::FsRead {
        asked: vec![asked.to_owned()],
        path: path.into(),
    }
}

fn program(argv: &[&str], cwd: &str, env: &[(&str, Option<&str>)]) -> Need {
    Need::Process {
        asked: vec![cwd.to_owned()],
        argv: argv.iter().map(|&it| it.to_owned()).collect(),
        cwd: cwd.into(),
        env: env
            .iter()
            .map(|(name, value)| Variable {
                name: (*name).to_owned(),
                value: value.map(str::to_owned),
            })
            .collect(),
    }
}

fn container(mounts: &[(&str, bool)], network: &str) -> Need {
    Need::Docker(DockerNeed {
        asked: mounts.iter().map(|(path, _)| (*path).to_owned()).collect(),
        image: format!("ci@sha256:{}", "0".repeat(64)),
        mounts: mounts
            .iter()
            .map(|(path, writable)| Mount {
                path: path.into(),
                writable: *writable,
            })
            .collect(),
        network: network.to_owned(),
    })
}

#[test]
fn a_refusal_prints_the_command_that_would_grant() {
    let digest = "0".repeat(64);
    let resolved = Need::Net(NetNeed {
        address: Some("::ffff:10.0.0.1".parse().unwrap()),
        secrets: vec!["KEY".to_owned()],
        ..net(
            "GET",
            "https://wiki.corp/a?token=1",
            "https://wiki.corp/a?token=1",
        )
    });
    for (need, expected) in [
        (
            file("/repo/a b", "/repo/a b"),
            r#"fs.read "/repo/a b"; to grant it: sinew permit grant bot 'fs.read:/repo/a b'"#.to_owned(),
        ),
        (
            Need::FsWrite { asked: Vec::new(), path: "/repo/it's".into() },
            r#"fs.write "/repo/it's"; to grant it: sinew permit grant bot 'fs.write:/repo/it'\''s'"#.to_owned(),
        ),
        (
            Need::Net(net("GET", "", "https://api.acme.io/v1/")),
            r#"net GET "https://api.acme.io/v1/"; to grant it: sinew permit grant bot 'net:GET https://api.acme.io/v1/*'"#.to_owned(),
        ),
        (
            Need::Net(net("POST", "", "http://h/?q")),
            r#"net POST "http://h/"; to grant it: sinew permit grant bot 'net:POST http://h/'"#.to_owned(),
        ),
        (
            Need::Net(net("POST", "", "https://[::1]:8443/[a]")),
            r#"net POST "https://[::1]:8443/[a]"; to grant it: sinew permit grant bot 'net:{"host":"[::1]","methods":["POST"],"path":"/*a*","ports":[8443],"private":["::1"]}'"#.to_owned(),
        ),
        (
            resolved,
            r#"net GET "https://wiki.corp/a", which is at ::ffff:10.0.0.1, with the secrets KEY; to grant it: sinew permit grant bot 'net:{"host":"wiki.corp","methods":["GET"],"path":"/a","secrets":["KEY"],"private":["10.0.0.1"]}'"#.to_owned(),
        ),
        (
            program(&["cargo", "test"], "/repo", &[]),
            r#"process ["cargo", "test"] in "/repo"; to grant it: sinew permit grant bot 'process:cargo test @/repo'"#.to_owned(),
        ),
        (
            program(&["cargo", "a b"], "/repo", &[("PATH", None), ("RUST_LOG", Some("a=b\u{202e}"))]),
            r#"process ["cargo", "a b"] in "/repo" with PATH, RUST_LOG="a=b\u202E"; to grant it: sinew permit grant bot 'process:{"argv":["cargo","a b"],"cwd":"/repo","env":["PATH","RUST_LOG=a=b*"]}'"#.to_owned(),
        ),
        (
            Need::Github { repository: "acme/api".to_owned(), right: "issues.read" },
            "github acme/api:issues.read; to grant it: sinew permit grant bot 'github:acme/api:issues.read'".to_owned(),
        ),
        (
            Need::Github { repository: "a b/api".to_owned(), right: "issues.read" },
            r#"github "a b/api":issues.read"#.to_owned(),
        ),
        (
            Need::Llm { model: "small-1".to_owned() },
            r#"llm "small-1"; to grant it: sinew permit grant bot 'llm:small-1'"#.to_owned(),
        ),
        (
            Need::Lsp { server: "rust-analyzer".to_owned() },
            r#"lsp "rust-analyzer"; to grant it: sinew permit grant bot 'lsp:rust-analyzer'"#.to_owned(),
        ),
        (
            Need::Mcp { asks: vec!["elicit", "sample"] },
            "mcp elicit, sample; to grant it: sinew permit grant bot 'mcp:elicit' 'mcp:sample'".to_owned(),
        ),
        (
            Need::Tui,
            "tui; to grant it: sinew permit grant bot 'tui:true'".to_owned(),
        ),
        (
            Need::Send(SendNeed { plugin: "planner".to_owned(), class: None, selector: "assign".to_owned() }),
            r#"send "assign" to "planner"; to grant it: sinew permit grant bot 'send:planner:assign'"#.to_owned(),
        ),
        (
            Need::Send(SendNeed { plugin: "planner".to_owned(), class: Some("Task".to_owned()), selector: "at:put:".to_owned() }),
            r#"send "at:put:" to "Task"; to grant it: sinew permit grant bot 'send:Task:at:put:'"#.to_owned(),
        ),
        (
            container(&[("/a", false), ("/b", true)], "ci"),
            format!(
                r#"docker: the image "ci@sha256:{digest}", the mount "/a:ro", the mount "/b:rw", the network "ci"; to grant it: sinew permit grant bot 'docker.images:ci@sha256:{digest}' 'docker.mounts:/a:ro' 'docker.mounts:/b:rw' 'docker.network:ci'"#
            ),
        ),
    ] {
        let expected = format!(r#"plugin "bot" has no permit for {expected}"#);
        assert_eq!(refused(&need).to_string(), expected);
    }
}

#[test]
fn lines_say_where_they_belong_and_both_sides_are_told() {
    let need = container(&[("/a", false), ("/b", true)], "ci");
    let denial = check(&json!({}), &json!({}), &need).unwrap_err();
    let digest = "0".repeat(64);
    let line = format!(
        r#"docker.images = ["ci@sha256:{digest}"] and docker.mounts = ["/a:ro", "/b:rw"] and docker.network = "ci""#
    );
    assert_eq!(
        denial.grant,
        format!(
            "in its plugin.toml: [permits] {line}; in sinew.toml: [plugins.bot.permits] {line}"
        )
    );
    assert!(
        denial.message.ends_with(&format!(
            "'docker.network:ci', and in its plugin.toml: [permits] {line}"
        )),
        "{denial}"
    );

    // What the operator's side does not lack is not asked of the operator.
    let need = Need::Llm {
        model: "m".to_owned(),
    };
    let denial = check(&json!({}), &everything(), &need).unwrap_err();
    assert_eq!(denial.grants, []);
    assert_eq!(
        denial.grant,
        r#"in its plugin.toml: [permits] llm.models = ["m"]"#
    );
    assert_eq!(
        denial.message,
        r#"plugin "bot" has no permit for llm "m"; to grant it: in its plugin.toml: [permits] llm.models = ["m"]"#
    );

    let empty = PermitSet::parse(&json!({}), "").unwrap();
    let denial = Permits::new("it's \u{202e}", empty.clone(), empty)
        .check(&scope(), &Need::Tui)
        .unwrap_err();
    assert_eq!(
        denial.message,
        "plugin \"it's \\u202E\" has no permit for tui; to grant it: sinew permit grant 'it'\\''s \u{202e}' 'tui:true', \
         and in its plugin.toml: [permits] tui = true"
    );
}

#[test]
fn a_denial_by_a_rule_names_it_and_the_ledger_gets_the_rules_that_allowed() {
    let rules = json!({
        "fs": { "read": ["/repo/**"], "write": ["/repo/**"], "deny": ["**/.env"] },
        "docker": { "images": ["*@sha256:*"], "mounts": ["/a:rw", "/b:ro"], "network": "ci" },
    });
    let denial = check(&everything(), &rules, &file("/repo/.env", "/repo/.env")).unwrap_err();
    assert_eq!(
        denial.to_string(),
        r#"plugin "bot" may not read "/repo/.env": denied by plugins.bot.permits.fs.deny[0] "**/.env""#
    );
    assert_eq!(
        denial.rule.as_deref(),
        Some("plugins.bot.permits.fs.deny[0]")
    );
    assert_eq!((denial.grant.as_str(), denial.grants.len()), ("", 0));
    assert_eq!(denial.for_guest(), denial);
    let write = Need::FsWrite {
        asked: Vec::new(),
        path: "/repo/.env/a".into(),
    };
    assert_eq!(
        check(&rules, &everything(), &write)
            .unwrap_err()
            .to_string(),
        r#"plugin "bot" may not write "/repo/.env/a": denied by permits.fs.deny[0] "**/.env""#
    );

    let need = container(&[("/a", false), ("/a", true), ("/b", false)], "ci");
    assert_eq!(
        check(&everything(), &rules, &need).unwrap(),
        r#"plugins.bot.permits.docker.images[0] "*@sha256:*", plugins.bot.permits.docker.mounts[0] "/a:rw", plugins.bot.permits.docker.mounts[1] "/b:ro", plugins.bot.permits.docker.network "ci""#
    );
    assert_eq!(
        check(&everything(), &everything(), &Need::None).unwrap(),
        "no permit needed"
    );
    let need = Need::Net(net("GET", "", "https://h/"));
    assert_eq!(
        check(
            &everything(),
            &json!({ "net": [{ "path": "/", "methods": ["GET"], "host": "h", "ports": [443] }] }),
            &need
        )
        .unwrap(),
        r#"plugins.bot.permits.net[0] { host = "h", methods = ["GET"], path = "/", ports = [443] }"#
    );
}

#[test]
fn a_guest_learns_nothing_that_it_did_not_say() {
    let hidden = |need: Need| {
        let denial = refused(&need);
        let told = denial.for_guest();
        assert_eq!(
            (told.rule, told.grant, told.grants.len()),
            (None, String::new(), 0)
        );
        told.message
    };
    let said = |need: Need| {
        let denial = refused(&need);
        assert_eq!(denial.for_guest(), denial);
    };

    said(file("/repo/a", "/repo/a"));
    assert_eq!(
        hidden(file("/tmp/link", "/home/ada/secret")),
        r#"plugin "bot" has no permit for fs.read "/tmp/link""#
    );
    assert_eq!(
        hidden(Need::FsWrite {
            asked: vec!["/tmp/link".to_owned()],
            path: "/home/ada/secret".into()
        }),
        r#"plugin "bot" has no permit for fs.write "/tmp/link""#
    );
    assert_eq!(
        hidden(file("/tmp/a", "/home/a").also_asked("/tmp/b")),
        r#"plugin "bot" has no permit for fs.read "/tmp/a", "/tmp/b""#
    );

    let url = "https://h/a";
    said(Need::Net(net("GET", "https://H:443/a#x", url)));
    said(Need::Net(NetNeed {
        address: Some("8.8.8.8".parse().unwrap()),
        ..net("GET", "https://8.8.8.8/", "https://8.8.8.8/")
    }));
    // What a name resolves to is the network's knowledge, and where a redirect leads the server's.
    let private = Some("10.0.0.1".parse().unwrap());
    assert_eq!(
        hidden(Need::Net(NetNeed {
            address: private,
            ..net("GET", url, url)
        })),
        r#"plugin "bot" has no permit for net "https://h/a""#
    );
    let redirect = NetNeed {
        asked: Vec::new(),
        ..net("GET", "", "https://internal/?token=1")
    };
    assert_eq!(
        hidden(Need::Net(redirect.clone())),
        r#"plugin "bot" has no permit for net"#
    );
    assert_eq!(
        hidden(Need::Net(redirect).also_asked(url)),
        r#"plugin "bot" has no permit for net "https://h/a""#
    );

    said(program(&["rm"], "/repo", &[]));
    assert_eq!(
        hidden(Need::Process {
            asked: vec!["/tmp/link".to_owned()],
            argv: vec!["rm".to_owned()],
            cwd: "/home".into(),
            env: Vec::new()
        }),
        r#"plugin "bot" has no permit for process "/tmp/link""#
    );
    said(container(&[("/a", false)], "host"));
    let mut elsewhere = DockerNeed {
        asked: vec!["/tmp/link".to_owned()],
        image: "x".to_owned(),
        mounts: Vec::new(),
        network: "none".to_owned(),
    };
    elsewhere.mounts.push(Mount {
        path: "/home".into(),
        writable: false,
    });
    assert_eq!(
        hidden(Need::Docker(elsewhere)),
        r#"plugin "bot" has no permit for docker "/tmp/link""#
    );

    for need in [
        Need::Github {
            repository: "a/b".to_owned(),
            right: "issues.read",
        },
        Need::Llm {
            model: "m".to_owned(),
        },
        Need::Lsp {
            server: "s".to_owned(),
        },
        Need::Tui,
        Need::Send(SendNeed {
            plugin: "a".to_owned(),
            class: None,
            selector: "b".to_owned(),
        }),
    ] {
        said(need.also_asked("nothing"));
    }

    let push = |asked: &str, url: &str| {
        Need::git_push(
            "/r",
            ["/r"],
            Some(PushUrl::parse(url).unwrap()),
            ["refs/heads/a"],
        )
        .also_asked(asked)
    };
    let unread = |need: &Need| check(&json!({}), &json!({}), need).unwrap_err();
    for (asked, url) in [
        ("https://h/a", "https://h/a"),
        ("git@h:a", "git@h:a"),
        ("/srv/a", "/srv/a"),
    ] {
        let denial = unread(&push(asked, url));
        assert_eq!(denial.for_guest(), denial);
    }
    for (asked, url) in [("origin", "https://h/a"), ("origin", "/srv/a")] {
        let denial = unread(&push(asked, url));
        assert_eq!(
            denial.for_guest().message,
            r#"plugin "bot" has no permit for git.push "/r", "origin""#
        );
    }
}

#[test]
fn what_is_the_gates_own_is_refused_whatever_is_granted() {
    let need = |said: &str| Need::FsRead {
        asked: vec![said.to_owned()],
        path: "/home/ada/.local/state/sinew/tokens/admin".into(),
    };
    let place = "/home/ada/.local/state/sinew";
    let denial = Denial::of_the_gate("bot", &need("/home/ada/link"), place);
    assert_eq!(
        denial.to_string(),
        "plugin \"bot\" may not touch \"/home/ada/.local/state/sinew\": it is the gate's own, whatever is granted"
    );
    assert_eq!((denial.rule.as_deref(), denial.grants.len()), (None, 0));
    assert!(!denial.for_guest().message.contains(place), "{denial:?}");
}
