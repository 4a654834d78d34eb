//! The canary: secrets are planted in a real daemon, turns use and echo them and fail in every way, and then everything
//! that was written down anywhere is searched for them.
//!
//! An effect that lends a secret adds the secret to [`PLANTED`] and a turn that makes its server echo it to [`turns`].

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

use std::fmt::Write as _;
use std::fs;
use std::net::Ipv4Addr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use serde_json::{Value, json};
use sinew_contract_tests::daemon::{Daemon, Installation};
use sinew_contract_tests::probe_plugin::ProbePlugin;
use sinew_contract_tests::sinew_binary;
use sinew_contract_tests::web_server::{Reply, Seen, WebServer};

/// Names and values. Those of the last one differ in every spelling that is looked for.
const PLANTED: &[(&str, &str)] = &[
    ("FILE_KEY", "canary-4f9d1c77e2b0"),
    ("ENV_KEY", "canary-from-the-environment"),
    ("ODD_KEY", "canary/with+odd \"letters\"&more=1?"),
    ("UNFIT_KEY", "canary-in-two\nlines-of-text"),
    (GITHUB_TOKEN, "canary_ghp_81c5ab20d3"),
    (MODEL_KEY, "canary-sk-9e0d/5b4a+7f"),
];
/// What GitHub is asked with. Like the next one it is lent by the configuration, and to no request of a plugin.
const GITHUB_TOKEN: &str = "GITHUB_TOKEN";
/// What models are called with.
const MODEL_KEY: &str = "MODEL_KEY";
/// The one that stands in the daemon's environment.
const IN_ENVIRONMENT: &str = "ENV_KEY";

/// What the server does.
const PATHS: &[&str] = &[
    "/text", "/head", "/binary", "/error", "/away", "/tell", "/out", "/cut", "/none", "/hang",
];

/// The secrets that requests of a plugin may be lent.
fn lent() -> impl Iterator<Item = (&'static str, &'static str)> {
    let of_services = |name: &str| [GITHUB_TOKEN, MODEL_KEY].contains(&name);
    PLANTED
        .iter()
        .copied()
        .filter(move |(name, _)| !of_services(name))
}

/// The secret that came with a request.
fn sent(seen: &Seen) -> &str {
    let bearer = |value: &'_ str| value.find(' ').map_or(0, |space| space + 1);
    let key = seen.header("x-key").or(seen.header("x-api-key"));
    let authorization = seen.header("authorization");
    key.or(authorization.map(|value| &value[bearer(value)..]))
        .unwrap_or_default()
}

/// What a request is to be answered with, as one of [`PATHS`]: GitHub is told by the repository's owner, and a model by
/// its name.
fn path(seen: &Seen) -> String {
    let target = seen.target().split('?').next().unwrap_or_default();
    if let Some(repository) = target.strip_prefix("/repos/") {
        return format!("/{}", repository.split('/').next().unwrap_or_default());
    }
    if target == "/v1/messages" {
        let body: Value = serde_json::from_slice(&seen.body).unwrap_or_default();
        return format!("/{}", body["model"].as_str().unwrap_or_default());
    }
    target.to_owned()
}

/// An answer that is understood, with a text in it.
fn understood(seen: &Seen, text: &str) -> Option<Value> {
    let issue = json!({ "number": 1, "title": text, "state": "open", "user": { "login": "bot" }, "body": text });
    match seen.target() {
        "/v1/messages" => Some(json!({
            "id": "m", "type": "message", "role": "assistant", "model": text, "stop_reason": "end_turn",
            "content": [{ "type": "text", "text": text }], "usage": { "input_tokens": 1, "output_tokens": 1 },
        })),
        target if target.contains("/issues?") => Some(json!([issue])),
        target if target.starts_with("/repos/") => Some(issue),
        _ => None,
    }
}

