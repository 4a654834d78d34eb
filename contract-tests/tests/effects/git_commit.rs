//! `git_create_branch` and `git_commit`.

use std::fs;

use serde_json::json;
use sinew_runtime::services::git::{GitIdentity, GitSettings};

use crate::scene::{Scene, permits};

#[test]
pub(crate) fn git_create_branch() {
    let scene = Scene::new();
    let repo = scene.repository("repo");
    let first = scene.git("repo", &["rev-parse", "HEAD"]);
    let second = scene.commit("repo", "Second");
    let made = scene
        .call(
            "git_create_branch",
            &json!({ "path": repo, "branch": "bot/fix" }),
        )
        .unwrap();
    assert_eq!(
        made,
        json!({ "branch": "bot/fix", "reference": "refs/heads/bot/fix", "commit": second })
    );
    let made = scene
        .call(
            "git_create_branch",
            &json!({ "path": repo, "branch": "old", "start": "HEAD~1" }),
        )
        .unwrap();
    assert_eq!(made["commit"], first);
    assert_eq!(scene.git("repo", &["rev-parse", "old"]), first);
    assert_eq!(
        scene.git("repo", &["symbolic-ref", "HEAD"]),
        "refs/heads/main",
        "nothing is checked out"
    );

    scene.git(
        "repo",
        &["symbolic-ref", "refs/heads/alias", "refs/heads/none"],
    );
    for (request, code) in [
        (json!({ "path": repo, "branch": "main" }), "conflict"),
        (json!({ "path": repo, "branch": "main/x" }), "conflict"),
        (json!({ "path": repo, "branch": "alias" }), "conflict"),
        (
            json!({ "path": repo, "branch": "x", "start": "nothing" }),
            "not_found",
        ),
        (
            json!({ "path": repo, "branch": "x", "start": "HEAD:a.txt" }),
            "invalid_request",
        ),
        (json!({ "path": repo, "branch": "" }), "invalid_request"),
        (json!({ "path": repo, "branch": "-x" }), "invalid_request"),
        (json!({ "path": repo, "branch": "a..b" }), "invalid_request"),
        (json!({ "path": repo, "branch": "HEAD" }), "invalid_request"),
        (
            json!({ "path": repo, "branch": "../../config" }),
            "invalid_request",
        ),
    ] {
        assert_eq!(
            scene.refused("git_create_branch", &request),
            code,
            "{request}"
        );
    }
    scene.git("", &["init", "-q", "new"]);
    assert_eq!(
        scene.refused(
            "git_create_branch",
            &json!({ "path": scene.path("new"), "branch": "x" })
        ),
        "not_found"
    );

    let bots = permits(&json!({ "write": [{ "repo": repo, "refs": ["refs/heads/bot/*"] }] }));
    let create = |branch: &str| {
        scene.call_with(
            &bots,
            "git_create_branch",
            &json!({ "path": repo, "branch": branch }),
        )
    };
    assert!(create("bot/other").is_ok());
    assert_eq!(create("release").unwrap_err().code, "denied");
}

#[test]
pub(crate) fn git_commit() {
    let scene = Scene::new();
    let repo = scene.repository("repo");
    let first = scene.git("repo", &["rev-parse", "HEAD"]);
    scene.file("repo/a.txt", "changed\n");
    scene.file("repo/b/new.txt", "new\n");
    scene.file("repo/b/*", "a star\n");
    scene.file("repo/other.txt", "stays\n");
    let author = json!({ "name": "Bot", "email": "bot@example.org" });
    let request =
        json!({ "path": repo, "message": "Change it", "paths": ["a.txt", "b"], "author": author });
    let made = scene.call("git_commit", &request).unwrap();
    assert_eq!(made["branch"], "main");
    assert_eq!(made["commit"]["parents"], json!([first]));
    assert_eq!(made["commit"]["message"], "Change it\n");
    assert_eq!(
        made["commit"]["author"],
        json!({ "name": "Bot", "email": "bot@example.org", "time": "2023-11-14T22:13:20+00:00" })
    );
    assert_eq!(
        made["commit"]["id"],
        scene.git("repo", &["rev-parse", "main"])
    );
    assert_eq!(
        scene.git("repo", &["status", "--porcelain"]),
        "?? other.txt"
    );
    assert_eq!(
        scene.git("repo", &["ls-tree", "-r", "--name-only", "HEAD"]),
        "a.txt\nb/*\nb/new.txt"
    );
    assert_eq!(
        scene.git("repo", &["reflog", "-1", "--format=%gs"]),
        "commit: Change it"
    );
    scene.git("repo", &["fsck", "--strict"]);

    // What is staged already, everything that is tracked, and what was deleted.
    scene.git("repo", &["add", "other.txt"]);
    let staged = json!({ "path": repo, "message": "Staged", "author": author });
    assert!(scene.call("git_commit", &staged).is_ok());
    scene.file("repo/a.txt", "again\n");
    fs::remove_file(scene.root.join("repo/b/new.txt")).unwrap();
    scene.file("repo/untracked", "");
    assert!(
        scene
            .call(
                "git_commit",
                &json!({ "path": repo, "message": "All", "all": true, "author": author })
            )
            .is_ok()
    );
    assert_eq!(
        scene.git("repo", &["status", "--porcelain"]),
        "?? untracked"
    );
    fs::remove_file(scene.root.join("repo/b/*")).unwrap();
    let deleted = json!({ "path": repo, "message": "Delete", "paths": ["b"], "author": author });
    assert!(scene.call("git_commit", &deleted).is_ok());
    assert_eq!(scene.git("repo", &["ls-files"]), "a.txt\nother.txt");

    let message = |message: &str| json!({ "path": repo, "message": message, "author": author });
    for (request, code) in [
        (message("Nothing"), "conflict"),
        (message(" \n"), "invalid_request"),
        (message("a\0b"), "invalid_request"),
        (
            json!({ "path": repo, "message": "x", "all": true, "paths": ["a.txt"], "author": author }),
            "invalid_request",
        ),
        (
            json!({ "path": repo, "message": "x", "paths": ["nothing"], "author": author }),
            "not_found",
        ),
        (
            json!({ "path": repo, "message": "x", "paths": ["*.txt"], "author": author }),
            "not_found",
        ),
        (
            json!({ "path": repo, "message": "x", "paths": ["../x"], "author": author }),
            "invalid_request",
        ),
        (
            json!({ "path": repo, "message": "x", "allow_empty": true }),
            "invalid_request",
        ),
        (
            json!({ "path": repo, "message": "x", "allow_empty": true, "author": { "name": "a<", "email": "b" } }),
            "invalid_request",
        ),
        (
            json!({ "path": repo, "message": "x", "allow_empty": true, "author": { "name": "a", "email": "b\nc" } }),
            "invalid_request",
        ),
    ] {
        assert_eq!(scene.refused("git_commit", &request), code, "{request}");
    }
    let empty = json!({ "path": repo, "message": "Empty", "allow_empty": true, "author": author });
    assert!(scene.call("git_commit", &empty).is_ok());
}

