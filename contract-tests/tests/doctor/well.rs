//! A house in order.

use std::fmt::Write as _;

use super::place::{Place, SETTINGS};

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_well_after_init_and_serve() {
    let Some(place) = Place::new() else { return };
    place.init().await;
    let _daemon = place.serve().await;
    let said = place.doctor().await;
    insta::assert_snapshot!("well", said.text);
    assert_eq!(said.code, Some(0));
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
          --remove --dir /home/me/api`"
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
