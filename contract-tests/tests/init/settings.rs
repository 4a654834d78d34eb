//! What stands in a client's settings before and after.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};

use serde_json::json;

use super::place::{Place, SETTINGS, TOKEN};

#[tokio::test]
async fn every_subscribed_event_is_wired_the_way_the_client_can_ask() {
    let Some(place) = Place::new() else { return };
    insta::assert_snapshot!("first_run", place.done(&[]).await);
    let token = place.read(TOKEN);
    let http = |event: &str, ms: &str, timeout: u32| {
        json!([{"hooks": [{
            "type": "http",
            "url": format!("http://127.0.0.1:7717/hooks/{event}"),
            "headers": {"Authorization": format!("Bearer {}", token.trim()), "sinew-timeout-ms": ms},
            "timeout": timeout,
            "onFailure": "block",
        }]}])
    };
    let expected = json!({"hooks": {
        "PreToolUse": http("PreToolUse", "25000", 30),
        "SessionEnd": http("SessionEnd", "5000", 10),
        "SessionStart": [{"hooks": [{
            "type": "command",
            "command": place.binary().canonicalize().unwrap(),
            "args": ["hook", "--event", "SessionStart", "--guarded", "--timeout-ms", "25000"],
            "timeout": 30,
            "onFailure": "block",
        }]}],
        "UserPromptSubmit": http("UserPromptSubmit", "25000", 30),
    }});
    assert_eq!(place.json(SETTINGS), expected);
    assert_eq!(place.mode(SETTINGS), 0o600);
    insta::assert_snapshot!("layout", place.general(&place.read(SETTINGS)));
}

#[tokio::test]
async fn with_shim_every_event_starts_the_command() {
    let Some(place) = Place::new() else { return };
    place.done(&["--shim"]).await;
    let settings = place.json(SETTINGS);
    for (event, groups) in settings["hooks"].as_object().unwrap() {
        let handler = &groups[0]["hooks"][0];
        let guarded = handler["args"]
            .as_array()
            .unwrap()
            .contains(&json!("--guarded"));
        assert_eq!(handler["type"], "command", "{event}");
        assert_eq!(
            guarded,
            matches!(event.as_str(), "PreToolUse" | "SessionStart"),
            "{event}"
        );
        assert_eq!(handler.get("onFailure").is_some(), guarded, "{event}");
    }
    // What a reload may guard without a word is what is refused without the daemon.
    let wired = place.json(".local/state/sinew/wired.json");
    let settings = &wired["settings"][place.at(SETTINGS).to_str().unwrap()];
    assert_eq!(settings["guarded"], json!(["PreToolUse", "SessionStart"]));
    // Changing the mind changes the entries and adds none.
    place.done(&[]).await;
    let settings = place.json(SETTINGS);
    assert_eq!(settings["hooks"]["PreToolUse"].as_array().unwrap().len(), 1);
    assert_eq!(
        settings["hooks"]["PreToolUse"][0]["hooks"][0]["type"],
        "http"
    );
}

#[tokio::test]
async fn an_old_client_gets_the_shim_by_itself() {
    let Some(place) = Place::new() else { return };
    for (version, kind) in [
        ("echo '2.1.197 (Claude Code)'", "command"),
        ("echo '2.1.329 (Claude Code)'", "http"),
        // Nobody knows what it does, so it is not trusted to refuse.
        ("echo 'the newest'", "command"),
        ("exit 1", "command"),
        (
            "echo 'notice: 1.2.3 is old'; echo '2.1.329 (Claude Code)'",
            "http",
        ),
    ] {
        let script = format!("#!/bin/sh\n{version}\n");
        place.write("bin/claude", &script);
        fs::set_permissions(place.at("bin/claude"), Permissions::from_mode(0o755)).unwrap();
        let output = tokio::process::Command::new(place.binary())
            .args(["init", "--dir", place.at("api").to_str().unwrap()])
            .env_clear()
            .env("HOME", place.at(""))
            .env(
                "PATH",
                format!("{}:/bin:/usr/bin", place.at("bin").display()),
            )
            .output()
            .await
            .unwrap();
        assert!(output.status.success());
        let said = String::from_utf8_lossy(&output.stdout);
        let unread = said.contains("`claude --version` says no version");
        let says_one = version.contains("Claude Code");
        assert_eq!(unread, !says_one, "{version}: {said}");
        let settings = place.json(SETTINGS);
        assert_eq!(
            settings["hooks"]["PreToolUse"][0]["hooks"][0]["type"], kind,
            "{version}"
        );
    }
}

