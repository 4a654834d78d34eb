//! Which repository a path means, and that nobody is led to another one.

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::{Value, json};
use sinew_contract_tests::sinew_binary::skipped;
use sinew_runtime::permits::Permits;

use crate::scene::{Scene, permits};

fn read_only(scene: &Scene, globs: &[&str]) -> Permits {
    let globs: Vec<String> = globs.iter().map(|glob| scene.path(glob)).collect();
    permits(&json!({ "read": globs }))
}

fn branch(scene: &Scene, permits: &Permits, path: &str) -> Result<Value, String> {
    scene
        .call_with(
            permits,
            "git_get_branch",
            &json!({ "path": scene.path(path) }),
        )
        .map_err(|error| error.code)
}

fn is_denied(answer: &Result<Value, String>) -> bool {
    answer.as_ref().is_err_and(|code| code == "denied")
}

#[test]
fn a_repository_is_permitted_with_its_git_directory_and_its_folders() {
    let scene = Scene::new();
    scene.repository("repo");
    scene.file("repo/sub/x", "");
    let permits = read_only(&scene, &["repo"]);
    for path in [
        "repo",
        "repo/",
        "repo/sub",
        "repo/sub/../sub/x",
        "./repo",
        "repo/.git",
        "repo/.git/refs",
    ] {
        assert!(branch(&scene, &permits, path).is_ok(), "{path}");
    }
    let inside = read_only(&scene, &["repo/sub"]);
    assert!(
        is_denied(&branch(&scene, &inside, "repo/sub")),
        "a part of a repository is not the repository"
    );
}

#[test]
fn links_are_judged_where_they_lead() {
    let scene = Scene::new();
    scene.repository("secret");
    scene.repository("open/repo");
    symlink(scene.root.join("secret"), scene.root.join("open/link")).unwrap();
    symlink(scene.root.join("open/repo"), scene.root.join("alias")).unwrap();
    symlink(scene.root.join("nowhere"), scene.root.join("open/dangling")).unwrap();
    let permits = read_only(&scene, &["open/**"]);
    assert!(is_denied(&branch(&scene, &permits, "open/link")));
    assert!(is_denied(&branch(&scene, &permits, "open/link/missing")));
    assert!(is_denied(&branch(&scene, &permits, "open/../secret")));
    assert!(branch(&scene, &permits, "alias").is_ok());
    assert_eq!(
        branch(&scene, &permits, "open/dangling"),
        Err("not_found".to_owned())
    );
}

#[test]
fn without_a_permit_there_is_only_denied_and_always_in_the_same_words() {
    let scene = Scene::new();
    scene.repository("there");
    scene.file("folder/x", "");
    let nothing = permits(&json!({}));
    for path in ["there", "folder", "missing", "missing/deeper"] {
        let request = json!({ "path": scene.path(path) });
        let error = scene
            .call_with(&nothing, "git_get_branch", &request)
            .unwrap_err();
        let asked = scene.path(path);
        assert_eq!(error.code, "denied");
        assert!(
            error.message.starts_with(&format!(
                "plugin \"bot\" has no permit for git.read \"{asked}\"; to grant"
            )),
            "{error}"
        );
        assert!(error.grant.is_some());
    }
    // A link's target and a repository's root are not told.
    symlink(scene.root.join("there"), scene.root.join("link")).unwrap();
    for path in ["link", "there/a.txt"] {
        let request = json!({ "path": scene.path(path) });
        let error = scene
            .call_with(&nothing, "git_get_branch", &request)
            .unwrap_err();
        let asked = scene.path(path);
        assert_eq!(
            error.message,
            format!("plugin \"bot\" has no permit for git.read \"{asked}\"")
        );
    }
}

