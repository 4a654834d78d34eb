//! `git_add_worktree` and `git_remove_worktree`.

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::json;

use crate::scene::{Scene, names, permits};

#[test]
pub(crate) fn git_add_worktree() {
    let scene = Scene::new();
    let repo = scene.repository("repo");
    let first = scene.git("repo", &["rev-parse", "HEAD"]);
    scene.commit("repo", "Second");
    scene.git("repo", &["branch", "side"]);
    let add = |folder: &str, branch: &str| json!({ "path": repo, "worktree_path": scene.path(folder), "branch": branch });

    let made = scene
        .call("git_add_worktree", &add("trees/side", "side"))
        .unwrap_err();
    assert_eq!(
        made.code, "not_found",
        "the folder around has to be there: {made}"
    );
    let made = scene
        .call("git_add_worktree", &add("./side", "side"))
        .unwrap();
    assert_eq!(
        (&made["worktree"]["path"], &made["worktree"]["branch"]),
        (&json!(scene.path("side")), &json!("side"))
    );
    assert_eq!(names(&scene.root.join("side")), [".git", "a.txt"]);
    assert_eq!(
        scene.git("side", &["status", "--porcelain", "--branch"]),
        "## side"
    );

    fs::create_dir(scene.root.join("empty")).unwrap();
    let mut create = add("empty", "bot/new");
    create["create"] = true.into();
    create["start"] = "HEAD~1".into();
    let made = scene.call("git_add_worktree", &create).unwrap();
    assert_eq!(made["worktree"]["head"], first);
    assert_eq!(
        scene.git("empty", &["symbolic-ref", "HEAD"]),
        "refs/heads/bot/new"
    );

    scene.file("full/x", "");
    scene.git("repo", &["branch", "free"]);
    let mut start = add("more", "free");
    start["start"] = "HEAD".into();
    let mut existing = add("more", "free");
    existing["create"] = true.into();
    for (request, code) in [
        (add("more", "side"), "conflict"),
        (add("more", "main"), "conflict"),
        (add("full", "free"), "conflict"),
        (add("repo/a.txt", "free"), "conflict"),
        (add("more", "nothing"), "not_found"),
        (add("no/such/folder", "free"), "not_found"),
        (start, "invalid_request"),
        (existing, "conflict"),
        (add("more", "a..b"), "invalid_request"),
        (add("repo/.git/hooks/x", "free"), "invalid_request"),
        (add("repo/.GIT", "free"), "invalid_request"),
        (
            json!({ "path": repo, "worktree_path": "more", "branch": "free" }),
            "invalid_request",
        ),
        (
            json!({ "path": repo, "worktree_path": "/sinew-never", "branch": "free" }),
            "denied",
        ),
    ] {
        assert_eq!(
            scene.refused("git_add_worktree", &request),
            code,
            "{request}"
        );
    }
    assert_eq!(names(&scene.root), ["empty", "full", "repo", "side"]);
    assert_eq!(names(&scene.root.join("full")), ["x"]);
}

#[test]
fn a_worktree_that_could_not_be_made_leaves_nothing_behind() {
    let scene = Scene::new();
    let repo = scene.repository("repo");
    scene.file("full/x", "");
    let request = json!({ "path": repo, "worktree_path": scene.path("full"), "branch": "bot/new", "create": true });
    assert_eq!(scene.refused("git_add_worktree", &request), "conflict");
    assert_eq!(
        scene.git("repo", &["branch", "--list", "--format=%(refname:short)"]),
        "main"
    );
    assert_eq!(
        scene
            .git("repo", &["worktree", "list", "--porcelain"])
            .matches("worktree ")
            .count(),
        1
    );
}

#[test]
fn a_bare_repository_s_folders_take_no_worktree() {
    let scene = Scene::new();
    let repo = scene.repository("repo");
    scene.git("repo", &["branch", "free"]);
    scene.git("", &["init", "-q", "--bare", "bare.git"]);
    fs::remove_dir_all(scene.root.join("bare.git/hooks")).unwrap();
    let request =
        json!({ "path": repo, "worktree_path": scene.path("bare.git/hooks"), "branch": "free" });
    assert_eq!(
        scene.refused("git_add_worktree", &request),
        "invalid_request"
    );
}

