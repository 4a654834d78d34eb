//! Who is told that something changed: subscriptions of the newest era, and sessions of the older ones.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use rmcp::model::ResourceUpdatedNotificationParam;
use rmcp::service::SubscriptionContext;
use rmcp::{Peer, RoleServer};
use sinew_schema::{McpChangedRequest, McpChangedRequestWhat};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use crate::engine::{McpChange, McpView};

/// Resources that one session may be subscribed to.
pub(super) const RESOURCES_MAX: usize = 1_024;

/// The resources that one session is subscribed to.
pub(super) type Subscribed = Arc<Mutex<BTreeSet<String>>>;

/// What to say.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    Tools,
    Prompts,
    Resources,
    Resource(String),
}

/// What a change means to somebody who sees `view`.
fn words(change: &McpChange, view: &McpView) -> Vec<Word> {
    if !view.shows(&change.plugin) {
        return Vec::new();
    }
    let Some(McpChangedRequest { what, uri }) = &change.what else {
        return vec![Word::Tools, Word::Prompts, Word::Resources];
    };
    match what {
        McpChangedRequestWhat::Tools => vec![Word::Tools],
        McpChangedRequestWhat::Prompts => vec![Word::Prompts],
        McpChangedRequestWhat::Resources => vec![Word::Resources],
        McpChangedRequestWhat::Resource => uri.iter().cloned().map(Word::Resource).collect(),
    }
}

/// The next things to say; none when nobody will change anything any more. Whoever was too slow is told of everything, each
/// resource that it is `subscribed` to as well.
async fn next(
    changes: &mut Receiver<McpChange>,
    view: &McpView,
    subscribed: impl Fn() -> Vec<String>,
) -> Option<Vec<Word>> {
    match changes.recv().await {
        Ok(change) => Some(words(&change, view)),
        Err(RecvError::Lagged(_)) => {
            let lists = [Word::Tools, Word::Prompts, Word::Resources];
            let resources = subscribed().into_iter().map(Word::Resource);
            Some(lists.into_iter().chain(resources).collect())
        }
        Err(RecvError::Closed) => None,
    }
}

/// Serves a subscription until its client ends it or the server stops.
pub(super) async fn listen(
    subscription: &SubscriptionContext,
    mut changes: Receiver<McpChange>,
    view: &McpView,
    stop: &CancellationToken,
) {
    let sink = subscription.sink();
    let subscribed = || sink.accepted().resource_subscriptions.clone();
    loop {
        let words = tokio::select! {
            () = subscription.cancelled() => return,
            () = stop.cancelled() => return,
            words = next(&mut changes, view, || subscribed().unwrap_or_default()) => words,
        };
        let Some(words) = words else {
            return;
        };
        for word in words {
            // The sink knows what the client subscribed to, and refuses the rest.
            let _ = match word {
                Word::Tools => sink.notify_tool_list_changed().await,
                Word::Prompts => sink.notify_prompt_list_changed().await,
                Word::Resources => sink.notify_resource_list_changed().await,
                Word::Resource(uri) => sink.notify_resource_updated(uri).await,
            };
        }
    }
}

/// Tells a session of changes until it ends.
pub(super) async fn tell(
    peer: Peer<RoleServer>,
    mut changes: Receiver<McpChange>,
    view: McpView,
    subscribed: Subscribed,
    stop: CancellationToken,
) {
    let all = || {
        let subscribed = subscribed.lock().unwrap_or_else(PoisonError::into_inner);
        subscribed.iter().cloned().collect()
    };
    loop {
        let words = tokio::select! {
            () = stop.cancelled() => return,
            words = next(&mut changes, &view, all) => words,
        };
        let Some(words) = words else {
            return;
        };
        for word in words {
            let told = match word {
                Word::Tools => peer.notify_tool_list_changed().await,
                Word::Prompts => peer.notify_prompt_list_changed().await,
                Word::Resources => peer.notify_resource_list_changed().await,
                Word::Resource(uri) => {
                    let wanted = subscribed
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .contains(&uri);
                    if !wanted {
                        continue;
                    }
                    let updated = ResourceUpdatedNotificationParam::new(uri);
                    peer.notify_resource_updated(updated).await
                }
            };
            if told.is_err() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(what: Option<McpChangedRequest>) -> McpChange {
        McpChange {
            plugin: "forge".to_owned(),
            what,
        }
    }

    #[test]
    fn a_reload_changes_every_list_of_those_who_see_the_plugin() {
        let all = words(&change(None), &McpView::default());
        assert_eq!(all, [Word::Tools, Word::Prompts, Word::Resources]);
        let other = McpView {
            plugins: Some(vec!["counter".to_owned()]),
        };
        assert_eq!(words(&change(None), &other), []);
    }

    #[tokio::test]
    async fn whoever_was_too_slow_is_told_of_everything() {
        let (say, mut changes) = tokio::sync::broadcast::channel(1);
        for _ in 0..3 {
            say.send(change(None)).unwrap();
        }
        let subscribed = || vec!["forge://status".to_owned()];
        let said = next(&mut changes, &McpView::default(), subscribed).await;
        let resource = Word::Resource("forge://status".to_owned());
        let all = vec![Word::Tools, Word::Prompts, Word::Resources, resource];
        assert_eq!(said, Some(all));
    }

    #[test]
    fn one_resource_is_named() {
        let what = McpChangedRequest {
            what: McpChangedRequestWhat::Resource,
            uri: Some("forge://status".to_owned()),
        };
        let said = words(&change(Some(what)), &McpView::default());
        assert_eq!(said, [Word::Resource("forge://status".to_owned())]);
    }
}
