//! Listing and searching: what is found, what is left out, and why it ends.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::time::Duration;

use serde_json::{Value, json};
use sinew_runtime::permits::Permits;
use sinew_runtime::services::fs::FsSettings;

use crate::fs_reading::pipe;
use crate::scene::{Scene, permits_of};

/// A tree with everything in it that is treated in a way of its own.
fn tree() -> Scene {
    let scene = Scene::new();
    for (path, content) in [
        ("repo/.git/config", "needle in git"),
        ("repo/.gitignore", "target\n*.log\n!kept.log\n"),
        ("repo/.ignore", "/vendor\n"),
        ("repo/.env", "needle secret"),
        (
            "repo/README.md",
            "one\nneedle two\nthree\nfour\nNeedle five\n",
        ),
        ("repo/src/main.rs", "fn needle() {}\r\nfn other() {}\r\n"),
        ("repo/src/.env", "needle secret"),
        ("repo/src/x.log", "needle logged"),
        ("repo/src/kept.log", "needle kept"),
        ("repo/src/.gitignore", "generated.rs\n"),
        ("repo/src/generated.rs", "needle generated"),
        ("repo/target/out.rs", "needle built"),
        ("repo/vendor/dep.rs", "needle vendored"),
        ("repo/data.bin", "needle\0needle"),
        ("outside/secret", "needle outside"),
    ] {
        scene.file(path, content);
    }
    symlink("../outside", scene.root.join("repo/link")).unwrap();
    symlink("../outside/secret", scene.root.join("repo/link.md")).unwrap();
    pipe(&scene, "repo/pipe");
    scene
}

fn guarded(scene: &Scene) -> Permits {
    permits_of(&json!({ "fs": { "read": [scene.path("repo/**")], "deny": ["**/.env"] } }))
}

/// The paths of a listing.
fn listed(scene: &Scene, more: &Value) -> (Vec<String>, Value) {
    let mut request = json!({ "path": scene.path("repo") });
    for (key, value) in more.as_object().unwrap() {
        request[key] = value.clone();
    }
    let answer = scene
        .call_with(&guarded(scene), "fs_list", &request)
        .unwrap();
    let entries = answer["entries"].as_array().unwrap().iter();
    (
        entries
            .map(|entry| entry["path"].as_str().unwrap().to_owned())
            .collect(),
        answer,
    )
}

/// `path:line` of everything that is found.
fn found(scene: &Scene, more: &Value) -> (Vec<String>, Value) {
    let mut request = json!({ "path": scene.path("repo"), "pattern": "needle" });
    for (key, value) in more.as_object().unwrap() {
        request[key] = value.clone();
    }
    let answer = scene
        .call_with(&guarded(scene), "fs_search", &request)
        .unwrap();
    let matches = answer["matches"].as_array().unwrap().iter();
    let places = matches.map(|found| {
        assert!(
            !found["text"].as_str().unwrap().contains("secret"),
            "{found}"
        );
        format!("{}:{}", found["path"].as_str().unwrap(), found["line"])
    });
    (places.collect(), answer)
}

