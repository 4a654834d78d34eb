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
/// The client's name behind its version, as far as a space goes.
const ITSELF: &str = "(Claude";
const VERSION_WALL: Duration = Duration::from_secs(20);
const VERSION_BYTES_MAX: usize = 4 << 10;

/// Three numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::cli) struct Version([u64; 3]);

/// What is known of the client's program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) enum ClientProgram {
    /// It is not on the `PATH`.
    Absent,
    /// It is installed, and does not say its version.
    Unreadable,
    /// This version is installed.
    Installed(Version),
}

// === impl ClientProgram ===

impl ClientProgram {
    /// Looks for the program on the `PATH` and asks its version.
    pub(in crate::cli) async fn look() -> Self {
        let Some(program) = on_path(PROGRAM) else {
            return Self::Absent;
        };
        let asked = Child {
            program: &program,
            arguments: &[OsString::from("--version")],
            input: b"",
            wall: VERSION_WALL,
            output_bytes_max: VERSION_BYTES_MAX,
        };
        let said = child::run(asked).await.unwrap_or_default();
        Version::said(&String::from_utf8_lossy(&said)).map_or(Self::Unreadable, Self::Installed)
    }

    /// Whether it goes on when a hook cannot be asked, as far as anybody knows, so that only the shim can refuse.
    pub(in crate::cli) fn goes_on(&self) -> bool {
        match self {
            Self::Absent => false,
            Self::Unreadable => true,
            Self::Installed(version) => *version < BLOCKS_ON_FAILURE,
        }
    }

    /// The oldest version that does not.
    pub(in crate::cli) fn oldest_blocking() -> String {
        BLOCKS_ON_FAILURE.to_string()
    }
}

// === impl Version ===

impl Version {
    /// Finds the version in what the program says, among notices of all kinds: the one that it says of itself, or the oldest
    /// one there is.
    fn said(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut pairs = words.windows(2);
        let own = pairs.find(|pair| pair[1] == ITSELF && Self::parse(pair[0]).is_some());
        match own {
            Some(pair) => Self::parse(pair[0]),
            None => words.iter().filter_map(|word| Self::parse(word)).min(),
        }
    }

    fn parse(word: &str) -> Option<Self> {
        let word = word.strip_prefix('v').unwrap_or(word);
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
    let folder = named_folder().or_else(|| Some(home()?.join(".claude")))?;
    Some(folder.join("settings.json"))
}

/// The client's own file, in which it lists MCP servers: those of the person, and those of each folder.
pub(in crate::cli) fn servers_of_person() -> Option<PathBuf> {
    let folder = named_folder().or_else(home)?;
    Some(folder.join(".claude.json"))
}

/// The folder that the client was told to keep its files in.
fn named_folder() -> Option<PathBuf> {
    let named = env::var_os("CLAUDE_CONFIG_DIR").map(PathBuf::from);
    named.filter(|path| path.is_absolute())
}

fn home() -> Option<PathBuf> {
    env::home_dir().filter(|home| home.is_absolute())
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
            ("v2.1.329", false),
            (
                "a newer version 9.9.9 is there\n2.1.197 (Claude Code)\n",
                true,
            ),
            ("node 1.2.3 is old\n2.1.329 (Claude Code)", false),
            ("runtime 18.0.0, client 2.1.197", true),
        ];
        for (text, goes_on) in cases {
            let client = ClientProgram::Installed(Version::said(text).unwrap());
            assert_eq!(client.goes_on(), goes_on, "{text}");
        }
        for text in ["", "Claude", "2.1", "version two"] {
            assert_eq!(Version::said(text), None, "{text}");
        }
        assert!(!ClientProgram::Absent.goes_on());
        assert!(ClientProgram::Unreadable.goes_on());
    }
}
