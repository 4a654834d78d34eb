//! A house in order.

use std::fmt::Write as _;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;
use sinew_runtime::services::fs::{Opening, opening};
use sinew_runtime::services::process::{Level, offered};

use super::place::{Place, SETTINGS};

/// The settings that everybody shares who works in the project.
const SHARED: &str = "api/.claude/settings.json";

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_well_after_init_and_serve() {
    let Some(place) = Place::new() else { return };
    place.init().await;
    let _daemon = place.serve().await;
    let said = place.doctor().await;
    let (kernel, rest) = said.parted();
    insta::assert_snapshot!("well", rest);
    assert_eq!(said.code, Some(0));
    assert_eq!(kernel, [kernel_line()]);
    let json = place.sinew(&["doctor", "--json"]).await;
    let value: serde_json::Value = serde_json::from_str(&json.text).unwrap();
    assert_eq!(value["ok"], true, "{}", json.text);
    assert!(
        value["findings"]
            .as_array()
            .unwrap()
            .iter()
            .all(|finding| finding["ok"] == true)
    );
    let findings = value["findings"].as_array().unwrap();
    let kernel = findings.iter().find(|finding| finding["about"] == "kernel");
    let warned = kernel.unwrap()["warning"] == true;
    assert_eq!(warned, offered(false).level != Level::Full, "{}", json.text);
}

