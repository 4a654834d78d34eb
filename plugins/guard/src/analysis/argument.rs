//! An [`Argument`]: what a word expands to, as far as that can be known.

use std::ops::Range;

/// Stands for text that only running the command would tell.
pub(crate) const UNKNOWN: char = '\u{fffc}';

/// One argument.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Argument {
    /// Its text, with [`UNKNOWN`] for what is not known.
    pub(crate) text: String,
    /// Whether the shell would match it against files.
    pub(crate) glob: bool,
    /// Whether only some of what it matches is meant, and its name does not tell which: the old ones, the large ones.
    pub(crate) sifted: bool,
    /// The word as it was written.
    pub(crate) raw: String,
    /// Where the word stands in the tool's own command; `None` in scripts within it.
    pub(crate) span: Option<Range<usize>>,
}

// === impl Argument ===

impl Argument {
    pub(crate) fn of(text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            raw: text.clone(),
            text,
            ..Self::default()
        }
    }

    pub(crate) fn unknown(raw: impl Into<String>) -> Self {
        Self {
            text: UNKNOWN.to_string(),
            raw: raw.into(),
            ..Self::default()
        }
    }

    /// All of its text, where that is known.
    pub(crate) fn known(&self) -> Option<&str> {
        (!self.text.contains(UNKNOWN)).then_some(&self.text)
    }

    pub(crate) fn is_option(&self) -> bool {
        self.text.len() > 1 && self.text.starts_with('-')
    }

    /// Whether it is a cluster of short options with this letter in it.
    pub(crate) fn has_letter(&self, letter: char) -> bool {
        self.is_option()
            && !self.text.starts_with("--")
            && self.text[1..].chars().any(|c| c == letter)
    }

    /// Whether it is a long option, perhaps shortened, perhaps with a value: `--rec` for `--recursive`.
    pub(crate) fn is_long(&self, name: &str) -> bool {
        let Some(given) = self.text.strip_prefix("--") else {
            return false;
        };
        let given = given.split('=').next().unwrap_or_default();
        given.len() >= 3 && name.starts_with(given) || given == name
    }

    /// What stands behind the last slash.
    pub(crate) fn base_name(&self) -> &str {
        self.text
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or_default()
    }
}
