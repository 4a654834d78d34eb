//! Globs over paths: `*` and `?` within a segment, `**` for any number of segments.

/// Whether a glob covers all of a path.
pub(crate) fn covers(glob: &str, path: &str) -> bool {
    let glob: Vec<&str> = glob.split('/').collect();
    let path: Vec<&str> = path.split('/').collect();
    matches(
        &glob,
        &path,
        |glob| *glob == "**",
        |glob, segment| {
            let (glob, segment): (Vec<char>, Vec<char>) =
                (glob.chars().collect(), segment.chars().collect());
            matches(
                &glob,
                &segment,
                |glob| *glob == '*',
                |glob, letter| *glob == '?' || glob == letter,
            )
        },
    )
}

/// Matches piece by piece, where some pieces of the pattern stand for any number of pieces. It remembers the last such piece
/// alone, and so takes at most the product of both lengths.
fn matches<T, U>(
    pattern: &[T],
    text: &[U],
    any: impl Fn(&T) -> bool,
    one: impl Fn(&T, &U) -> bool,
) -> bool {
    let (mut at, mut in_text) = (0, 0);
    let mut last_any: Option<(usize, usize)> = None;
    while in_text < text.len() {
        if pattern.get(at).is_some_and(&any) {
            last_any = Some((at, in_text));
            at += 1;
        } else if pattern
            .get(at)
            .is_some_and(|piece| one(piece, &text[in_text]))
        {
            at += 1;
            in_text += 1;
        } else if let Some((any_at, any_text)) = last_any {
            at = any_at + 1;
            in_text = any_text + 1;
            last_any = Some((any_at, in_text));
        } else {
            return false;
        }
    }
    pattern[at.min(pattern.len())..].iter().all(any)
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn stars_stay_within_a_segment_and_double_stars_do_not() {
        for (glob, path, expected) in [
            ("**", "a/b.rs", true),
            ("src/**", "src/a/b.rs", true),
            ("src/**", "src", true),
            ("src/**", "srcs/a", false),
            ("**/*.rs", "b.rs", true),
            ("**/*.rs", "a/b/c.rs", true),
            ("*.rs", "a/b.rs", false),
            ("a/*/c", "a/b/c", true),
            ("a/*/c", "a/b/b/c", false),
            ("a/**/c", "a/c", true),
            ("a?.rs", "ab.rs", true),
            ("a?.rs", "a.rs", false),
            ("*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false),
            ("", "a", false),
        ] {
            assert_eq!(covers(glob, path), expected, "{glob} {path}");
        }
    }
}
