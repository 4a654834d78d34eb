//! What GitHub says, made fit for a message of ours.

/// Longest text of GitHub's in a message, in characters.
const CHARACTERS_MAX: usize = 300;

/// `text` on one line, without control and invisible characters, and not too long.
pub(super) fn printable(text: &str) -> String {
    let mut line = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == CHARACTERS_MAX {
            line.push('…');
            break;
        }
        line.push(if character.is_control() || is_invisible(character) {
            ' '
        } else {
            character
        });
    }
    line
}

/// Characters that change how others are shown, or are not shown themselves.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_cannot_pretend_to_be_another_line() {
        assert_eq!(printable("a\r\nb\u{1b}[2Jc\u{202e}d"), "a  b [2Jc d");
        let long = printable(&"ä".repeat(1_000));
        assert_eq!(long.chars().count(), CHARACTERS_MAX + 1);
        assert!(long.ends_with('…'));
    }
}
