//! Git effects that read.

use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use serde_json::json;
use sinew_runtime::services::git::GitSettings;

use crate::scene::Scene;

#[test]
pub(crate) fn git_get_branch() {
    let scene = Scene::new();
    let repo = scene.repository("repo");
    let head = scene.git("repo", &["rev-parse", "HEAD"]);
    let branch = |path: &str| {
        scene
            .call("git_get_branch", &json!({ "path": path }))
            .unwrap()
    };
    assert_eq!(
        branch(&repo),
        json!({ "branch": "main", "detached": false, "head": head })
    );

    scene.file("repo/deep/down/x", "");
    assert_eq!(
        branch(&scene.path("repo/deep/down")),
        branch(&repo),
        "from a folder inside"
    );
    assert_eq!(
        branch(&scene.path("repo/a.txt")),
        branch(&repo),
        "from a file inside"
    );
    assert_eq!(
        branch(&scene.path("repo/.git")),
        branch(&repo),
        "from the git directory"
    );

    scene.git("repo", &["checkout", "-q", "-b", "bot/fix"]);
    assert_eq!(branch(&repo)["branch"], "bot/fix");
    scene.git("repo", &["checkout", "-q", "--detach"]);
    assert_eq!(branch(&repo), json!({ "detached": true, "head": head }));
    scene.git("", &["init", "-q", "new"]);
    assert_eq!(
        branch(&scene.path("new")),
        json!({ "branch": "main", "detached": false })
    );
    scene.git("", &["init", "-q", "--bare", "bare.git"]);
    assert_eq!(
        branch(&scene.path("bare.git")),
        json!({ "branch": "main", "detached": false })
    );

    assert_eq!(
        scene.refused("git_get_branch", &json!({ "path": scene.path("nothing") })),
        "not_found"
    );
    assert_eq!(
        scene.refused("git_get_branch", &json!({ "path": scene.path("") })),
        "not_found"
    );
    assert_eq!(
        scene.refused("git_get_branch", &json!({ "path": "repo" })),
        "invalid_request"
    );
    assert_eq!(
        scene.refused("git_get_branch", &json!({ "path": "/a\0b" })),
        "invalid_request"
    );
    assert_eq!(
        scene.refused("git_get_branch", &json!({ "path": "/etc" })),
        "denied"
    );
}

#[test]
pub(crate) fn git_get_worktree() {
    let scene = Scene::new();
    let repo = scene.repository("repo");
    scene.git("repo", &["worktree", "add", "-q", "-b", "side", "../side"]);
    scene.git(
        "repo",
        &["worktree", "lock", "--reason", "on a stick", "../side"],
    );
    let head = scene.git("repo", &["rev-parse", "HEAD"]);

    let main = scene
        .call("git_get_worktree", &json!({ "path": repo }))
        .unwrap();
    assert_eq!(
        main["worktree"],
        json!({
            "path": repo, "git_dir": scene.path("repo/.git"), "common_dir": scene.path("repo/.git"),
            "branch": "main", "head": head, "detached": false, "main": true, "locked": false, "prunable": false,
        })
    );
    let side = scene
        .call(
            "git_get_worktree",
            &json!({ "path": scene.path("side/a.txt") }),
        )
        .unwrap();
    assert_eq!(
        side["worktree"],
        json!({
            "path": scene.path("side"), "git_dir": scene.path("repo/.git/worktrees/side"),
            "common_dir": scene.path("repo/.git"), "branch": "side", "head": head, "detached": false, "main": false,
            "locked": true, "lock_reason": "on a stick", "prunable": false,
        })
    );
    scene.git("", &["init", "-q", "--bare", "bare.git"]);
    assert_eq!(
        scene.refused(
            "git_get_worktree",
            &json!({ "path": scene.path("bare.git") })
        ),
        "not_found"
    );
}