#[tokio::test]
async fn a_second_run_changes_nothing_and_says_so() {
    let Some(place) = Place::new() else { return };
    place.done(&[]).await;
    let before = place.snapshot();
    insta::assert_snapshot!("second_run", place.done(&[]).await);
    assert_eq!(place.snapshot(), before);
    // Nor when it has forgotten that there was a first one.
    fs::remove_file(place.at(".local/state/sinew/wired.json")).unwrap();
    place.done(&[]).await;
    assert_eq!(place.snapshot(), before);
}

/// Settings as people write them.
const WRITTEN: &[(&str, &str)] = &[
    ("nothing", "{}\n"),
    ("an empty file", ""),
    ("an empty object of hooks", "{ \"hooks\" : { } }"),
    (
        "tabs",
        "{\n\t\"model\": \"opus\",\n\t\"permissions\": {\"allow\": [\"Bash(ls *)\"], \"deny\": []}\n}",
    ),
    (
        "foreign hooks",
        "{\n    \"hooks\": {\n        \"PreToolUse\": [\n            {\n                \"matcher\": \"Bash|Write\",\n                \"hooks\": [{ \"type\": \"command\", \"command\": \"./check.sh\" }]\n            }\n        ],\n        \"Stop\": []\n    },\n    \"env\": { \"A\": \"b\" }\n}\n",
    ),
    (
        "a hook of one's own on the same address",
        "{\"hooks\":{\"PreToolUse\":[{\"hooks\":[{\"type\":\"http\",\"url\":\"http://127.0.0.1:7717/hooks/PreToolUse\"}]}]}}",
    ),
    (
        "comments and commas",
        "{\n  // hooks\n  \"hooks\": {\n    \"SessionEnd\": [ /* none */ ],\n  },\n}\n",
    ),
    ("carriage returns", "{\r\n  \"model\": \"opus\"\r\n}\r\n"),
];

#[tokio::test]
async fn what_it_did_is_undone_byte_for_byte() {
    for (name, text) in WRITTEN {
        let Some(place) = Place::new() else { return };
        place.write(SETTINGS, text);
        fs::set_permissions(place.at(SETTINGS), Permissions::from_mode(0o640)).unwrap();
        let before = place.snapshot();
        place.done(&[]).await;
        assert_ne!(place.snapshot(), before, "{name}");
        place.done(&["--shim"]).await;
        place.done(&["--remove"]).await;
        assert_eq!(place.snapshot(), before, "{name}");
        assert!(!place.at(".local/state/sinew/wired.json").exists());
    }
}

#[tokio::test]
async fn what_was_not_there_is_not_there_afterwards() {
    let Some(place) = Place::new() else { return };
    let before = place.snapshot();
    place.done(&[]).await;
    insta::assert_snapshot!("removal", place.done(&["--remove"]).await);
    assert_eq!(place.snapshot(), before);
    insta::assert_snapshot!("removal_of_nothing", place.done(&["--remove"]).await);
}

