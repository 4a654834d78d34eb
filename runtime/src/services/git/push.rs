//! Pushing, through the `git` program.
//!
//! A push runs in an empty repository of ours, made for it and thrown away after it. It borrows the real one's objects
//! and nothing else: none of the real one's configuration is read, so that no remote, no `insteadOf`, no helper, hook,
//! signer or monitor that somebody wrote there can change what happens. What is pushed are object ids, where it goes is
//! the URL that was judged. Tracking references of the real repository are not updated.
//!
//! Only a remote's *name* needs the real configuration: `git remote get-url` reads it, runs nothing, and says the URL
//! that git would push to after `pushurl`, `pushInsteadOf` and `insteadOf`. That URL is what is judged.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::time::Instant;

use tempfile::TempDir;

use super::location::revision;
use super::program::{self, arguments};
use super::{GitError, GitService, GitSettings, Judged};
use crate::permits::PushUrl;
use crate::services::files;

/// How much a reason of the other side may say, in characters.
const REASON_LENGTH_MAX: usize = 200;
/// More notes than any push makes, in bytes.
const TRACE_BYTES_MAX: u64 = 4 << 20;
/// How git begins to say that the other side has not told what became of a reference.
const UNREPORTED: &str = "[remote failure]";

/// What to push.
#[derive(Debug, Clone)]
pub struct PushQuery {
    /// Where to: what was judged.
    pub url: PushUrl,
    /// What, all of it or nothing.
    pub refs: Vec<PushRef>,
}

/// One reference to push.
#[derive(Debug, Clone)]
pub struct PushRef {
    /// A revision here.
    pub source: String,
    /// Full name over there.
    pub target: String,
    /// The object id it must have there, empty for a reference that must not be there; none for fast-forwards alone.
    pub lease: Option<String>,
}

/// One reference that was pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushedRef {
    /// Full name.
    pub target: String,
    /// What became of it.
    pub outcome: PushOutcome,
    /// Object id it had; none where it did not exist.
    pub before: Option<String>,
    /// Object id it has.
    pub after: String,
}

/// What became of a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PushOutcome {
    /// It did not exist before.
    Created,
    /// It was moved forward.
    Updated,
    /// It was moved to what does not descend from its former commit.
    Forced,
    /// It was there already.
    UpToDate,
}

impl GitService {
    /// Says where git would push to for a remote's name.
    ///
    /// # Errors
    ///
    /// `NotFound` for a remote that does not exist, `Conflict` for one with several URLs, `Invalid` for one whose URL is
    /// none that can be judged.
    pub async fn push_url(
        &self,
        judged: Judged,
        remote: String,
        deadline: Instant,
    ) -> Result<PushUrl, GitError> {
        if !git2::Remote::is_valid_name(&remote) || remote.starts_with('-') {
            return Err(GitError::Invalid(
                "`remote` is no name for a remote".to_owned(),
            ));
        }
        let git_dir = self
            .on(judged, deadline, |_, location, _, _| {
                Ok(location.git_dir().to_path_buf())
            })
            .await?;
        let asked = arguments(["remote", "get-url", "--push", "--all", &remote]);
        let output =
            program::run(self.settings(), &git_dir, "none", &asked, None, deadline).await?;
        if !output.success {
            tracing::debug!("git remote get-url: {}", output.stderr);
            return Err(GitError::NotFound(format!("no remote `{remote}`")));
        }
        let mut lines = output.stdout.lines();
        match (lines.next(), lines.next()) {
            (Some(url), None) => self.push_place(url, deadline).await,
            (None, _) => Err(GitError::NotFound(format!(
                "the remote `{remote}` has no URL"
            ))),
            _ => Err(GitError::Conflict(format!(
                "the remote `{remote}` has several push URLs; name one with `url`"
            ))),
        }
    }