/// What is to be said of the machine that the tests run on.
fn kernel_line() -> String {
    let confinement = offered(false);
    let (word, how) = match confinement.level {
        Level::Full => ("ok", "confined"),
        Level::Partial => ("warn", "confined in part"),
        Level::None => ("warn", "not confined"),
    };
    let reason = confinement.reason.map(|reason| format!(" ({reason})"));
    let opened = match opening() {
        Opening::Kernel => "in one step (openat2)",
        Opening::NameByName => "name by name (there is no openat2)",
    };
    format!(
        "{word:<6}kernel     programs are {how}{}, paths are opened {opened}",
        reason.unwrap_or_default()
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_in_settings_is_named_with_what_mends_it() {
    let Some(place) = Place::new() else { return };
    place.init().await;
    let _daemon = place.serve().await;
    let good = place.read(SETTINGS);
    let token = place.read(".local/state/sinew/tokens/hook");
    let replaced = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}");
        good.replacen(from, to, 1)
    };
    let mut twice = place.settings();
    let group = twice["hooks"]["PreToolUse"][0].clone();
    twice["hooks"]["PreToolUse"]
        .as_array_mut()
        .unwrap()
        .push(group);
    let mut foreign = place.settings();
    let url = foreign["hooks"]["PreToolUse"][0]["hooks"][0]["url"].clone();
    let other = serde_json::json!({"hooks": [{"type": "http", "url": url}]});
    foreign["hooks"]["PreToolUse"]
        .as_array_mut()
        .unwrap()
        .push(other);
    let mut matched = place.settings();
    matched["hooks"]["PreToolUse"][0]["matcher"] = "Write".into();
    let mut conditional = place.settings();
    conditional["hooks"]["PreToolUse"][0]["hooks"][0]["if"] = "Bash(git *)".into();
    let mut off = place.settings();
    off["disableAllHooks"] = true.into();
    let mut closed = place.settings();
    closed["allowedHttpHookUrls"] = serde_json::json!(["https://hooks.example.org/*"]);
    let cases = [
        ("nothing", "{}".to_owned()),
        ("not JSON", "{".to_owned()),
        (
            "another port",
            replaced(&format!(":{}/", place.port), ":1/"),
        ),
        (
            "a stale token",
            replaced(token.trim(), &"0".repeat(token.trim().len())),
        ),
        (
            "goes on",
            replaced("\"onFailure\": \"block\"", "\"onFailure\": \"continue\""),
        ),
        ("twice", twice.to_string()),
        ("twice, once by hand", foreign.to_string()),
        ("a matcher", matched.to_string()),
        ("a condition", conditional.to_string()),
        ("switched off", off.to_string()),
        ("closed", closed.to_string()),
        (
            "an event of nobody's",
            good.replace("PreToolUse", "PostToolUse"),
        ),
    ];
    let mut table = String::new();
    for (name, text) in cases {
        place.write(SETTINGS, &text);
        let failures = place.failures().await;
        assert!(!failures.is_empty(), "{name}");
        writeln!(table, "{name}\n  {}", failures.join("\n  ")).unwrap();
        place.write(SETTINGS, &good);
    }
    insta::assert_snapshot!("wrong_settings", table);
    assert_eq!(place.failures().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_project_shares_counts_as_well() {
    let Some(place) = Place::new() else { return };
    place.init().await;
    let _daemon = place.serve().await;
    let own = place.settings();
    let mut stale = own.clone();
    stale["hooks"]["PreToolUse"][0]["hooks"][0]["headers"]["Authorization"] = "Bearer 0".into();
    let url = &own["hooks"]["PreToolUse"][0]["hooks"][0]["url"];
    let by_hand = json!({"hooks": {"PreToolUse": [{"hooks": [{"type": "http", "url": url}]}]}});
    let cases = [
        ("not JSON", "{".to_owned()),
        ("switched off", json!({"disableAllHooks": true}).to_string()),
        ("an old entry", stale.to_string()),
        ("by hand", by_hand.to_string()),
        (
            "closed",
            json!({"allowedHttpHookUrls": ["http://127.0.0.1:1/*"]}).to_string(),
        ),
        (
            "closed but for its beginning",
            json!({"allowedHttpHookUrls": ["http://127.*.example.org/*"]}).to_string(),
        ),
    ];
    let mut table = String::new();
    for (name, text) in cases {
        place.write(SHARED, &text);
        fs::set_permissions(place.at(SHARED), Permissions::from_mode(0o600)).unwrap();
        let failures = place.failures().await;
        assert!(!failures.is_empty(), "{name}");
        writeln!(table, "{name}\n  {}", failures.join("\n  ")).unwrap();
    }
    insta::assert_snapshot!("shared_settings", table);
    let others = json!({
        "allowedHttpHookUrls": ["http://*/hooks/*"],
        "hooks": {"PreToolUse": [{"hooks": [{"type": "command", "command": "./check.sh"}]}]},
    });
    place.write(SHARED, &others.to_string());
    assert_eq!(place.failures().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wired_twice_over_is_seen_and_what_mends_it_does() {
    let Some(place) = Place::new() else { return };
    place.init().await;
    place.sinew(&["init", "--user"]).await;
    let _daemon = place.serve().await;
    let failures = place.failures().await;
    assert_eq!(
        failures,
        [
            "settings   `/home/me/api` and your own settings are both wired, so events are asked about twice: run `sinew init \
          --remove --dir /home/me/api`",
            "mcp        the server `sinew` is listed for `/home/me/api` and for all of your sessions: run `sinew init --remove --dir \
             /home/me/api`"
        ]
    );
    let api = place.at("api");
    place
        .sinew(&["init", "--remove", "--dir", api.to_str().unwrap()])
        .await;
    assert_eq!(place.failures().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shim_that_is_gone_is_seen() {
    let Some(place) = Place::new() else { return };
    let api = place.at("api");
    place
        .sinew(&["init", "--shim", "--dir", api.to_str().unwrap()])
        .await;
    let _daemon = place.serve().await;
    assert_eq!(place.failures().await, [""; 0]);
    let binary = place.binary.canonicalize().unwrap();
    let text = place.read(SETTINGS);
    for (program, expected) in [
        ("/nowhere/sinew", "which is gone"),
        ("/bin/sh", "is not wired"),
    ] {
        place.write(SETTINGS, &text.replace(binary.to_str().unwrap(), program));
        let failures = place.failures().await;
        assert!(
            failures.iter().any(|failure| failure.contains(expected)),
            "{failures:?}"
        );
    }
}
