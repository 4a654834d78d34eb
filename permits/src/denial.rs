//! What a check comes to, and how a refusal reads.

use std::fmt::Write as _;
use std::path::Path;

use sinew_schema::EffectError;

use super::WebUrl;
use super::grant::{self, Grant};
use super::judge::{Lacking, Wanted};
use super::need::{Need, NetNeed};
use super::path_pattern::own_parent;
use super::push_url::PushUrl;
use super::table::{key, quoted};

/// An allowed need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    /// The operator's rules that allow it, for the ledger; `no permit needed` where nothing is.
    pub rule: String,
}

/// A refused need.
///
/// Its words name canonical paths, which is what an operator needs and what a guest must not learn by asking. What the
/// guest is told comes from [`Denial::for_guest`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Denial {
    /// The rule that denied, for example `permits.git.deny[0]`; absent where a permit is missing.
    pub rule: Option<String>,
    /// The refusal as a sentence, with the command that would grant it, where one would.
    pub message: String,
    /// The exact lines that would grant it, and where they belong; empty where a rule denied, since no grant outweighs
    /// that, and where no rule can spell what was asked for.
    pub grant: String,
    /// What `sinew permit grant` has to be given for it; empty where the operator's side lacks nothing.
    pub grants: Vec<Grant>,
    asked: Option<String>,
}

/// Whom a refusal is for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plugin<'a> {
    pub(super) name: &'a str,
    /// Whether its grants stand in `permits.d`, which rules out that they stand in `sinew.toml`.
    pub(super) has_own_file: bool,
}

// === impl Denial ===

impl Denial {
    /// The same refusal in words that tell a guest nothing it did not say itself: where a path, a remote's name, a
    /// redirect or a host's name led somewhere, neither the place nor the rule is named.
    #[must_use]
    pub fn for_guest(&self) -> Self {
        match &self.asked {
            None => self.clone(),
            Some(message) => Self {
                rule: None,
                message: message.clone(),
                grant: String::new(),
                grants: Vec::new(),
                asked: None,
            },
        }
    }

    /// A refusal that no grant outweighs: what was asked for touches `place`, which is the gate's own.
    #[must_use]
    pub fn of_the_gate(plugin: &str, need: &Need, place: &str) -> Self {
        let message = format!(
            "plugin {} may not touch {}: it is the gate's own, whatever is granted",
            quoted(plugin),
            quoted(place)
        );
        Self {
            rule: None,
            message,
            grant: String::new(),
            grants: Vec::new(),
            asked: asked(plugin, need),
        }
    }

    pub(super) fn by_rule(
        plugin: Plugin<'_>,
        need: &Need,
        what: &str,
        name: &str,
        key: &str,
    ) -> Self {
        let message = format!(
            "plugin {} may not {what}: denied by {name}",
            quoted(plugin.name)
        );
        Self {
            rule: Some(key.to_owned()),
            message,
            grant: String::new(),
            grants: Vec::new(),
            asked: asked(plugin.name, need),
        }
    }

    /// A refusal for want of a rule.
    pub(super) fn for_want(
        plugin: Plugin<'_>,
        need: &Need,
        wanted: Wanted,
        Lacking { requested, granted }: Lacking,
    ) -> Self {
        let name = quoted(plugin.name);
        let mut message = format!("plugin {name} has no permit for {}", wanted.what);
        // A part that no rule can spell makes the rest useless.
        let grants: Vec<Grant> = wanted
            .grants
            .into_iter()
            .collect::<Option<_>>()
            .unwrap_or_default();
        let line = grant::lines(&grants);
        let mut lines = Vec::new();
        if !grants.is_empty() {
            let request = format!("in its plugin.toml: [permits] {line}");
            let ways: Vec<String> = [
                granted.then(|| grant::command(plugin.name, &grants)),
                requested.then(|| request.clone()),
            ]
            .into_iter()
            .flatten()
            .collect();
            let _ = write!(message, "; to grant it: {}", ways.join(", and "));
            if requested {
                lines.push(request);
            }
            if granted {
                let place = if plugin.has_own_file {
                    format!("permits.d/{}.toml:", plugin.name)
                } else {
                    format!("sinew.toml: [plugins.{}.permits]", key(plugin.name))
                };
                lines.push(format!("in {place} {line}"));
            }
        }
        Self {
            rule: None,
            message,
            grant: lines.join("; "),
            grants: if granted { grants } else { Vec::new() },
            asked: asked(plugin.name, need),
        }
    }
}

/// A refusal, in the words that are meant for the guest.
impl From<Denial> for EffectError {
    fn from(denial: Denial) -> Self {
        let denial = denial.for_guest();
        let mut error = Self::new(Self::CODE_DENIED, denial.message);
        error.rule = denial.rule;
        error.grant = Some(denial.grant).filter(|grant| !grant.is_empty());
        error
    }
}

/// The guest's own words for a refusal, where the full ones would tell it more than it said.
fn asked(plugin: &str, need: &Need) -> Option<String> {
    let words = need.asked();
    let path = |path: &Path| words.iter().any(|word| as_said(Path::new(word), path));
    let (family, said) = match need {
        // These are the guest's own words.
        Need::None
        | Need::Github { .. }
        | Need::Llm { .. }
        | Need::Lsp { .. }
        | Need::Mcp { .. }
        | Need::Tui
        | Need::Send(_) => return None,
        Need::GitRead { paths, .. } => ("git.read", paths.iter().all(|it| path(it))),
        // What is checked out is the repository's knowledge.
        Need::GitWrite { paths, refs, .. } => (
            "git.write",
            paths.iter().all(|it| path(it)) && refs.iter().all(|name| words.contains(name)),
        ),
        // What a remote's name stands for is the repository's, too; the targets of a push are always the guest's words.
        Need::GitPush { paths, url, .. } => (
            "git.push",
            paths.iter().all(|it| path(it))
                && url.as_ref().is_none_or(|url| push_url_said(words, url)),
        ),
        Need::FsRead { path: it, .. } => ("fs.read", path(it)),
        Need::FsWrite { path: it, .. } => ("fs.write", path(it)),
        Need::Net(net) => ("net", net_said(net)),
        Need::Process { cwd, .. } => ("process", path(cwd)),
        Need::Docker(docker) => (
            "docker",
            docker.mounts.iter().all(|mount| path(&mount.path)),
        ),
    };
    if said {
        return None;
    }
    let mut message = format!("plugin {} has no permit for {family}", quoted(plugin));
    for (index, word) in words.iter().enumerate() {
        let _ = write!(
            message,
            "{} {}",
            if index == 0 { "" } else { "," },
            quoted(word)
        );
    }
    Some(message)
}

fn as_said(asked: &Path, path: &Path) -> bool {
    path.as_os_str() == asked.as_os_str()
        || own_parent(path).is_some_and(|parent| parent.as_os_str() == asked.as_os_str())
}

fn push_url_said(words: &[String], url: &PushUrl) -> bool {
    match url.local() {
        Some(path) => words.iter().any(|word| as_said(Path::new(word), path)),
        None => words
            .iter()
            .any(|word| *word == url.to_string() || url.spelled() == **word),
    }
}

/// Where a redirect leads is the server's knowledge, and what a name resolves to is the network's.
fn net_said(need: &NetNeed) -> bool {
    let url_said = need
        .asked
        .iter()
        .any(|word| WebUrl::parse(word).as_ref() == Ok(&need.url));
    url_said && (need.address.is_none() || need.address == need.url.address())
}
