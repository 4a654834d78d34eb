//! Repositories that want to run something. Nothing they bring along is ever run.

use std::fs;

use serde_json::json;

use crate::scene::Scene;

/// Every hook that git knows on either side of what the effects do.
const HOOKS: &[&str] = &[
    "applypatch-msg",
    "commit-msg",
    "fsmonitor-watchman",
    "post-applypatch",
    "post-checkout",
    "post-commit",
    "post-index-change",
    "post-merge",
    "post-receive",
    "post-rewrite",
    "post-update",
    "pre-applypatch",
    "pre-auto-gc",
    "pre-commit",
    "pre-merge-commit",
    "pre-push",
    "pre-rebase",
    "pre-receive",
    "prepare-commit-msg",
    "proc-receive",
    "push-to-checkout",
    "reference-transaction",
    "update",
];

/// Configuration whose value is a command.
const COMMANDS: &[&str] = &[
    "core.fsmonitor",
    "core.sshCommand",
    "core.editor",
    "core.pager",
    "core.askPass",
    "core.gitProxy",
    "core.alternateRefsCommand",
    "gpg.program",
    "gpg.ssh.program",
    "diff.external",
    "diff.trap.command",
    "diff.trap.textconv",
    "filter.trap.clean",
    "filter.trap.smudge",
    "filter.trap.process",
    "merge.trap.driver",
    "sequence.editor",
    "credential.helper",
    "remote.origin.receivepack",
    "remote.origin.uploadpack",
    "uploadpack.packObjectsHook",
    "pager.push",
    "pager.remote",
    "interactive.diffFilter",
    "trailer.trap.command",
    "alias.push",
    "alias.remote",
];

/// Sets every trap in a repository; whatever is sprung leaves a file in `sprung`.
fn set_traps(scene: &Scene, name: &str, git_dir: &str) {
    fs::create_dir_all(scene.root.join("sprung")).unwrap();
    let sprung = scene.path("sprung");
    for hook in HOOKS {
        scene.executable(
            &format!("{git_dir}/hooks/{hook}"),
            &format!("#!/bin/sh\ntouch '{sprung}/{name}-{hook}'\n"),
        );
    }
    for (index, key) in COMMANDS.iter().enumerate() {
        let script = format!("traps/{name}-{index}");
        scene.executable(
            &script,
            &format!("#!/bin/sh\ntouch '{sprung}/{name}-{key}'\ncat\n"),
        );
        let value = match *key {
            "credential.helper" | "alias.push" | "alias.remote" => {
                format!("!{}", scene.path(&script))
            }
            _ => scene.path(&script),
        };
        scene.git(git_dir, &["--git-dir=.", "config", key, &value]);
    }
    for (key, value) in [
        ("commit.gpgSign", "true"),
        ("push.gpgSign", "if-asked"),
        ("filter.trap.required", "true"),
        ("receive.denyCurrentBranch", "updateInstead"),
        ("receive.procReceiveRefs", "refs"),
    ] {
        scene.git(git_dir, &["--git-dir=.", "config", key, value]);
    }
}

fn sprung(scene: &Scene) -> Vec<String> {
    crate::scene::names(&scene.root.join("sprung"))
}

/// A repository full of traps, and two that it can push to, as full of them.
fn trapped() -> (Scene, String) {
    let scene = Scene::new();
    let repo = scene.repository("repo");
    scene.file("repo/b.trap", "one\n");
    scene.file(
        "repo/.gitattributes",
        "*.trap filter=trap diff=trap merge=trap\n",
    );
    scene.commit("repo", "Attributes");
    scene.git("repo", &["branch", "side"]);
    scene.git("", &["init", "-q", "--bare", "origin.git"]);
    scene.git("", &["clone", "-q", "repo", "checkout"]);
    scene.git(
        "repo",
        &["remote", "add", "origin", &scene.path("origin.git")],
    );
    scene.git(
        "repo",
        &["remote", "add", "checkout", &scene.path("checkout")],
    );
    set_traps(&scene, "repo", "repo/.git");
    set_traps(&scene, "origin", "origin.git");
    set_traps(&scene, "checkout", "checkout/.git");
    scene.file("repo/b.trap", "two\n");
    scene.file("repo/a.txt", "two\n");
    (scene, repo)
}

