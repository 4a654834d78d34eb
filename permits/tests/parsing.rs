//! Rules that say nothing that can be enforced are refused, with the key they stand under and the reason.

#![allow(
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "a test that cannot go on fails, and a table is as long as it is"
)]

use serde_json::{Value, json};
use sinew_permits::PermitSet;

fn error(rules: &Value) -> String {
    match PermitSet::parse(rules, "permits") {
        Ok(_) => format!("no error: {rules}"),
        Err(error) => error.to_string(),
    }
}

fn errors(cases: &[(Value, &str)]) {
    for (rules, expected) in cases {
        assert_eq!(error(rules), *expected);
    }
}

/// A rule of `net` with one field more, or another.
fn net(name: &str, value: Value) -> Value {
    let mut rule = json!({ "host": "h", "methods": ["GET"], "path": "/" });
    rule[name] = value;
    json!({ "net": [rule] })
}

fn process(name: &str, value: Value) -> Value {
    let mut rule = json!({ "argv": ["p"], "cwd": "/" });
    rule[name] = value;
    json!({ "process": [rule] })
}

#[test]
fn families_and_shapes() {
    let long = "a".repeat(5_000);
    let many = vec!["/a"; 1_001];
    errors(&[
        (json!(1), "`permits`: is no table"),
        (
            json!({ "ftp": [] }),
            "`permits.ftp`: is no permit family that this version enforces; they are `git`, `fs`, `net`, `process`, \
             `github`, `llm`, `docker`, `lsp`, `mcp`, `tui` and `send`",
        ),
        (json!({ "fs": [] }), "`permits.fs`: is no table"),
        (
            json!({ "fs": { "read": {} } }),
            "`permits.fs.read`: is no list",
        ),
        (
            json!({ "fs": { "write": [1] } }),
            "`permits.fs.write[0]`: is no string",
        ),
        (
            json!({ "fs": { "deny": [true] } }),
            "`permits.fs.deny[0]`: is no string",
        ),
        (
            json!({ "fs": { "list": [] } }),
            "`permits.fs.list`: is no key of a `fs` permit; they are `read`, `write` and `deny`",
        ),
        (
            json!({ "fs": { "read": many } }),
            "`permits.fs.read`: has more than 1000 entries",
        ),
        (
            json!({ "fs": { "read": [format!("/{long}")] } }),
            "`permits.fs.read[0]`: is longer than 4096 bytes",
        ),
        (json!({ "net": {} }), "`permits.net`: is no list"),
        (json!({ "net": ["h"] }), "`permits.net[0]`: is no table"),
        (json!({ "process": {} }), "`permits.process`: is no list"),
        (json!({ "github": {} }), "`permits.github`: is no list"),
        (json!({ "llm": [] }), "`permits.llm`: is no table"),
        (
            json!({ "llm": { "model": [] } }),
            "`permits.llm.model`: is no key of a `llm` permit; they are `models`",
        ),
        (
            json!({ "llm": { "models": "x" } }),
            "`permits.llm.models`: is no list",
        ),
        (
            json!({ "llm": { "models": [""] } }),
            "`permits.llm.models[0]`: is empty",
        ),
        (json!({ "lsp": true }), "`permits.lsp`: is no list"),
        (
            json!({ "mcp": ["ask"] }),
            "`permits.mcp[0]`: `ask` cannot be asked; what can is `elicit`, `sample` and `roots`",
        ),
        (
            json!({ "tui": 1 }),
            "`permits.tui`: is neither `true` nor `false`",
        ),
        (json!({ "send": {} }), "`permits.send`: is no list"),
        (json!({ "docker": [] }), "`permits.docker`: is no table"),
    ]);
    let beside = PermitSet::parse(&json!([]), "").unwrap_err();
    assert_eq!(beside.to_string(), "`permits`: is no table");
    let beside = PermitSet::parse(&json!({ "tui": 1 }), "").unwrap_err();
    assert_eq!(beside.to_string(), "`tui`: is neither `true` nor `false`");
}

