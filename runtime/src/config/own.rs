//! What is the gate's own, so that whoever judges other programs can keep them away from it.

use std::path::{Path, PathBuf, absolute};

use sinew_schema::GatePlace;

use super::{Config, Places};
use crate::services::paths;
use crate::services::secrets::SecretSource;

// === impl Config ===

impl Config {
    /// The places that are the gate's own: its state, which is that of `served` where that is known, and what was read as
    /// its configuration, with the files of its secrets.
    #[must_use]
    pub fn own_places(&self, served: Option<&Places>) -> Vec<GatePlace> {
        let state = [&self.state, &self.socket].into_iter().flatten().cloned();
        let state = state.chain(served.map(|places| places.state.clone()));
        let permits = |file: &PathBuf| file.with_file_name("permits.d");
        let permits = self.file.as_ref().map(permits);
        let secrets = self.secrets.values().filter_map(|source| match source {
            SecretSource::File(path) => Some(path.clone()),
            SecretSource::Environment { .. } => None,
        });
        let written = self.file.clone().into_iter().chain(permits).chain(secrets);
        let mut places = Vec::new();
        for path in state {
            note(&mut places, GatePlace::KIND_STATE, &path);
        }
        for path in written {
            note(&mut places, GatePlace::KIND_CONFIGURATION, &path);
        }
        places
    }
}

/// Notes a place under the name it was given, and under the one it has.
fn note(places: &mut Vec<GatePlace>, kind: &str, path: &Path) {
    for path in [absolute(path), paths::canonical(path)]
        .into_iter()
        .flatten()
    {
        // One that is no text cannot be told to a guest, and no guest can be asked about it.
        let Ok(path) = path.into_os_string().into_string() else {
            continue;
        };
        if places.iter().all(|place| place.path != path) {
            places.push(GatePlace {
                kind: kind.to_owned(),
                path,
                ..GatePlace::default()
            });
        }
    }
}
