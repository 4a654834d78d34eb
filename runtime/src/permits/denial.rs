//! What a check comes to, and how a refusal reads.

use std::fmt::Write as _;
use std::path::Path;

use super::need::Need;
use super::pattern::own_parent;

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
    /// The refusal as a sentence.
    pub message: String,
    /// The exact line that would grant it; empty where a rule denied, since no grant outweighs that.
    pub grant: String,
    pub(super) asked: Option<String>,
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
    /// The same refusal in words that tell a guest nothing it did not say itself: where a path led somewhere else
    /// than it was written, neither the place nor the rule is named.
    #[must_use]
    pub fn for_guest(&self) -> Self {
        match &self.asked {
            None => self.clone(),
            Some(message) => Self {
                rule: None,
                message: message.clone(),
                grant: String::new(),
                asked: None,
            },
        }
    }

    pub(super) fn by_rule(
        plugin: Plugin<'_>,
        need: &Need,
        what: &str,
        name: &str,
        key: String,
    ) -> Self {
        let message = format!(
            "plugin {} may not {what}: denied by {name}",
            quoted(plugin.name)
        );
        Self {
            rule: Some(key),
            message,
            grant: String::new(),
            asked: asked(plugin.name, need),
        }
    }

    /// A refusal for want of a rule. `requested` and `granted` say which of the two sides lack it.
    pub(super) fn for_want(
        plugin: Plugin<'_>,
        need: &Need,
        what: &str,
        line: &str,
        Lacking { requested, granted }: Lacking,
    ) -> Self {
        let mut message = format!("plugin {} has no permit for {what}", quoted(plugin.name));
        let mut lines = Vec::new();
        if requested {
            lines.push(format!("in its plugin.toml: [permits] {line}"));
        }
        if granted {
            let place = if plugin.has_own_file {
                format!("permits.d/{}.toml:", plugin.name)
            } else {
                format!("sinew.toml: [plugins.{}.permits]", key(plugin.name))
            };
            lines.push(format!("in {place} {line}"));
        }
        let grant = lines.join("; ");
        let _ = write!(message, "; to grant it, add {grant}");
        Self {
            rule: None,
            message,
            grant,
            asked: asked(plugin.name, need),
        }
    }
}

/// Which sides have no rule that covers a value.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Lacking {
    pub(super) requested: bool,
    pub(super) granted: bool,
}

impl Lacking {
    pub(super) fn any(self) -> bool {
        self.requested || self.granted
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self {
            requested: self.requested || other.requested,
            granted: self.granted || other.granted,
        }
    }
}

/// The guest's own words for a refusal, where the full ones would tell it more than it said.
fn asked(plugin: &str, need: &Need) -> Option<String> {
    let (family, url) = match need {
        Need::None => return None,
        Need::GitRead { .. } => ("git.read", None),
        Need::GitWrite { .. } => ("git.write", None),
        Need::GitPush { url, .. } => ("git.push", url.as_ref()),
        Need::FsRead { .. } => ("fs.read", None),
        Need::FsWrite { .. } => ("fs.write", None),
        Need::Process { .. } => ("process", None),
        Need::Net(_) | Need::Github { .. } | Need::Llm { .. } => return None,
    };
    let words = need.asked();
    let said = |path: &Path| words.iter().any(|word| as_said(Path::new(word), path));
    // What a remote's name stands for is the repository's knowledge, not the guest's.
    let url_said = url.is_none_or(|url| match url.local() {
        Some(path) => said(path),
        None => words
            .iter()
            .any(|word| *word == url.to_string() || url.spelled() == **word),
    });
    // What is checked out is the repository's knowledge, too; the targets of a push are always the guest's words.
    let refs_said =
        matches!(need, Need::GitPush { .. }) || need.refs().iter().all(|name| words.contains(name));
    if refs_said && url_said && need.paths().iter().all(|path| said(path)) {
        return None;
    }
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    Some(format!(
        "plugin {} has no permit for {family} {}",
        quoted(plugin),
        words.join(", ")
    ))
}

fn as_said(asked: &Path, path: &Path) -> bool {
    path.as_os_str() == asked.as_os_str()
        || own_parent(path).is_some_and(|parent| parent.as_os_str() == asked.as_os_str())
}

/// The rule pattern that covers exactly this path, as a TOML string: a `.git` is covered by the folder around it.
pub(super) fn path_rule(path: &Path) -> String {
    let path = own_parent(path).unwrap_or(path);
    // What no rule can spell becomes a wildcard, which is the narrowest that can be written.
    let pattern: String = path
        .to_string_lossy()
        .chars()
        .map(|character| {
            let unspeakable = character.is_control() || "?[]{}\\\u{fffd}".contains(character);
            if unspeakable { '*' } else { character }
        })
        .collect();
    quoted(&pattern)
}

/// A TOML basic string.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\n' => quoted.push_str("\\n"),
            // Also what would let a name repaint an operator's terminal.
            _ if character.is_control() || ('\u{202a}'..='\u{202e}').contains(&character) => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(character));
            }
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

/// A TOML key, quoted only where it has to be.
fn key(text: &str) -> String {
    let bare = !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    if bare { text.to_owned() } else { quoted(text) }
}
