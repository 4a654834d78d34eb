//! The environment and the machine's own configuration change nothing.
//!
//! What a process inherits is set once, so these tests run parts of this file's suite again, in a process of its own.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;

use serde_json::json;
use sinew_runtime::services::git::GitSettings;

use crate::scene::Scene;

/// Runs the tests whose names begin so, in an environment with these additions.
fn run_again(tests: &str, environment: &[(&str, String)]) {
    let output = Command::new(std::env::current_exe().unwrap())
        .arg(tests)
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{tests}: {said}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        !said.contains("running 0 tests"),
        "no test is called `{tests}…`"
    );
}

#[test]
fn no_variable_of_git_changes_an_answer() {
    let scene = Scene::new();
    let evil = scene.repository("evil");
    fs::create_dir_all(scene.root.join("home/.config/git")).unwrap();
    scene.file("hook/pre-push", "#!/bin/sh\nexit 1\n");
    let configuration = format!(
        "[core]\n\thooksPath = {0}/hook\n\tworktree = {0}/evil\n\tautocrlf = true\n\tbare = true\n[url \"{0}/evil\"]\n\tinsteadOf = /\n\
         [user]\n\tname = Evil\n\temail = evil@example.org\n[push]\n\tfollowTags = true\n[protocol]\n\tallow = never\n",
        scene.root.display()
    );
    scene.file("home/.gitconfig", &configuration);
    scene.file("home/.config/git/config", &configuration);
    let environment = [
        ("HOME", scene.path("home")),
        ("XDG_CONFIG_HOME", scene.path("home/.config")),
        ("GIT_DIR", format!("{evil}/.git")),
        ("GIT_WORK_TREE", evil.clone()),
        ("GIT_COMMON_DIR", format!("{evil}/.git")),
        ("GIT_INDEX_FILE", format!("{evil}/.git/index")),
        ("GIT_OBJECT_DIRECTORY", format!("{evil}/.git/objects")),
        (
            "GIT_ALTERNATE_OBJECT_DIRECTORIES",
            format!("{evil}/.git/objects"),
        ),
        ("GIT_CEILING_DIRECTORIES", "/".to_owned()),
        ("GIT_NAMESPACE", "evil".to_owned()),
        ("GIT_CONFIG_GLOBAL", scene.path("home/.gitconfig")),
        ("GIT_CONFIG_SYSTEM", scene.path("home/.gitconfig")),
        ("GIT_CONFIG_COUNT", "1".to_owned()),
        ("GIT_CONFIG_KEY_0", "core.hooksPath".to_owned()),
        ("GIT_CONFIG_VALUE_0", scene.path("hook")),
        ("GIT_SSH_COMMAND", "false".to_owned()),
        ("GIT_EXEC_PATH", scene.path("hook")),
        ("GIT_AUTHOR_NAME", "Evil".to_owned()),
        ("GIT_COMMITTER_NAME", "Evil".to_owned()),
        ("GIT_TRACE", "1".to_owned()),
    ];
    for tests in [
        "git_reading::",
        "git_commit::",
        "git_push::git_push",
        "git_places::a_repository_is",
    ] {
        run_again(tests, &environment);
    }
    assert_eq!(scene.git("evil", &["log", "--format=%s", "--all"]), "First");
}

#[test]
fn a_commit_takes_the_user_s_own_name() {
    let scene = Scene::new();
    scene.file(
        "home/.gitconfig",
        "[user]\n\tname = Grace\n\temail = grace@example.org\n",
    );
    let environment = [
        ("HOME", scene.path("home")),
        ("XDG_CONFIG_HOME", scene.path("none")),
        ("SINEW_TEST_NAME", "Grace".to_owned()),
    ];
    run_again(
        "git_environment::the_name_is_the_expected_one",
        &environment,
    );
}

#[test]
fn the_name_is_the_expected_one() {
    // Without an expectation there is nothing to see: `a_commit_takes_the_user_s_own_name` runs this with one.
    let Ok(expected) = std::env::var("SINEW_TEST_NAME") else {
        return;
    };
    let scene = Scene::as_is(GitSettings::default());
    let repo = scene.repository("repo");
    let request = json!({ "path": repo, "message": "x", "allow_empty": true });
    let made = scene.call("git_commit", &request).unwrap();
    assert_eq!(
        (
            &made["commit"]["author"]["name"],
            &made["commit"]["committer"]["name"]
        ),
        (&json!(expected), &json!(expected))
    );
}

#[test]
fn a_repository_that_hangs_takes_nobody_else_s_turn() {
    let mut scene = Scene::with(GitSettings {
        threads: 1,
        ..GitSettings::default()
    });
    scene.repository("fine");
    scene.repository("hangs");
    // A pipe that nobody writes to, where libgit2 expects a file.
    let head = scene.root.join("hangs/.git/HEAD");
    fs::remove_file(&head).unwrap();
    let pipe: PathBuf = scene.root.join("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    symlink(&pipe, &head).unwrap();
    scene.deadline = std::time::Duration::from_millis(300);
    for _ in 0..3 {
        let answer = scene
            .call("git_get_branch", &json!({ "path": scene.path("hangs") }))
            .unwrap_err();
        // libgit2 may also find out that this is no file; what counts is that it answers and that others go on.
        assert!(
            ["deadline", "not_found"].contains(&answer.code.as_str()),
            "{answer}"
        );
    }
    scene.deadline = std::time::Duration::from_secs(20);
    assert!(
        scene
            .call("git_get_branch", &json!({ "path": scene.path("fine") }))
            .is_ok()
    );
}