    /// Parses what git would push to, with links resolved where it stays on this machine.
    ///
    /// # Errors
    ///
    /// `Invalid` for what cannot be judged; the message does not repeat the URL.
    pub async fn push_place(&self, url: &str, deadline: Instant) -> Result<PushUrl, GitError> {
        match PushUrl::parse(url) {
            Ok(PushUrl::Local { path }) => Ok(PushUrl::Local {
                path: self.resolve(&path, deadline).await?,
            }),
            Ok(remote) => Ok(remote),
            Err(error) => Err(GitError::Invalid(error.to_string())),
        }
    }

    /// Pushes, all references or none.
    ///
    /// # Errors
    ///
    /// `Conflict` when the other side refuses, `Unavailable` when it cannot be reached, `NotFound` for a revision that
    /// does not exist. After `InDoubt` and `Deadline` it is not known whether the push was done.
    pub async fn push(
        &self,
        judged: Judged,
        query: PushQuery,
        deadline: Instant,
    ) -> Result<Vec<PushedRef>, GitError> {
        let sources: Vec<String> = query
            .refs
            .iter()
            .map(|pushed| pushed.source.clone())
            .collect();
        let (ids, common_dir) = self
            .on(judged, deadline, move |repository, location, _, _| {
                let ids: Result<Vec<String>, GitError> = sources
                    .iter()
                    .map(|source| {
                        revision(repository, source).map(|object| object.id().to_string())
                    })
                    .collect();
                Ok((ids?, location.common_dir().to_path_buf()))
            })
            .await?;
        let scratch = scratch(&common_dir)?;
        let protocol = query.url.remote().map_or("file", |url| url.scheme().name());
        let asked = push_arguments(self.settings(), &query, &ids);
        let (git_dir, trace) = (scratch.path(), scratch.path().join("trace"));
        let output = program::run(
            self.settings(),
            git_dir,
            protocol,
            &asked,
            Some(&trace),
            deadline,
        )
        .await?;
        outcomes(&output, &query, ids, || begun(&trace))
    }
}

/// Whether git takes this for a full name of a reference.
#[must_use]
pub fn is_reference_name(name: &str) -> bool {
    name.starts_with("refs/") && git2::Reference::is_valid_name(name)
}

/// Makes an empty repository that borrows another one's objects.
fn scratch(common_dir: &Path) -> Result<TempDir, GitError> {
    let failed = |_| GitError::Unavailable("no temporary repository could be made".to_owned());
    let scratch = tempfile::Builder::new()
        .prefix("sinew-push-")
        .tempdir()
        .map_err(failed)?;
    let at = |name: &str| scratch.path().join(name);
    fs::create_dir_all(at("objects/info")).map_err(failed)?;
    fs::create_dir_all(at("refs/heads")).map_err(failed)?;
    fs::write(at("HEAD"), "ref: refs/heads/none\n").map_err(failed)?;
    fs::write(
        at("config"),
        "[core]\n\trepositoryformatversion = 0\n\tbare = true\n",
    )
    .map_err(failed)?;
    let objects = common_dir
        .join("objects")
        .into_os_string()
        .into_string()
        .ok()
        .filter(|path| !path.contains('\n'));
    let Some(objects) = objects else {
        return Err(GitError::Unavailable(
            "the repository's path cannot be given to git".to_owned(),
        ));
    };
    fs::write(at("objects/info/alternates"), objects + "\n").map_err(failed)?;
    // Where a shallow clone's history ends has to be known, or git misses the rest.
    let shallow = common_dir.join("shallow");
    if shallow.is_file() {
        fs::copy(shallow, at("shallow")).map_err(failed)?;
    }
    Ok(scratch)
}

