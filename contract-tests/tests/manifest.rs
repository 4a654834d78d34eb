//! What a `plugin.toml` may say: rules that can be listed, and a schema that the operator's settings are held against.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use sinew_contract_tests::daemon::Installation;
use sinew_contract_tests::exchange::Reply;
use sinew_contract_tests::gate_cells;
use sinew_contract_tests::probe_plugin::{ProbePlugin, asks, rewritable};
use sinew_contract_tests::sinew_binary::run;
use sinew_runtime::plugin::{Manifest, SettingsSchema};
use sinew_schema::ENTRY_POINTS;

const HEAD: &str = "[plugin]\nname = \"a\"\nversion = \"1.0.0\"\nscope = \"none\"\n";

fn rule(id: &str) -> String {
    format!(
        "[[rules]]\nid = \"{id}\"\npack = \"shell\"\nsummary = \"what\"\nadvice = \"instead\"\n"
    )
}

#[test]
fn a_manifest_lists_rules_and_names_a_schema_inside_its_folder() {
    let cases = [
        (String::new(), ""),
        ("config_schema = \"config.schema.json\"".into(), ""),
        ("config_schema = \"schemas/config.json\"".into(), ""),
        (
            "config_schema = \"../config.json\"".into(),
            "/plugin/config_schema",
        ),
        (
            "config_schema = \"/srv/config.json\"".into(),
            "/plugin/config_schema",
        ),
        (
            "config_schema = \"a/../../b.json\"".into(),
            "/plugin/config_schema",
        ),
        ("config_schema = \"\"".into(), "/plugin/config_schema"),
        (rule("push-to-protected"), ""),
        (format!("{}{}", rule("a"), rule("b")), ""),
        (
            format!("{}{}", rule("a"), rule("a")),
            "`rules`: the id `a` stands twice",
        ),
        (rule("Push"), "/rules/0/id"),
        (rule("push--twice"), "/rules/0/id"),
        (rule(""), "/rules/0/id"),
        (rule("a").replace("pack = \"shell\"\n", ""), "/rules/0"),
        (
            rule("a").replace("instead", &"x".repeat(1025)),
            "/rules/0/advice",
        ),
        (format!("{}severity = 1\n", rule("a")), "/rules/0"),
    ];
    for (text, refusal) in cases {
        match (Manifest::parse(&format!("{HEAD}{text}")), refusal) {
            (Ok(_), "") => {}
            (Err(error), refusal) if !refusal.is_empty() => {
                assert!(error.to_string().contains(refusal), "{text}\n  {error}");
            }
            (parsed, _) => panic!("{text}\n  {parsed:?}"),
        }
    }
}

/// What the client cannot do is no plugin's to want: the decision table says it, event by event.
#[test]
fn asking_and_rewriting_are_for_events_that_know_them() {
    let hooks = ENTRY_POINTS
        .iter()
        .filter(|entry| entry.event.is_some() || entry.export == "handle_hook_event");
    let mut tried = 0;
    for entry in hooks {
        let (event, key) = (
            entry.event.unwrap_or_default(),
            entry.export.trim_start_matches("handle_"),
        );
        for (says, possible) in [
            ("on_failure = \"ask\"", asks(event)),
            ("on_failure = \"deny\"\nrewrites = true", rewritable(event)),
            ("on_failure = \"deny\"\nrewrites = false", true),
        ] {
            let parsed = Manifest::parse(&format!("{HEAD}[hooks.{key}]\n{says}\n"));
            assert_eq!(parsed.is_ok(), possible, "{key} {says}: {parsed:?}");
            tried += 1;
        }
    }
    assert!(tried > 90 && rewritable("PreToolUse") && !rewritable("Stop"));
}

