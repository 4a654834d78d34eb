//! What is not the daemon's fault: a disk, a clock, a client.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use rusqlite::Connection;
use serde_json::Value;
use sinew_runtime::config::Places;
use sinew_runtime::services::process::{Level, offered};

use super::place::Place;

#[tokio::test(flavor = "multi_thread")]
async fn too_little_room_is_seen() {
    let Some(place) = Place::new() else { return };
    place.configure("[store]\nfree = \"1EiB\"\n");
    place.init().await;
    let _daemon = place.serve().await;
    let failures = place.failures().await;
    assert_eq!(
        failures,
        [
            "disk       N GiB free, and `store.free` asks for 1.0 EiB: run `du -xh /home/me/.local/state/sinew | sort -h | \
             tail`, and make room on that disk"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kernel_that_confines_nothing_is_seen_where_that_is_required() {
    let Some(place) = Place::new() else { return };
    place.configure("[process]\nrequire_confinement = true\n");
    place.init().await;
    let _daemon = place.serve().await;
    let failures = place.failures().await;
    let unconfined = offered(false).level == Level::None;
    assert_eq!(failures.len(), usize::from(unconfined), "{failures:?}");
    for failure in failures {
        assert!(
            failure.starts_with("kernel     programs are not confined"),
            "{failure}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_behind_the_ledger_is_seen() {
    let Some(place) = Place::new() else { return };
    place.init().await;
    let daemon = place.serve().await;
    // Something has to be in the ledger.
    assert_eq!(place.failures().await, [""; 0]);
    drop(daemon);
    let places = Places::new(place.at(".local/state/sinew"));
    let ledger = Connection::open(places.database()).unwrap();
    let last = "SELECT position, body FROM record ORDER BY position DESC LIMIT 1";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let (position, body): (i64, Vec<u8>) = ledger.query_row(last, [], read).unwrap();
    // As it would be had the clock been ahead when this was recorded.
    let mut record: Value = serde_json::from_slice(&body).unwrap();
    assert!(record["at"].is_string(), "{record}");
    record["at"] = "2999-01-01T00:00:00Z".into();
    let ahead = (record.to_string().into_bytes(), position);
    let changed = ledger.execute("UPDATE record SET body = ?1 WHERE position = ?2", ahead);
    assert_eq!(changed.unwrap(), 1);
    drop(ledger);
    let failures = place.failures().await;
    let clock = failures.iter().find(|line| line.starts_with("clock"));
    let set = if cfg!(target_os = "macos") {
        "sudo sntp -sS time.apple.com"
    } else {
        "sudo timedatectl set-ntp true"
    };
    let expected = format!(
        "clock      the ledger's last record is from 2999-01-01T00:00:00Z, which is yet to come: run `{set}`"
    );
    assert_eq!(clock, Some(&expected), "{failures:?}");
}

/// A client that says this version.
fn client(place: &Place, version: &str) -> PathBuf {
    saying(place, &format!("{version} (Claude Code)"))
}

/// A client that says this when it is asked for its version.
fn saying(place: &Place, text: &str) -> PathBuf {
    let folder = place.at("clients");
    place.write("clients/claude", &format!("#!/bin/sh\necho '{text}'\n"));
    fs::set_permissions(folder.join("claude"), Permissions::from_mode(0o755)).unwrap();
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_on_when_nobody_answers_is_seen_and_the_shim_mends_it() {
    let Some(place) = Place::new() else { return };
    place.init().await;
    let _daemon = place.serve().await;
    let path = client(&place, "2.1.328");
    let said = place.sinew_with(&["doctor"], &[("PATH", &path)]).await;
    assert_eq!(
        Place::failures_of(&said),
        [
            "client     claude 2.1.328 goes on when the daemon does not answer: run `claude update`, which has to bring \
             2.1.329 or newer; or run `sinew init` again, which uses the shim"
        ]
    );
    let path = saying(&place, "the newest");
    let said = place.sinew_with(&["doctor"], &[("PATH", &path)]).await;
    assert_eq!(
        Place::failures_of(&said),
        [
            "client     claude of a version that `claude --version` does not say may go on when the daemon does not answer: run \
             `claude --version`, which has to say 2.1.329 or newer; or run `sinew init` again, which uses the shim"
        ]
    );
    let path = client(&place, "2.1.328");
    let api = place.at("api");
    let again = ["init", "--dir", api.to_str().unwrap()];
    place.sinew_with(&again, &[("PATH", &path)]).await;
    let said = place.sinew_with(&["doctor"], &[("PATH", &path)]).await;
    assert_eq!(Place::failures_of(&said), [""; 0]);
    let path = client(&place, "2.1.329");
    place.sinew_with(&again, &[("PATH", &path)]).await;
    let said = place.sinew_with(&["doctor"], &[("PATH", &path)]).await;
    assert_eq!(Place::failures_of(&said), [""; 0]);
    assert!(
        said.text.contains("ok    client     claude 2.1.329\n"),
        "{}",
        said.text
    );
}
