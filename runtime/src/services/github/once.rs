//! Making something once: it is looked for by its marker before, and again where nobody knows whether it was made.

use serde::de::DeserializeOwned;

use super::exchange::Ask;
use super::service::Errand;
use super::{Body, GithubError, GithubService};

/// Something that was asked to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created<T> {
    /// It.
    pub item: T,
    /// Whether it was made now; otherwise an earlier request had made it.
    pub created: bool,
}

/// Something at GitHub that says something.
pub(super) trait Speaking: DeserializeOwned {
    /// What it says.
    fn body(&mut self) -> &mut Body;

    /// Leaves out what is more than a limit allows.
    fn cut(mut self, text_bytes_max: usize) -> Self {
        self.body().cut(text_bytes_max);
        self
    }
}

/// What is to be made, as it is found where it was made before.
pub(super) trait Wanted: Sync {
    /// It.
    type Made: Speaking + Send;

    /// Looks for it.
    fn look(
        &self,
        github: &GithubService,
        errand: &mut Errand,
    ) -> impl Future<Output = Result<Option<Self::Made>, GithubError>> + Send;
}

impl GithubService {
    /// Makes what `ask` asks for, unless it is found.
    ///
    /// # Errors
    /// See [`GithubError`]; what is in doubt stays so where it cannot be found.
    pub(super) async fn once<W: Wanted>(
        &self,
        errand: &mut Errand,
        ask: &Ask,
        wanted: &W,
    ) -> Result<Created<W::Made>, GithubError> {
        let _lane = self.lane(errand).await?;
        let (item, created) = match wanted.look(self, errand).await? {
            Some(found) => (found, false),
            None => match self.ask::<W::Made>(errand, ask).await {
                Err(doubt @ GithubError::InDoubt(_)) => {
                    (found_after(doubt, wanted.look(self, errand).await)?, true)
                }
                made => (made?, true),
            },
        };
        Ok(Created {
            item: item.cut(self.shared.settings.text_bytes_max),
            created,
        })
    }
}

/// Whatever a doubtful write made, if it made it; else the doubt.
pub(super) fn found_after<T>(
    doubt: GithubError,
    looked: Result<Option<T>, GithubError>,
) -> Result<T, GithubError> {
    match looked {
        Ok(Some(found)) => Ok(found),
        // It may only not be shown yet; that it could not be looked for says nothing, either.
        Ok(None) | Err(_) => Err(doubt),
    }
}
