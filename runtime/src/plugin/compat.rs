//! Other hosts whose plugin interface a module may speak.

use std::fmt;
use std::str::FromStr;

use sinew_schema::PluginIdentityCompat;

/// Another host's plugin interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compat {
    /// That of hyper-mcp, the nearest peer.
    HyperMcp,
}

// === impl Compat ===

impl From<PluginIdentityCompat> for Compat {
    fn from(written: PluginIdentityCompat) -> Self {
        match written {
            PluginIdentityCompat::HyperMcp => Self::HyperMcp,
        }
    }
}

impl fmt::Display for Compat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let written = match self {
            Self::HyperMcp => PluginIdentityCompat::HyperMcp,
        };
        written.fmt(f)
    }
}

impl FromStr for Compat {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        word.parse::<PluginIdentityCompat>()
            .map(Self::from)
            .map_err(|_| format!("no plugin interface is called `{word}`"))
    }
}
