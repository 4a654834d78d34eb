//! What somebody wrote at GitHub: Markdown, and as long as they liked.

use serde::{Deserialize, Deserializer};

/// The text of an issue, a comment, a pull request or a review.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Body {
    /// The text; none where there is none.
    pub text: Option<String>,
    /// Whether it was cut.
    pub truncated: bool,
}

// === impl Body ===

impl Body {
    /// Cuts what is longer than `bytes_max`, between two characters.
    pub(super) fn cut(&mut self, bytes_max: usize) {
        if let Some(text) = &mut self.text
            && text.len() > bytes_max
        {
            text.truncate(text.floor_char_boundary(bytes_max));
            self.truncated = true;
        }
    }

    pub(super) fn as_str(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }
}

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self {
            text: Option::deserialize(deserializer)?,
            truncated: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        let mut body: Body = serde_json::from_str(r#""aäöü""#).unwrap();
        body.cut(7);
        assert_eq!((body.as_str(), body.truncated), ("aäöü", false));
        body.cut(4);
        assert_eq!((body.as_str(), body.truncated), ("aä", true));
        let mut none: Body = serde_json::from_str("null").unwrap();
        none.cut(0);
        assert_eq!(none, Body::default());
    }
}
