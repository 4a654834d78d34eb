//! Writing, adding and removing.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use serde_json::{Value, json};
use sinew_runtime::services::fs::FsSettings;
use sinew_schema::EffectError;

use crate::fs_reading::pipe;
use crate::scene::{Scene, names, permits_of};

fn text(scene: &Scene, path: &str) -> String {
    fs::read_to_string(scene.root.join(path)).unwrap()
}

fn mode(scene: &Scene, path: &str) -> u32 {
    fs::metadata(scene.root.join(path))
        .unwrap()
        .permissions()
        .mode()
        & 0o7777
}

/// Performs an effect on a path below the scene, with further fields.
fn on(scene: &Scene, effect: &str, path: &str, more: &Value) -> Result<Value, EffectError> {
    let mut request = json!({ "path": scene.path(path) });
    for (key, value) in more.as_object().unwrap() {
        request[key] = value.clone();
    }
    scene.call(effect, &request)
}

fn code(result: Result<Value, EffectError>) -> String {
    result.map_or_else(|error| error.code, |answer| format!("done: {answer}"))
}

#[test]
pub(crate) fn fs_write() {
    let scene = Scene::new();
    let write = |path: &str, more: Value| on(&scene, "fs_write", path, &more);
    let made = write("a.txt", json!({ "text": "test" })).unwrap();
    let digest = made["digest"].clone();
    assert_eq!(
        made,
        json!({
            "path": scene.path("a.txt"), "bytes": 4, "created": true,
            "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        })
    );
    assert_eq!(
        (text(&scene, "a.txt").as_str(), mode(&scene, "a.txt")),
        ("test", 0o644)
    );

    // The bits stay, unless others are asked for.
    fs::set_permissions(scene.root.join("a.txt"), fs::Permissions::from_mode(0o600)).unwrap();
    let replaced = write("a.txt", json!({ "base64": "/wA=" })).unwrap();
    assert_eq!(replaced["created"], false);
    assert_eq!(fs::read(scene.root.join("a.txt")).unwrap(), [0xff, 0]);
    assert_eq!(mode(&scene, "a.txt"), 0o600);
    write("a.txt", json!({ "text": "x", "mode": "755" })).unwrap();
    assert_eq!(mode(&scene, "a.txt"), 0o755);

    for (path, more, expected) in [
        (
            "a.txt",
            json!({ "text": "y", "when": "absent" }),
            "conflict",
        ),
        (
            "b.txt",
            json!({ "text": "y", "when": "present" }),
            "not_found",
        ),
        (
            "a.txt",
            json!({ "text": "y", "if_digest": digest }),
            "conflict",
        ),
        (
            "b.txt",
            json!({ "text": "y", "if_digest": digest }),
            "conflict",
        ),
        ("", json!({ "text": "y" }), "invalid_request"),
        ("new/b.txt", json!({ "text": "y" }), "not_found"),
        ("a.txt/b.txt", json!({ "text": "y" }), "not_found"),
        ("a.txt", json!({}), "invalid_request"),
        (
            "a.txt",
            json!({ "text": "y", "base64": "eQ==" }),
            "invalid_request",
        ),
        ("a.txt", json!({ "base64": "y" }), "invalid_request"),
        (
            "a.txt",
            json!({ "text": "y", "mode": "999" }),
            "invalid_request",
        ),
        ("a.txt", json!({ "text": "y", "mode": "4755" }), "too_large"),
        (
            "a.txt",
            json!({ "text": "y", "if_digest": "X".repeat(64) }),
            "invalid_request",
        ),
    ] {
        assert_eq!(code(write(path, more.clone())), expected, "{path} {more}");
    }
    assert_eq!(text(&scene, "a.txt"), "x");
    let now = scene
        .call(
            "fs_stat",
            &json!({ "path": scene.path("a.txt"), "digest": true }),
        )
        .unwrap();
    write(
        "a.txt",
        json!({ "text": "z", "if_digest": now["digest"], "when": "present" }),
    )
    .unwrap();
    write("c.txt", json!({ "text": "z", "when": "absent" })).unwrap();
    assert_eq!(names(&scene.root), ["a.txt", "c.txt"], "no draft is left");
}

#[test]
fn a_write_goes_where_a_link_leads_and_leaves_other_names_alone() {
    let scene = Scene::new();
    scene.file("real/file", "old");
    symlink("real/file", scene.root.join("link")).unwrap();
    symlink("real/new", scene.root.join("dangling")).unwrap();
    fs::hard_link(scene.root.join("real/file"), scene.root.join("other-name")).unwrap();
    let answer = on(&scene, "fs_write", "link", &json!({ "text": "new" })).unwrap();
    assert_eq!(answer["path"], scene.path("real/file"));
    on(&scene, "fs_write", "dangling", &json!({ "text": "made" })).unwrap();
    assert!(scene.root.join("link").is_symlink() && scene.root.join("dangling").is_symlink());
    assert_eq!(
        (
            text(&scene, "real/file"),
            text(&scene, "real/new"),
            text(&scene, "other-name")
        ),
        ("new".to_owned(), "made".to_owned(), "old".to_owned())
    );
    pipe(&scene, "pipe");
    assert_eq!(
        code(on(&scene, "fs_write", "pipe", &json!({ "text": "x" }))),
        "conflict"
    );
}

#[test]
fn folders_are_made_when_asked_for_and_judged_one_by_one() {
    let scene = Scene::new();
    let more = json!({ "text": "x", "folders": true });
    on(&scene, "fs_write", "a/b/c/file", &more).unwrap();
    assert_eq!(text(&scene, "a/b/c/file"), "x");

    // The file would be fine, and the folder it needs is not.
    let narrow = permits_of(&json!({ "fs": {
        "write": [scene.path("a/**"), scene.path("d/*/file")], "deny": ["**/hidden"],
    } }));
    for path in ["d/e/file", "a/hidden/file"] {
        let request = json!({ "path": scene.path(path), "text": "x", "folders": true });
        let error = scene.call_with(&narrow, "fs_write", &request).unwrap_err();
        assert_eq!(error.code, "denied", "{path}: {error}");
    }
    assert_eq!(names(&scene.root), ["a"]);
    assert_eq!(names(&scene.root.join("a")), ["b"]);
}

#[test]
fn a_reader_sees_the_old_file_or_the_new_one() {
    let scene = Scene::new();
    let contents: Vec<String> = (0..4).map(|n| n.to_string().repeat(100_000)).collect();
    scene.file("file", &contents[0]);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0..100 {
                let content = &contents[round % contents.len()];
                on(&scene, "fs_write", "file", &json!({ "text": content })).unwrap();
            }
            done.store(true, Ordering::Release);
        });
        let mut seen = 0;
        while !done.load(Ordering::Acquire) {
            let now = text(&scene, "file");
            assert!(
                contents.contains(&now),
                "a torn file of {} bytes",
                now.len()
            );
            seen += 1;
        }
        assert!(seen > 0);
    });
    assert_eq!(names(&scene.root), ["file"]);
}

