//! Whoever changes the file system while effects run leads nobody out of what is permitted.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use rustix::fs::{CWD, RenameFlags, renameat_with};
use serde_json::{Value, json};
use sinew_runtime::permits::Permits;
use sinew_runtime::services::fs::{FsSettings, Opening, opening};

use crate::scene::{Scene, names, permits_of};

const PUBLIC: &str = "public";
const SECRET: &str = "secret";

/// How often each effect runs against each swap, for each way of opening paths.
const ATTEMPTS: usize = 1_000;

/// `open` is permitted, `secret` beside it is not; both have the same names in them.
fn scene(opening: Opening) -> (Scene, Permits) {
    let mut scene = Scene::new();
    scene.use_fs(FsSettings {
        opening,
        ..FsSettings::default()
    });
    for (folder, content) in [("open/x", PUBLIC), ("secret", SECRET)] {
        scene.file(&format!("{folder}/f"), content);
        scene.file(&format!("{folder}/deep/f"), content);
    }
    symlink("../secret", scene.root.join("open/y")).unwrap();
    let open = scene.path("open/**");
    let permits = permits_of(&json!({ "fs": { "read": [open], "write": [open] } }));
    (scene, permits)
}

fn ways() -> Vec<Opening> {
    let mut ways = vec![Opening::NameByName];
    if opening() == Opening::Kernel {
        ways.push(Opening::Kernel);
    }
    ways
}

fn swap(root: &Path, one: &str, other: &str) {
    let (one, other) = (root.join(one), root.join(other));
    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).unwrap();
}

/// Runs `attempt` many times while `open/x` is now a folder and now a link out.
fn under_fire(scene: &Scene, mut attempt: impl FnMut(usize)) {
    let done = AtomicBool::new(false);
    let root = &scene.root;
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut rounds = 0_u64;
            while !done.load(Ordering::Acquire) {
                swap(root, "open/x", "open/y");
                rounds += 1;
                if rounds.is_multiple_of(7) {
                    thread::yield_now();
                }
            }
            if root.join("open/x").is_symlink() {
                swap(root, "open/x", "open/y");
            }
        });
        let _at_the_end = Done(&done);
        for round in 0..ATTEMPTS {
            attempt(round);
        }
    });
}

/// Stops the other thread, also when an attempt fails.
struct Done<'a>(&'a AtomicBool);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// What may come of an attempt: something of the open folder, or a refusal that fits.
fn harmless(result: Result<Value, sinew_schema::EffectError>) -> Option<Value> {
    match result {
        Ok(answer) => {
            assert!(!answer.to_string().contains("\"secret\""), "{answer}");
            Some(answer)
        }
        Err(error) => {
            let codes = ["conflict", "denied", "not_found", "invalid_request"];
            assert!(
                codes.contains(&error.code.as_str()),
                "{}: {error}",
                error.code
            );
            None
        }
    }
}

fn untouched(scene: &Scene) {
    assert_eq!(names(&scene.root.join("secret")), ["deep", "f"]);
    assert_eq!(names(&scene.root.join("secret/deep")), ["f"]);
    for file in ["secret/f", "secret/deep/f"] {
        assert_eq!(fs::read_to_string(scene.root.join(file)).unwrap(), SECRET);
    }
}

#[test]
fn nothing_outside_is_read_while_folders_and_links_change_places() {
    for way in ways() {
        let (scene, permits) = scene(way);
        let (mut read, mut refused) = (0, 0);
        under_fire(&scene, |round| {
            let (effect, request) = match round % 5 {
                0 => ("fs_read", json!({ "path": scene.path("open/x/f") })),
                1 => (
                    "fs_read",
                    json!({ "path": scene.path("open/x/deep/f"), "digest": true, "length": 2 }),
                ),
                2 => ("fs_list", json!({ "path": scene.path("open"), "depth": 4 })),
                3 => (
                    "fs_search",
                    json!({ "path": scene.path("open"), "pattern": "." }),
                ),
                _ => (
                    "fs_search",
                    json!({ "path": scene.path("open/x"), "pattern": "secret" }),
                ),
            };
            match harmless(scene.call_with(&permits, effect, &request)) {
                Some(answer) => {
                    read += 1;
                    assert!(
                        !answer["text"]
                            .as_str()
                            .is_some_and(|text| SECRET.starts_with(text)),
                        "{answer}"
                    );
                    for found in answer["matches"].as_array().into_iter().flatten() {
                        assert_eq!(found["text"], PUBLIC, "{way:?}");
                    }
                }
                None => refused += 1,
            }
        });
        assert!(
            read > 0 && refused > 0,
            "{way:?}: {read} read, {refused} refused"
        );
        untouched(&scene);
    }
}