/// A rewriting turn is saved only where nothing could come of it.
#[test]
fn a_rewrite_matcher_finds_every_text_of_what_can_be_rewritten() {
    let parsed = |says: &str| {
        let text = format!("{HEAD}[hooks.pre_tool_use]\non_failure = \"deny\"\n{says}\n");
        Manifest::parse(&text).map_err(|error| error.to_string())
    };
    let manifest = parsed("rewrites = true\nrewrite_matcher = \"npm +install\"").unwrap();
    let subscription = manifest.subscription("PreToolUse").unwrap();
    let rewrites = subscription.rewrites.as_ref().unwrap();
    for (input, wanted) in [
        (r#"{"tool_input": {"command": "npm install"}}"#, true),
        (
            r#"{"tool_input": {"command": "cd a && npm\u0020 insta\u006cl b"}}"#,
            true,
        ),
        (
            r#"{"tool_input": {"edits": [{"new": "a"}, {"new": ["npm install"]}]}}"#,
            true,
        ),
        (r#"{"tool_input": {"npm install": null}}"#, true),
        (r#"{"tool_input": "npm install"}"#, true),
        (r#"{"tool_name": "Bash"}"#, true),
        (
            r#"{"tool_input": {"command": "npm ci"}, "cwd": "/npm install"}"#,
            false,
        ),
        (r#"{"tool_input": {"npm": "install", "count": 3}}"#, false),
        (r#"{"tool_input": null}"#, false),
    ] {
        let value = serde_json::from_str(input).unwrap();
        assert_eq!(rewrites.wants(&value), wanted, "{input}");
    }
    let every = parsed("rewrites = true").unwrap();
    let every = every.subscription("PreToolUse").unwrap();
    assert!(every.rewrites.as_ref().unwrap().wants(&json!({})));
    assert!(parsed("").unwrap().hooks["PreToolUse"].rewrites.is_none());
    for (says, refusal) in [
        (
            "rewrites = true\nrewrite_matcher = \"(\"",
            "is no regular expression",
        ),
        (
            "rewrites = false\nrewrite_matcher = \"a\"",
            "needs `rewrites = true`",
        ),
        ("rewrite_matcher = \"a\"", "needs `rewrites = true`"),
    ] {
        let error = parsed(says).unwrap_err();
        let named = error.starts_with("`hooks.pre_tool_use.rewrite_matcher` ");
        assert!(named && error.contains(refusal), "{says}\n  {error}");
    }
}

/// A guest that calls nobody is ended by its fuel, and that has to happen in time.
#[test]
fn fuel_that_could_outlast_the_wall_time_is_refused() {
    let says = |fuel: u64, wall: &str| {
        let text = format!("{HEAD}[budgets.turn]\nfuel = {fuel}\nwall = \"{wall}\"\n");
        Manifest::parse(&text).err().map(|error| error.to_string())
    };
    for (fuel, wall) in [(200_000_000, "5s"), (40_000_000, "1s"), (1, "1ms")] {
        assert_eq!(says(fuel, wall), None);
    }
    assert_eq!(
        says(40_000_001, "1s").unwrap(),
        "`budgets.turn`: 40000001 fuel can take 1000 ms, longer than the wall time of 1000 ms; lower `fuel` to 40000000 or raise `wall`"
    );
    assert!(says(u64::MAX >> 1, "100h").is_some());
}

#[test]
fn settings_are_what_the_schema_says_and_a_violation_names_the_key_and_no_value() {
    let schema = json!({
        "type": "object",
        "properties": {
            "limit": {"type": "integer", "minimum": 1},
            "token": {"type": "string", "pattern": "^[a-z]+$"},
            "packs": {"type": "array", "items": {"enum": ["shell", "git"]}},
            "deep": {"$ref": "#/$defs/deep"},
        },
        "required": ["limit"],
        "additionalProperties": false,
        "$defs": {"deep": {"type": "object", "additionalProperties": {"$ref": "#/$defs/deep"}}},
    });
    let schema = SettingsSchema::parse(&schema.to_string()).unwrap();
    let cases = [
        (json!({"limit": 3, "packs": ["git"]}), None),
        (json!({"limit": 3, "deep": {"a": {"b": {}}}}), None),
        (json!({}), Some(("", "limit"))),
        (json!({"limit": 0}), Some(("limit", "minimum"))),
        (json!({"limit": "3"}), Some(("limit", "integer"))),
        (json!({"limit": 3, "limits": 4}), Some(("", "limits"))),
        (json!({"limit": 3, "token": "S3CRET"}), Some(("token", ""))),
        (
            json!({"limit": 3, "packs": ["S3CRET"]}),
            Some(("packs.0", "")),
        ),
        (
            json!({"limit": 3, "deep": {"a": 1}}),
            Some(("deep.a", "object")),
        ),
    ];
    for (settings, expected) in cases {
        let texts: BTreeMap<_, _> = settings
            .as_object()
            .unwrap()
            .iter()
            .map(|(key, value)| (key.clone(), value.to_string().into_bytes()))
            .collect();
        let found = schema.check(&texts).err();
        match (&found, expected) {
            (None, None) => {}
            (Some(found), Some((key, reason))) => {
                assert_eq!(found.key, key, "{settings}");
                assert!(found.reason.contains(reason), "{settings}: {found:?}");
                assert!(!found.reason.contains("S3CRET"), "{settings}: {found:?}");
            }
            _ => panic!("{settings}: {found:?}"),
        }
    }
}

#[test]
fn a_schema_speaks_for_itself_and_cannot_bring_the_host_down() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let refused = [
        "",
        "{",
        "[]",
        "\"text\"",
        &deep,
        r#"{"type": "nothing"}"#,
        r#"{"$ref": "https://example.org/schema.json"}"#,
        r#"{"$ref": "file:///etc/passwd"}"#,
        r#"{"$ref": "other.json"}"#,
        r#"{"$id": "https://example.org/a", "$ref": "b"}"#,
        r#"{"$schema": "https://example.org/draft"}"#,
        r##"{"$ref": "#/$defs/nowhere"}"##,
        r#"{"properties": {"a": {"pattern": "("}}}"#,
        r#"{"properties": {"a": {"pattern": "(a)\\1"}}}"#,
    ];
    for text in refused {
        let shown = text.get(..80).unwrap_or(text);
        assert!(SettingsSchema::parse(text).is_err(), "{shown}");
    }
    // Schemas that go round in circles end, one way or the other.
    let circles = [
        r##"{"$ref": "#"}"##,
        r##"{"allOf": [{"$ref": "#"}]}"##,
        r##"{"$dynamicRef": "#"}"##,
        r##"{"not": {"$ref": "#"}}"##,
        r##"{"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}"##,
        r##"{"anyOf": [{"$ref": "#/anyOf/1"}, {"$ref": "#/anyOf/0"}]}"##,
    ];
    let settings = BTreeMap::from([("a".to_owned(), b"1".to_vec())]);
    for text in circles {
        if let Ok(schema) = SettingsSchema::parse(text) {
            let _ = schema.check(&settings);
        }
    }
}

/// Writes the probe's settings, and a schema that wants a whole number.
fn with_schema(installation: &Installation, limit: &str) {
    let plugins = [ProbePlugin::default()];
    let head = format!("[plugins.probe.config]\nlimit = {limit}\n");
    installation.configure(&head, &plugins).unwrap();
    let folder = installation.plugins().join("probe");
    let manifest = fs::read_to_string(folder.join("plugin.toml")).unwrap();
    if !manifest.contains("config_schema") {
        let manifest =
            manifest.replace("[hooks]", "config_schema = \"config.schema.json\"\n[hooks]");
        fs::write(folder.join("plugin.toml"), manifest).unwrap();
    }
    write_schema(&folder, "integer");
}

fn write_schema(folder: &Path, kind: &str) {
    let schema = json!({"properties": {"limit": {"type": kind}}, "additionalProperties": false});
    fs::write(folder.join("config.schema.json"), schema.to_string()).unwrap();
}

fn healthy() -> Vec<u8> {
    json!({"session_id": "s", "cwd": "/srv/api", "hook_event_name": "PreToolUse", "tool_name": "Bash",
           "tool_input": {}, "probe": {"do": "deny", "reason": "healthy"}})
    .to_string()
    .into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_do_not_fit_keep_a_plugin_from_loading_and_its_events_fail() {
    let plugins = [ProbePlugin::default()];
    let Some(installation) = Installation::new("", &plugins).unwrap() else {
        return;
    };
    with_schema(&installation, "\"many\"");
    let daemon = installation.serve(0).await.unwrap();
    let path = "/hooks/PreToolUse";
    let reply = daemon
        .post(path, &daemon.headers(), &healthy())
        .await
        .unwrap();
    let says = "plugin `probe` could not decide: it is not loaded: `plugins.probe.config.limit`: the value is not of type \"integer\"";
    assert_eq!(
        reply.json().unwrap(),
        gate_cells::failure("PreToolUse", "deny", says)
    );
    daemon.terminate().await.unwrap();

    with_schema(&installation, "3");
    let daemon = installation.serve(0).await.unwrap();
    let decides = |reply: Reply| {
        assert_eq!(
            reply.json().unwrap(),
            gate_cells::decision("PreToolUse", "deny", "healthy")
        );
    };
    decides(
        daemon
            .post(path, &daemon.headers(), &healthy())
            .await
            .unwrap(),
    );
    // A new build with another schema is a bad build: the old one goes on.
    write_schema(&installation.plugins().join("probe"), "string");
    let admin = daemon.headers_with(&daemon.admin_token);
    let reply = daemon
        .post("/v1/plugins/probe/reload", &admin, b"")
        .await
        .unwrap();
    let detail = reply.json().unwrap()["detail"].clone();
    assert!(
        detail
            .as_str()
            .unwrap()
            .contains("`plugins.probe.config.limit`"),
        "{detail}"
    );
    decides(
        daemon
            .post(path, &daemon.headers(), &healthy())
            .await
            .unwrap(),
    );
    daemon.terminate().await.unwrap();
}

#[tokio::test]
async fn check_holds_the_operator_s_settings_against_the_schema_and_inspect_lists_the_rules() {
    let plugins = [ProbePlugin::default()];
    let Some(installation) = Installation::new("", &plugins).unwrap() else {
        return;
    };
    with_schema(&installation, "\"many\"");
    let folder = installation.plugins().join("probe");
    let text = fs::read_to_string(folder.join("plugin.toml")).unwrap();
    fs::write(
        folder.join("plugin.toml"),
        text + &rule("push-to-protected"),
    )
    .unwrap();
    let (folder, config) = (folder.to_str().unwrap(), installation.config());
    let sinew = async |arguments: &[&str]| {
        run(
            &installation.binary,
            installation.plugins().as_path(),
            arguments,
            b"",
        )
        .await
        .unwrap()
    };

    let refused = sinew(&[
        "plugin",
        "check",
        folder,
        "--config",
        config.to_str().unwrap(),
    ])
    .await;
    assert_eq!(
        (refused.code, refused.stderr.as_str()),
        (
            Some(1),
            "error: `plugins.probe.config.limit`: the value is not of type \"integer\"\n"
        )
    );
    let checked = sinew(&["plugin", "check", folder, "--json"]).await;
    let checked: Value = serde_json::from_str(&checked.stdout).unwrap();
    assert_eq!(checked["rules"], json!(["push-to-protected"]));
    assert_eq!(checked["config_schema"], "config.schema.json");

    // Without a word it is the operator's own configuration, as for the daemon.
    let usual = installation.plugins().join(".config/sinew");
    fs::create_dir_all(&usual).unwrap();
    fs::copy(&config, usual.join("sinew.toml")).unwrap();
    assert_eq!(sinew(&["plugin", "check", folder]).await, refused);

    let shown = sinew(&["plugin", "inspect", folder]).await.stdout;
    let end = "settings      config.schema.json\nrules         1\n  push-to-protected (shell): what\n    instead: instead\n";
    assert!(shown.ends_with(end), "{shown}");
    let shown = sinew(&["plugin", "inspect", folder, "--json"]).await.stdout;
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(
        shown["rules"],
        json!([{"id": "push-to-protected", "pack": "shell", "summary": "what", "advice": "instead"}])
    );
}

/// The examples of the author's guide are manifests.
#[test]
fn the_manifests_of_the_guide_can_be_read() {
    let guide = include_str!("../../pdk/README.md");
    let blocks: Vec<_> = guide
        .split("```toml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    let manifest = blocks
        .iter()
        .find(|block| block.starts_with("[plugin]"))
        .unwrap();
    let rules = blocks
        .iter()
        .find(|block| block.starts_with("[[rules]]"))
        .unwrap();
    assert_eq!(
        Manifest::parse(&format!("{manifest}\n{rules}"))
            .unwrap()
            .rules
            .len(),
        1
    );
    let schema = guide
        .split("```json\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    SettingsSchema::parse(schema).unwrap();
}