#[test]
fn of_writers_that_expect_the_same_content_one_wins() {
    let scene = Scene::new();
    scene.file("count", "0");
    let won = AtomicU64::new(0);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..50 {
                    let read = on(&scene, "fs_read", "count", &json!({})).unwrap();
                    let next = read["text"].as_str().unwrap().parse::<u64>().unwrap() + 1;
                    let more = json!({ "text": next.to_string(), "if_digest": read["digest"] });
                    match on(&scene, "fs_write", "count", &more) {
                        Ok(_) => won.fetch_add(1, Ordering::AcqRel),
                        Err(error) if error.code == "conflict" => 0,
                        Err(error) => panic!("{error}"),
                    };
                }
            });
        }
    });
    let won = won.load(Ordering::Acquire);
    assert!(won >= 50, "{won}");
    assert_eq!(
        text(&scene, "count"),
        won.to_string(),
        "nobody's step is lost"
    );
}

#[test]
pub(crate) fn fs_append() {
    let scene = Scene::new();
    let append = |path: &str, more: Value| on(&scene, "fs_append", path, &more);
    let made = append("log", json!({ "text": "one\n" })).unwrap();
    assert_eq!(
        made,
        json!({ "path": scene.path("log"), "bytes": 4, "created": true })
    );
    let more = append("log", json!({ "base64": "dHdvCg==", "when": "present" })).unwrap();
    assert_eq!(
        more,
        json!({ "path": scene.path("log"), "bytes": 8, "created": false })
    );
    assert_eq!(text(&scene, "log"), "one\ntwo\n");
    let now = on(&scene, "fs_read", "log", &json!({})).unwrap();
    append(
        "log",
        json!({ "text": "three\n", "if_digest": now["digest"] }),
    )
    .unwrap();
    pipe(&scene, "pipe");
    scene.file("linked", "x");
    fs::hard_link(scene.root.join("linked"), scene.root.join("other-name")).unwrap();
    for (path, more, expected) in [
        ("log", json!({ "text": "y", "when": "absent" }), "conflict"),
        (
            "missing",
            json!({ "text": "y", "when": "present" }),
            "not_found",
        ),
        (
            "log",
            json!({ "text": "y", "if_digest": now["digest"] }),
            "conflict",
        ),
        ("linked", json!({ "text": "y" }), "conflict"),
        ("pipe", json!({ "text": "y" }), "conflict"),
        ("", json!({ "text": "y" }), "invalid_request"),
        ("log", json!({}), "invalid_request"),
    ] {
        assert_eq!(code(append(path, more.clone())), expected, "{path} {more}");
    }
    assert_eq!(text(&scene, "log"), "one\ntwo\nthree\n");
    assert_eq!(text(&scene, "linked"), "x");
}