#[test]
fn paths_and_globs() {
    let read = |path: &str| json!({ "fs": { "read": [path] } });
    let at = "`permits.fs.read[0]`: ";
    for (path, expected) in [
        (
            "",
            "`` is no absolute path and starts neither with `${project}` nor `**`",
        ),
        (
            "a",
            "`a` is no absolute path and starts neither with `${project}` nor `**`",
        ),
        (
            "**a",
            "`**a` is no absolute path and starts neither with `${project}` nor `**`",
        ),
        ("${project}/", "ends with `/`"),
        ("${project}a", "goes on after `${project}` without a `/`"),
        (
            "/${project}",
            "only `${project}` can be a placeholder, and only as the start",
        ),
        (
            "${project}/${x}",
            "only `${project}` can be a placeholder, and only as the start",
        ),
        (
            "//a",
            "has an empty segment: no doubled, leading or trailing `/`",
        ),
        (
            "/a/",
            "has an empty segment: no doubled, leading or trailing `/`",
        ),
        (
            "/a/./b",
            "has a `.` segment, which a canonical value never has",
        ),
        (
            "/a/..",
            "has a `..` segment, which a canonical value never has",
        ),
        (
            "/a/b**",
            "has `**` inside the segment `b**`; it stands for whole segments",
        ),
        (
            "/a?",
            "has '?' in it; only `*` and `**` are special, and `*` can stand in for it",
        ),
        (
            "/a\n",
            "has '\\n' in it; only `*` and `**` are special, and `*` can stand in for it",
        ),
    ] {
        assert_eq!(error(&read(path)), format!("{at}{expected}"));
    }
}

#[test]
fn requests() {
    let method = "is no method, which is a word in upper case";
    let path = "is no path as it is sent; `*` can stand in for what has to be encoded";
    errors(&[
        (
            net("port", json!(1)),
            "`permits.net[0].port`: is unknown; a rule has `host`, `methods`, `path`, `schemes`, `ports`, `secrets` and `private`",
        ),
        (
            json!({ "net": [{ "methods": ["GET"], "path": "/" }] }),
            "`permits.net[0].host`: is missing",
        ),
        (
            json!({ "net": [{ "host": "h", "path": "/" }] }),
            "`permits.net[0].methods`: is missing",
        ),
        (
            json!({ "net": [{ "host": "h", "methods": ["GET"] }] }),
            "`permits.net[0].path`: is missing",
        ),
        (net("host", json!(1)), "`permits.net[0].host`: is no string"),
        (
            net("host", json!("")),
            "`permits.net[0].host`: has a host that is empty, starts with `-`, ends with `.` or is percent-encoded",
        ),
        (
            net("host", json!("*.Acme.io")),
            "`permits.net[0].host`: the host glob `*.Acme.io` has to be written in lower case, in its ASCII form",
        ),
        (
            net("host", json!("*..io")),
            "`permits.net[0].host`: has an empty segment: no doubled, leading or trailing `.`",
        ),
        (
            net("host", json!("h:8443")),
            "`permits.net[0].host`: has a host that is none: invalid international domain name",
        ),
        (
            net("methods", json!([])),
            "`permits.net[0].methods`: is empty, so that the rule matches nothing",
        ),
        (
            net("methods", json!("GET")),
            "`permits.net[0].methods`: is no list",
        ),
        (
            net("methods", json!(["get"])),
            &format!("`permits.net[0].methods[0]`: `get` {method}"),
        ),
        (
            net("methods", json!(["GET", ""])),
            &format!("`permits.net[0].methods[1]`: `` {method}"),
        ),
        (
            net("path", json!("a")),
            "`permits.net[0].path`: `a` does not start with `/`",
        ),
        (
            net("path", json!("/a/../b")),
            "`permits.net[0].path`: has a `..` segment, which a canonical value never has",
        ),
        (
            net("path", json!("/\u{e9}")),
            &format!("`permits.net[0].path`: `/\u{e9}` {path}"),
        ),
        (
            net("path", json!("/%c3%a9")),
            &format!("`permits.net[0].path`: `/%c3%a9` {path}"),
        ),
        (
            net("path", json!("/a b")),
            &format!("`permits.net[0].path`: `/a b` {path}"),
        ),
        (
            net("path", json!("/a#b")),
            &format!("`permits.net[0].path`: `/a#b` {path}"),
        ),
        (
            net("schemes", json!([])),
            "`permits.net[0].schemes`: is empty, so that the rule matches nothing",
        ),
        (
            net("schemes", json!(["ftp"])),
            "`permits.net[0].schemes[0]`: `ftp` is neither `https` nor `http`",
        ),
        (
            net("schemes", json!(["https", "http"])),
            "`permits.net[0].ports`: is missing; 443 is the default for `https` alone",
        ),
        (
            net("ports", json!([])),
            "`permits.net[0].ports`: is empty, so that the rule matches nothing",
        ),
        (
            net("ports", json!([0])),
            "`permits.net[0].ports[0]`: is no port, which is a number from 1 to 65535",
        ),
        (
            net("ports", json!([65536])),
            "`permits.net[0].ports[0]`: is no port, which is a number from 1 to 65535",
        ),
        (
            net("ports", json!(["443"])),
            "`permits.net[0].ports[0]`: is no port, which is a number from 1 to 65535",
        ),
        (
            net("secrets", json!(["a b"])),
            "`permits.net[0].secrets[0]`: `a b` is no name of a secret, which has letters, digits, `_`, `.` and `-`",
        ),
        (
            net("secrets", json!([""])),
            "`permits.net[0].secrets[0]`: `` is no name of a secret, which has letters, digits, `_`, `.` and `-`",
        ),
        (
            net("private", json!(["10.0.0.0/99"])),
            "`permits.net[0].private[0]`: `99` is no number of bits up to 32",
        ),
    ]);
}

