//! What is the gate's own: the places that its host names, and the usual ones.
//!
//! The host is asked once in a turn, and only where a path has to be judged. The usual places count whatever it says: other
//! people's gates may be there. Since most often none is, a pattern or a folder above them is nothing against a call.

use std::cell::OnceCell;

use sinew_pdk::gate_status;
use sinew_pdk::schema::{GatePlace, GateStatusRequest};

use crate::place::{holds, is_home};
use crate::rules::fits;

/// What a place is to the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Own {
    /// What it has recorded, and the tokens that open it.
    State,
    /// What decides what it allows.
    Configuration,
}

/// Where a gate usually is, in a home folder.
const AT_HOME: [(Own, &str); 4] = [
    (Own::State, "/.local/state/sinew"),
    (Own::State, "/.local/share/sinew"),
    (Own::State, "/.cache/sinew"),
    (Own::Configuration, "/.config/sinew"),
];
/// And on a machine.
const ON_MACHINE: [(Own, &str); 2] = [
    (Own::State, "/var/lib/sinew"),
    (Own::Configuration, "/etc/sinew"),
];

/// What is the gate's own.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    places: OnceCell<Vec<(Own, String)>>,
}

// === impl Gate ===

impl Gate {
    /// What a normal path is to the gate; `None` where it is nothing to it.
    pub(crate) fn owns(&self, path: &str) -> Option<Own> {
        let named = self.places().iter();
        let named = named.filter(|(_, place)| holds(place, path));
        let usual = || usual(path);
        named.map(|(own, _)| *own).next().or_else(usual)
    }

    /// Whether its state lies in a folder.
    pub(crate) fn is_in(&self, folder: &str) -> bool {
        self.places()
            .iter()
            .any(|(own, place)| *own == Own::State && holds(folder, place))
    }

    /// What a pattern of a normal path would match of the gate's.
    pub(crate) fn matched(&self, pattern: &str) -> Option<Own> {
        let mut places = self.places().iter();
        places
            .find(|(_, place)| reaches_into(pattern, place))
            .map(|(own, _)| *own)
            .or_else(|| usual_matched(pattern))
    }

    /// The places that the host names.
    fn places(&self) -> &[(Own, String)] {
        self.places.get_or_init(|| {
            let status = gate_status(GateStatusRequest::default()).unwrap_or_default();
            let places = status.places.into_iter();
            places.map(|place| (kind(&place), place.path)).collect()
        })
    }
}

fn kind(place: &GatePlace) -> Own {
    match place.kind.as_str() {
        GatePlace::KIND_CONFIGURATION => Own::Configuration,
        // What a later host may name is at least as much its own.
        _ => Own::State,
    }
}

/// Whether text names the gate's program or its port, perhaps so that a search does not find itself: `[s]inew`.
pub(crate) fn names_gate(text: &str) -> bool {
    let text = text.replace(['[', ']', '\\', '\'', '"'], "");
    text.contains("sinew") || text.contains("7717")
}

/// The usual places of anybody's home, and what is called like them: `~/.local/state/sinew.old`.
fn usual(path: &str) -> Option<Own> {
    let at_home = AT_HOME.iter().filter(|(_, below)| {
        path.split_once(below)
            .is_some_and(|(home, rest)| is_home(home) && continues(rest))
    });
    let on_machine = ON_MACHINE
        .iter()
        .filter(|(_, place)| path.strip_prefix(place).is_some_and(continues));
    at_home.chain(on_machine).map(|(own, _)| *own).next()
}

/// The usual places that a pattern matches in some home, if it is for them that it was written: `~/.local/state/s*new/*`.
fn usual_matched(pattern: &str) -> Option<Own> {
    let pattern = pattern
        .replace("[s]", "s")
        .replace("[i]", "i")
        .replace("[n]", "n");
    let meant = pattern.split('/').any(|name| {
        name.contains(['*', '?', '['])
            && name.chars().filter(|c| "sinew".contains(*c)).count() >= 2
            && fits(name, "sinew")
    });
    let home = pattern.find("/.").map_or("", |at| &pattern[..at]);
    let at_home = AT_HOME
        .iter()
        .filter(|(_, below)| is_home(home) && reaches_into(&pattern, &format!("{home}{below}")));
    let on_machine = ON_MACHINE
        .iter()
        .filter(|(_, place)| reaches_into(&pattern, place));
    let own = at_home.chain(on_machine).map(|(own, _)| *own).next();
    own.filter(|_| meant)
}

fn continues(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with(['/', '.'])
}

/// Whether a pattern may match a place, or something in it.
fn reaches_into(pattern: &str, place: &str) -> bool {
    let mut wanted = pattern.split('/');
    place.split('/').all(|name| {
        wanted.next().is_some_and(|pattern| {
            // A pattern matches no dot at the beginning that it does not have itself.
            fits(pattern, name) && (pattern.starts_with('.') || !name.starts_with('.'))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{Own, reaches_into, usual};

    #[test]
    fn the_usual_places_are_known_in_any_home() {
        for (path, expected) in [
            ("/home/dev/.local/state/sinew", Some(Own::State)),
            (
                "/Users/eve/.local/state/sinew/tokens/hook",
                Some(Own::State),
            ),
            ("~/.local/state/sinew.old/sinew.db", Some(Own::State)),
            (
                "/root/.config/sinew/permits.d/a.toml",
                Some(Own::Configuration),
            ),
            ("/etc/sinew/sinew.toml", Some(Own::Configuration)),
            ("/home/dev/.local/state/sinewave", None),
            ("/home/dev/acme/.config/sinew", None),
            ("/home/dev/acme/etc/sinew", None),
        ] {
            assert_eq!(usual(path), expected, "{path}");
        }
    }

    #[test]
    fn a_pattern_reaches_into_what_it_may_match() {
        let place = "/home/dev/.local/state/sinew";
        for (pattern, expected) in [
            ("/home/dev/.local/state/*", true),
            ("/home/dev/.local/state/*/tokens/*", true),
            ("/home/*/.l*/state/s?new/x", true),
            ("/home/dev/*", false),
            ("/home/dev/*/state/sinew", false),
            ("/home/dev/.local/state/x*", false),
        ] {
            assert_eq!(reaches_into(pattern, place), expected, "{pattern}");
        }
    }
}
