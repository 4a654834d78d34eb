//! Reading files, and looking at what is there.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use rustix::fs::{CWD, FileType, Mode, mknodat};
use serde_json::{Value, json};
use sinew_runtime::services::fs::FsSettings;

use crate::scene::{Scene, permits_of};

/// SHA-256 of `test`.
const DIGEST: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

pub(crate) fn pipe(scene: &Scene, name: &str) {
    let mode = Mode::from_raw_mode(0o600);
    mknodat(CWD, scene.root.join(name), FileType::Fifo, mode, 0).unwrap();
}

#[test]
pub(crate) fn fs_read() {
    let scene = Scene::new();
    scene.file("a.txt", "test");
    scene.file("b.bin", [0xff, 0, 1]);
    scene.file("empty", "");
    let read = |path: &str| scene.call("fs_read", &json!({ "path": scene.path(path) }));
    assert_eq!(
        read("a.txt").unwrap(),
        json!({
            "path": scene.path("a.txt"), "text": "test", "offset": 0, "total_bytes": 4, "truncated": false, "digest": DIGEST,
        })
    );
    let binary = read("b.bin").unwrap();
    assert_eq!(
        (&binary["base64"], &binary["text"]),
        (&json!("/wAB"), &Value::Null)
    );
    let empty = read("empty").unwrap();
    assert_eq!(
        (&empty["text"], &empty["truncated"]),
        (&json!(""), &json!(false))
    );

    let part = json!({ "path": scene.path("a.txt"), "offset": 1, "length": 2 });
    assert_eq!(
        scene.call("fs_read", &part).unwrap(),
        json!({ "path": scene.path("a.txt"), "text": "es", "offset": 1, "next_offset": 3, "total_bytes": 4, "truncated": true })
    );
    let digest = json!({ "path": scene.path("a.txt"), "offset": 9, "digest": true });
    assert_eq!(
        scene.call("fs_read", &digest).unwrap(),
        json!({ "path": scene.path("a.txt"), "text": "", "offset": 9, "total_bytes": 4, "truncated": false, "digest": DIGEST })
    );
}

#[test]
fn fs_read_comes_through_a_file_in_parts_that_are_text() {
    let mut scene = Scene::new();
    scene.use_fs(FsSettings {
        text_bytes_max: 1_000,
        ..FsSettings::default()
    });
    let long = "äöü€".repeat(700);
    scene.file("long", &long);
    for length in [Value::Null, json!(7), json!(100_000)] {
        let (mut seen, mut offset, mut parts) = (String::new(), Some(0), 0);
        while let Some(at) = offset {
            let mut request = json!({ "path": scene.path("long"), "offset": at });
            if !length.is_null() {
                request["length"] = length.clone();
            }
            let part = scene.call("fs_read", &request).unwrap();
            seen.push_str(part["text"].as_str().unwrap());
            offset = part["next_offset"].as_u64();
            parts += 1;
        }
        assert!(seen == long && parts > 6, "{length}: {parts} parts");
    }
    // A part that is less than a character is no text, and there is a way on.
    let less = json!({ "path": scene.path("long"), "length": 1 });
    let less = scene.call("fs_read", &less).unwrap();
    assert_eq!(
        (&less["base64"], &less["next_offset"]),
        (&json!("ww=="), &json!(1))
    );
}

#[test]
fn fs_read_says_why_it_does_not() {
    let scene = Scene::new();
    scene.file("there/secret", "secret");
    scene.file("open/x", "");
    pipe(&scene, "open/pipe");
    symlink("../there/secret", scene.root.join("open/link")).unwrap();
    symlink("nowhere", scene.root.join("open/dangling")).unwrap();
    symlink("loop", scene.root.join("open/loop")).unwrap();
    let open = permits_of(&json!({ "fs": { "read": [scene.path("open/**")] } }));
    for (path, code) in [
        ("open/pipe", "conflict"),
        ("open", "invalid_request"),
        ("open/missing", "not_found"),
        ("open/x/y", "not_found"),
        ("open/dangling", "not_found"),
        ("open/loop", "conflict"),
        ("open/link", "denied"),
        ("open/../there/secret", "denied"),
        ("there/missing", "denied"),
        ("there", "denied"),
    ] {
        let request = json!({ "path": scene.path(path) });
        let error = scene.call_with(&open, "fs_read", &request).unwrap_err();
        assert_eq!(error.code, code, "{path}: {error}");
        assert!(!error.message.contains("there/secret") || path.contains("there/secret"));
    }
    for path in ["relative", "", "/a\0b", "~/x"] {
        let request = json!({ "path": path });
        let error = scene.call_with(&open, "fs_read", &request).unwrap_err();
        assert_eq!(error.code, "invalid_request", "{path:?}");
    }
}

#[test]
pub(crate) fn fs_stat() {
    let scene = Scene::new();
    scene.file("a.txt", "test");
    fs::set_permissions(scene.root.join("a.txt"), fs::Permissions::from_mode(0o640)).unwrap();
    fs::hard_link(scene.root.join("a.txt"), scene.root.join("b.txt")).unwrap();
    symlink("a.txt", scene.root.join("link")).unwrap();
    pipe(&scene, "pipe");
    let stat = |path: &str, digest: bool| {
        let request = json!({ "path": scene.path(path), "digest": digest });
        scene.call("fs_stat", &request).unwrap()
    };
    let file = stat("link", true);
    assert_eq!(
        (
            &file["path"],
            &file["kind"],
            &file["bytes"],
            &file["mode"],
            &file["links"],
            &file["digest"]
        ),
        (
            &json!(scene.path("a.txt")),
            &json!("file"),
            &json!(4),
            &json!("640"),
            &json!(2),
            &json!(DIGEST)
        )
    );
    let modified = file["modified"].as_str().unwrap();
    assert!(
        modified.starts_with("20") && modified.ends_with('Z'),
        "{modified}"
    );
    assert_eq!(stat("", true)["kind"], "folder");
    let pipe = stat("pipe", true);
    assert_eq!(
        (&pipe["kind"], &pipe["digest"]),
        (&json!("other"), &Value::Null)
    );
    assert_eq!(
        scene.refused("fs_stat", &json!({ "path": scene.path("missing") })),
        "not_found"
    );
}

#[test]
fn digests_and_parts_are_limited() {
    let mut scene = Scene::new();
    scene.use_fs(FsSettings {
        text_bytes_max: 10,
        file_bytes_max: 100,
        ..FsSettings::default()
    });
    scene.file("fits", [b'x'; 100]);
    scene.file("large", [b'x'; 101]);
    for (path, expected) in [("fits", None), ("large", Some("too_large"))] {
        let request = json!({ "path": scene.path(path), "digest": true });
        for effect in ["fs_read", "fs_stat"] {
            let code = scene.call(effect, &request).err().map(|error| error.code);
            assert_eq!(code.as_deref(), expected, "{effect} {path}");
        }
    }
}
