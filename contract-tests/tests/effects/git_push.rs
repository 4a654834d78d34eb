//! `git_push`, to bare repositories on this machine.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sinew_runtime::services::git::GitSettings;

use crate::scene::{Scene, permits};

/// A repository with a remote `origin` that is bare.
fn pair() -> (Scene, String) {
    let scene = Scene::new();
    let repo = scene.repository("repo");
    scene.git("", &["init", "-q", "--bare", "origin.git"]);
    scene.git(
        "repo",
        &["remote", "add", "origin", &scene.path("origin.git")],
    );
    (scene, repo)
}

fn to_origin(repo: &str, source: &str, target: &str) -> Value {
    json!({ "path": repo, "remote": "origin", "refs": [{ "source": source, "target": target }] })
}

#[test]
pub(crate) fn git_push() {
    let (scene, repo) = pair();
    let first = scene.git("repo", &["rev-parse", "HEAD"]);
    let pushed = scene
        .call("git_push", &to_origin(&repo, "main", "refs/heads/bot/x"))
        .unwrap();
    assert_eq!(
        pushed,
        json!({
            "url": scene.path("origin.git"),
            "refs": [{ "target": "refs/heads/bot/x", "outcome": "created", "after": first }],
        })
    );
    assert_eq!(
        scene.git("origin.git", &["rev-parse", "refs/heads/bot/x"]),
        first
    );
    assert_eq!(
        scene
            .call("git_push", &to_origin(&repo, "HEAD", "refs/heads/bot/x"))
            .unwrap()["refs"][0]["outcome"],
        "up_to_date"
    );

    let second = scene.commit("repo", "Second");
    let pushed = scene
        .call("git_push", &to_origin(&repo, "HEAD", "refs/heads/bot/x"))
        .unwrap();
    assert_eq!(
        pushed["refs"][0],
        json!({ "target": "refs/heads/bot/x", "outcome": "updated", "before": first, "after": second })
    );

    // Backwards only with a lease, and only when the lease holds.
    let back = to_origin(&repo, &first, "refs/heads/bot/x");
    assert_eq!(scene.refused("git_push", &back), "conflict");
    let mut leased = back.clone();
    leased["refs"][0]["force_with_lease"] = first.as_str().into();
    assert_eq!(scene.refused("git_push", &leased), "conflict");
    leased["refs"][0]["force_with_lease"] = second.as_str().into();
    let pushed = scene.call("git_push", &leased).unwrap();
    assert_eq!(
        pushed["refs"][0],
        json!({ "target": "refs/heads/bot/x", "outcome": "forced", "before": second, "after": first })
    );
    leased["refs"][0]["source"] = second.as_str().into();
    leased["refs"][0]["force_with_lease"] = "".into();
    assert_eq!(
        scene.refused("git_push", &leased),
        "conflict",
        "a reference that must not exist exists"
    );

    // By URL, tags too, and all or nothing.
    scene.git("repo", &["tag", "-a", "-m", "One", "v1"]);
    let url = format!("file://{}", scene.path("origin.git"));
    let both = |source: &str| {
        json!({ "path": repo, "url": url, "refs": [
            { "source": "main", "target": "refs/heads/new" },
            { "source": source, "target": "refs/tags/v1" },
        ] })
    };
    assert_eq!(
        scene.call("git_push", &both("v1")).unwrap()["refs"][1]["outcome"],
        "created"
    );
    scene.git("origin.git", &["update-ref", "-d", "refs/heads/new"]);
    assert_eq!(scene.refused("git_push", &both("main")), "conflict");
    assert_eq!(
        scene.git("origin.git", &["for-each-ref", "refs/heads/new"]),
        "",
        "none of it went through"
    );
}