#[test]
pub(crate) fn git_list_worktrees() {
    let scene = Scene::new();
    let repo = scene.repository("repo");
    for name in ["b", "a", "gone"] {
        scene.git(
            "repo",
            &["worktree", "add", "-q", "-b", name, &format!("../{name}")],
        );
    }
    fs::remove_dir_all(scene.root.join("gone")).unwrap();
    scene.git("a", &["checkout", "-q", "--detach"]);

    let listed = scene
        .call("git_list_worktrees", &json!({ "path": scene.path("b") }))
        .unwrap();
    let row = |index: usize| {
        let tree = &listed["worktrees"][index];
        (
            tree["path"].as_str().unwrap().to_owned(),
            tree["branch"].as_str(),
            tree["prunable"].as_bool().unwrap(),
        )
    };
    assert_eq!(row(0), (repo.clone(), Some("main"), false));
    assert_eq!(row(1), (scene.path("a"), None, false));
    assert_eq!(row(2), (scene.path("b"), Some("b"), false));
    assert_eq!(row(3), (scene.path("gone"), Some("gone"), true));
    assert_eq!(listed["truncated"], false);

    let first = scene
        .call("git_list_worktrees", &json!({ "path": repo, "limit": 2 }))
        .unwrap();
    assert_eq!(first["worktrees"].as_array().unwrap().len(), 2);
    assert_eq!(first["truncated"], true);
    assert_eq!(
        scene.refused("git_list_worktrees", &json!({ "path": repo, "limit": 0 })),
        "invalid_request"
    );
}

#[test]
pub(crate) fn git_status() {
    let scene = Scene::new();
    let repo = scene.repository("repo");
    scene.file(
        "repo/b.txt",
        "the same content, long enough to be found again\n".repeat(9),
    );
    scene.file("repo/gone.txt", "x");
    scene.file("repo/.gitignore", "*.log\n");
    scene.commit("repo", "Second");
    let clean = scene.call("git_status", &json!({ "path": repo })).unwrap();
    assert_eq!(
        (&clean["entries"], &clean["branch"]),
        (&json!([]), &json!("main"))
    );

    scene.git("repo", &["mv", "b.txt", "moved.txt"]);
    scene.file("repo/a.txt", "one\n2\nthree\n");
    fs::remove_file(scene.root.join("repo/gone.txt")).unwrap();
    scene.file("repo/new/one.txt", "1");
    scene.file("repo/new/two.txt", "2");
    scene.file("repo/noise.log", "");
    scene.file("repo/*", "a star");
    let status = scene.call("git_status", &json!({ "path": repo })).unwrap();
    assert_eq!(
        status["entries"],
        json!([
            { "path": "*", "unstaged": "untracked" },
            { "path": "a.txt", "unstaged": "modified" },
            { "path": "gone.txt", "unstaged": "deleted" },
            { "path": "moved.txt", "old_path": "b.txt", "staged": "renamed" },
            { "path": "new/one.txt", "unstaged": "untracked" },
            { "path": "new/two.txt", "unstaged": "untracked" },
        ])
    );
    let listed = |request| {
        let status = scene.call("git_status", &request).unwrap();
        let entries: Vec<String> = status["entries"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["path"].as_str().unwrap().to_owned())
            .collect();
        (entries.join(" "), status["truncated"].as_bool().unwrap())
    };
    assert_eq!(
        listed(json!({ "path": repo, "limit": 2 })),
        ("* a.txt".to_owned(), true)
    );
    assert_eq!(
        listed(json!({ "path": repo, "untracked": false })),
        ("a.txt gone.txt moved.txt".to_owned(), false)
    );
    assert_eq!(
        listed(json!({ "path": repo, "paths": ["new", "a.txt"] })).0,
        "a.txt new/one.txt new/two.txt"
    );
    assert_eq!(
        listed(json!({ "path": repo, "paths": ["*"] })).0,
        "*",
        "a star is a name, no glob"
    );
    assert_eq!(
        scene.refused("git_status", &json!({ "path": repo, "paths": ["../x"] })),
        "invalid_request"
    );
    assert_eq!(
        scene.refused("git_status", &json!({ "path": repo, "paths": ["/etc"] })),
        "invalid_request"
    );
    scene.git("", &["init", "-q", "--bare", "bare.git"]);
    assert_eq!(
        scene.refused("git_status", &json!({ "path": scene.path("bare.git") })),
        "conflict"
    );
}