#[test]
fn nothing_outside_is_written_while_folders_and_links_change_places() {
    for way in ways() {
        let (scene, permits) = scene(way);
        let (mut written, mut refused) = (0, 0);
        under_fire(&scene, |round| {
            let (effect, request) = match round % 5 {
                0 => (
                    "fs_write",
                    json!({ "path": scene.path("open/x/w"), "text": "w" }),
                ),
                1 => (
                    "fs_append",
                    json!({ "path": scene.path("open/x/f"), "text": "+" }),
                ),
                2 => (
                    "fs_write",
                    json!({ "path": scene.path("open/x/new/w"), "text": "w", "folders": true }),
                ),
                3 => (
                    "fs_remove",
                    json!({ "path": scene.path("open/x/new"), "recursive": true }),
                ),
                _ => (
                    "fs_write",
                    json!({ "path": scene.path("open/x/deep/f"), "text": "w", "when": "present" }),
                ),
            };
            match harmless(scene.call_with(&permits, effect, &request)) {
                Some(_) => written += 1,
                None => refused += 1,
            }
        });
        assert!(
            written > 0 && refused > 0,
            "{way:?}: {written} written, {refused} refused"
        );
        untouched(&scene);
    }
}

#[test]
fn what_changed_since_it_was_judged_is_a_conflict() {
    for way in ways() {
        for (effect, path, more) in [
            ("fs_read", "open/x/f", json!({})),
            ("fs_stat", "open/x/f", json!({})),
            ("fs_stat", "open/x", json!({})),
            ("fs_list", "open/x", json!({})),
            ("fs_list", "open/x/deep", json!({})),
            ("fs_search", "open/x", json!({ "pattern": "." })),
            ("fs_search", "open/x/f", json!({ "pattern": "." })),
            ("fs_write", "open/x/f", json!({ "text": "" })),
            (
                "fs_write",
                "open/x/new/f",
                json!({ "text": "", "folders": true }),
            ),
            ("fs_append", "open/x/f", json!({ "text": "" })),
            ("fs_remove", "open/x/f", json!({})),
            ("fs_remove", "open/x/deep", json!({ "recursive": true })),
        ] {
            let (scene, permits) = scene(way);
            let mut request = more.clone();
            request["path"] = scene.path(path).into();
            let swapped = || swap(&scene.root, "open/x", "open/y");
            let error = scene
                .call_between(&permits, effect, &request, swapped)
                .unwrap_err();
            assert_eq!(error.code, "conflict", "{way:?} {effect} {path}: {error}");
            untouched(&scene);
        }
        // A link that is removed is the link, whatever it has become.
        let (scene, permits) = scene(way);
        let request = json!({ "path": scene.path("open/y") });
        scene.call_with(&permits, "fs_remove", &request).unwrap();
        untouched(&scene);
    }
}

#[test]
fn every_known_way_out_is_closed() {
    for way in ways() {
        let (scene, permits) = scene(way);
        let root = &scene.root;
        let inside = |path: &str| root.join("open").join(path);
        symlink("/", inside("root")).unwrap();
        symlink("..", inside("up")).unwrap();
        symlink("../secret/f", inside("file")).unwrap();
        symlink("y/f", inside("chain")).unwrap();
        symlink(
            format!("/proc/self/root{}", scene.path("secret")),
            inside("magic"),
        )
        .unwrap();
        symlink(
            format!(
                "/proc/self/cwd/../../../../../../..{}",
                scene.path("secret")
            ),
            inside("cwd"),
        )
        .unwrap();
        symlink("../secret/missing", inside("missing")).unwrap();
        let magic = format!("/proc/self/root{}", scene.path("secret/f"));
        let deep = format!("{}{}", "x/../".repeat(300), "../secret/f");
        let mut paths: Vec<String> = [
            "y/f",
            "y/deep/f",
            "file",
            "chain",
            "magic/f",
            "cwd/f",
            "missing",
            "up/secret/f",
            "x/../../secret/f",
            "x/../y/f",
            "./y/./f",
            "x//..//..//secret//f",
            "missing/../../secret/f",
            "y/../secret/f",
            "x/deep/../../../secret/f",
        ]
        .iter()
        .map(|path| scene.path(&format!("open/{path}")))
        .collect();
        paths.push(scene.path(&format!("open/root{}", scene.path("secret/f"))));
        paths.push(scene.path(&format!("open/{deep}")));
        paths.push(magic);
        paths.push(format!("/dev/fd/../../..{}", scene.path("secret/f")));
        paths.push(format!("//{}", scene.path("secret/f")));
        paths.push(scene.path("secret/f/"));
        for path in &paths {
            for (effect, more) in [
                ("fs_read", json!({})),
                ("fs_stat", json!({ "digest": true })),
                ("fs_list", json!({})),
                ("fs_search", json!({ "pattern": "." })),
                ("fs_write", json!({ "text": "" })),
                ("fs_append", json!({ "text": "+" })),
            ] {
                let mut request = more.clone();
                request["path"] = path.clone().into();
                let error = scene.call_with(&permits, effect, &request).unwrap_err();
                assert_eq!(error.code, "denied", "{way:?} {effect} {path}: {error}");
                assert!(
                    !error.message.contains("/secret") || path.contains("/secret"),
                    "{error}"
                );
            }
        }
        untouched(&scene);
    }
}