#[test]
fn programs() {
    let program = "is neither a bare name nor an absolute path, without wildcards";
    let argv = |program: &str| process("argv", json!([program]));
    errors(&[
        (
            process("shell", json!(true)),
            "`permits.process[0].shell`: is unknown; a rule has `argv`, `cwd` and `env`",
        ),
        (
            json!({ "process": [{ "argv": ["p"] }] }),
            "`permits.process[0].cwd`: is missing",
        ),
        (
            json!({ "process": [{ "cwd": "/" }] }),
            "`permits.process[0].argv`: is missing",
        ),
        (
            process("argv", json!("cargo test")),
            "`permits.process[0].argv`: is no list",
        ),
        (
            process("argv", json!([])),
            "`permits.process[0].argv`: is empty, so that the rule matches nothing",
        ),
        (
            process("argv", json!(["p", "\u{202e}"])),
            "`permits.process[0].argv[1]`: has '\\u{202e}' in it; `*` can stand in for it",
        ),
        (
            process("argv", json!(["p", "a**"])),
            "`permits.process[0].argv`: has `**` inside the segment `a**`; it stands for whole segments",
        ),
        (
            process("cwd", json!("a")),
            "`permits.process[0].cwd`: `a` is no absolute path and starts neither with `${project}` nor `**`",
        ),
        (
            process("env", json!(["A B=b"])),
            "`permits.process[0].env[0]`: `A B` is no variable's name, which has letters, digits and `_`",
        ),
        (
            process("env", json!(["=b"])),
            "`permits.process[0].env[0]`: `` is no variable's name, which has letters, digits and `_`",
        ),
        (
            process("env", json!(["A", "A=a**"])),
            "`permits.process[0].env[1]`: has `**` inside the segment `a**`; it stands for whole segments",
        ),
        (
            process("env", json!(["A=\u{202e}"])),
            "`permits.process[0].env[0]`: has '\\u{202e}' in it; `*` can stand in for it",
        ),
        (
            process("env", json!([""])),
            "`permits.process[0].env[0]`: `` is no variable's name, which has letters, digits and `_`",
        ),
    ]);
    for name in [
        "",
        ".",
        "..",
        "./p",
        "bin/p",
        "*",
        "p*",
        "**",
        "/bin/../p",
        "/bin//p",
        "/",
        "/*/p",
    ] {
        let expected = format!("`permits.process[0].argv`: the program `{name}` {program}");
        assert_eq!(error(&argv(name)), expected);
    }
}

#[test]
fn names() {
    let rights = "they are `issues.read`, `issues.write`, `pulls.read`, `pulls.write`, `pulls.merge`, `checks.read` and `contents.read`";
    let github = |rule: &str| json!({ "github": [rule] });
    let repository = "is no `owner/name`, in which `*` stands for any characters";
    errors(&[
        (
            github("acme/api"),
            "`permits.github[0]`: `acme/api` has no right; it is `owner/name:right`",
        ),
        (
            github("acme/api:write"),
            &format!("`permits.github[0]`: `write` is no right; {rights}"),
        ),
        (
            github("acme/api:*"),
            &format!("`permits.github[0]`: `*` is no right; {rights}"),
        ),
    ]);
    for name in [
        "acme",
        "acme/",
        "/api",
        "acme/a/b",
        "acme/**",
        "**/api",
        "acme/..",
        "acme/a b",
        "acme/\u{e9}",
    ] {
        let expected = format!("`permits.github[0]`: `{name}` {repository}");
        assert_eq!(error(&github(&format!("{name}:issues.read"))), expected);
    }
    assert_eq!(
        error(&github("a**/b:issues.read")),
        "`permits.github[0]`: has `**` inside the segment `a**`; it stands for whole segments"
    );
    let send = |rule: &str| json!({ "send": [rule] });
    errors(&[
        (
            send("planner"),
            "`permits.send[0]`: `planner` is neither `class:selector` nor `plugin:selector`",
        ),
        (
            send(":assign"),
            "`permits.send[0]`: `:assign` is neither `class:selector` nor `plugin:selector`",
        ),
        (
            send("planner:"),
            "`permits.send[0]`: `planner:` is neither `class:selector` nor `plugin:selector`",
        ),
        (
            send("a b:c"),
            "`permits.send[0]`: `a b` has other than letters, digits, `*`, `:`, `_` and `-` in it",
        ),
        (
            send("a:b c"),
            "`permits.send[0]`: `b c` has other than letters, digits, `*`, `:`, `_` and `-` in it",
        ),
        (
            send("a:b**"),
            "`permits.send[0]`: has `**` inside the segment `b**`; it stands for whole segments",
        ),
    ]);
}