#[test]
pub(crate) fn fs_remove() {
    let scene = Scene::new();
    scene.file("a.txt", "test");
    scene.file("full/deep/b.txt", "");
    scene.file("outside/kept", "");
    fs::create_dir(scene.root.join("empty")).unwrap();
    symlink("outside", scene.root.join("link")).unwrap();
    symlink("../../outside", scene.root.join("full/deep/link")).unwrap();
    pipe(&scene, "full/pipe");
    let remove = |path: &str, more: Value| on(&scene, "fs_remove", path, &more);
    let digest = json!({ "if_digest": "0".repeat(64) });
    for (path, more, expected) in [
        ("missing", json!({}), "not_found"),
        ("full", json!({}), "conflict"),
        ("a.txt", digest.clone(), "conflict"),
        ("full", digest, "invalid_request"),
    ] {
        assert_eq!(code(remove(path, more.clone())), expected, "{path} {more}");
    }
    let removed = |path: &str, more: Value| remove(path, more).unwrap()["entries"].clone();
    assert_eq!(removed("a.txt", json!({})), 1);
    assert_eq!(removed("empty", json!({})), 1);
    assert_eq!(removed("link", json!({ "recursive": true })), 1);
    assert_eq!(removed("full", json!({ "recursive": true })), 5);
    assert_eq!(names(&scene.root), ["outside"]);
    assert_eq!(
        names(&scene.root.join("outside")),
        ["kept"],
        "no link is followed"
    );
}

#[test]
fn nothing_is_removed_where_something_below_may_not_be() {
    let scene = Scene::new();
    for path in ["out/a", "out/deep/.env", "out/z"] {
        scene.file(path, "");
    }
    let guarded =
        permits_of(&json!({ "fs": { "write": [scene.path("**")], "deny": ["**/.env"] } }));
    let request = json!({ "path": scene.path("out"), "recursive": true });
    let error = scene
        .call_with(&guarded, "fs_remove", &request)
        .unwrap_err();
    assert_eq!(error.code, "denied", "{error}");
    assert_eq!(names(&scene.root.join("out")), ["a", "deep", "z"]);
}

#[test]
fn what_is_written_and_removed_is_limited() {
    let mut scene = Scene::new();
    scene.use_fs(FsSettings {
        file_bytes_max: 10,
        visited_max: 3,
        depth_max: 3,
        ..FsSettings::default()
    });
    scene.file("file", "12345678");
    let long = json!({ "text": "x".repeat(11) });
    assert_eq!(code(on(&scene, "fs_write", "file", &long)), "too_large");
    assert_eq!(
        code(on(&scene, "fs_append", "file", &json!({ "text": "xyz" }))),
        "too_large"
    );
    assert_eq!(text(&scene, "file"), "12345678");
    for name in ["a", "b", "c", "d"] {
        scene.file(&format!("many/{name}"), "");
    }
    scene.file("deep/1/2/3/4", "");
    for folder in ["many", "deep"] {
        let more = json!({ "recursive": true });
        assert_eq!(
            code(on(&scene, "fs_remove", folder, &more)),
            "too_large",
            "{folder}"
        );
    }
    assert_eq!(names(&scene.root.join("many")).len(), 4);
}

#[test]
fn a_write_leaves_the_file_before_it_open_to_whoever_has_it() {
    let scene = Scene::new();
    scene.file("file", "old");
    let inode = |scene: &Scene| fs::metadata(scene.root.join("file")).unwrap().ino();
    let mut inodes = BTreeSet::from([inode(&scene)]);
    let held = fs::File::open(scene.root.join("file")).unwrap();
    on(&scene, "fs_write", "file", &json!({ "text": "new" })).unwrap();
    inodes.insert(inode(&scene));
    assert_eq!(
        inodes.len(),
        2,
        "it is another file, in the place of the old one"
    );
    assert_eq!(std::io::read_to_string(held).unwrap(), "old");
}