#[test]
pub(crate) fn fs_list() {
    let scene = tree();
    let (paths, answer) = listed(&scene, &json!({}));
    assert_eq!(
        paths,
        [
            ".git",
            ".gitignore",
            ".ignore",
            "README.md",
            "data.bin",
            "link",
            "link.md",
            "pipe",
            "src",
            "target",
            "vendor"
        ]
    );
    assert_eq!(
        (&answer["truncated"], &answer["withheld"]),
        (&json!(false), &json!(1))
    );
    let kinds: Vec<&Value> = answer["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["kind"])
        .collect();
    assert_eq!(
        json!(kinds),
        json!([
            "folder", "file", "file", "file", "file", "link", "link", "other", "folder", "folder",
            "folder"
        ])
    );
    assert_eq!(answer["entries"][3]["bytes"], 38);

    let (paths, answer) = listed(
        &scene,
        &json!({ "depth": 9, "globs": ["*.rs", "*.log"], "skip_ignored": true }),
    );
    assert_eq!(paths, ["src/kept.log", "src/main.rs"]);
    assert_eq!(answer["withheld"], 2);
    let (paths, _) = listed(
        &scene,
        &json!({ "depth": 9, "globs": ["!vendor", "!target", "!src"] }),
    );
    assert!(
        paths.contains(&".git".to_owned()) && !paths.iter().any(|path| path.contains('/')),
        "{paths:?}"
    );
    let (paths, answer) = listed(&scene, &json!({ "depth": 2, "limit": 3 }));
    assert_eq!((paths.len(), &answer["truncated"]), (3, &json!(true)));

    for (path, more, code) in [
        ("repo/README.md", json!({}), "invalid_request"),
        ("repo/missing", json!({}), "not_found"),
        ("repo/link", json!({}), "denied"),
        ("repo", json!({ "globs": ["[z-a]"] }), "invalid_request"),
    ] {
        let mut request = json!({ "path": scene.path(path) });
        request["globs"] = more["globs"].clone();
        if more["globs"].is_null() {
            request.as_object_mut().unwrap().remove("globs");
        }
        let error = scene
            .call_with(&guarded(&scene), "fs_list", &request)
            .unwrap_err();
        assert_eq!(error.code, code, "{path} {more}: {error}");
    }
}

#[test]
fn fs_list_tells_names_that_are_no_text_exactly() {
    let scene = Scene::new();
    let name = OsStr::from_bytes(b"caf\xe9");
    fs::write(scene.root.join(name), "needle").unwrap();
    let listed = scene
        .call("fs_list", &json!({ "path": scene.path("") }))
        .unwrap();
    let entry = &listed["entries"][0];
    assert_eq!(
        (&entry["path"], &entry["path_base64"]),
        (&json!("caf\u{fffd}"), &json!("Y2Fm6Q=="))
    );
    let found = scene
        .call(
            "fs_search",
            &json!({ "path": scene.path(""), "pattern": "needle" }),
        )
        .unwrap();
    assert_eq!(found["matches"][0]["path_base64"], "Y2Fm6Q==");
}

#[test]
pub(crate) fn fs_search() {
    let scene = tree();
    let (places, answer) = found(&scene, &json!({}));
    assert_eq!(places, ["README.md:2", "src/kept.log:1", "src/main.rs:1"]);
    assert_eq!(
        (&answer["truncated"], &answer["limit"], &answer["withheld"]),
        (&json!(false), &Value::Null, &json!(2))
    );
    assert_eq!(
        answer["matches"][2],
        json!({ "path": "src/main.rs", "line": 1, "offset": 0, "text": "fn needle() {}" })
    );
    assert!(answer["files_searched"].as_u64().unwrap() >= 5);

    for (more, expected) in [
        (
            json!({ "ignore_case": true, "globs": ["README.md"] }),
            &["README.md:2", "README.md:5"][..],
        ),
        (
            json!({ "pattern": "needle()", "literal": true }),
            &["src/main.rs:1"][..],
        ),
        (json!({ "pattern": "^need.e t" }), &["README.md:2"][..]),
        (json!({ "pattern": "need", "word": true }), &[][..]),
        (
            json!({ "globs": ["*.rs"], "include_ignored": true }),
            &[
                "src/generated.rs:1",
                "src/main.rs:1",
                "target/out.rs:1",
                "vendor/dep.rs:1",
            ][..],
        ),
        (json!({ "globs": ["!src"] }), &["README.md:2"][..]),
        (
            json!({ "path": scene.path("repo/src") }),
            &["kept.log:1", "main.rs:1"][..],
        ),
        (json!({ "path": scene.path("repo/README.md") }), &[":2"][..]),
        (
            json!({ "path": scene.path("repo/.git") }),
            &["config:1"][..],
        ),
        (
            json!({ "path": scene.path("repo/target") }),
            &["out.rs:1"][..],
        ),
    ] {
        assert_eq!(found(&scene, &more).0, expected, "{more}");
    }
    let (_, answer) = found(
        &scene,
        &json!({ "globs": ["README.md"], "context": 1, "ignore_case": true }),
    );
    assert_eq!(
        answer["matches"],
        json!([
            { "path": "README.md", "line": 2, "offset": 4, "text": "needle two", "before": ["one"], "after": ["three"] },
            { "path": "README.md", "line": 5, "offset": 26, "text": "Needle five", "before": ["four"] },
        ])
    );

    for (more, code) in [
        (json!({ "pattern": "(" }), "invalid_request"),
        (json!({ "pattern": "a\nb" }), "invalid_request"),
        (json!({ "pattern": "(a{1000}){1000}" }), "invalid_request"),
        (json!({ "path": scene.path("repo/pipe") }), "conflict"),
        (json!({ "path": scene.path("repo/.env") }), "denied"),
        (json!({ "path": scene.path("repo/link") }), "denied"),
    ] {
        let mut request = json!({ "path": scene.path("repo"), "pattern": "needle" });
        for (key, value) in more.as_object().unwrap() {
            request[key] = value.clone();
        }
        let error = scene
            .call_with(&guarded(&scene), "fs_search", &request)
            .unwrap_err();
        assert_eq!(error.code, code, "{more}: {error}");
    }
}

#[test]
fn a_search_says_which_limit_ended_it() {
    let mut scene = Scene::new();
    for name in ["a", "b", "c", "d"] {
        scene.file(
            &format!("repo/{name}"),
            "needle one\nneedle two\nneedle three\n".to_owned() + &"x\n".repeat(50),
        );
    }
    scene.file("repo/long", "y".repeat(3 << 20));
    let usual = FsSettings::default();
    let mut ended = |settings: FsSettings, more: Value| {
        scene.use_fs(settings);
        let (places, answer) = found(&scene, &more);
        assert_eq!(answer["truncated"], !answer["limit"].is_null());
        (
            places.len(),
            answer["limit"].as_str().unwrap_or_default().to_owned(),
        )
    };
    let of = |count: usize, limit: &str| (count, limit.to_owned());
    assert_eq!(ended(usual.clone(), json!({})), of(12, ""));
    assert_eq!(ended(usual.clone(), json!({ "limit": 12 })), of(12, ""));
    assert_eq!(
        ended(usual.clone(), json!({ "limit": 5 })),
        of(5, "matches")
    );
    assert_eq!(
        ended(usual.clone(), json!({ "limit_per_file": 2 })),
        of(8, "")
    );
    assert_eq!(
        ended(
            FsSettings {
                matches_max: 4,
                ..usual.clone()
            },
            json!({})
        ),
        of(4, "matches")
    );
    assert_eq!(
        ended(
            FsSettings {
                search_files_max: 2,
                ..usual.clone()
            },
            json!({})
        ),
        of(6, "files")
    );
    assert_eq!(
        ended(
            FsSettings {
                search_bytes_max: 300,
                ..usual.clone()
            },
            json!({})
        )
        .1,
        "bytes"
    );
    assert_eq!(
        ended(
            FsSettings {
                text_bytes_max: 25,
                ..usual.clone()
            },
            json!({})
        ),
        of(3, "output")
    );
    assert_eq!(
        ended(
            FsSettings {
                visited_max: 2,
                ..usual.clone()
            },
            json!({})
        )
        .1,
        "entries"
    );
    scene.use_fs(FsSettings {
        line_bytes_max: 8,
        ..usual
    });
    let (_, answer) = found(&scene, &json!({ "limit": 1 }));
    assert_eq!(
        (
            &answer["matches"][0]["text"],
            &answer["matches"][0]["text_truncated"]
        ),
        (&json!("needle o"), &json!(true))
    );
    let (_, answer) = found(&scene, &json!({}));
    assert_eq!(
        answer["skipped"], 1,
        "a line that is too long is not searched"
    );
}

#[test]
fn a_search_in_no_time_returns_what_it_has_and_a_turn_without_time_is_told_so() {
    let mut scene = Scene::new();
    for folder in 0..60 {
        for file in 0..60 {
            scene.file(&format!("repo/{folder}/{file}"), "hay\n".repeat(2_000));
        }
    }
    let (_, answer) = found(&scene, &json!({ "wait_ms": 1 }));
    assert_eq!(answer["limit"], "time");
    scene.deadline = Duration::from_millis(3);
    let request = json!({ "path": scene.path("repo"), "pattern": "needle" });
    assert_eq!(scene.refused("fs_search", &request), "deadline");
}
