//! The client's list of MCP servers: ours is in it for what is wired, and nothing else in that file changes.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};

use serde_json::{Value, json};

use super::place::{CONFIGURATION, Place, SETTINGS};

const SERVERS: &str = ".claude.json";

/// What a client has written of its own, with a secret in it.
const WRITTEN: &str = r#"{
  "numStartups": 7,
  "mcpServers": {
    "other": {
      "type": "stdio",
      "command": "other",
      "env": {
        "TOKEN": "s3cret"
      }
    }
  },
  "projects": {
    "/srv/web": {
      "allowedTools": [],
      "mcpServers": {}
    }
  },
  "primaryApiKey": "s3cret"
}"#;

/// Our entry with these arguments after `mcp`.
fn entry(place: &Place, more: &[&str]) -> Value {
    let program = place.binary().canonicalize().unwrap();
    let arguments: Vec<&str> = ["mcp"].iter().chain(more).copied().collect();
    json!({"type": "stdio", "command": program, "args": arguments})
}

/// The entry for a folder of the home.
fn listed(place: &Place, folder: &str) -> Value {
    let folder = place.at(folder);
    place.json(SERVERS)["projects"][folder.to_str().unwrap()]["mcpServers"]["sinew"].clone()
}

#[tokio::test]
async fn a_project_s_sessions_get_the_server_and_nobody_else_does() {
    let Some(place) = Place::new() else { return };
    let said = place.done(&[]).await;
    assert!(
        said.contains("made       /home/me/.claude.json (MCP servers)")
            && said.contains("mcp        /bin/sinew mcp\n"),
        "{said}"
    );
    assert_eq!(listed(&place, "api"), entry(&place, &[]));
    assert!(place.json(SERVERS).get("mcpServers").is_none());
    assert_eq!(place.mode(SERVERS), 0o600);
    insta::assert_snapshot!("servers", place.general(&place.read(SERVERS)));
    let json: Value = serde_json::from_str(&place.init(&["--json"]).await.stdout).unwrap();
    assert_eq!(json["mcp"], entry(&place, &[]));
}

#[tokio::test]
async fn every_session_of_a_person_gets_it_from_the_person_s_list() {
    let Some(place) = Place::new() else { return };
    place.write(SERVERS, WRITTEN);
    place.done(&["--user"]).await;
    let mut expected: Value = serde_json::from_str(WRITTEN).unwrap();
    expected["mcpServers"]["sinew"] = entry(&place, &[]);
    assert_eq!(place.json(SERVERS), expected);
    place.done(&["--user", "--remove"]).await;
    assert_eq!(place.read(SERVERS), WRITTEN);
}

#[tokio::test]
async fn every_worktree_and_the_folder_in_it_are_listed() {
    let Some(place) = Place::new() else { return };
    super::worktrees::with_hotfix(&place);
    place.write("api/docs/a.md", "a\n");
    let below = place.at("api/docs");
    place.done(&["--dir", below.to_str().unwrap()]).await;
    for folder in ["api", "api/docs", "hotfix"] {
        assert_eq!(listed(&place, folder), entry(&place, &[]), "{folder}");
    }
    // One that is gone is forgotten with the others.
    fs::remove_dir_all(place.at("hotfix")).unwrap();
    place
        .done(&["--remove", "--dir", below.to_str().unwrap()])
        .await;
    assert!(!place.at(SERVERS).exists());
}

#[tokio::test]
async fn what_init_was_told_to_use_the_client_s_command_is_told_as_well() {
    let Some(place) = Place::new() else { return };
    fs::rename(place.at(CONFIGURATION), place.at("mine.toml")).unwrap();
    let (config, state) = (place.at("mine.toml"), place.at("state"));
    let (config, state) = (config.to_str().unwrap(), state.to_str().unwrap());
    let said = place.done(&["--config", config, "--state", state]).await;
    let house = "sinew --config /home/me/mine.toml --state /home/me/state";
    for next in [
        format!("next       start the daemon: {house} serve\n"),
        format!("next       check everything: {house} doctor\n"),
    ] {
        assert!(said.contains(&next), "{said}");
    }
    let expected = entry(&place, &["--config", config, "--state", state]);
    assert_eq!(listed(&place, "api"), expected);
}

#[tokio::test]
async fn the_file_keeps_its_text_and_its_mode() {
    let compact = serde_json::from_str::<Value>(WRITTEN).unwrap().to_string();
    for text in [WRITTEN, &format!("{WRITTEN}\n"), &compact, "{}", ""] {
        let Some(place) = Place::new() else { return };
        place.write(SERVERS, text);
        fs::set_permissions(place.at(SERVERS), Permissions::from_mode(0o640)).unwrap();
        let before = place.snapshot();
        place.done(&[]).await;
        assert_eq!(listed(&place, "api"), entry(&place, &[]), "{text}");
        assert_eq!(place.mode(SERVERS), 0o640);
        let once = place.read(SERVERS);
        let again = place.done(&[]).await;
        assert!(again.contains("nothing was changed"), "{again}");
        assert_eq!(place.read(SERVERS), once);
        place.done(&["--remove"]).await;
        if text.is_empty() {
            assert_eq!(place.json(SERVERS), json!({}));
        } else {
            assert_eq!(place.snapshot(), before, "{text}");
        }
    }
}