fn push_arguments(settings: &GitSettings, query: &PushQuery, ids: &[String]) -> Vec<OsString> {
    let mut list = arguments([
        "push",
        "--porcelain",
        "--no-verify",
        "--no-signed",
        "--no-progress",
    ]);
    if query.refs.len() > 1 {
        list.push("--atomic".into());
    }
    if query.url.local().is_some() {
        list.push(format!("--receive-pack={}", receiver(&settings.program)).into());
    }
    for pushed in &query.refs {
        if let Some(lease) = &pushed.lease {
            // It also lets the reference be moved to what does not descend from it.
            list.push(format!("--force-with-lease={}:{lease}", pushed.target).into());
        }
    }
    list.push("--".into());
    list.push(query.url.spelled());
    list.extend(
        query
            .refs
            .iter()
            .zip(ids)
            .map(|(pushed, id)| format!("{id}:{}", pushed.target).into()),
    );
    list
}

/// The receiving end on this machine, which would otherwise run the other repository's hooks. git gives this to a shell;
/// nothing of it comes from a request.
fn receiver(program: &Path) -> String {
    let program = program.to_string_lossy().replace('\'', r"'\''");
    format!(
        "'{program}' -c core.hooksPath=/dev/null -c core.fsmonitor=false -c core.alternateRefsCommand=true \
         -c receive.autogc=false -c gc.auto=0 -c maintenance.auto=false -c receive.denyCurrentBranch=refuse receive-pack"
    )
}

/// Whether a push may have been done, by the notes of its run: without a pack the other side does nothing, and
/// `pack-objects` makes it. Without notes nobody knows.
fn begun(trace: &Path) -> bool {
    files::text(trace, TRACE_BYTES_MAX).map_or(true, |notes| notes.contains("\"pack-objects\""))
}

/// Reads `git push --porcelain`: `<flag>\t<from>:<to>\t<summary> (<reason>)`, a line for each reference.
fn outcomes(
    output: &program::Output,
    query: &PushQuery,
    ids: Vec<String>,
    begun: impl Fn() -> bool,
) -> Result<Vec<PushedRef>, GitError> {
    let in_doubt = || {
        GitError::InDoubt(
            "the connection broke when the push had begun, and it may have been done".to_owned(),
        )
    };
    let lines: Vec<(char, &str, &str)> = output
        .stdout
        .lines()
        .filter_map(|line| {
            let mut fields = line.splitn(3, '\t');
            let (flag, names, summary) = (fields.next()?, fields.next()?, fields.next()?);
            Some((flag.chars().next()?, names.rsplit_once(':')?.1, summary))
        })
        .collect();
    if let Some((_, target, summary)) = lines.iter().find(|(flag, _, _)| *flag == '!') {
        if summary.starts_with(UNREPORTED) {
            tracing::debug!("git push: {}", output.stderr);
            return Err(in_doubt());
        }
        let reason: String = summary
            .chars()
            .filter(|character| !character.is_control())
            .take(REASON_LENGTH_MAX)
            .collect();
        return Err(GitError::Conflict(format!(
            "the other side did not take `{target}`: {reason}"
        )));
    }
    if !output.success {
        tracing::debug!("git push: {}", output.stderr);
        if begun() {
            return Err(in_doubt());
        }
        return Err(GitError::Unavailable(
            "the repository to push to cannot be reached, or does not let us in".to_owned(),
        ));
    }
    query
        .refs
        .iter()
        .zip(ids)
        .map(|(pushed, after)| {
            let unclear =
                || GitError::InDoubt("git did not say what became of the push".to_owned());
            let (flag, _, summary) = lines
                .iter()
                .find(|(_, target, _)| *target == pushed.target)
                .ok_or_else(unclear)?;
            // `old..new`, or `old...new` for a forced one.
            let old = summary.split_once("..").map(|(old, _)| old.to_owned());
            let (outcome, before) = match flag {
                ' ' => (PushOutcome::Updated, old),
                '+' => (PushOutcome::Forced, old),
                '*' => (PushOutcome::Created, None),
                '=' => (PushOutcome::UpToDate, Some(after.clone())),
                _ => return Err(unclear()),
            };
            Ok(PushedRef {
                target: pushed.target.clone(),
                outcome,
                before,
                after,
            })
        })
        .collect()
}
