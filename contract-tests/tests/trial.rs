//! A build is tried in a child process before it counts, and each program tries each build once.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use sinew_runtime::plugin::{BuildSettings, Trial};

/// A program that notes every trial and ends with `code`.
fn program(folder: &Path, name: &str, code: i32) -> PathBuf {
    let program = folder.join(name);
    let notes = folder.join("notes");
    let text = format!(
        "#!/bin/sh\ncat >/dev/null\necho tried >>{}\nexit {code}\n",
        notes.display()
    );
    std::fs::write(&program, text).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    program
}

fn tried(folder: &Path) -> usize {
    let notes = std::fs::read_to_string(folder.join("notes"));
    notes.unwrap_or_default().lines().count()
}

#[tokio::test]
async fn what_passed_is_remembered_for_this_program_build_and_limits() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (passes, other) = (program(folder, "passes", 0), program(folder, "other", 0));
    let marks = folder.join("marks");
    std::fs::create_dir(&marks).unwrap();
    let usual = BuildSettings::default();
    let less = BuildSettings {
        memory_bytes: usual.memory_bytes / 2,
        ..usual.clone()
    };
    let remembering = |program: &Path| Trial::new(program.to_owned()).remembering(marks.clone());
    for (trial, wasm, settings, expected) in [
        (remembering(&passes), "a", &usual, 1),
        (remembering(&passes), "a", &usual, 1),
        (remembering(&passes), "b", &usual, 2),
        (remembering(&passes), "a", &less, 3),
        (remembering(&other), "a", &usual, 4),
        (remembering(&passes), "a", &usual, 4),
        (Trial::new(passes.clone()), "a", &usual, 5),
    ] {
        trial.run(wasm.as_bytes(), settings).await.unwrap();
        assert_eq!(tried(folder), expected, "{wasm}, {trial:?}");
    }
}

#[tokio::test]
async fn what_failed_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let trial = Trial::new(program(folder, "fails", 1)).remembering(folder.to_owned());
    for expected in 1..=2 {
        let settings = BuildSettings::default();
        assert!(trial.run(b"a", &settings).await.is_err());
        assert_eq!(tried(folder), expected);
    }
}
