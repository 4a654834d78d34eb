//! Committing: staging, writing the commit, moving the branch.

use std::fs;
use std::path::Path;
use std::time::Instant;

use git2::{
    AttrCheckFlags, AttrValue, ErrorCode, Index, IndexAddOption, Oid, Repository, RepositoryState,
    Time,
};

use super::error::Doing as _;
use super::location::worktree_of;
use super::log::described;
use super::{
    Commit, GitError, GitIdentity, GitService, GitSettings, Head, Judged, Location, change, head,
    library,
};
use crate::services::threads::Wanted;

/// What to commit.
#[derive(Debug, Clone, Default)]
pub struct CommitQuery {
    /// The message.
    pub message: String,
    /// Files and folders to stage first.
    pub paths: Vec<String>,
    /// Whether to stage everything that git tracks first.
    pub all: bool,
    /// Who wrote the change; none for the configured identity.
    pub author: Option<GitIdentity>,
    /// Whether a commit that changes nothing is fine.
    pub allow_empty: bool,
    /// The commit's time, in seconds since 1970-01-01T00:00:00Z.
    pub seconds: i64,
    /// The references that were judged, as [`Head::references`] said.
    pub references: Vec<String>,
}

impl GitService {
    /// Commits to the branch that is checked out, and returns the commit and the branch's short name. No hook, filter
    /// or signer is run.
    ///
    /// # Errors
    ///
    /// `Conflict` when there is nothing to commit, `HEAD` is detached or is not what was judged, a merge or rebase is
    /// under way, or somebody else moved the branch meanwhile.
    pub async fn commit(
        &self,
        judged: Judged,
        query: CommitQuery,
        deadline: Instant,
    ) -> Result<(Commit, String), GitError> {
        self.on(
            judged,
            deadline,
            move |repository, location, settings, wanted| {
                Committing {
                    repository,
                    location,
                    settings,
                    query: &query,
                    wanted,
                }
                .run()
            },
        )
        .await
    }
}

struct Committing<'a> {
    repository: &'a Repository,
    location: &'a Location,
    settings: &'a GitSettings,
    query: &'a CommitQuery,
    wanted: &'a Wanted,
}