#[test]
fn status_counts_commits_against_the_upstream() {
    let scene = Scene::new();
    scene.repository("origin");
    scene.git("", &["clone", "-q", "origin", "clone"]);
    scene.commit("clone", "Ours 1");
    scene.commit("clone", "Ours 2");
    scene.commit("origin", "Theirs");
    scene.git("clone", &["fetch", "-q"]);
    let status = scene
        .call("git_status", &json!({ "path": scene.path("clone") }))
        .unwrap();
    assert_eq!(
        (&status["upstream"], &status["ahead"], &status["behind"]),
        (&json!("origin/main"), &json!(2), &json!(1))
    );
}

#[test]
fn names_that_are_not_utf_8_come_as_base64_too() {
    let scene = Scene::new();
    let repo = scene.repository("repo");
    let name = Path::new(std::ffi::OsStr::from_bytes(b"caf\xe9"));
    if fs::write(Path::new(&repo).join(name), "").is_err() {
        // A file system that allows only UTF-8 has no such names.
        return;
    }
    let status = scene.call("git_status", &json!({ "path": repo })).unwrap();
    assert_eq!(
        status["entries"],
        json!([{ "path": "caf\u{fffd}", "path_base64": "Y2Fm6Q==", "unstaged": "untracked" }])
    );
}