/// Answers with everything that it was sent, in every spelling.
fn echo(seen: &Seen) -> Reply {
    let sent = sent(seen);
    let everything = format!("sent {sent} {seen:?} {}", spellings(sent).join(" "));
    match path(seen).as_str() {
        "/text" if let Some(answer) = understood(seen, &everything) => {
            Reply::new(200, &["content-type: application/json"], answer.to_string())
        }
        "/head" => Reply::new(
            200,
            &[&format!("x-echo: {sent}"), &format!("set-cookie: k={sent}")],
            "",
        ),
        "/binary" => Reply::new(200, &[], [b"\xff", everything.as_bytes()].concat()),
        "/error" => Reply::new(500, &[], everything),
        "/away" => Reply::redirect(307, "/text"),
        "/tell" => Reply::redirect(302, &format!("/?{}", spellings(sent)[2])),
        "/out" => Reply::redirect(302, "http://127.0.0.1:1/"),
        "/cut" => {
            Reply::Bytes(format!("HTTP/1.1 200 x\r\ncontent-length: 9999\r\n\r\n{sent}").into())
        }
        "/none" => Reply::Bytes(format!("{sent}\r\n\r\n").into()),
        "/hang" => Reply::Hanging(Vec::new()),
        _ => Reply::new(200, &[], everything),
    }
}

/// What the probe is told to do, turn by turn.
fn turns(server: &WebServer) -> Vec<Value> {
    let mut turns = Vec::new();
    for (name, _) in lent() {
        let placeholder = format!("${{secret:{name}}}");
        for path in PATHS {
            // The stock PDK's own way has no patience of its own but the turn's; once is enough.
            if *path == "/hang" && name != PLANTED[0].0 {
                continue;
            }
            let fetch = |fields: Value| {
                let mut request = json!({
                    "url": server.url(path), "wait_ms": 500,
                    "headers": [{ "name": "x-key", "value": placeholder }],
                });
                request
                    .as_object_mut()
                    .unwrap()
                    .append(&mut fields.as_object().unwrap().clone());
                json!({ "do": "effect", "effect": "net_fetch", "request": request })
            };
            let stock = json!({ "do": "http", "url": server.url(path), "headers": { "x-key": placeholder } });
            turns.push(json!([
                fetch(json!({})),
                fetch(json!({ "method": "POST", "text": placeholder }))
            ]));
            turns.push(json!([fetch(json!({ "max_bytes": 4 })), { "do": "trap" }]));
            turns.push(json!([stock]));
        }
        let elsewhere = |url: &str| {
            json!({
                "do": "effect", "effect": "net_fetch",
                "request": { "url": url, "headers": [{ "name": "x-key", "value": placeholder }] },
            })
        };
        turns.push(json!([
            elsewhere("http://127.0.0.1:1/"),
            elsewhere("https://nowhere.invalid/"),
            elsewhere(&server.url(&format!("/{placeholder}"))),
            { "do": "effect", "effect": "log_warn", "request": { "message": placeholder } },
            { "do": "effect", "effect": "emit_event", "request": { "name": "canary", "attributes": { "key": placeholder } } },
            { "do": "var_set", "key": "key", "value": placeholder },
        ]));
    }
    turns.extend(PATHS.iter().map(|path| of_services(&path[1..])));
    turns
}

/// A turn that asks GitHub and a model, which answer like one of [`PATHS`].
fn of_services(path: &str) -> Value {
    let repository = format!("{path}/api");
    let effect =
        |name: &str, request: Value| json!({ "do": "effect", "effect": name, "request": request });
    let text = format!("${{secret:{GITHUB_TOKEN}}} ${{secret:{MODEL_KEY}}}");
    json!([
        effect(
            "github_get_issue",
            json!({ "repository": repository, "number": 1 })
        ),
        effect("github_list_issues", json!({ "repository": repository })),
        effect(
            "github_create_issue",
            json!({ "repository": repository, "title": text, "body": text })
        ),
        effect(
            "llm_call",
            json!({
                "model": path, "max_tokens": 16,
                "messages": [{ "role": "user", "content": [{ "kind": "text", "value": { "text": text } }] }],
            })
        ),
    ])
}