impl Committing<'_> {
    fn run(&self) -> Result<(Commit, String), GitError> {
        let Self {
            repository,
            location,
            settings,
            query,
            wanted,
        } = self;
        let worktree = worktree_of(location)?;
        let message = self.message()?;
        if repository.state() != RepositoryState::Clean {
            return Err(conflict("a merge, a rebase or the like is under way"));
        }
        let head = head::read(repository)?;
        if head.references != query.references {
            return Err(conflict(
                "another branch was checked out after its permit was checked",
            ));
        }
        let (Some(reference), Some(branch)) = (head.reference(), head.branch()) else {
            return Err(conflict(
                "`HEAD` is detached: there is no branch to commit to",
            ));
        };
        let (author, committer) = self.signatures()?;

        let mut index = repository.index().doing("read the index")?;
        self.stage(&mut index, worktree)?;
        if index.has_conflicts() {
            return Err(conflict("files are in conflict"));
        }
        let tree = index.write_tree().doing("write the files")?;
        let tree = repository.find_tree(tree).doing("write the files")?;
        let parent = self.parent(&head)?;
        let same = match &parent {
            Some(parent) => parent.tree_id() == tree.id(),
            None => tree.is_empty(),
        };
        if same && !query.allow_empty {
            return Err(conflict("there is nothing to commit"));
        }

        wanted.check()?;
        // The index first: where somebody holds it, nothing has happened yet.
        index.write().doing("write the index")?;
        let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
        let id = repository
            .commit(None, &author, &committer, &message, &tree, &parents)
            .doing("write the commit")?;
        self.advance(
            reference,
            parent.as_ref().map(git2::Commit::id),
            id,
            &committer,
        )?;
        let commit = repository.find_commit(id).doing("read the commit")?;
        Ok((described(&commit, settings), branch.to_owned()))
    }

    fn message(&self) -> Result<String, GitError> {
        let message = &self.query.message;
        if message.trim().is_empty() || message.contains('\0') {
            return Err(GitError::Invalid(
                "`message` is empty or has a zero byte in it".to_owned(),
            ));
        }
        if message.len() > self.settings.text_bytes_max {
            let most = self.settings.text_bytes_max;
            return Err(GitError::TooLarge(format!(
                "`message` has more than {most} bytes"
            )));
        }
        Ok(if message.ends_with('\n') {
            message.clone()
        } else {
            format!("{message}\n")
        })
    }

    /// The repository's own configuration, the user's, the operator's: the first that has both parts.
    fn signatures(&self) -> Result<(git2::Signature<'static>, git2::Signature<'static>), GitError> {
        let configured = self
            .repository
            .config()
            .ok()
            .and_then(|config| library::identity_in(&config))
            .or_else(|| {
                let asked = self.settings.user_identity;
                asked.then(library::user_identity).flatten()
            })
            .or_else(|| self.settings.identity.clone());
        let author = self
            .query
            .author
            .clone()
            .or_else(|| configured.clone())
            .ok_or_else(|| {
                GitError::Invalid(
                    "`author` is needed: git is configured with no name and mail address"
                        .to_owned(),
                )
            })?;
        let committer = configured.unwrap_or_else(|| author.clone());
        let time = Time::new(self.query.seconds, 0);
        let signature = |identity: &GitIdentity| {
            let odd =
                |text: &str| text.trim().is_empty() || text.contains(['<', '>', '\n', '\r', '\0']);
            if odd(&identity.name) || odd(&identity.email) {
                return Err(GitError::Invalid(
                    "a name or a mail address is empty or has `<`, `>` or a line break".to_owned(),
                ));
            }
            git2::Signature::new(&identity.name, &identity.email, &time).doing("sign the commit")
        };
        Ok((signature(&author)?, signature(&committer)?))
    }

    fn parent(&self, head: &Head) -> Result<Option<git2::Commit<'_>>, GitError> {
        let Some(id) = &head.commit else {
            return Ok(None);
        };
        let id = Oid::from_str(id).doing("read `HEAD`")?;
        self.repository
            .find_commit(id)
            .doing("read `HEAD`")
            .map(Some)
    }

    fn stage(&self, index: &mut Index, worktree: &Path) -> Result<(), GitError> {
        let query = self.query;
        let paths = change::relative(&query.paths)?;
        if query.all && !paths.is_empty() {
            return Err(GitError::Invalid(
                "`all` and `paths` are two ways to stage".to_owned(),
            ));
        }
        if query.all {
            let mut refused = None;
            let updated = index.update_all(
                ["*"],
                Some(&mut |path, _| self.judge(worktree, path, &mut refused)),
            );
            refused.map_or(Ok(()), Err)?;
            updated.doing("stage the files")?;
        }
        for path in &paths {
            let mut refused = None;
            let mut found = known(index, path);
            let flags = IndexAddOption::DEFAULT | IndexAddOption::DISABLE_PATHSPEC_MATCH;
            let added = index.add_all(
                [path],
                flags,
                Some(&mut |path, _| {
                    found = true;
                    self.judge(worktree, path, &mut refused)
                }),
            );
            refused.map_or(Ok(()), Err)?;
            added.doing("stage the files")?;
            if !found {
                return Err(GitError::NotFound(format!(
                    "no file `{}` that git would track",
                    path.display()
                )));
            }
        }
        Ok(())
    }

    /// Asked for each file before it is staged: 0 stages it, -1 ends the staging.
    fn judge(&self, worktree: &Path, path: &Path, refused: &mut Option<GitError>) -> i32 {
        let verdict = self
            .wanted
            .check()
            .map_err(GitError::from)
            .and_then(|()| self.stageable(worktree, path));
        match verdict {
            Ok(()) => 0,
            Err(error) => {
                *refused = Some(error);
                -1
            }
        }
    }

    /// A file that git would send through a program is not ours to commit: its bytes in the worktree are not what
    /// belongs into the repository, and the program is not run.
    fn stageable(&self, worktree: &Path, path: &Path) -> Result<(), GitError> {
        for attribute in ["filter", "working-tree-encoding"] {
            let value =
                self.repository
                    .get_attr_bytes(path, attribute, AttrCheckFlags::FILE_THEN_INDEX);
            if let AttrValue::String(_) | AttrValue::Bytes(_) =
                AttrValue::from_bytes(value.doing("read attributes")?)
            {
                let message = format!(
                    "`{}` has the attribute `{attribute}`, which is not applied here",
                    path.display()
                );
                return Err(GitError::Conflict(message));
            }
        }
        let metadata = fs::symlink_metadata(worktree.join(path));
        if metadata.as_ref().is_ok_and(fs::Metadata::is_dir) {
            let message = format!(
                "`{}` is a repository of its own, which nobody judged",
                path.display()
            );
            return Err(GitError::Conflict(message));
        }
        // A deleted file has no size.
        let bytes = metadata.map_or(0, |metadata| metadata.len());
        if bytes > self.settings.file_bytes_max {
            let most = self.settings.file_bytes_max;
            return Err(GitError::TooLarge(format!(
                "`{}` has more than {most} bytes",
                path.display()
            )));
        }
        Ok(())
    }

    /// Moves the branch from its parent to the commit, under the branch's lock: nobody's commit is lost, and what was
    /// judged to be a branch is not followed should it have become a symbolic reference.
    fn advance(
        &self,
        reference: &str,
        parent: Option<Oid>,
        commit: Oid,
        committer: &git2::Signature<'_>,
    ) -> Result<(), GitError> {
        let mut transaction = self.repository.transaction().doing("lock the branch")?;
        transaction.lock_ref(reference).doing("lock the branch")?;
        let now = match self.repository.find_reference(reference) {
            Ok(found) => found.target(),
            Err(error) if error.code() == ErrorCode::NotFound => None,
            Err(error) => return Err(GitError::of("read the branch", &error)),
        };
        if now != parent {
            return Err(conflict("somebody else moved the branch meanwhile"));
        }
        let summary = self.query.message.lines().next().unwrap_or_default();
        let initial = if parent.is_none() { " (initial)" } else { "" };
        transaction
            .set_target(
                reference,
                commit,
                Some(committer),
                &format!("commit{initial}: {summary}"),
            )
            .doing("move the branch")?;
        transaction.commit().doing("move the branch")
    }
}

/// Whether git tracks the file, or a file below the folder.
fn known(index: &Index, path: &Path) -> bool {
    index.get_path(path, 0).is_some() || index.find_prefix(path.join("")).is_ok()
}

fn conflict(message: &str) -> GitError {
    GitError::Conflict(message.to_owned())
}
