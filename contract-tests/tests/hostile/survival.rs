//! Runs a table in a process of its own, so that a guest that brings the process down fails its own test, by name.

use std::process::Command;

/// Tells a child which test it is.
const TABLE: &str = "SINEW_HOSTILE_TABLE";
/// What a child prints before each guest.
const CRUMB: &str = "guest: ";

/// Says which guest comes next.
pub(crate) fn next(guest: &str) {
    println!("{CRUMB}{guest}");
}

/// Runs `table` here when this process is the child for `test`; otherwise starts the child and judges how it ended.
pub(crate) fn of(test: &str, table: impl FnOnce()) {
    if std::env::var_os(TABLE).is_some_and(|table| table == test) {
        return table();
    }
    let output = Command::new(std::env::current_exe().expect("this test's path"))
        .args([test, "--exact", "--nocapture"])
        .env(TABLE, test)
        .env("RUST_BACKTRACE", "0")
        .output()
        .expect("starting a child");
    let said = String::from_utf8_lossy(&output.stdout);
    let last = said
        .lines()
        .filter_map(|line| line.strip_prefix(CRUMB))
        .next_back()
        .unwrap_or("no guest yet");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.code().is_some(),
        "THE PROCESS CRASHED ({}) while it ran this guest: {last}\n{complaint}",
        output.status
    );
    assert!(
        output.status.success(),
        "{} at this guest: {last}\n{complaint}",
        output.status
    );
    assert!(said.contains(CRUMB), "the child ran no guest:\n{said}");
}