#[test]
fn what_is_checked_out_is_not_told_by_a_refusal() {
    let scene = Scene::new();
    let repo = scene.repository("repo");
    scene.git("repo", &["checkout", "-q", "-b", "secret-plan"]);
    let other = permits(&json!({ "write": [{ "repo": repo, "refs": ["refs/heads/bot/*"] }] }));
    let refused = |name, request| scene.call_with(&other, name, &request).unwrap_err();
    let commit = refused("git_commit", json!({ "path": repo, "message": "x" }));
    assert_eq!(
        commit.message,
        format!("plugin \"bot\" has no permit for git.write \"{repo}\"")
    );
    // What the guest said itself, it may read again.
    let create = refused(
        "git_create_branch",
        json!({ "path": repo, "branch": "release" }),
    );
    assert!(
        create
            .grant
            .is_some_and(|grant| grant.contains("refs/heads/release")),
        "{}",
        create.message
    );
}

#[test]
fn a_linked_worktree_needs_its_common_directory_too() {
    let scene = Scene::new();
    scene.repository("main");
    scene.git("main", &["worktree", "add", "-q", "-b", "side", "../side"]);
    assert!(is_denied(&branch(
        &scene,
        &read_only(&scene, &["side"]),
        "side"
    )));
    assert!(is_denied(&branch(
        &scene,
        &read_only(&scene, &["main"]),
        "side"
    )));
    assert!(branch(&scene, &read_only(&scene, &["side", "main"]), "side").is_ok());
}

#[test]
fn a_git_file_leads_nowhere_that_is_not_permitted() {
    let scene = Scene::new();
    scene.repository("secret");
    scene.file(
        "open/a/.git",
        format!("gitdir: {}\n", scene.path("secret/.git")),
    );
    let permits = read_only(&scene, &["open/**"]);
    assert!(is_denied(&branch(&scene, &permits, "open/a")));

    // A git directory of one's own that names another's as the common one.
    scene.file(
        "open/b/.git",
        format!("gitdir: {}\n", scene.path("open/b/own")),
    );
    scene.file("open/b/own/HEAD", "ref: refs/heads/main\n");
    scene.file(
        "open/b/own/commondir",
        format!("{}\n", scene.path("secret/.git")),
    );
    scene.file(
        "open/b/own/gitdir",
        format!("{}\n", scene.path("open/b/.git")),
    );
    assert!(is_denied(&branch(&scene, &permits, "open/b")));

    // A link in place of the git directory, or of a part of it.
    fs::create_dir_all(scene.root.join("open/c")).unwrap();
    symlink(
        scene.root.join("secret/.git"),
        scene.root.join("open/c/.git"),
    )
    .unwrap();
    assert!(is_denied(&branch(&scene, &permits, "open/c")));
    scene.repository("open/d");
    fs::remove_dir_all(scene.root.join("open/d/.git/objects")).unwrap();
    symlink(
        scene.root.join("secret/.git/objects"),
        scene.root.join("open/d/.git/objects"),
    )
    .unwrap();
    assert!(is_denied(&branch(&scene, &permits, "open/d")));
    scene.repository("open/e");
    fs::remove_dir_all(scene.root.join("open/e/.git/refs")).unwrap();
    symlink(
        scene.root.join("secret/.git/refs"),
        scene.root.join("open/e/.git/refs"),
    )
    .unwrap();
    assert!(is_denied(&branch(&scene, &permits, "open/e")));

    // A worktree that lies elsewhere.
    scene.repository("open/f");
    scene.git(
        "open/f",
        &["config", "core.worktree", &scene.path("secret")],
    );
    assert!(is_denied(&branch(&scene, &permits, "open/f")));
}

#[test]
fn borrowed_objects_are_judged() {
    let scene = Scene::new();
    scene.repository("lender");
    scene.git("", &["clone", "-q", "--shared", "lender", "borrower"]);
    scene.git("", &["clone", "-q", "--shared", "borrower", "second"]);
    assert!(is_denied(&branch(
        &scene,
        &read_only(&scene, &["borrower"]),
        "borrower"
    )));
    assert!(
        branch(
            &scene,
            &read_only(&scene, &["borrower", "lender"]),
            "borrower"
        )
        .is_ok()
    );
    assert!(
        is_denied(&branch(
            &scene,
            &read_only(&scene, &["second", "borrower"]),
            "second"
        )),
        "at second hand, too"
    );
    assert!(
        branch(
            &scene,
            &read_only(&scene, &["second", "borrower", "lender"]),
            "second"
        )
        .is_ok()
    );
    scene.file(
        "borrower/.git/objects/info/alternates",
        "relative/objects\n",
    );
    assert_eq!(
        branch(&scene, &scene.permits, "borrower"),
        Err("unavailable".to_owned())
    );
}