#[test]
pub(crate) fn git_diff() {
    let scene = Scene::new();
    let repo = scene.repository("repo");
    scene.file("repo/a.txt", "one\n2\nthree\n");
    scene.file("repo/untracked", "x");
    let diff = |request| scene.call("git_diff", &request).unwrap();

    let worktree = diff(json!({ "path": repo }));
    let lines: Vec<&str> = worktree["text"].as_str().unwrap().lines().collect();
    assert_eq!(lines[0], "diff --git a/a.txt b/a.txt");
    assert_eq!(
        lines[2..],
        [
            "--- a/a.txt",
            "+++ b/a.txt",
            "@@ -1,3 +1,3 @@",
            " one",
            "-two",
            "+2",
            " three"
        ]
    );
    assert_eq!(
        worktree["files"],
        json!([{ "path": "a.txt", "change": "modified", "binary": false, "insertions": 1, "deletions": 1 }])
    );
    assert_eq!(
        (&worktree["files_changed"], &worktree["insertions"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(
        diff(json!({ "path": repo, "staged": true }))["files_changed"],
        0
    );
    scene.git("repo", &["add", "a.txt"]);
    assert_eq!(diff(json!({ "path": repo }))["files_changed"], 0);
    assert_eq!(
        diff(json!({ "path": repo, "staged": true }))["files_changed"],
        1
    );
    assert_eq!(
        diff(json!({ "path": repo, "from": "HEAD" }))["files_changed"],
        1
    );
    let bare = diff(json!({ "path": repo, "from": "HEAD", "context_lines": 0 }));
    assert!(
        !bare["text"].as_str().unwrap().contains(" three"),
        "{bare:#}"
    );

    scene.commit("repo", "Second");
    let both = diff(json!({ "path": repo, "from": "HEAD~1", "to": "HEAD" }));
    assert_eq!(
        both["files"][0],
        json!({ "path": "a.txt", "change": "modified", "binary": false, "insertions": 1, "deletions": 1 })
    );
    assert_eq!(both["files"][1]["change"], "added");
    let one = diff(json!({ "path": repo, "from": "HEAD~1", "to": "HEAD", "paths": ["untracked"] }));
    assert_eq!(
        (&one["files_changed"], &one["files"][0]["path"]),
        (&json!(1), &json!("untracked"))
    );

    for (request, code) in [
        (json!({ "path": repo, "to": "HEAD" }), "invalid_request"),
        (
            json!({ "path": repo, "from": "HEAD", "to": "HEAD", "staged": true }),
            "invalid_request",
        ),
        (json!({ "path": repo, "from": "nothing" }), "not_found"),
        (json!({ "path": repo, "from": "" }), "invalid_request"),
        (
            json!({ "path": repo, "from": "HEAD:a.txt" }),
            "invalid_request",
        ),
    ] {
        assert_eq!(scene.refused("git_diff", &request), code, "{request}");
    }
}

#[test]
fn a_long_diff_is_cut_at_a_line_and_counted_whole() {
    let scene = Scene::with(GitSettings {
        text_bytes_max: 2_000,
        entries_max: 3,
        ..GitSettings::default()
    });
    let repo = scene.repository("repo");
    for number in 0..5 {
        scene.file(
            &format!("repo/file{number}"),
            "a line of text\n".repeat(100),
        );
    }
    scene.file("repo/binary", [0, 1, 2, 255]);
    scene.commit("repo", "Second");
    let request = json!({ "path": repo, "from": "HEAD~1", "to": "HEAD" });
    let diff = scene.call("git_diff", &request).unwrap();
    let text = diff["text"].as_str().unwrap();
    assert!(text.len() <= 2_000 && text.ends_with('\n') && diff["text_truncated"] == true);
    assert_eq!(
        (
            &diff["files_changed"],
            &diff["insertions"],
            &diff["truncated"]
        ),
        (&json!(6), &json!(500), &json!(true))
    );
    assert_eq!(diff["files"].as_array().unwrap().len(), 3);
    assert_eq!(diff["files"][0]["binary"], true);
    let numbers = scene
        .call(
            "git_diff",
            &json!({ "path": repo, "from": "HEAD~1", "to": "HEAD", "max_bytes": 0 }),
        )
        .unwrap();
    assert_eq!(
        (&numbers["text"], &numbers["text_truncated"]),
        (&json!(""), &json!(true))
    );
    assert_eq!(numbers["insertions"], 500);
}

#[test]
fn a_log_lists_children_first_whatever_their_clocks_said() {
    let scene = Scene::new();
    let repo = scene.repository("repo");
    let tree = scene.git("repo", &["rev-parse", "HEAD^{tree}"]);
    let commit = |parents: &[&str], seconds: u32| {
        let parents: Vec<_> = parents.iter().map(|id| format!("parent {id}\n")).collect();
        let parents = parents.concat();
        let who = format!("Ada <ada@example.org> {seconds} +0000");
        scene.file(
            "commit",
            format!("tree {tree}\n{parents}author {who}\ncommitter {who}\n\nx\n"),
        );
        scene.git(
            "repo",
            &["hash-object", "-w", "-t", "commit", &scene.path("commit")],
        )
    };
    let base = commit(&[], 1_000);
    let early = commit(&[&base], 10);
    let late = commit(&[&base], 900);
    let merge = commit(&[&early, &late], 2_000);
    let log = scene
        .call("git_log", &json!({ "path": repo, "revision": merge }))
        .unwrap();
    let ids: Vec<_> = log["commits"]
        .as_array()
        .unwrap()
        .iter()
        .map(|commit| commit["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, [&merge, &late, &early, &base]);
}

#[test]
fn whoever_waits_no_longer_gets_deadline_and_the_turn_goes_on() {
    let scene = Scene::new();
    let repo = scene.repository("repo");
    // So many files that a millisecond cannot do, and few enough that their making does not matter.
    for index in 0..2_000 {
        scene.file(&format!("repo/{}/{index}.txt", index % 40), "x");
    }
    for effect in ["git_status", "git_log"] {
        assert_eq!(
            scene.refused(effect, &json!({ "path": repo, "wait_ms": 0 })),
            "invalid_request"
        );
    }
    assert_eq!(
        scene.refused("git_status", &json!({ "path": repo, "wait_ms": 1 })),
        "deadline"
    );
    let patient = json!({ "path": repo, "wait_ms": 4_294_967_295_u32, "limit": 1 });
    assert_eq!(scene.call("git_log", &patient).unwrap()["truncated"], false);
    assert_eq!(
        scene.call("git_status", &patient).unwrap()["truncated"],
        true
    );
}

#[test]
pub(crate) fn git_log() {
    let scene = Scene::new();
    let repo = scene.repository("repo");
    let first = scene.git("repo", &["rev-parse", "HEAD"]);
    scene.file("repo/docs/b.txt", "b");
    let second = scene.commit("repo", "Second\n\nWith a body.");
    scene.file("repo/a.txt", "changed");
    let third = scene.commit("repo", "Third");
    let ids = |request| {
        let log = scene.call("git_log", &request).unwrap();
        let ids: Vec<String> = log["commits"]
            .as_array()
            .unwrap()
            .iter()
            .map(|commit| commit["id"].as_str().unwrap().to_owned())
            .collect();
        (ids, log["truncated"].as_bool().unwrap())
    };
    assert_eq!(
        ids(json!({ "path": repo })),
        (vec![third.clone(), second.clone(), first.clone()], false)
    );
    assert_eq!(
        ids(json!({ "path": repo, "limit": 2 })),
        (vec![third.clone(), second.clone()], true)
    );
    assert!(!ids(json!({ "path": repo, "limit": 3 })).1);
    assert_eq!(
        ids(json!({ "path": repo, "revision": "HEAD~1" })).0,
        [second.clone(), first.clone()]
    );
    assert_eq!(
        ids(json!({ "path": repo, "revision": format!("{first}..main") })).0,
        [third.clone(), second.clone()]
    );
    assert_eq!(
        ids(json!({ "path": repo, "revision": "HEAD~1.." })).0,
        [third.as_str()]
    );
    assert_eq!(
        ids(json!({ "path": repo, "paths": ["a.txt"] })).0,
        [third.clone(), first.clone()]
    );
    assert_eq!(
        ids(json!({ "path": repo, "paths": ["docs"] })).0,
        [second.as_str()]
    );

    let commit = scene
        .call("git_log", &json!({ "path": repo, "revision": second }))
        .unwrap()["commits"][0]
        .clone();
    assert_eq!(
        commit,
        json!({
            "id": second, "tree": scene.git("repo", &["rev-parse", "HEAD~1^{tree}"]), "parents": [first],
            "author": { "name": "Ada", "email": "ada@example.org", "time": "2020-09-13T14:26:40+02:00" },
            "committer": { "name": "Ada", "email": "ada@example.org", "time": "2020-09-13T14:26:40+02:00" },
            "summary": "Second", "message": "Second\n\nWith a body.\n", "message_truncated": false,
        })
    );
    scene.git("", &["init", "-q", "new"]);
    assert_eq!(ids(json!({ "path": scene.path("new") })), (vec![], false));
    for (request, code) in [
        (json!({ "path": repo, "revision": "nothing" }), "not_found"),
        (
            json!({ "path": repo, "revision": "a...b" }),
            "invalid_request",
        ),
        (json!({ "path": repo, "limit": 0 }), "invalid_request"),
        (json!({ "path": repo, "paths": [""] }), "invalid_request"),
    ] {
        assert_eq!(scene.refused("git_log", &request), code, "{request}");
    }
}

#[test]
pub(crate) fn git_show_file() {
    let scene = Scene::with(GitSettings {
        text_bytes_max: 100,
        file_bytes_max: 1_000,
        ..GitSettings::default()
    });
    let repo = scene.repository("repo");
    scene.file("repo/dir/long.txt", "ä".repeat(200));
    scene.file("repo/binary", [0xff, 0xfe, 0]);
    scene.file("repo/huge", vec![b'x'; 1_001]);
    scene.executable("repo/run.sh", "#!/bin/sh\n");
    std::os::unix::fs::symlink("/etc/passwd", scene.root.join("repo/link")).unwrap();
    scene.commit("repo", "Second");
    scene.file("repo/a.txt", "not committed");
    let show = |file: &str| {
        scene
            .call(
                "git_show_file",
                &json!({ "path": repo, "revision": "HEAD", "file": file }),
            )
            .unwrap()
    };
    assert_eq!(
        show("a.txt"),
        json!({
            "blob": scene.git("repo", &["rev-parse", "HEAD:a.txt"]), "kind": "file", "text": "one\ntwo\nthree\n",
            "total_bytes": 14, "truncated": false,
        })
    );
    let long = show("dir/long.txt");
    assert_eq!(
        (&long["text"], &long["total_bytes"], &long["truncated"]),
        (&json!("ä".repeat(50)), &json!(400), &json!(true))
    );
    let odd = scene
        .call(
            "git_show_file",
            &json!({ "path": repo, "revision": "HEAD", "file": "dir/long.txt", "max_bytes": 3 }),
        )
        .unwrap();
    assert_eq!(odd["text"], "ä");
    let binary = show("binary");
    assert_eq!(
        (binary.get("text"), &binary["base64"]),
        (None, &json!("//4A"))
    );
    assert_eq!(show("run.sh")["kind"], "executable");
    let link = show("link");
    assert_eq!(
        (&link["kind"], &link["text"]),
        (&json!("symlink"), &json!("/etc/passwd"))
    );
    for (revision, file, code) in [
        ("HEAD", "nothing", "not_found"),
        ("nothing", "a.txt", "not_found"),
        ("HEAD", "dir", "invalid_request"),
        ("HEAD", "../a.txt", "invalid_request"),
        ("HEAD", "/a.txt", "invalid_request"),
        ("HEAD:a.txt", "a.txt", "invalid_request"),
        ("--help", "a.txt", "not_found"),
        ("HEAD", "huge", "too_large"),
    ] {
        let request = json!({ "path": repo, "revision": revision, "file": file });
        assert_eq!(scene.refused("git_show_file", &request), code, "{request}");
    }
}

#[test]
pub(crate) fn git_get_remote() {
    let scene = Scene::new();
    let repo = scene.repository("repo");
    let ask = |request| scene.call("git_get_remote", &request);
    let remote = |url: &str| {
        scene.git("repo", &["config", "remote.origin.url", url]);
        ask(json!({ "path": repo }))
    };
    assert_eq!(ask(json!({ "path": repo })).unwrap_err().code, "not_found");
    scene.git(
        "repo",
        &["remote", "add", "fork", "git@github.com:bot/api.git"],
    );
    assert_eq!(
        ask(json!({ "path": repo })).unwrap(),
        json!({ "remote": "fork", "url": "ssh://github.com/bot/api.git", "host": "github.com", "repository": "bot/api" })
    );
    scene.git("repo", &["remote", "add", "other", "https://example.org/a"]);
    assert_eq!(ask(json!({ "path": repo })).unwrap_err().code, "conflict");
    for (url, expected) in [
        (
            "https://GitHub.com/Acme/api.git/",
            "https://github.com/Acme/api.git",
        ),
        (
            "https://bot:ghp_canary@github.com/Acme/api.git",
            "https://github.com/Acme/api.git",
        ),
        (
            "ssh://git:ghp_canary@github.com/Acme/api",
            "ssh://github.com/Acme/api",
        ),
    ] {
        let found = remote(url).unwrap();
        assert_eq!(found["url"], expected);
        assert_eq!(found["repository"], "Acme/api");
        assert_eq!(found["host"], "github.com");
    }
    assert_eq!(
        ask(json!({ "path": repo, "remote": "fork" })).unwrap()["repository"],
        "bot/api"
    );
    scene.git(
        "repo",
        &["config", "url.https://github.com/.insteadOf", "gh:"],
    );
    assert_eq!(remote("gh:acme/web").unwrap()["repository"], "acme/web");
    let local = remote("/srv/api.git").unwrap();
    assert_eq!(local, json!({ "remote": "origin", "url": "/srv/api.git" }));
    for url in [
        "ext::sh -c 'touch ran'",
        "../away",
        "https://ghp_canary@h/a/../b",
    ] {
        let error = remote(url).unwrap_err();
        assert_eq!(error.code, "invalid_request", "{url}: {error}");
        assert!(!error.message.contains("ghp_canary"), "{error}");
    }
    let absent = ask(json!({ "path": repo, "remote": "absent" }));
    assert_eq!(absent.unwrap_err().code, "not_found");
    assert_eq!(
        scene.refused("git_get_remote", &json!({ "path": "/etc" })),
        "denied"
    );
}
