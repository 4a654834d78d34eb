//! The machine under the daemon: room on its disk, a clock that goes forward, and what its kernel confines.

use jiff::Timestamp;
use serde_json::Value;

use super::daemon::room;
use super::finding::{Findings, Fix};
use crate::cli::wiring::House;
use crate::config::Config;
use crate::services::fs::{Opening, opening};
use crate::services::process::{Confinement, Level, offered};
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

/// Says how far programs that effects run are held, and how folders are opened.
pub(super) fn kernel(config: &Config, house: &House, findings: &mut Findings) {
    let confinement = offered(config.process.network);
    let text = format!("{}, {}", held(&confinement), opened(opening()));
    match confinement.level {
        Level::Full => findings.ok("kernel", text),
        Level::None if config.process.required => {
            let fix = Fix::edit(&house.file);
            findings.fail(
                "kernel",
                format!("{text}, and `process.require_confinement` lets none run"),
                fix.and("or start `sinew serve` on a kernel with landlock"),
            );
        }
        Level::Partial | Level::None => findings.warn("kernel", &text),
    }
}

fn held(confinement: &Confinement) -> String {
    let how = match confinement.level {
        Level::Full => "programs are confined",
        Level::Partial => "programs are confined in part",
        Level::None => "programs are not confined",
    };
    match &confinement.reason {
        Some(reason) => format!("{how} ({reason})"),
        None => how.to_owned(),
    }
}

fn opened(opening: Opening) -> &'static str {
    match opening {
        Opening::Kernel => "paths are opened in one step (openat2)",
        Opening::NameByName => "paths are opened name by name (there is no openat2)",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_machine_does_not_confine_is_said() {
        let said = |level, reason: Option<&str>| {
            held(&Confinement {
                level,
                reason: reason.map(str::to_owned),
            })
        };
        assert_eq!(said(Level::Full, None), "programs are confined");
        assert_eq!(
            said(Level::Partial, Some("no UDP")),
            "programs are confined in part (no UDP)"
        );
        assert_eq!(
            said(Level::None, Some("no landlock")),
            "programs are not confined (no landlock)"
        );
        assert!(opened(Opening::Kernel).contains("(openat2)"));
        assert!(opened(Opening::NameByName).contains("no openat2"));
    }
}