#[test]
fn a_first_commit_makes_its_branch() {
    let identity = GitIdentity {
        name: "Operator".to_owned(),
        email: "op@example.org".to_owned(),
    };
    let scene = Scene::with(GitSettings {
        identity: Some(identity),
        ..GitSettings::default()
    });
    scene.git("", &["init", "-q", "new"]);
    scene.file("new/x", "x");
    let request = json!({ "path": scene.path("new"), "message": "Begin", "paths": ["x"] });
    let made = scene.call("git_commit", &request).unwrap();
    assert_eq!(made["commit"]["author"]["name"], "Operator");
    assert_eq!(
        scene.git("new", &["log", "--format=%s %an %cn"]),
        "Begin Operator Operator"
    );

    // The repository's own identity comes first, and the author does not replace the committer.
    scene.git("new", &["config", "user.name", "Local"]);
    scene.git("new", &["config", "user.email", "local@example.org"]);
    let author = json!({ "name": "Bot", "email": "bot@example.org" });
    let request = json!({ "path": scene.path("new"), "message": "Go on", "allow_empty": true, "author": author });
    scene.call("git_commit", &request).unwrap();
    assert_eq!(
        scene.git("new", &["log", "-1", "--format=%an %cn"]),
        "Bot Local"
    );
}

#[test]
fn nothing_is_committed_where_it_would_surprise() {
    let scene = Scene::with(GitSettings {
        file_bytes_max: 100,
        ..GitSettings::default()
    });
    let repo = scene.repository("repo");
    let author = json!({ "name": "Bot", "email": "bot@example.org" });
    let commit = |paths: &[&str]| {
        scene.refused(
            "git_commit",
            &json!({ "path": repo, "message": "x", "paths": paths, "author": author }),
        )
    };
    scene.file("repo/large", vec![b'x'; 101]);
    assert_eq!(commit(&["large"]), "too_large");

    scene.file(
        "repo/.gitattributes",
        "*.bin filter=lfs\n*.txt16 working-tree-encoding=UTF-16\n",
    );
    scene.file("repo/x.bin", "x");
    scene.file("repo/y.txt16", "y");
    assert_eq!(commit(&["x.bin"]), "conflict");
    assert_eq!(commit(&["y.txt16"]), "conflict");

    std::os::unix::fs::symlink("/etc", scene.root.join("repo/link")).unwrap();
    assert_eq!(
        commit(&["link/passwd"]),
        "not_found",
        "a link is a file of its own"
    );

    scene.git("repo", &["checkout", "-q", "--detach"]);
    assert_eq!(commit(&["link"]), "conflict");
    scene.git("repo", &["checkout", "-q", "main"]);
    let id = scene.git("repo", &["rev-parse", "HEAD"]);
    scene.file("repo/.git/MERGE_HEAD", format!("{id}\n"));
    assert_eq!(commit(&["link"]), "conflict");
    fs::remove_file(scene.root.join("repo/.git/MERGE_HEAD")).unwrap();
    scene.file("repo/.git/refs/heads/main.lock", "");
    assert_eq!(commit(&["link"]), "conflict", "somebody holds the branch");
    assert_eq!(scene.git("repo", &["rev-parse", "HEAD"]), id);
}

#[test]
fn a_branch_that_is_another_ones_alias_needs_a_permit_for_both() {
    let scene = Scene::new();
    let repo = scene.repository("repo");
    scene.git(
        "repo",
        &["symbolic-ref", "refs/heads/bot/x", "refs/heads/main"],
    );
    scene.git("repo", &["symbolic-ref", "HEAD", "refs/heads/bot/x"]);
    let bots = permits(&json!({ "write": [{ "repo": repo, "refs": ["refs/heads/bot/*"] }] }));
    let author = json!({ "name": "Bot", "email": "bot@example.org" });
    let request = json!({ "path": repo, "message": "x", "allow_empty": true, "author": author });
    assert_eq!(
        scene
            .call_with(&bots, "git_commit", &request)
            .unwrap_err()
            .code,
        "denied"
    );
    assert!(scene.call("git_commit", &request).is_ok());
}