#[test]
fn names_are_judged_byte_for_byte() {
    let scene = Scene::new();
    let permits = permits_of(&json!({ "fs": {
        "read": [scene.path("open/**")], "write": [scene.path("open/**")], "deny": ["**/.env", "**/caf\u{e9}"],
    } }));
    scene.file("open/.env", SECRET);
    scene.file("open/caf\u{e9}", SECRET);
    // Other spellings are other files here; where a file system takes them for the same, none of them leads to this one.
    for name in [
        ".ENV",
        ".Env",
        ".env.",
        ".env ",
        "cafe\u{301}",
        "CAF\u{c9}",
        "\u{ff0e}env",
    ] {
        let request = json!({ "path": scene.path(&format!("open/{name}")) });
        match scene.call_with(&permits, "fs_read", &request) {
            Ok(answer) => panic!("{name:?}: {answer}"),
            Err(error) => assert!(
                ["not_found", "denied"].contains(&error.code.as_str()),
                "{name:?}: {error}"
            ),
        }
    }
    let long = "n".repeat(300);
    for (path, code) in [
        (format!("open/{long}"), "invalid_request"),
        ("open/a/".repeat(900), "not_found"),
    ] {
        let request = json!({ "path": scene.path(&path) });
        let error = scene.call_with(&permits, "fs_read", &request).unwrap_err();
        assert!(
            error.code == code || error.code == "invalid_request",
            "{path:.40}: {error}"
        );
    }
}

#[test]
fn a_repository_that_lies_elsewhere_stays_there() {
    let scene = Scene::new();
    scene.repository("secret");
    scene.git(
        "secret",
        &["worktree", "add", "-q", "-b", "side", "../open/side"],
    );
    scene.file("open/module/.git", "gitdir: ../../secret/.git\n");
    scene.file("secret/.gitignore", "a.txt\n");
    let permits = permits_of(&json!({ "fs": { "read": [scene.path("open/**")] } }));
    for path in ["open/side/.git/config", "open/module/.git/config"] {
        let request = json!({ "path": scene.path(path) });
        let error = scene.call_with(&permits, "fs_read", &request).unwrap_err();
        assert_eq!(error.code, "not_found", "{path}: {error}");
    }
    let search = json!({ "path": scene.path("open"), "pattern": "two|ref:|gitdir" });
    let found = scene.call_with(&permits, "fs_search", &search).unwrap();
    let paths: Vec<&str> = found["matches"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| found["path"].as_str().unwrap())
        .collect();
    assert_eq!(
        paths,
        ["side/a.txt"],
        "a repository's own files are read, and its pointer elsewhere is not followed"
    );
}

/// Somebody else's mount shows one folder in the place of another, and is what an operator permitted; what no path tells
/// is not told. Namespaces that need no root are tried where the machine has them.
#[test]
fn a_mount_of_another_namespace_changes_nothing_here() {
    let (scene, permits) = scene(Opening::NameByName);
    let script = format!(
        "mount --bind {0}/secret {0}/open/x && cat {0}/open/x/f && sleep 1",
        scene.root.display()
    );
    let started = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", &script])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let request = json!({ "path": scene.path("open/x/f") });
    for _ in 0..50 {
        let answer = scene.call_with(&permits, "fs_read", &request).unwrap();
        assert_eq!(answer["text"], PUBLIC);
    }
    if let Ok(mut child) = started {
        let _ = child.kill();
        let _ = child.wait();
    }
}
