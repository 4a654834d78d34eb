//! The marker by which something that was made is found again.

use sha2::{Digest as _, Sha256};

use super::RepositoryName;

/// How much of the digest a marker shows, in bytes.
const SHOWN_BYTES: usize = 16;

/// What makes two requests the same one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key<'a> {
    /// The host's own key of a request that may be repeated after a crash.
    Repeat(&'a str),
    /// A key that the plugin chose.
    Given(&'a str),
}

/// An HTML comment, which nobody sees, at the end of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    text: String,
    /// Whether what it is looked for in may be of any age.
    any_age: bool,
}

// === impl Marker ===

impl Marker {
    /// Makes the marker of what `effect` makes for `plugin` in a place: a repository, or an issue of it.
    #[must_use]
    pub fn new(
        plugin: &str,
        effect: &str,
        repository: &RepositoryName,
        issue: Option<u64>,
        key: Key<'_>,
    ) -> Self {
        let (kind, key) = match key {
            Key::Repeat(key) => ("repeat", key),
            Key::Given(key) => ("given", key),
        };
        let place = issue.map_or_else(
            || repository.to_string(),
            |issue| format!("{repository}#{issue}"),
        );
        let mut hash = Sha256::new();
        for part in ["sinew github marker 1", plugin, effect, &place, kind, key] {
            // The length first, so that no two lists of parts are one text.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        let digest = hex::encode(&hash.finalize()[..SHOWN_BYTES]);
        Self {
            text: format!("<!-- sinew:{digest} -->"),
            any_age: kind == "given",
        }
    }

    /// The text with the marker at its end.
    pub(super) fn under(&self, text: &str) -> String {
        if text.is_empty() {
            return self.text.clone();
        }
        format!("{text}\n\n{}", self.text)
    }

    /// Whether a text ends in the marker. Only the end counts: what stands before it is what a plugin wrote, and another
    /// plugin's marker could be in there.
    pub(super) fn ends(&self, text: &str) -> bool {
        text.trim_end().ends_with(&self.text)
    }

    /// Whether it is looked for in everything, however old: a plugin may keep a key as long as it likes, while a crash
    /// is soon over.
    pub(super) fn any_age(&self) -> bool {
        self.any_age
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_differ_wherever_anything_does_and_count_at_the_end_alone() {
        let api = RepositoryName::parse("acme/api").unwrap();
        let web = RepositoryName::parse("acme/web").unwrap();
        let markers = [
            Marker::new("forge", "github_comment", &api, Some(1), Key::Given("k")),
            Marker::new("forge", "github_comment", &api, Some(1), Key::Repeat("k")),
            Marker::new("forge", "github_comment", &api, Some(2), Key::Given("k")),
            Marker::new("forge", "github_comment", &api, None, Key::Given("k")),
            Marker::new("forge", "github_comment", &web, Some(1), Key::Given("k")),
            Marker::new(
                "forge",
                "github_create_issue",
                &api,
                Some(1),
                Key::Given("k"),
            ),
            Marker::new("forg", "egithub_comment", &api, Some(1), Key::Given("k")),
            Marker::new("other", "github_comment", &api, Some(1), Key::Given("k")),
        ];
        for (index, marker) in markers.iter().enumerate() {
            assert!(
                !markers[..index]
                    .iter()
                    .any(|other| other.text == marker.text),
                "{index}"
            );
        }
        let [one, two, ..] = &markers;
        assert!(one.ends(&one.under("text")) && one.ends(&one.under("")));
        assert!(one.ends(&format!("{}\r\n", one.under("text"))));
        assert!(
            !one.ends(&two.under(&one.under("text"))),
            "a plugin may write what it likes"
        );
    }
}
