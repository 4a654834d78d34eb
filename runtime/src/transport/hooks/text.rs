//! The length of a text, as the client counts it.

/// The client's limit on one string of an answer, in UTF-16 code units: what its language counts.
pub const TEXT_CHARACTERS_MAX: usize = 10_000;

/// What stands at the end of a text that was cut.
const CUT: &str = " … (cut: too long)";

/// Cuts a text to the client's limit; tells whether it did.
pub(super) fn cut(text: &mut String) -> bool {
    // A text has at least as many bytes as UTF-16 units, so the common case needs no counting.
    if text.len() <= TEXT_CHARACTERS_MAX || text.encode_utf16().count() <= TEXT_CHARACTERS_MAX {
        return false;
    }
    let room = TEXT_CHARACTERS_MAX - CUT.encode_utf16().count();
    let mut units = 0;
    let end = text
        .char_indices()
        .find(|(_, character)| {
            units += character.len_utf16();
            units > room
        })
        .map_or(text.len(), |(index, _)| index);
    text.truncate(end);
    text.push_str(CUT);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_at_the_limit_stays_whole() {
        let mut text = "é".repeat(TEXT_CHARACTERS_MAX);
        assert!(!cut(&mut text));
        assert_eq!(text.chars().count(), TEXT_CHARACTERS_MAX);
    }

    #[test]
    fn a_longer_text_is_cut_between_characters_and_says_so() {
        // Each of these counts twice for the client and must not be torn in half.
        let mut text = "𝄞".repeat(TEXT_CHARACTERS_MAX);
        assert!(cut(&mut text));
        assert!(text.encode_utf16().count() <= TEXT_CHARACTERS_MAX);
        assert!(text.encode_utf16().count() > TEXT_CHARACTERS_MAX - 3);
        assert!(text.ends_with(CUT));
    }
}
