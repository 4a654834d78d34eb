//! A [`Word`] of shell text, with its quotes removed.

use std::ops::Range;

/// One word, as far as it can be known without running anything.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// The text without quotes. A variable or substitution stands in it as it was written.
    pub(crate) text: String,
    /// Where the word stands in the script, when that text stands there verbatim.
    pub(crate) span: Option<Range<usize>>,
    /// Whether a variable or a substitution decides part of it.
    pub(crate) expands: bool,
    /// Whether an unquoted `*`, `?`, `[` or `{a,b}` makes it a pattern.
    pub(crate) glob: bool,
    /// Whether it starts in the home folder; `text` then starts with `~`, also where `$HOME` was written.
    pub(crate) home: bool,
}

impl Word {
    /// A word that is just this text.
    pub(crate) fn literal(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    /// Appends a variable; the home folder is the only one whose value is known.
    pub(super) fn push_variable(&mut self, name: &str) {
        if name == "HOME" && self.text.is_empty() {
            self.home = true;
            self.text.push('~');
        } else {
            self.expands = true;
            self.text.extend(["${", name, "}"]);
        }
    }

    /// The text, unless something unknown decides part of it.
    pub(crate) fn known(&self) -> Option<&str> {
        (!self.expands).then_some(self.text.as_str())
    }

    /// Whether the word is an option; what follows `--` is for the caller to know.
    pub(crate) fn is_option(&self) -> bool {
        self.text.len() > 1 && self.text.starts_with('-')
    }

    /// Whether it is a cluster of short options, such as `-rf`, with this letter in it.
    pub(crate) fn has_letter(&self, letter: char) -> bool {
        self.text.starts_with('-') && !self.text.starts_with("--") && self.text.contains(letter)
    }

    /// The part after the last slash.
    pub(crate) fn base_name(&self) -> &str {
        self.text
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or_default()
    }
}