#[test]
fn a_submodule_is_a_repository_of_its_own() {
    let scene = Scene::new();
    scene.repository("library");
    scene.repository("app");
    scene.git(
        "app",
        &["submodule", "--quiet", "add", &scene.path("library"), "lib"],
    );
    scene.commit("app", "Add a submodule");
    assert!(is_denied(&branch(
        &scene,
        &read_only(&scene, &["app"]),
        "app/lib"
    )));
    assert!(branch(&scene, &read_only(&scene, &["app/**"]), "app/lib").is_ok());
    // The outer repository is readable without the inner one, and does not look into it.
    fs::write(scene.root.join("app/lib/dirty"), "x").unwrap();
    let status = scene.call_with(
        &read_only(&scene, &["app"]),
        "git_status",
        &json!({ "path": scene.path("app") }),
    );
    assert_eq!(status.unwrap()["entries"], json!([]));
    scene.commit("app/lib", "Inside");
    let author = json!({ "name": "Bot", "email": "bot@example.org" });
    for request in [json!({ "all": true }), json!({ "paths": ["lib"] })] {
        let mut request = request;
        request["path"] = scene.path("app").into();
        request["message"] = "x".into();
        request["author"] = author.clone();
        assert_eq!(
            scene.refused("git_commit", &request),
            "conflict",
            "{request}"
        );
    }
}

#[test]
fn a_repository_that_becomes_another_one_after_it_was_judged_is_a_conflict() {
    let scene = Scene::new();
    scene.repository("secret");
    scene.repository("open/repo");
    let permits = read_only(&scene, &["open/**"]);
    for swap in ["folder", "git directory"] {
        let request = json!({ "path": scene.path("open/repo") });
        let answer = scene.call_between(&permits, "git_log", &request, || {
            let swapped = if swap == "folder" {
                "open/repo"
            } else {
                "open/repo/.git"
            };
            let target = if swap == "folder" {
                "secret"
            } else {
                "secret/.git"
            };
            fs::rename(scene.root.join(swapped), scene.root.join("aside")).unwrap();
            symlink(scene.root.join(target), scene.root.join(swapped)).unwrap();
        });
        assert_eq!(answer.unwrap_err().code, "conflict", "{swap}");
        let swapped = if swap == "folder" {
            "open/repo"
        } else {
            "open/repo/.git"
        };
        fs::remove_file(scene.root.join(swapped)).unwrap();
        fs::rename(scene.root.join("aside"), scene.root.join(swapped)).unwrap();
    }
    // What was missing when it was judged and is there now was not judged either.
    let request = json!({ "path": scene.path("open/later/deep") });
    let appeared = scene.call_between(&permits, "git_log", &request, || {
        scene.repository("open/later");
        scene.file("open/later/deep/x", "");
    });
    assert_eq!(appeared.unwrap_err().code, "conflict");
}

#[test]
fn a_turn_whose_time_is_up_gets_deadline() {
    let mut scene = Scene::new();
    let repo = scene.repository("repo");
    scene.deadline = std::time::Duration::ZERO;
    assert_eq!(
        scene.refused("git_log", &json!({ "path": repo })),
        "deadline"
    );
}

#[test]
fn another_user_s_repository_is_nobody_s() {
    use rustix::fs::{Gid, Uid, chown};

    let scene = Scene::new();
    scene.repository("repo");
    let theirs = (Some(Uid::from_raw(65_534)), Some(Gid::from_raw(65_534)));
    for folder in ["repo", "repo/.git"] {
        if let Err(error) = chown(scene.path(folder), theirs.0, theirs.1) {
            let _: Option<()> = skipped(&format!("only root can give a folder away: {error}"));
            return;
        }
    }
    let request = json!({ "path": scene.path("repo") });
    let error = scene.call("git_get_branch", &request).unwrap_err();
    assert_eq!(error.code, "unavailable", "{error}");
    assert!(error.message.contains("belongs to another user"), "{error}");
}
