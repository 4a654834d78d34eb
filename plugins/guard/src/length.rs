//! How much there is to read in a command, by a look at its text: reading it takes fuel, and a turn has only so much.

/// The most words that are read; up to 170 of the usual 200 million fuel, where each is a program of its own or an address.
const WORDS_MAX: usize = 1_500;

/// How many characters of a word outside quotes count as one more word.
const CHARACTERS_OF_WORD: usize = 32;

/// Whether a command has more words than a turn can judge. What is quoted, and the text of a here-document, is one.
pub(crate) fn is_too_long(command: &str) -> bool {
    are_too_many(words(command))
}

/// Whether so many words are more than a turn can judge.
pub(crate) fn are_too_many(words: usize) -> bool {
    words > WORDS_MAX
}

/// How many words a command has, for this purpose.
pub(crate) fn words(command: &str) -> usize {
    let mut words = 0;
    let mut characters = 0;
    let mut quote = None;
    let mut until: Option<&str> = None;
    for line in command.lines() {
        if let Some(delimiter) = until {
            if line.trim_start() == delimiter {
                until = None;
            }
            continue;
        }
        let mut escaped = false;
        let mut blank = true;
        for c in line.chars() {
            let is_blank = quote.is_none() && (c.is_whitespace() || ";|&()".contains(c));
            words += usize::from(blank && !is_blank);
            characters = match (blank, quote) {
                (true, _) => 0,
                (false, None) => characters + 1,
                (false, Some(_)) => characters,
            };
            if characters == CHARACTERS_OF_WORD {
                words += 1;
                characters = 0;
            }
            blank = is_blank;
            match (quote, c) {
                _ if escaped => escaped = false,
                (Some('"') | None, '\\') => escaped = true,
                (None, '"' | '\'') => quote = Some(c),
                (Some(open), c) if open == c => quote = None,
                _ => {}
            }
        }
        if quote.is_none()
            && let Some((_, rest)) = line.split_once("<<")
            && !rest.starts_with('<')
        {
            let rest = rest
                .trim_start_matches('-')
                .trim_start()
                .trim_start_matches(['\'', '"', '\\']);
            let end = rest
                .find(|c: char| !(c.is_alphanumeric() || c == '_'))
                .unwrap_or(rest.len());
            until = Some(&rest[..end]).filter(|delimiter| !delimiter.is_empty());
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{WORDS_MAX, is_too_long, words};

    #[test]
    fn words_are_counted_and_texts_are_one() {
        for (command, expected) in [
            ("", 0),
            ("ls -la; a|b", 4),
            ("echo 'a b c' \"d e\"", 3),
            ("cat > x <<'EOF'\na b c\nd e\nEOF\nls", 5),
            ("grep -c x <<< y", 5),
            ("curl https://example.com/a/long/path/to/a/file", 3),
            (
                "git commit -m 'a message of more than thirty-two characters'",
                4,
            ),
        ] {
            assert_eq!(words(command), expected, "{command}");
        }
        assert!(!is_too_long(&"a ".repeat(WORDS_MAX)));
        assert!(is_too_long(&"a ".repeat(WORDS_MAX + 1)));
    }
}