#[test]
fn requests_that_make_no_sense_are_refused() {
    let (scene, repo) = pair();
    let push = |change: &dyn Fn(&mut Value)| {
        let mut request = to_origin(&repo, "main", "refs/heads/x");
        change(&mut request);
        scene.refused("git_push", &request)
    };
    assert_eq!(
        push(&|request| request["url"] = "/x".into()),
        "invalid_request"
    );
    assert_eq!(
        push(&|request| _ = request.as_object_mut().unwrap().remove("remote")),
        "invalid_request"
    );
    assert_eq!(
        push(&|request| request["refs"] = json!([])),
        "invalid_request"
    );
    assert_eq!(
        push(&|request| request["refs"] = json!([request["refs"][0], request["refs"][0]])),
        "invalid_request"
    );
    assert_eq!(
        push(&|request| request["refs"][0]["source"] = "nothing".into()),
        "not_found"
    );
    assert_eq!(
        push(&|request| request["refs"][0]["source"] = "".into()),
        "invalid_request"
    );
    for target in [
        "main",
        "heads/x",
        "refs/heads/*",
        "refs/heads/a b",
        "refs/heads/-",
        "HEAD",
        "refs/heads/x:refs/heads/y",
        "+refs/heads/x",
    ] {
        if target != "refs/heads/-" {
            assert_eq!(
                push(&|request| request["refs"][0]["target"] = target.into()),
                "invalid_request",
                "{target}"
            );
        }
    }
    for lease in ["main", "--mirror", "0", "refs/heads/x"] {
        assert_eq!(
            push(&|request| request["refs"][0]["force_with_lease"] = lease.into()),
            "invalid_request",
            "{lease}"
        );
    }
    assert_eq!(
        push(&|request| request["remote"] = "nobody".into()),
        "not_found"
    );
    for remote in ["--mirror", "-x", "a b", "../x", "https://h/x"] {
        assert_eq!(
            push(&|request| request["remote"] = remote.into()),
            "invalid_request",
            "{remote}"
        );
    }
    for url in [
        "ext::sh -c touch% ran",
        "ext::touch",
        "fd::17",
        "--receive-pack=touch ran",
        "-x",
        "../origin.git",
        "origin.git",
        "https://user:secret@h/x",
        "ssh://-oProxyCommand=touch/x",
        "git@-oProxyCommand=touch:x",
        "file://h/x",
    ] {
        let request = json!({ "path": repo, "url": url, "refs": [{ "source": "main", "target": "refs/heads/x" }] });
        assert_eq!(
            scene.refused("git_push", &request),
            "invalid_request",
            "{url}"
        );
    }
    assert_eq!(
        push(&|request| {
            request.as_object_mut().unwrap().remove("remote");
            request["url"] = scene.path("nothing.git").into();
        }),
        "unavailable"
    );
}

#[test]
fn a_push_is_judged_by_the_url_that_git_resolves() {
    let (scene, repo) = pair();
    scene.git("", &["init", "-q", "--bare", "evil.git"]);
    let origin = scene.path("origin.git");
    let good =
        permits(&json!({ "read": [repo], "push": [{ "url": origin, "refs": ["refs/heads/**"] }] }));
    let push = || {
        scene
            .call_with(&good, "git_push", &to_origin(&repo, "main", "refs/heads/x"))
            .map_err(|error| error.code)
    };
    let denied = Err("denied".to_owned());
    assert!(push().is_ok());

    for (key, value) in [
        ("remote.origin.pushurl", scene.path("evil.git")),
        (
            &format!("url.{}.insteadOf", scene.path("evil.git")),
            origin.clone(),
        ),
        (
            &format!("url.{}.pushInsteadOf", scene.path("evil.git")),
            origin.clone(),
        ),
        (
            &format!("url.{}.pushInsteadOf", scene.path("evil")),
            scene.path("origin"),
        ),
    ] {
        scene.git("repo", &["config", key, &value]);
        assert_eq!(push(), denied, "{key}");
        scene.git("repo", &["config", "--unset", key]);
        assert!(push().is_ok());
    }
    // Through an included file, and a worktree's own configuration.
    scene.file(
        "repo/.git/more",
        format!(
            "[remote \"origin\"]\n\tpushurl = {}\n",
            scene.path("evil.git")
        ),
    );
    scene.git("repo", &["config", "include.path", "more"]);
    assert_eq!(push(), denied);
    scene.git("repo", &["config", "--unset", "include.path"]);

    // Several places at once are none that one permit could cover.
    scene.git(
        "repo",
        &["config", "--add", "remote.origin.pushurl", &origin],
    );
    scene.git(
        "repo",
        &[
            "config",
            "--add",
            "remote.origin.pushurl",
            &scene.path("evil.git"),
        ],
    );
    assert_eq!(push(), Err("conflict".to_owned()));
    scene.git("repo", &["config", "--unset-all", "remote.origin.pushurl"]);

    // What is not to be judged at all.
    for url in [
        "ext::sh -c 'touch ran'",
        "https://user:secret@h/x",
        "../evil.git",
        "--receive-pack=x",
    ] {
        scene.git("repo", &["config", "remote.origin.pushurl", url]);
        let error = scene
            .call_with(&good, "git_push", &to_origin(&repo, "main", "refs/heads/x"))
            .unwrap_err();
        assert_eq!(error.code, "invalid_request", "{url}: {error}");
        assert!(!error.message.contains("secret"), "{error}");
        scene.git("repo", &["config", "--unset", "remote.origin.pushurl"]);
    }
    assert_eq!(scene.git("evil.git", &["for-each-ref"]), "");
}