#[tokio::test]
async fn what_the_client_wrote_since_stays() {
    let Some(place) = Place::new() else { return };
    place.done(&[]).await;
    let mut since = place.json(SERVERS);
    since["numStartups"] = 8.into();
    since["projects"][place.at("api").to_str().unwrap()]["allowedTools"] = json!([]);
    place.write(SERVERS, &serde_json::to_string_pretty(&since).unwrap());
    place.done(&["--remove"]).await;
    let api = place.at("api");
    let expected =
        json!({"numStartups": 8, "projects": {api.to_str().unwrap(): {"allowedTools": []}}});
    assert_eq!(place.json(SERVERS), expected);
}

#[tokio::test]
async fn an_entry_of_somebody_else_s_is_never_overwritten() {
    let Some(place) = Place::new() else { return };
    let api = place.at("api");
    for theirs in [
        json!({"type": "http", "url": "https://example.org/mcp"}),
        json!({"type": "stdio", "command": place.binary(), "args": ["mcp", "--view", "review"]}),
    ] {
        let text = json!({"projects": {api.to_str().unwrap(): {"mcpServers": {"sinew": theirs}}}})
            .to_string();
        place.write(SERVERS, &text);
        let said = place.done(&[]).await;
        assert!(
            said.contains("note       the MCP server `sinew` of `/home/me/api` is not as `sinew init` writes one, and stays"),
            "{said}"
        );
        assert_eq!(place.read(SERVERS), text);
        place.done(&["--remove"]).await;
        assert_eq!(place.read(SERVERS), text);
    }
}

#[tokio::test]
async fn an_entry_of_ours_is_brought_up_to_date() {
    let Some(place) = Place::new() else { return };
    place.done(&[]).await;
    let program = place.binary().canonicalize().unwrap();
    let old = place
        .read(SERVERS)
        .replace(program.to_str().unwrap(), "/old/bin/sinew");
    place.write(SERVERS, &old);
    place.done(&[]).await;
    assert_eq!(listed(&place, "api"), entry(&place, &[]));
    place.done(&["--remove"]).await;
    assert!(!place.at(SERVERS).exists());
}

#[tokio::test]
async fn a_file_that_is_no_json_stops_everything_and_says_what_to_do() {
    for text in [
        "{\"projects\": ",
        "[]",
        "{\"projects\": []}",
        "{} // mine",
        "\u{feff}{}",
    ] {
        let Some(place) = Place::new() else { return };
        place.write(SERVERS, text);
        let before = place.snapshot();
        for arguments in [&[][..], &["--user"], &["--dry-run"], &["--remove"]] {
            let why = place.refused(arguments).await;
            assert!(
                why.starts_with("error: `/home/me/.claude.json`: ")
                    && why.trim_end().ends_with(
                        "; nothing was changed; mend that file, or leave it out with --no-mcp"
                    )
                    && why.contains("byte order mark") == text.starts_with('\u{feff}'),
                "{text}: {why}"
            );
        }
        assert_eq!(place.snapshot(), before, "{text}");
        place.done(&["--no-mcp"]).await;
        place.done(&["--no-mcp", "--remove"]).await;
        assert_eq!(place.snapshot(), before, "{text}");
    }
}

#[tokio::test]
async fn without_mcp_the_list_is_left_alone_and_an_entry_of_ours_goes() {
    let Some(place) = Place::new() else { return };
    place.write(SERVERS, WRITTEN);
    let said = place.done(&["--no-mcp"]).await;
    assert!(!said.to_lowercase().contains("mcp"), "{said}");
    assert_eq!(place.read(SERVERS), WRITTEN);
    place.done(&[]).await;
    assert_ne!(place.read(SERVERS), WRITTEN);
    place.done(&["--no-mcp"]).await;
    assert_eq!(place.read(SERVERS), WRITTEN);
    assert!(place.read(SETTINGS).contains("PreToolUse"));
}

#[tokio::test]
async fn a_dry_run_shows_our_entry_and_nothing_else_of_the_file() {
    let Some(place) = Place::new() else { return };
    place.write(SERVERS, WRITTEN);
    let said = place.done(&["--dry-run"]).await;
    let at = said.find("--- a/home/me/.claude.json").unwrap();
    insta::assert_snapshot!("servers_dry_run", said[at..]);
    assert!(!said.contains("s3cret"));
    assert_eq!(place.read(SERVERS), WRITTEN);
}

#[tokio::test]
async fn a_link_to_the_file_is_followed_and_stays_one() {
    let Some(place) = Place::new() else { return };
    place.write("dotfiles/claude.json", WRITTEN);
    symlink(place.at("dotfiles/claude.json"), place.at(SERVERS)).unwrap();
    place.done(&[]).await;
    assert!(
        fs::symlink_metadata(place.at(SERVERS))
            .unwrap()
            .is_symlink()
    );
    assert_eq!(listed(&place, "api"), entry(&place, &[]));
    place.done(&["--remove"]).await;
    assert_eq!(place.read("dotfiles/claude.json"), WRITTEN);
}
