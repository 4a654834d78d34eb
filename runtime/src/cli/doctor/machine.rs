//! The machine under the daemon: room on its disk, and a clock that goes forward.

use jiff::Timestamp;
use serde_json::Value;

use super::daemon::room;
use super::finding::{Findings, Fix};
use crate::cli::wiring::House;
use crate::config::Config;
use crate::store::{Log as _, SqliteReader};
use crate::world::{Clock as _, SystemClock};

/// Two looks at one clock differ by less than this.
const CLOCK_MICROS_MAX: i64 = 5_000_000;

/// Looks at the disk that the state folder lies on.
pub(super) fn disk(house: &House, config: &Config, findings: &mut Findings) {
    let state = &house.places.state;
    // Before the first start the disk is already the one it will lie on.
    let there = state.ancestors().find(|above| above.exists());
    let looked = rustix::fs::statvfs(there.unwrap_or(state));
    match looked {
        Ok(disk) => {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            let size = |bytes| bytesize::ByteSize(bytes).display().iec();
            let text = format!("{} free", size(free));
            if free < config.free_bytes_min() {
                let least = size(config.free_bytes_min());
                let text = format!("{text}, and `store.free` asks for {least}");
                findings.fail("disk", text, room(house));
            } else {
                findings.ok("disk", text);
            }
        }
        Err(error) => {
            let text = format!("`{}`: {error}", state.display());
            findings.fail("disk", text, room(house));
        }
    }
}

/// Compares the clock with the ledger's last record.
pub(super) fn clock(house: &House, findings: &mut Findings) {
    let database = house.places.database();
    if !database.exists() {
        return;
    }
    let last = SqliteReader::open(&database).and_then(|reader| {
        let size = reader.head()?.size;
        reader.records(size, 1)
    });
    let last = match last {
        Ok(records) => records.into_iter().next(),
        Err(error) => {
            let text = format!("the ledger cannot be read ({error})");
            findings.fail("clock", text, Fix::run("sinew ledger verify"));
            return;
        }
    };
    let at = last.and_then(|record| {
        let record: Value = serde_json::from_slice(&record.body).ok()?;
        record.get("at")?.as_str()?.parse::<Timestamp>().ok()
    });
    let now = SystemClock.unix_micros();
    match at {
        Some(at) if at.as_microsecond() > now.saturating_add(CLOCK_MICROS_MAX) => findings.fail(
            "clock",
            format!("the ledger's last record is from {at:.0}, which is yet to come"),
            set_right(),
        ),
        _ => findings.ok("clock", "not behind the ledger"),
    }
}

/// Setting the clock by others.
fn set_right() -> Fix {
    Fix::run(if cfg!(target_os = "macos") {
        "sudo sntp -sS time.apple.com"
    } else {
        "sudo timedatectl set-ntp true"
    })
}
