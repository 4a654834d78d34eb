//! How far a program is held to what it may reach.

use serde::{Deserialize, Serialize};

/// How far the kernel holds a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confinement {
    /// How far.
    pub level: Level,
    /// Why not further.
    pub reason: Option<String>,
}

/// How far, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// To everything that was asked for.
    Full,
    /// To a part of it.
    Partial,
    /// To nothing.
    None,
}

/// What landlock restricts from which version on, beside reading and writing files, and whether that is about the network.
#[cfg(target_os = "linux")]
const SINCE: [(i32, &str, bool); 6] = [
    (3, "cutting files off", false),
    (4, "TCP", true),
    (5, "commands to devices", false),
    (6, "signals and abstract sockets", false),
    (9, "named Unix sockets", false),
    (10, "UDP", true),
];

/// Says how far a program is confined on this machine.
#[must_use]
pub fn offered(network: bool) -> Confinement {
    #[cfg(target_os = "linux")]
    {
        Confinement::by_landlock(super::landlocked::version(), network)
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = network;
        Confinement::none("this system has no landlock")
    }
}

// === impl Confinement ===

impl Confinement {
    pub(super) fn none(reason: &str) -> Self {
        Self {
            level: Level::None,
            reason: Some(reason.to_owned()),
        }
    }

    /// What a version of landlock comes to; 0 stands for none.
    #[cfg(target_os = "linux")]
    pub(super) fn by_landlock(version: i32, network: bool) -> Self {
        if version <= 0 {
            return Self::none("this kernel has no landlock, or it is switched off");
        }
        let open: Vec<&str> = SINCE
            .iter()
            .filter(|(since, _, about_network)| *since > version && !(*about_network && network))
            .map(|(_, what, _)| *what)
            .collect();
        if open.is_empty() {
            return Self {
                level: Level::Full,
                reason: None,
            };
        }
        Self {
            level: Level::Partial,
            reason: Some(format!(
                "landlock {version} of this kernel does not restrict {}",
                open.join(", ")
            )),
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn what_a_kernel_leaves_open_is_named() {
        let said = |version, network| {
            let confinement = Confinement::by_landlock(version, network);
            (confinement.level, confinement.reason.unwrap_or_default())
        };
        assert_eq!(said(0, false).0, Level::None);
        let (level, reason) = said(3, false);
        assert_eq!(level, Level::Partial);
        assert_eq!(
            reason,
            "landlock 3 of this kernel does not restrict TCP, commands to devices, signals and abstract sockets, named Unix \
             sockets, UDP"
        );
        assert!(said(7, true).1.ends_with("restrict named Unix sockets"));
        assert_eq!(said(9, true).0, Level::Full);
        assert_eq!(said(9, false).0, Level::Partial);
        assert_eq!(said(10, false).0, Level::Full);
    }
}