#[test]
fn nothing_that_a_repository_brings_along_is_run() {
    let (scene, repo) = trapped();
    let author = json!({ "name": "Bot", "email": "bot@example.org" });
    for (name, request) in [
        ("git_get_branch", json!({ "path": repo })),
        ("git_get_worktree", json!({ "path": repo })),
        ("git_list_worktrees", json!({ "path": repo })),
        ("git_status", json!({ "path": repo })),
        ("git_diff", json!({ "path": repo })),
        ("git_diff", json!({ "path": repo, "from": "HEAD~1" })),
        (
            "git_diff",
            json!({ "path": repo, "from": "HEAD~1", "to": "HEAD" }),
        ),
        ("git_log", json!({ "path": repo, "paths": ["b.trap"] })),
        (
            "git_show_file",
            json!({ "path": repo, "revision": "HEAD", "file": "b.trap" }),
        ),
        (
            "git_create_branch",
            json!({ "path": repo, "branch": "new" }),
        ),
        (
            "git_add_worktree",
            json!({ "path": repo, "worktree_path": scene.path("side"), "branch": "side" }),
        ),
        (
            "git_remove_worktree",
            json!({ "path": repo, "worktree_path": scene.path("side") }),
        ),
        (
            "git_commit",
            json!({ "path": repo, "message": "Change", "paths": ["a.txt"], "author": author }),
        ),
    ] {
        scene
            .call(name, &request)
            .unwrap_or_else(|error| panic!("`{name}`: {error}"));
        assert_eq!(sprung(&scene), Vec::<String>::new(), "{name}");
    }
    let filtered = json!({ "path": repo, "message": "x", "paths": ["b.trap"], "author": author });
    assert_eq!(scene.refused("git_commit", &filtered), "conflict");
    assert_eq!(sprung(&scene), Vec::<String>::new());
}

#[test]
fn nothing_is_run_on_either_side_of_a_push() {
    let (scene, repo) = trapped();
    let author = json!({ "name": "Bot", "email": "bot@example.org" });
    let commit = json!({ "path": repo, "message": "Change", "paths": ["a.txt"], "author": author });
    scene.call("git_commit", &commit).unwrap();
    for (remote, folder) in [("origin", "origin.git"), ("checkout", "checkout/.git")] {
        let push = json!({ "path": repo, "remote": remote, "refs": [{ "source": "main", "target": "refs/heads/new" }] });
        // The receiving side leaves its references to a hook, which is not run, so the push is refused.
        assert_eq!(scene.refused("git_push", &push), "conflict");
        assert_eq!(sprung(&scene), Vec::<String>::new(), "{remote}");
        scene.git(
            folder,
            &[
                "--git-dir=.",
                "config",
                "--unset",
                "receive.procReceiveRefs",
            ],
        );
        scene
            .call("git_push", &push)
            .unwrap_or_else(|error| panic!("{remote}: {error}"));
        assert_eq!(sprung(&scene), Vec::<String>::new(), "{remote}");
    }
    // What is checked out over there would have to be changed with it.
    let push = json!({ "path": repo, "remote": "checkout", "refs": [{ "source": "main", "target": "refs/heads/main" }] });
    assert_eq!(scene.refused("git_push", &push), "conflict");
    assert_eq!(sprung(&scene), Vec::<String>::new());
}

#[test]
fn the_traps_do_spring_for_others() {
    let scene = Scene::new();
    scene.repository("repo");
    scene.file(
        "repo/.gitattributes",
        "*.trap filter=trap diff=trap merge=trap\n",
    );
    scene.git("", &["init", "-q", "--bare", "origin.git"]);
    scene.git(
        "repo",
        &["remote", "add", "origin", &scene.path("origin.git")],
    );
    set_traps(&scene, "origin", "origin.git");
    scene.git(
        "origin.git",
        &[
            "--git-dir=.",
            "config",
            "--unset",
            "receive.procReceiveRefs",
        ],
    );
    scene.git("repo", &["push", "-q", "origin", "main"]);
    scene.executable(
        "repo/.git/hooks/pre-commit",
        &format!(
            "#!/bin/sh\ntouch '{}/repo-pre-commit'\n",
            scene.path("sprung")
        ),
    );
    scene.commit("repo", "Trapped");
    let sprung = sprung(&scene);
    for expected in ["origin-post-receive", "origin-update", "repo-pre-commit"] {
        assert!(
            sprung.iter().any(|name| name == expected),
            "{expected} not in {sprung:?}"
        );
    }
}

#[test]
fn a_push_over_ssh_starts_only_the_ssh_that_the_operator_knows() {
    let scene = Scene::new();
    let repo = scene.repository("repo");
    set_traps(&scene, "repo", "repo/.git");
    scene.git(
        "repo",
        &["remote", "add", "far", "git@127.0.0.1:acme/api.git"],
    );
    let permits = crate::scene::permits(&json!({
        "read": [repo],
        "push": [{ "url": "ssh://git@127.0.0.1/acme/api", "refs": ["**"] }],
    }));
    let request = json!({ "path": repo, "remote": "far", "refs": [{ "source": "main", "target": "refs/heads/x" }] });
    // Nobody listens there, or nobody lets us in.
    assert_eq!(
        scene
            .call_with(&permits, "git_push", &request)
            .unwrap_err()
            .code,
        "unavailable"
    );
    assert_eq!(sprung(&scene), Vec::<String>::new());
}
