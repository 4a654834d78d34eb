//! Which registered project a session belongs to: found once, from its first working directory, and pinned from then on.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Map;
use sinew_schema::{GateRecord, LedgerRecord};

use super::{Engine, record};
use crate::ledger::GATE_CHAIN;
use crate::permits::PermitScope;
use crate::services::paths;
use crate::store::{Commit, ScopeKey, ScopeWrite};

/// The host's own state has a name that no plugin can have.
pub(super) const HOST: &str = "";
const ROOT: &str = "root";

/// What a session is pinned to: the root of a registered project, or none for good.
type Pin = Option<PathBuf>;

/// The registered projects and the sessions that were pinned lately.
#[derive(Debug)]
pub(super) struct Projects {
    roots: Vec<PathBuf>,
    home: Option<PathBuf>,
    pinned: Mutex<HashMap<String, Pin>>,
    pinned_max: usize,
}

// === impl Projects ===

impl Projects {
    /// Takes the canonical roots of the registered projects.
    pub(super) fn new(roots: Vec<PathBuf>, home: Option<PathBuf>, pinned_max: usize) -> Self {
        Self {
            roots,
            home,
            pinned: Mutex::new(HashMap::new()),
            pinned_max,
        }
    }

    fn remembered(&self, session: &str) -> Option<Pin> {
        self.pinned
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(session)
            .cloned()
    }

    fn remember(&self, session: &str, pin: Pin) {
        let mut pinned = self.pinned.lock().unwrap_or_else(PoisonError::into_inner);
        if pinned.len() >= self.pinned_max && !pinned.contains_key(session) {
            // Forgetting costs a read of the store, nothing else.
            pinned.clear();
        }
        pinned.insert(session.to_owned(), pin);
    }

    /// The innermost registered root that holds a folder.
    fn holding(&self, folder: &Path) -> Option<PathBuf> {
        self.roots
            .iter()
            .filter(|root| folder.starts_with(root))
            .max_by_key(|root| root.as_os_str().len())
            .cloned()
    }

    fn scope(&self, root: Option<&Path>) -> PermitScope {
        root.map_or_else(PermitScope::nowhere, |root| {
            PermitScope::pinned(root, self.home.as_deref())
        })
    }
}

/// The project of a session, pinned by the first event that names a working directory.
///
/// A session that cannot be pinned durably has no project: a pin that is lost could be set again by an agent that has
/// changed its directory since.
pub(super) async fn of(
    engine: &Arc<Engine>,
    session: Option<&str>,
    cwd: Option<&str>,
) -> PermitScope {
    let projects = engine.projects();
    let Some(session) = session.filter(|_| !projects.roots.is_empty()) else {
        return PermitScope::nowhere();
    };
    if let Some(root) = projects.remembered(session) {
        return projects.scope(root.as_deref());
    }
    let (task_engine, session, cwd) = (
        Arc::clone(engine),
        session.to_owned(),
        cwd.map(str::to_owned),
    );
    let pinned =
        tokio::task::spawn_blocking(move || pin(&task_engine, &session, cwd.as_deref())).await;
    match pinned {
        Ok(Some(root)) => projects.scope(root.as_deref()),
        Ok(None) | Err(_) => PermitScope::nowhere(),
    }
}

/// The project that holds a folder, for a caller that has no session.
pub(super) fn at(engine: &Engine, folder: &Path) -> PermitScope {
    let projects = engine.projects();
    let root = paths::canonical(folder)
        .ok()
        .and_then(|folder| projects.holding(&folder));
    projects.scope(root.as_deref())
}

/// Reads the session's pin, or sets it. `None` where neither was possible.
fn pin(engine: &Engine, session: &str, cwd: Option<&str>) -> Option<Pin> {
    let projects = engine.projects();
    let key = ScopeKey {
        plugin: HOST.to_owned(),
        scope: format!("session:{session}"),
    };
    let state = engine.ledger().store().load(&key).ok()?;
    let root = if let Some(root) = state.vars.get(ROOT) {
        let root = std::str::from_utf8(root).ok()?;
        // A project that is no longer registered is no project.
        Some(PathBuf::from(root)).filter(|root| projects.roots.contains(root))
    } else {
        let root = paths::canonical(Path::new(cwd?))
            .ok()
            .and_then(|folder| projects.holding(&folder));
        let text = root.as_deref().and_then(Path::to_str).unwrap_or_default();
        let value = GateRecord {
            what: "project".to_owned(),
            detail: if text.is_empty() {
                "the session belongs to no registered project".to_owned()
            } else {
                format!("the session belongs to `{text}`")
            },
            event: None,
            plugin: None,
            status: None,
            session: Some(session.to_owned()),
            extra: Map::new(),
        };
        let note = LedgerRecord::Gate {
            at: record::at(engine.clock()),
            value,
        };
        let delta = BTreeMap::from([(ROOT.to_owned(), Some(text.as_bytes().to_vec()))]);
        let commit = Commit {
            scopes: vec![ScopeWrite {
                key: key.clone(),
                base_revision: state.revision,
                delta,
            }],
            entries: vec![record::entry(GATE_CHAIN.to_owned(), &note)],
            ..Commit::default()
        };
        if engine.ledger().commit(commit).is_err() {
            // Another event of the session may have been quicker: its pin counts. Anything else leaves no pin.
            let pinned = engine
                .ledger()
                .store()
                .load(&key)
                .ok()?
                .vars
                .get(ROOT)?
                .clone();
            let root = std::str::from_utf8(&pinned).ok()?.to_owned();
            return Some(Some(PathBuf::from(root)).filter(|root| projects.roots.contains(root)));
        }
        root
    };
    projects.remember(session, root.clone());
    Some(root)
}