#[test]
fn containers() {
    let docker = |name: &str, value: Value| {
        let mut rules = json!({});
        rules[name] = value;
        json!({ "docker": rules })
    };
    errors(&[
        (
            docker("privileged", json!(true)),
            "`permits.docker.privileged`: is no key of a `docker` permit; they are `images`, `mounts` and `network`",
        ),
        (
            docker("images", json!(["ci"])),
            "`permits.docker.images[0]`: `ci` has no digest; `@sha256:*` stands for all",
        ),
        (
            docker("images", json!(["@sha256:*"])),
            "`permits.docker.images[0]`: `@sha256:*` has no digest; `@sha256:*` stands for all",
        ),
        (
            docker("images", json!(["ci@sha256:"])),
            "`permits.docker.images[0]`: `` is no digest in lower-case hexadecimal",
        ),
        (
            docker("images", json!(["ci@sha256:XY"])),
            "`permits.docker.images[0]`: `XY` is no digest in lower-case hexadecimal",
        ),
        (
            docker("images", json!(["ci@sha256:a**"])),
            "`permits.docker.images[0]`: has `**` inside the segment `a**`; it stands for whole segments",
        ),
        (
            docker("images", json!(["a//b@sha256:*"])),
            "`permits.docker.images[0]`: has an empty segment: no doubled, leading or trailing `/`",
        ),
        (
            docker("mounts", json!(["/repo"])),
            "`permits.docker.mounts[0]`: `/repo` ends neither with `:ro` nor with `:rw`",
        ),
        (
            docker("mounts", json!(["/repo:rx"])),
            "`permits.docker.mounts[0]`: `/repo:rx` ends neither with `:ro` nor with `:rw`",
        ),
        (
            docker("mounts", json!(["repo:ro"])),
            "`permits.docker.mounts[0]`: `repo` is no absolute path and starts neither with `${project}` nor `**`",
        ),
        (
            docker("network", json!(true)),
            "`permits.docker.network`: is no string",
        ),
        (
            docker("network", json!("")),
            "`permits.docker.network`: `` is no network's name",
        ),
        (
            docker("network", json!("container:x")),
            "`permits.docker.network`: `container:x` is no network's name",
        ),
    ]);
}

#[test]
fn pushes() {
    let push = |url: &str| json!({ "git": { "push": [{ "url": url, "refs": ["**"] }] } });
    let at = "`permits.git.push[0].url`: ";
    for (url, expected) in [
        (
            "a",
            "`a` is neither `https://…`, `ssh://…` nor an absolute path",
        ),
        (
            "ftp://h/a",
            "uses a protocol other than `https`, `ssh`, `http` and `file`",
        ),
        (
            "https://h/${project}",
            "`${project}` stands for a folder and cannot be part of a server's URL",
        ),
        ("https://h", "has no path; `/**` stands for all"),
        ("https://u@h/a", "has user info in it"),
        (
            "ssh://-u@h/a",
            "has a user name with other than letters, digits, `.`, `_` and `-`",
        ),
        ("https://h:x/a", "`x` is no port"),
        ("https://[::1]:x/a", "`x` is no port"),
        (
            "https://H*/a",
            "the host glob `H*` has to be written in lower case, in its ASCII form",
        ),
        (
            "https://h//a",
            "has an empty segment: no doubled, leading or trailing `/`",
        ),
        (
            "/a/",
            "has an empty segment: no doubled, leading or trailing `/`",
        ),
    ] {
        assert_eq!(error(&push(url)), format!("{at}{expected}"));
    }
    errors(&[
        (
            json!({ "git": { "push": [1] } }),
            "`permits.git.push[0]`: is no table",
        ),
        (
            json!({ "git": { "push": [{ "url": "/a" }] } }),
            "`permits.git.push[0].refs`: is missing",
        ),
        (
            json!({ "git": { "write": [1] } }),
            "`permits.git.write[0]`: is no table",
        ),
        (
            json!({ "git": { "write": [{ "repo": "a", "refs": ["**"] }] } }),
            "`permits.git.write[0].repo`: `a` is no absolute path and starts neither with `${project}` nor `**`",
        ),
        (
            json!({ "git": { "write": [{ "repo": "/a", "refs": [1] }] } }),
            "`permits.git.write[0].refs[0]`: is no string",
        ),
        (
            json!({ "git": { "write": [{ "repo": "/a", "refs": ["refs//a"] }] } }),
            "`permits.git.write[0].refs[0]`: has an empty segment: no doubled, leading or trailing `/`",
        ),
    ]);
}
