//! Lists, which GitHub hands out in pages.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::answer::parsed;
use super::exchange::Ask;
use super::service::Errand;
use super::target::Target;
use super::{GithubError, GithubService};

/// The most entries that GitHub puts on a page.
pub(super) const PAGE_ITEMS_MAX: usize = 100;

/// Some of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<T> {
    /// The entries.
    pub items: Vec<T>,
    /// Whether there are, or may be, more.
    pub truncated: bool,
}

/// A list, and how much of it is wanted.
pub(super) struct Pages {
    pub(super) target: Target,
    /// Entries on a page.
    pub(super) size: usize,
    /// Number of the first page.
    pub(super) first: u64,
    /// How many entries are wanted.
    pub(super) limit: usize,
}

/// What a page of some list looks like.
pub(super) trait Page: DeserializeOwned {
    type Item;
    fn items(self) -> Vec<Self::Item>;
}

/// A page that is the list itself.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct Plain<T>(Vec<T>);

impl<T: DeserializeOwned> Page for Plain<T> {
    type Item = T;
    fn items(self) -> Vec<T> {
        self.0
    }
}

// === impl Pages ===

impl Pages {
    /// The first so many entries.
    pub(super) fn first(target: Target, limit: usize) -> Self {
        Self {
            target,
            size: limit.clamp(1, PAGE_ITEMS_MAX),
            first: 1,
            limit,
        }
    }
}

impl GithubService {
    /// Lists what `keep` keeps. Pages are counted here: where an answer says that the next one is, is not looked at.
    pub(super) async fn list<P: Page, T>(
        &self,
        errand: &mut Errand,
        pages: &Pages,
        mut keep: impl FnMut(P::Item) -> Option<T>,
    ) -> Result<Listed<T>, GithubError> {
        let mut listed = Listed {
            items: Vec::new(),
            truncated: false,
        };
        let size = pages.size.to_string();
        for page in pages.first..pages.first + u64::from(self.shared.settings.pages_max) {
            let target = pages
                .target
                .clone()
                .query("per_page", &size)
                .query("page", &page.to_string());
            let received = self.send(errand, &Ask::get(target)).await?;
            let items = parsed::<P>(&received.body)?.items();
            listed.truncated = received.more && !items.is_empty();
            for item in items {
                if listed.items.len() == pages.limit {
                    listed.truncated = true;
                    break;
                }
                listed.items.extend(keep(item));
            }
            if !listed.truncated || listed.items.len() == pages.limit {
                break;
            }
        }
        Ok(listed)
    }
}