#[test]
fn a_folder_is_judged_where_its_links_lead() {
    let scene = Scene::new();
    let repo = scene.repository("repo");
    scene.git("repo", &["branch", "free"]);
    fs::create_dir_all(scene.root.join("outside")).unwrap();
    fs::create_dir_all(scene.root.join("open")).unwrap();
    symlink(scene.root.join("outside"), scene.root.join("open/link")).unwrap();
    let open = permits(&json!({ "write": [
        { "repo": repo, "refs": ["**"] },
        { "repo": scene.path("open/**"), "refs": ["**"] },
    ] }));
    let add = |folder: &str| json!({ "path": repo, "worktree_path": scene.path(folder), "branch": "free" });
    let refused = |request| {
        scene
            .call_with(&open, "git_add_worktree", &request)
            .unwrap_err()
            .code
    };
    let plain = scene
        .call_with(&open, "git_add_worktree", &add("outside/x"))
        .unwrap_err();
    assert!(
        plain
            .grant
            .is_some_and(|grant| grant.contains(&scene.path("outside/x"))),
        "{}",
        plain.message
    );
    let led = scene
        .call_with(&open, "git_add_worktree", &add("open/link/x"))
        .unwrap_err();
    assert!(!led.message.contains("outside"), "{led}");
    assert_eq!(refused(add("open/link/x")), "denied");
    assert_eq!(refused(add("open/../outside/x")), "denied");
    assert_eq!(refused(add("open/link")), "denied");

    // The folder becomes a link after it was judged.
    fs::create_dir(scene.root.join("open/sub")).unwrap();
    let swapped = scene.call_between(&open, "git_add_worktree", &add("open/sub/x"), || {
        fs::remove_dir(scene.root.join("open/sub")).unwrap();
        symlink(scene.root.join("outside"), scene.root.join("open/sub")).unwrap();
    });
    assert_eq!(swapped.unwrap_err().code, "conflict");
    assert_eq!(names(&scene.root.join("outside")), Vec::<String>::new());
}

#[test]
pub(crate) fn git_remove_worktree() {
    let scene = Scene::new();
    let repo = scene.repository("repo");
    for name in ["clean", "dirty", "locked", "gone", "detached"] {
        scene.git(
            "repo",
            &["worktree", "add", "-q", "-b", name, &format!("../{name}")],
        );
    }
    scene.file("dirty/untracked", "");
    scene.git("repo", &["worktree", "lock", "../locked"]);
    fs::remove_dir_all(scene.root.join("gone")).unwrap();
    scene.git("detached", &["checkout", "-q", "--detach"]);
    let remove = |folder: &str| json!({ "path": repo, "worktree_path": scene.path(folder) });
    let force =
        |folder: &str| json!({ "path": repo, "worktree_path": scene.path(folder), "force": true });

    let removed = scene.call("git_remove_worktree", &remove("clean")).unwrap();
    assert_eq!(
        removed,
        json!({ "worktree_path": scene.path("clean"), "branch": "clean" })
    );
    assert!(!scene.root.join("clean").exists());
    assert_eq!(
        scene.git(
            "repo",
            &["branch", "--list", "clean", "--format=%(refname:short)"]
        ),
        "clean"
    );
    assert_eq!(
        scene.call("git_remove_worktree", &remove("gone")).unwrap()["branch"],
        "gone"
    );
    assert!(
        scene
            .call("git_remove_worktree", &remove("detached"))
            .unwrap()
            .get("branch")
            .is_none()
    );

    scene.file("stranger/x", "");
    for (request, code) in [
        (remove("dirty"), "conflict"),
        (force("locked"), "conflict"),
        (force("repo"), "conflict"),
        (force("stranger"), "not_found"),
        (force("nothing"), "not_found"),
        (
            json!({ "path": scene.path("locked"), "worktree_path": scene.path("locked") }),
            "conflict",
        ),
        (
            json!({ "path": repo, "worktree_path": "/etc", "force": true }),
            "denied",
        ),
    ] {
        assert_eq!(
            scene.refused("git_remove_worktree", &request),
            code,
            "{request}"
        );
    }
    assert!(scene.call("git_remove_worktree", &force("dirty")).is_ok());
    assert_eq!(names(&scene.root), ["locked", "repo", "stranger"]);
    assert_eq!(names(&scene.root.join("repo/.git/worktrees")), ["locked"]);
}

#[test]
fn a_forged_note_deletes_no_other_folder() {
    let scene = Scene::new();
    let repo = scene.repository("repo");
    scene.git("repo", &["worktree", "add", "-q", "-b", "side", "../side"]);
    scene.file("precious/x", "");
    scene.file(
        "precious/.git",
        format!("gitdir: {}\n", scene.path("elsewhere")),
    );
    scene.file(
        "repo/.git/worktrees/side/gitdir",
        format!("{}\n", scene.path("precious/.git")),
    );
    let request = json!({ "path": repo, "worktree_path": scene.path("precious"), "force": true });
    let refused = scene.call("git_remove_worktree", &request);
    assert!(refused.is_err(), "{refused:?}");
    assert_eq!(names(&scene.root.join("precious")), [".git", "x"]);
}
