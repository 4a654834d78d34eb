//! What is taken back: by `--remove`, when something fails, and when somebody else is at work, too.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use sinew_contract_tests::sinew_binary::{Finished, run};
use tokio::process::Command;

use super::place::{CONFIGURATION, Place, SETTINGS};

const WIRED: &str = ".local/state/sinew/wired.json";

#[tokio::test]
async fn a_folder_that_it_did_not_make_stays() {
    let Some(place) = Place::new() else { return };
    fs::create_dir(place.at("api/.claude")).unwrap();
    fs::create_dir_all(place.at("web")).unwrap();
    fs::create_dir_all(place.at("dotfiles/claude")).unwrap();
    symlink(place.at("dotfiles/claude"), place.at("web/.claude")).unwrap();
    let web = place.at("web");
    let web = ["--dir", web.to_str().unwrap()];
    let before = place.snapshot();
    for project in [&[][..], &web] {
        place.done(project).await;
        place.done(project).await;
        place.done(&[&["--remove"], project].concat()).await;
        assert_eq!(place.snapshot(), before);
    }
}

#[tokio::test]
async fn projects_and_worktrees_that_are_gone_are_forgotten() {
    let Some(place) = Place::new() else { return };
    super::worktrees::with_hotfix(&place);
    fs::create_dir(place.at("web")).unwrap();
    let before = place.read(CONFIGURATION);
    let exclude = place.read("api/.git/info/exclude");
    let (web, hotfix) = (place.at("web"), place.at("hotfix"));
    place.done(&[]).await;
    place.done(&["--dir", web.to_str().unwrap()]).await;
    assert!(place.read(CONFIGURATION).contains("[projects.web]"));
    fs::remove_dir_all(&web).unwrap();
    fs::remove_dir_all(&hotfix).unwrap();
    // The name of the folder is enough, even though it is gone.
    let said = place
        .done(&["--remove", "--dir", web.to_str().unwrap()])
        .await;
    assert!(
        said.contains("removed    project web: /home/me/web\n")
            && said.contains("removed    project hotfix: /home/me/hotfix\n"),
        "{said}"
    );
    let wired = place.read(WIRED);
    assert!(
        !wired.contains("/web") && !wired.contains("/hotfix"),
        "{wired}"
    );
    assert!(place.read(SETTINGS).contains("PreToolUse"));
    place.done(&["--remove"]).await;
    assert_eq!(place.read(CONFIGURATION), before);
    assert_eq!(place.read("api/.git/info/exclude"), exclude);
    assert!(!place.at(WIRED).exists());
}

#[tokio::test]
async fn a_project_that_was_registered_for_all_sessions_goes_with_them() {
    let Some(place) = Place::new() else { return };
    let before = place.snapshot();
    let api = place.at("api");
    place
        .done(&["--user", "--dir", api.to_str().unwrap()])
        .await;
    assert!(place.read(CONFIGURATION).contains("[projects.api]"));
    place.done(&["--user", "--remove"]).await;
    assert_eq!(place.snapshot(), before);
    assert!(!place.at(WIRED).exists());
}

/// Runs it where the client's list of MCP servers, which is written last, cannot be.
#[cfg(target_os = "linux")]
async fn hindered(place: &Place, arguments: &[&str]) -> Finished {
    let output = Command::new(place.binary())
        .args(["init", "--dir", place.at("api").to_str().unwrap()])
        .args(arguments)
        .env_clear()
        .env("HOME", place.at(""))
        .env("CLAUDE_CONFIG_DIR", "/proc")
        .output()
        .await
        .unwrap();
    Finished {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: place.general(&String::from_utf8(output.stderr).unwrap()),
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_cannot_be_done_to_its_end_is_not_begun() {
    let Some(place) = Place::new() else { return };
    super::worktrees::with_hotfix(&place);
    place.write(
        "hotfix/.claude/settings.local.json",
        "{ \"model\": \"opus\" }\n",
    );
    let before = place.snapshot();
    let failed = hindered(&place, &[]).await;
    assert_eq!((failed.code, failed.stdout.as_str()), (Some(1), ""));
    assert!(
        failed
            .stderr
            .starts_with("error: writing `/proc/.claude.json`: ")
            && failed.stderr.ends_with("; nothing was changed\n"),
        "{}",
        failed.stderr
    );
    assert_eq!(place.snapshot(), before);
    assert!(!place.at(WIRED).exists());
    // Nor does it take an earlier run back.
    place.done(&["--no-mcp"]).await;
    let (once, wired) = (place.snapshot(), place.read(WIRED));
    assert_eq!(hindered(&place, &["--shim"]).await.code, Some(1));
    assert_eq!((place.snapshot(), place.read(WIRED)), (once, wired));
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_at_the_same_time_lose_nothing_of_each_other() {
    let Some(place) = Place::new() else { return };
    let before = place.snapshot();
    let names: Vec<String> = (0..8).map(|number| format!("project-{number}")).collect();
    let each = |more: &'static [&'static str]| {
        let running: Vec<_> = names
            .iter()
            .map(|name| {
                fs::create_dir_all(place.at(name)).unwrap();
                let mut command = Command::new(place.binary());
                command
                    .args(["init", "--dir", place.at(name).to_str().unwrap()])
                    .args(more)
                    .env_clear()
                    .env("HOME", place.at(""));
                tokio::spawn(async move { command.output().await.unwrap() })
            })
            .collect();
        async {
            for running in running {
                let output = running.await.unwrap();
                assert!(output.status.success(), "{output:?}");
            }
        }
    };
    each(&[]).await;
    let (configuration, wired, servers) = (
        place.read(CONFIGURATION),
        place.read(WIRED),
        place.read(".claude.json"),
    );
    for name in &names {
        assert!(configuration.contains(&format!("[projects.{name}]")));
        let folder = place.at(name);
        for text in [&wired, &servers] {
            assert!(text.contains(folder.to_str().unwrap()), "{name}: {text}");
        }
    }
    each(&["--remove"]).await;
    for name in &names {
        fs::remove_dir(place.at(name)).unwrap();
    }
    assert_eq!(place.snapshot(), before);
    assert!(!Path::new(&place.at(WIRED)).exists());
}

#[tokio::test]
async fn a_program_of_another_name_knows_its_own_entries() {
    let Some(place) = Place::new() else { return };
    let program = place.at("bin/gate");
    fs::create_dir(place.at("bin")).unwrap();
    fs::copy(place.binary(), &program).unwrap();
    let before = place.snapshot();
    let api = place.at("api");
    for arguments in [&["--shim"][..], &["--shim"], &["--remove"]] {
        let all = [&["init", "--dir", api.to_str().unwrap()], arguments].concat();
        let done = run(&program, &place.at(""), &all, b"").await.unwrap();
        assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""));
        let entries = fs::read_to_string(place.at(SETTINGS)).unwrap_or_default();
        assert!(entries.matches("\"hook\"").count() <= 4, "{entries}");
    }
    assert_eq!(place.snapshot(), before);
}
