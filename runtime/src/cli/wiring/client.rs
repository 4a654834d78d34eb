//! The client's program, as far as it is installed here: which version it is, and where a person's settings lie.

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::services::child::{self, Child};

/// The first version that is known to refuse a tool call when a hook cannot be asked (`onFailure`).
const BLOCKS_ON_FAILURE: Version = Version([2, 1, 329]);

const PROGRAM: &str = "claude";
const VERSION_WALL: Duration = Duration::from_secs(20);
const VERSION_BYTES_MAX: usize = 4 << 10;

/// Three numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::cli) struct Version([u64; 3]);

/// What is known of the client's program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) enum ClientProgram {
    /// It is not on the `PATH`, or does not say its version.
    Unknown,
    /// This version is installed.
    Installed(Version),
}

// === impl ClientProgram ===

impl ClientProgram {
    /// Looks for the program on the `PATH` and asks its version.
    pub(in crate::cli) async fn look() -> Self {
        let Some(program) = on_path(PROGRAM) else {
            return Self::Unknown;
        };
        let asked = Child {
            program: &program,
            arguments: &[OsString::from("--version")],
            input: b"",
            wall: VERSION_WALL,
            output_bytes_max: VERSION_BYTES_MAX,
        };
        let said = child::run(asked).await.unwrap_or_default();
        Version::parse(&String::from_utf8_lossy(&said)).map_or(Self::Unknown, Self::Installed)
    }

    /// Whether it is known to go on when a hook cannot be asked, so that only the shim can refuse.
    pub(in crate::cli) fn goes_on(&self) -> bool {
        matches!(self, Self::Installed(version) if *version < BLOCKS_ON_FAILURE)
    }

    /// The oldest version that does not.
    pub(in crate::cli) fn oldest_blocking() -> String {
        BLOCKS_ON_FAILURE.to_string()
    }
}

// === impl Version ===

impl Version {
    fn parse(text: &str) -> Option<Self> {
        let word = text.split_whitespace().next()?;
        let mut numbers = word.split('.').map(|part| {
            let digits = part.find(|c: char| !c.is_ascii_digit());
            part[..digits.unwrap_or(part.len())].parse().ok()
        });
        let mut next = || numbers.next().flatten();
        Some(Self([next()?, next()?, next()?]))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.0;
        write!(f, "{major}.{minor}.{patch}")
    }
}

/// The settings that every session of this person reads.
pub(in crate::cli) fn settings_of_person() -> Option<PathBuf> {
    let named = env::var_os("CLAUDE_CONFIG_DIR")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    let folder = named.or_else(|| {
        let home = env::home_dir().filter(|home| home.is_absolute())?;
        Some(home.join(".claude"))
    })?;
    Some(folder.join("settings.json"))
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(program))
        .find(|candidate: &PathBuf| Path::is_file(candidate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_compared_by_number() {
        let cases = [
            ("2.1.329 (Claude Code)\n", false),
            ("2.1.1000", false),
            ("2.1.328", true),
            ("2.1.197 (Claude Code)", true),
            ("1.9.999", true),
            ("2.2.0-beta.1", false),
            ("10.0.0", false),
        ];
        for (text, goes_on) in cases {
            let client = ClientProgram::Installed(Version::parse(text).unwrap());
            assert_eq!(client.goes_on(), goes_on, "{text}");
        }
        for text in ["", "Claude", "2.1", "v2.1.0"] {
            assert_eq!(Version::parse(text), None, "{text}");
        }
        assert!(!ClientProgram::Unknown.goes_on());
    }
}