/// The spellings that are looked for, made without the code that is under test.
fn spellings(value: &str) -> Vec<String> {
    let mut percent = String::new();
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            percent.push(char::from(byte));
        } else {
            write!(percent, "%{byte:02X}").unwrap();
        }
    }
    let json = Value::from(value).to_string();
    vec![
        value.to_owned(),
        percent.to_ascii_lowercase(),
        percent,
        STANDARD.encode(value),
        STANDARD_NO_PAD.encode(value),
        URL_SAFE.encode(value),
        json.trim_matches('"').to_owned(),
    ]
}

/// What of the planted secrets stands in `text`, by name and spelling.
fn leaks(text: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for (name, value) in PLANTED {
        for spelling in spellings(value) {
            if text
                .windows(spelling.len())
                .any(|window| window == spelling.as_bytes())
            {
                found.push(format!("{name} as `{spelling}`"));
            }
        }
    }
    found
}

/// Every file below a folder.
fn files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.is_file() {
            found.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
}

/// A JSON line's strings that are base64, decoded: an export has its payloads so.
fn decoded(value: &Value, found: &mut Vec<u8>) {
    match value {
        Value::String(text) => found.extend(STANDARD.decode(text).unwrap_or_default()),
        Value::Array(items) => items.iter().for_each(|item| decoded(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| decoded(field, found)),
        _ => {}
    }
}

/// A daemon with a probe that may reach the server with every planted secret.
fn install(server: &WebServer) -> Option<Installation> {
    let probe = ProbePlugin {
        on_failure: |_| "none",
        budgets: "wall = \"6s\"\nllm_tokens = 100000\nusd = 1.0",
        ..ProbePlugin::default()
    };
    let installation = Installation::new("", std::slice::from_ref(&probe)).unwrap()?;
    let names: Vec<&str> = lent().map(|(name, _)| name).collect();
    let rule = format!(
        "net = [{{ host = \"127.0.0.1\", methods = [\"GET\", \"POST\"], path = \"/**\", schemes = [\"http\"], \
         ports = [{}], private = [\"127.0.0.0/8\"], secrets = {names:?} }}]\n\
         github = [\"*/api:issues.read\", \"*/api:issues.write\"]\nllm = {{ models = [\"**\"] }}",
        server.address.port()
    );
    let mut secrets = "[secrets]\n".to_owned();
    let folder = installation.config().with_file_name("secrets");
    fs::create_dir(&folder).unwrap();
    for (name, value) in PLANTED {
        if *name == IN_ENVIRONMENT {
            writeln!(secrets, "{name} = {{ env = \"{name}\" }}").unwrap();
            continue;
        }
        let file = folder.join(name);
        fs::write(&file, format!("{value}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        writeln!(secrets, "{name} = {{ file = \"{}\" }}", file.display()).unwrap();
    }
    let url = server.url("");
    write!(
        secrets,
        "[github]\nbase_url = \"{url}\"\ntoken = {{ secret = \"{GITHUB_TOKEN}\" }}\nlogin = \"bot\"\nattempts = 2\n\
         request_timeout = \"500ms\"\n[llm]\nattempts = 2\nbackoff = \"1ms\"\ntimeout = \"500ms\"\n\
         [llm.providers.scripted]\nkind = \"anthropic\"\nbase_url = \"{url}\"\nkey = \"{MODEL_KEY}\"\n"
    )
    .unwrap();
    for path in PATHS {
        let model = &path[1..];
        writeln!(
            secrets,
            "[llm.models.{model}]\nprovider = \"scripted\"\nmodel = \"{model}\"\ninput_usd_per_million = 1\n\
             output_usd_per_million = 1\nmax_output_tokens = 100\ncontext_tokens = 100_000"
        )
        .unwrap();
    }
    installation.configure(&secrets, &[probe]).unwrap();
    installation.grant("probe", &rule).unwrap();
    Some(installation)
}

async fn play(daemon: &Daemon, turn: usize, told: &Value) -> Vec<u8> {
    let body = json!({
        "session_id": format!("s{turn}"), "cwd": "/srv/api", "hook_event_name": "PreToolUse", "tool_name": "Bash",
        "tool_input": { "command": "ls" }, "tool_use_id": format!("use-{turn}"), "probe": told,
    });
    let mut headers = daemon.headers();
    headers.push(("sinew-timeout-ms", "60000".to_owned()));
    let body = body.to_string();
    daemon
        .post("/hooks/PreToolUse", &headers, body.as_bytes())
        .await
        .unwrap()
        .body
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_written_down_anywhere() {
    let server = WebServer::start(Ipv4Addr::LOCALHOST, 0, echo).unwrap();
    let Some(installation) = install(&server) else {
        return;
    };
    let value = PLANTED
        .iter()
        .find(|(name, _)| *name == IN_ENVIRONMENT)
        .unwrap()
        .1;
    let environment = [
        (IN_ENVIRONMENT, value),
        ("SINEW_LOG", "trace"),
        // Nobody listens there: whoever asked a proxy would get nowhere.
        ("HTTP_PROXY", "http://127.0.0.1:9"),
        ("http_proxy", "http://127.0.0.1:9"),
        ("ALL_PROXY", "http://127.0.0.1:9"),
    ];
    let daemon = installation.serve_in(0, &environment).await.unwrap();
    let mut places = Vec::new();
    for (index, told) in turns(&server).iter().enumerate() {
        let answer = play(&daemon, index, told).await;
        places.push((format!("the answer to turn {index}"), answer));
    }
    daemon.terminate().await.unwrap();

    // It did go out, and the guest saw its place.
    let seen = server.seen();
    for (name, value) in PLANTED.iter().filter(|(name, _)| *name != "UNFIT_KEY") {
        let times = seen.iter().filter(|seen| sent(seen) == *value).count();
        let least = PATHS.len() * if *name == MODEL_KEY { 1 } else { 2 };
        assert!(times >= least, "{name} was sent {times} times");
    }
    assert!(
        !seen.iter().any(|seen| seen.line.contains("canary")),
        "no secret in a URL"
    );

    let export = [
        "ledger",
        "export",
        "--state",
        installation.state().to_str().unwrap(),
    ]
    .map(str::to_owned);
    let arguments: Vec<&str> = export.iter().map(String::as_str).collect();
    let home = installation.config();
    let exported = sinew_binary::run(
        &installation.binary,
        home.parent().unwrap(),
        &arguments,
        b"",
    )
    .await
    .unwrap();
    assert_eq!(exported.code, Some(0), "{}", exported.stderr);
    let mut payloads = Vec::new();
    for line in exported.stdout.lines() {
        decoded(&serde_json::from_str(line).unwrap(), &mut payloads);
    }
    let echoed = String::from_utf8_lossy(&payloads)
        .matches("${secret:FILE_KEY}")
        .count();
    assert!(echoed > 20, "the export has its echoes, {echoed} of them");
    for name in [GITHUB_TOKEN, MODEL_KEY] {
        let echo = format!("sent ${{secret:{name}}} ");
        assert!(
            String::from_utf8_lossy(&payloads).contains(&echo),
            "what came back with {name} was read"
        );
    }
    places.push(("the export".to_owned(), exported.stdout.into_bytes()));
    places.push(("the export's payloads".to_owned(), payloads));
    let log = installation.log();
    assert!(
        log.contains("net_fetch") || log.len() > 1_000,
        "the log says something"
    );
    places.push(("the log".to_owned(), log.into_bytes()));
    files(&installation.state(), &mut places);
    assert!(places.iter().any(|(name, _)| name.ends_with("sinew.db")));
    let found: Vec<String> = places
        .iter()
        .flat_map(|(name, text)| {
            leaks(text)
                .into_iter()
                .map(move |leak| format!("{name}: {leak}"))
        })
        .collect();
    assert_eq!(found, [""; 0]);
}

#[test]
fn a_secret_that_was_written_down_would_be_found() {
    for (name, value) in PLANTED {
        for spelling in spellings(value) {
            let found = leaks(format!("x{spelling}y").as_bytes());
            assert!(
                found.iter().any(|leak| leak.starts_with(name)),
                "{spelling}"
            );
        }
    }
    assert_eq!(leaks(b"${secret:FILE_KEY}"), [""; 0]);
}