#[test]
fn the_judged_url_is_the_one_that_is_pushed_to() {
    let (scene, repo) = pair();
    scene.git("", &["init", "-q", "--bare", "evil.git"]);
    let origin = scene.path("origin.git");
    let good =
        permits(&json!({ "read": [repo], "push": [{ "url": origin, "refs": ["refs/heads/**"] }] }));
    // After it was judged, everything that leads astray is put in place.
    let pushed = scene.call_between(
        &good,
        "git_push",
        &to_origin(&repo, "main", "refs/heads/x"),
        || {
            let evil = scene.path("evil.git");
            scene.git("repo", &["config", "remote.origin.pushurl", &evil]);
            scene.git(
                "repo",
                &["config", &format!("url.{evil}.insteadOf"), &origin],
            );
            scene.git(
                "repo",
                &["config", &format!("url.{evil}.pushInsteadOf"), &origin],
            );
        },
    );
    assert_eq!(pushed.unwrap()["url"], origin);
    assert_ne!(scene.git("origin.git", &["for-each-ref"]), "");
    assert_eq!(scene.git("evil.git", &["for-each-ref"]), "");

    // A URL that the guest wrote stands for itself, whatever the repository would make of it.
    let by_url = json!({ "path": repo, "url": origin, "refs": [{ "source": "main", "target": "refs/heads/y" }] });
    assert!(scene.call_with(&good, "git_push", &by_url).is_ok());
    assert_eq!(scene.git("evil.git", &["for-each-ref"]), "");
}

#[test]
fn what_may_be_pushed_is_limited_by_reference_and_by_what_may_be_read() {
    let (scene, repo) = pair();
    let origin = scene.path("origin.git");
    let bots = json!([{ "url": origin, "refs": ["refs/heads/bot/*"] }]);
    let bot = permits(&json!({ "read": [repo], "push": bots }));
    let push =
        |permits, target| scene.call_with(permits, "git_push", &to_origin(&repo, "main", target));
    assert!(push(&bot, "refs/heads/bot/x").is_ok());
    let error = push(&bot, "refs/heads/main").unwrap_err();
    assert_eq!(
        (error.code.as_str(), error.grant),
        ("denied", None),
        "what a remote stands for is not told"
    );
    // What the guest wrote itself, it may read again.
    let by_url = json!({ "path": repo, "url": origin, "refs": [{ "source": "main", "target": "refs/heads/main" }] });
    let error = scene.call_with(&bot, "git_push", &by_url).unwrap_err();
    assert!(
        error.grant.is_some_and(|grant| grant.contains(&origin)),
        "{}",
        error.message
    );
    let blind = permits(&json!({ "push": bots }));
    assert_eq!(push(&blind, "refs/heads/bot/x").unwrap_err().code, "denied");
    let denied = permits(&json!({ "read": [repo], "push": bots, "deny": [origin] }));
    assert_eq!(
        push(&denied, "refs/heads/bot/x").unwrap_err().code,
        "denied"
    );
}

#[test]
fn links_to_the_other_repository_are_resolved() {
    let (scene, repo) = pair();
    scene.git("", &["init", "-q", "--bare", "evil.git"]);
    std::os::unix::fs::symlink(scene.root.join("evil.git"), scene.root.join("good.git")).unwrap();
    let good = scene.path("good.git");
    let permits = permits(&json!({ "read": [repo], "push": [{ "url": good, "refs": ["**"] }] }));
    let request = json!({ "path": repo, "url": good, "refs": [{ "source": "main", "target": "refs/heads/x" }] });
    assert_eq!(
        scene
            .call_with(&permits, "git_push", &request)
            .unwrap_err()
            .code,
        "denied"
    );
}

#[test]
fn shallow_and_borrowing_repositories_can_be_pushed_from() {
    let scene = Scene::new();
    scene.repository("source");
    scene.commit("source", "Second");
    scene.git("", &["init", "-q", "--bare", "origin.git"]);
    scene.git("source", &["push", "-q", &scene.path("origin.git"), "main"]);
    let url = format!("file://{}", scene.path("source"));
    scene.git("", &["clone", "-q", "--depth=1", &url, "shallow"]);
    scene.git("", &["clone", "-q", "--shared", "source", "shared"]);
    for name in ["shallow", "shared"] {
        let id = scene.commit(name, name);
        let request = json!({ "path": scene.path(name), "url": scene.path("origin.git"), "refs": [
            { "source": "HEAD", "target": format!("refs/heads/{name}") },
        ] });
        assert_eq!(
            scene.call("git_push", &request).unwrap()["refs"][0]["after"],
            id,
            "{name}"
        );
    }
    scene.git("origin.git", &["fsck"]);
}

