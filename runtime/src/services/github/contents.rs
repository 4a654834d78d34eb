//! Files, as they are in a revision at GitHub.

use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::answer::parsed;
use super::exchange::{Ask, Form};
use super::printable::printable;
use super::target::Target;
use super::{GithubError, GithubService, RepositoryName};

/// Which file.
#[derive(Debug, Clone)]
pub struct RemoteFileQuery {
    /// Its path from the repository's root.
    pub file: String,
    /// Of which revision; none for the default branch.
    pub revision: Option<String>,
    /// The most bytes to return.
    pub bytes_max: Option<u64>,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteFile {
    /// Object id of its content.
    pub blob: String,
    /// Whether it is a symbolic link; the content is where it points to.
    pub symlink: bool,
    /// The content, or its beginning.
    pub content: Vec<u8>,
    /// Length of the whole content.
    pub total_bytes: u64,
}

/// A file, or what else has a path.
#[derive(Deserialize)]
#[serde(untagged)]
enum ContentsAnswer {
    Entry(Entry),
    /// A folder.
    Folder(#[expect(dead_code, reason = "that it is a list says it all")] Vec<IgnoredAny>),
}

#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "type")]
    kind: String,
    sha: String,
    size: u64,
    encoding: Option<String>,
    content: Option<String>,
    target: Option<String>,
}

impl GithubService {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// `Invalid` for a folder or a submodule; see [`GithubError`] for the rest.
    pub async fn file(
        &self,
        repository: &RepositoryName,
        query: &RemoteFileQuery,
        deadline: Instant,
    ) -> Result<RemoteFile, GithubError> {
        let shown = printable(&query.file);
        let segments: Vec<&str> = query.file.split('/').collect();
        if segments
            .iter()
            .any(|segment| matches!(*segment, "" | "." | ".."))
        {
            return Err(GithubError::Invalid(format!(
                "`{shown}` is no path from the repository's root"
            )));
        }
        let mut errand = self.errand(deadline, format!("file `{shown}` in `{repository}`"));
        let target = Target::of(repository, &["contents"])
            .below(&segments)
            .query_some("ref", query.revision.as_deref());
        let received = self.send(&mut errand, &Ask::get(target)).await?;
        let ContentsAnswer::Entry(entry) = parsed(&received.body)? else {
            return Err(GithubError::Invalid(format!("`{shown}` is a folder")));
        };
        let most = self.shared.settings.file_bytes_max;
        let most = query.bytes_max.map_or(most, |bytes| {
            most.min(usize::try_from(bytes).unwrap_or(usize::MAX))
        });
        let mut content = match (entry.kind.as_str(), entry.encoding.as_deref()) {
            ("symlink", _) => entry.target.unwrap_or_default().into_bytes(),
            ("file", Some("base64")) => decoded(&entry.content.unwrap_or_default())?,
            // GitHub puts no large file into its answer.
            ("file", _) => {
                let target = Target::of(repository, &["git", "blobs", &entry.sha]);
                let ask = Ask {
                    form: Form::Raw,
                    ..Ask::get(target)
                };
                errand.bytes_left = errand.bytes_left.min(most);
                self.send(&mut errand, &ask).await?.body
            }
            (kind, _) => {
                return Err(GithubError::Invalid(format!(
                    "`{shown}` is a {}",
                    printable(kind)
                )));
            }
        };
        content.truncate(most);
        Ok(RemoteFile {
            blob: entry.sha,
            symlink: entry.kind == "symlink",
            total_bytes: entry.size.max(content.len() as u64),
            content,
        })
    }
}

/// GitHub breaks base64 into lines.
fn decoded(text: &str) -> Result<Vec<u8>, GithubError> {
    let whole: String = text.split_ascii_whitespace().collect();
    STANDARD.decode(whole).map_err(|_| {
        GithubError::Unavailable(
            "what GitHub answered cannot be read: the content is no base64".to_owned(),
        )
    })
}
