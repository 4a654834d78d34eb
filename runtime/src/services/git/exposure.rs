//! Whether a file could end up in a commit.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::error::Doing as _;
use super::{GitError, GitService, Judged};

/// What git makes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exposure {
    /// It is in the index: the next commit has it.
    Tracked,
    /// It is neither in the index nor ignored: `git add .` takes it.
    Open,
    /// It is ignored.
    Ignored,
    /// It lies in no worktree of the repository.
    Outside,
}

impl GitService {
    /// Tells whether a file could be committed in the judged repository. The machine's and the person's own lists of
    /// ignored files are not read: they can change, and another machine has others.
    ///
    /// # Errors
    ///
    /// `Conflict` where the repository is not the judged one.
    pub async fn exposure(
        &self,
        judged: Judged,
        file: PathBuf,
        deadline: Instant,
    ) -> Result<Exposure, GitError> {
        self.on(judged, deadline, move |repository, location, _, _| {
            let inside = location
                .worktree()
                .and_then(|worktree| file.strip_prefix(worktree).ok());
            let Some(inside) = inside.filter(|inside| *inside != Path::new("")) else {
                return Ok(Exposure::Outside);
            };
            let index = repository.index().doing("read the index")?;
            if index.get_path(inside, 0).is_some() {
                return Ok(Exposure::Tracked);
            }
            let ignored = repository
                .is_path_ignored(inside)
                .doing("read what is ignored")?;
            Ok(if ignored {
                Exposure::Ignored
            } else {
                Exposure::Open
            })
        })
        .await
    }
}
