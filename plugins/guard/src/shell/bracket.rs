//! Where brackets end.

/// Where the bracket that `text` starts with is closed, minding quotes.
pub(super) fn closing(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote = None;
    let mut escaped = false;
    for (at, next) in text.char_indices() {
        if std::mem::take(&mut escaped) {
            continue;
        }
        match (quote, next) {
            (None | Some('"'), '\\') => escaped = true,
            (Some(open), next) => quote = (next != open).then_some(open),
            (None, '\'' | '"') => quote = Some(next),
            (None, next) if next == open => depth += 1,
            (None, next) if next == close => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at);
                }
            }
            (None, _) => {}
        }
    }
    None
}

/// How far a list is looked for: a word of nothing but braces must not cost its length squared.
const LIST_CHARS_MAX: usize = 1024;

/// Whether `text` starts with a list such as `{a,b}` or `{1..3}`.
pub(super) fn is_brace_list(text: &str) -> bool {
    let end = text
        .char_indices()
        .nth(LIST_CHARS_MAX)
        .map_or(text.len(), |(at, _)| at);
    let word = text[..end]
        .split([' ', '\t', '\n', ';', '|', '&'])
        .next()
        .unwrap_or_default();
    word.find('}')
        .is_some_and(|end| word[..end].contains(',') || word[..end].contains(".."))
}
