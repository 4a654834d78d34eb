//! Text from a repository, made fit to stand in a line that a model or a person reads.

/// Longest name or message in a line, in characters.
const CHARACTERS_MAX: usize = 100;

/// `text` on one line, without control characters or backticks, and not too long.
///
/// Whoever can commit can choose this text, so nothing in it may look like a line of ours.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == CHARACTERS_MAX {
            line.push('…');
            break;
        }
        line.push(if character == '`' {
            '\''
        } else if character.is_control() || is_invisible(character) {
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
        '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}'
    )
}

/// `1 file`, `2 files`.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

/// The first digits of an object id, as git shows them.
pub(crate) fn short(id: &str) -> &str {
    id.get(..10).unwrap_or(id)
}