#[tokio::test]
async fn what_others_wrote_since_stays() {
    for (name, text) in WRITTEN.iter().filter(|(_, text)| text.starts_with("{\n")) {
        let Some(place) = Place::new() else { return };
        place.write(SETTINGS, text);
        place.done(&[]).await;
        let since = place
            .read(SETTINGS)
            .replacen("{\n", "{\n  \"since\": [1,  2],\n", 1);
        place.write(SETTINGS, &since);
        let kept = place.done(&[]).await;
        assert!(
            kept.contains("nothing was changed") || name == &"comments and commas",
            "{kept}"
        );
        assert_eq!(place.read(SETTINGS), since, "{name}");
        place.done(&["--remove"]).await;
        let left = place.read(SETTINGS);
        assert!(
            left.starts_with("{\n  \"since\": [1,  2],\n"),
            "{name}: {left}"
        );
        assert!(
            !left.contains("sinew") && !left.contains("7717/"),
            "{name}: {left}"
        );
        let foreign = [
            "./check.sh",
            "\"Stop\": []",
            "\"A\": \"b\"",
            "// hooks",
            "\"model\": \"opus\"",
        ];
        for part in foreign.iter().filter(|part| text.contains(**part)) {
            assert!(left.contains(part), "{name} lost {part}: {left}");
        }
    }
}

#[tokio::test]
async fn a_dry_run_shows_everything_but_the_token_and_writes_nothing() {
    let Some(place) = Place::new() else { return };
    place.write(SETTINGS, WRITTEN[4].1);
    let before = place.snapshot();
    insta::assert_snapshot!("dry_run", place.done(&["--dry-run"]).await);
    assert_eq!(place.snapshot(), before);
    assert!(!place.at(".local").exists());
    place.done(&[]).await;
    let finished = place.init(&["--dry-run", "--remove"]).await;
    assert!(!finished.stdout.contains(place.read(TOKEN).trim()));
}

#[tokio::test]
async fn settings_that_cannot_be_read_are_left_alone() {
    let cases = [
        "{\"hooks\": ",
        "[]",
        "{\"hooks\": []}",
        "{\"hooks\": {\"PreToolUse\": {}}}",
        "{\"hooks\": {}, \"hooks\": {}}",
        "{\"hooks\": {\"Stop\": [], \"Stop\": []}}",
        "{'hooks': {}}",
        "\u{feff}{}",
    ];
    for text in cases {
        let Some(place) = Place::new() else { return };
        place.write(SETTINGS, text);
        let before = place.snapshot();
        for arguments in [&[][..], &["--remove"], &["--dry-run"]] {
            let why = place.refused(arguments).await;
            assert!(
                why.starts_with("error: `/home/me/api/.claude/settings.local.json`: ")
                    && why.trim_end().ends_with("; nothing was changed")
                    && why.contains("byte order mark") == text.starts_with('\u{feff}'),
                "{text}: {why}"
            );
        }
        assert_eq!(place.snapshot(), before, "{text}");
    }
}

#[tokio::test]
async fn a_link_is_followed_and_stays_one() {
    let Some(place) = Place::new() else { return };
    place.write("elsewhere/mine.json", "{}\n");
    fs::create_dir(place.at("api/.claude")).unwrap();
    symlink(place.at("elsewhere/mine.json"), place.at(SETTINGS)).unwrap();
    place.done(&[]).await;
    assert!(
        fs::symlink_metadata(place.at(SETTINGS))
            .unwrap()
            .is_symlink()
    );
    assert!(place.read("elsewhere/mine.json").contains("PreToolUse"));
    place.done(&["--remove"]).await;
    assert_eq!(place.read("elsewhere/mine.json"), "{}\n");
    fs::remove_file(place.at("elsewhere/mine.json")).unwrap();
    let why = place.refused(&[]).await;
    assert!(why.contains("a link that leads nowhere"), "{why}");
}

#[tokio::test]
async fn a_person_s_own_settings_are_wired_for_every_session() {
    let Some(place) = Place::new() else { return };
    let person = ".claude/settings.json";
    place.write(person, WRITTEN[4].1);
    place.done(&["--user"]).await;
    assert_eq!(
        place.json(person)["hooks"]["PreToolUse"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(place.mode(person), 0o600);
    assert!(!place.at("api/.claude").exists());
    place.done(&["--user", "--remove"]).await;
    assert_eq!(place.read(person), WRITTEN[4].1);
}