#[test]
fn a_push_that_hangs_is_stopped_with_all_it_started() {
    let bin = Scene::new();
    // In place of `git`, a program that hangs in a child of its own and leaves its number.
    bin.executable(
        "git",
        "#!/bin/sh\nsleep 600 &\necho $! > \"$SINEW_TEST_PID\"\nwait\n",
    );
    let mut settings = GitSettings {
        program: bin.root.join("git"),
        ..GitSettings::default()
    };
    settings
        .program_environment
        .insert("SINEW_TEST_PID".to_owned(), bin.path("pid"));
    let mut scene = Scene::with(settings);
    let repo = scene.repository("repo");
    scene.deadline = Duration::from_millis(1_500);
    let refs = json!([{ "source": "main", "target": "refs/heads/x" }]);
    let request = json!({ "path": repo, "url": scene.path("x.git"), "refs": refs });
    assert_eq!(scene.refused("git_push", &request), "deadline");
    let pid = std::fs::read_to_string(bin.root.join("pid")).unwrap();
    let pid = rustix::process::Pid::from_raw(pid.trim().parse().unwrap()).unwrap();
    let until = Instant::now() + Duration::from_secs(20);
    let alive = || {
        // Where there is `/proc`, a killed process that nobody has waited for yet has no command line any more.
        let line = std::fs::read(format!("/proc/{}/cmdline", pid.as_raw_nonzero()));
        rustix::process::test_kill_process(pid).is_ok() && !line.is_ok_and(|line| line.is_empty())
    };
    while alive() {
        assert!(Instant::now() < until, "the child outlives its push");
        std::thread::yield_now();
    }
}

/// A scene in which the receiving end of a push is this text of a shell, which knows `$git` and the repository as `$there`.
fn received_by(text: &str) -> (Scene, Scene) {
    let bin = Scene::new();
    let script = format!(
        "#!/bin/sh\ngit='{}'\nfor word; do before=$there; there=$word; done\n\
         [ \"$before\" = receive-pack ] || exec \"$git\" \"$@\"\n{text}\n",
        real_git().display()
    );
    bin.executable("git", &script);
    let scene = Scene::with(GitSettings {
        program: bin.root.join("git"),
        ..GitSettings::default()
    });
    scene.git("", &["init", "-q", "--bare", "origin.git"]);
    (bin, scene)
}

fn real_git() -> std::path::PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places = std::env::split_paths(&path).map(|folder| folder.join("git"));
    places.find(|git| git.is_file()).unwrap()
}

#[test]
fn a_push_whose_connection_breaks_once_it_has_begun_is_in_doubt() {
    const GREET: &str = "\"$git\" receive-pack --http-backend-info-refs \"$there\"";
    const TAKE: &str = "\"$git\" receive-pack --stateless-rpc \"$there\" > /dev/null";
    for (receiver, code, done) in [
        ("exit 1".to_owned(), "unavailable", false),
        ("echo nonsense; exit 1".to_owned(), "unavailable", false),
        (
            format!("{GREET}; head -c 20 > /dev/null"),
            "in_doubt",
            false,
        ),
        (format!("{GREET}; {TAKE}"), "in_doubt", true),
        (format!("{GREET}; {TAKE}; kill -9 $$"), "in_doubt", true),
    ] {
        let (_bin, scene) = received_by(&receiver);
        let repo = scene.repository("repo");
        let refs = json!([{ "source": "main", "target": "refs/heads/x" }]);
        let request = json!({ "path": repo, "url": scene.path("origin.git"), "refs": refs });
        assert_eq!(scene.refused("git_push", &request), code, "{receiver}");
        let there = scene.git("origin.git", &["for-each-ref"]);
        assert_eq!(!there.is_empty(), done, "{receiver}");
    }
}

#[test]
fn a_machine_without_git_says_so() {
    let settings = GitSettings {
        program: "/nonexistent/git".into(),
        ..GitSettings::default()
    };
    let scene = Scene::with(settings);
    let repo = scene.repository("repo");
    let request = json!({ "path": repo, "url": scene.path("x.git"), "refs": [{ "source": "main", "target": "refs/heads/x" }] });
    assert_eq!(scene.refused("git_push", &request), "unavailable");
}
