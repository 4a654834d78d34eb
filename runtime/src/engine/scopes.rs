//! Turns of one (plugin, scope) run one at a time, in the order they came.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::sync::{Mutex as Queue, OwnedMutexGuard};

use super::record::NO_SCOPE;
use crate::plugin::Scope;
use crate::store::ScopeKey;

/// One fair queue per scope that somebody holds or waits for; nothing is kept of idle scopes.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    queues: Mutex<HashMap<ScopeKey, Arc<Queue<()>>>>,
}

/// A scope that is held. Dropping it lets the next turn in.
#[derive(Debug)]
pub(super) struct Held {
    scopes: Arc<Scopes>,
    key: ScopeKey,
    guard: Option<OwnedMutexGuard<()>>,
}

/// A place in a scope's queue, taken before the wait so that turns run in the order they came.
#[derive(Debug)]
struct Place {
    scopes: Arc<Scopes>,
    key: ScopeKey,
    queue: Option<Arc<Queue<()>>>,
}

/// The scope of a turn, as the ledger and the store write it.
pub(super) fn name(scope: &Scope, session: Option<&str>, input: &Value) -> Result<String, String> {
    match scope {
        Scope::None => Ok(NO_SCOPE.to_owned()),
        Scope::Global => Ok("global".to_owned()),
        Scope::Session => Ok(format!("session:{}", bounded(session.unwrap_or_default()))),
        Scope::Key(pointer) => match input.pointer(pointer).and_then(Value::as_str) {
            Some(key) => Ok(format!("key:{}", bounded(key))),
            None => Err(format!(
                "the input has no text at `{pointer}`, which the plugin's scope is keyed by"
            )),
        },
    }
}

/// Names from outside are used as they are while they are short, and by their digest beyond that.
fn bounded(name: &str) -> String {
    const NAME_BYTES_MAX: usize = 256;
    if name.len() <= NAME_BYTES_MAX {
        name.to_owned()
    } else {
        format!("sha256-{}", hex::encode(Sha256::digest(name)))
    }
}

// === impl Scopes ===

impl Scopes {
    /// Waits for the scope. Dropping the future gives the place up.
    pub(super) async fn hold(self: Arc<Self>, key: ScopeKey) -> Held {
        let queue = {
            let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(queues.entry(key.clone()).or_default())
        };
        let mut place = Place {
            scopes: Arc::clone(&self),
            key: key.clone(),
            queue: Some(Arc::clone(&queue)),
        };
        let guard = queue.lock_owned().await;
        place.queue = None;
        Held {
            scopes: self,
            key,
            guard: Some(guard),
        }
    }

    /// Forgets the queue when nobody but the map and the caller's own `handles` knows it.
    fn forget(&self, key: &ScopeKey, drop_handles: impl FnOnce()) {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        drop_handles();
        if queues
            .get(key)
            .is_some_and(|queue| Arc::strong_count(queue) == 1)
        {
            queues.remove(key);
        }
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.queues.lock().unwrap().len()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let guard = self.guard.take();
        self.scopes.forget(&self.key, || drop(guard));
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(queue) = self.queue.take() {
            self.scopes.forget(&self.key, || drop(queue));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_order::assert_pending;

    mod futures_order {
        use std::future::Future;
        use std::pin::pin;
        use std::task::{Context, Waker};

        pub(super) fn assert_pending(future: impl Future) {
            assert!(
                pin!(future)
                    .poll(&mut Context::from_waker(Waker::noop()))
                    .is_pending()
            );
        }
    }

    fn key(scope: &str) -> ScopeKey {
        ScopeKey {
            plugin: "p".into(),
            scope: scope.into(),
        }
    }

    #[tokio::test]
    async fn one_scope_is_held_by_one_turn_and_others_are_free() {
        let scopes = Arc::new(Scopes::default());
        let held = Arc::clone(&scopes).hold(key("a")).await;
        assert_pending(Arc::clone(&scopes).hold(key("a")));
        let other = Arc::clone(&scopes).hold(key("b")).await;
        drop(held);
        let again = Arc::clone(&scopes).hold(key("a")).await;
        drop((other, again));
        assert_eq!(scopes.len(), 0, "idle scopes leave nothing behind");
    }

    #[tokio::test]
    async fn turns_of_a_scope_run_in_the_order_they_came() {
        let scopes = Arc::new(Scopes::default());
        let order = Arc::new(Mutex::new(Vec::new()));
        let first = Arc::clone(&scopes).hold(key("a")).await;
        let mut tasks = Vec::new();
        for turn in 0..20 {
            let (scopes, order) = (Arc::clone(&scopes), Arc::clone(&order));
            tasks.push(tokio::spawn(async move {
                let held = scopes.hold(key("a")).await;
                order.lock().unwrap().push(turn);
                drop(held);
            }));
            tokio::task::yield_now().await;
        }
        drop(first);
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(*order.lock().unwrap(), (0..20).collect::<Vec<_>>());
        assert_eq!(scopes.len(), 0);
    }
}
