//! Globs: `*` within one segment, `**` any number of whole segments, none included. Nothing else is special.

use super::table::is_deceptive;

/// A compiled glob over segments, for example of a path, a reference, a host name or a program's arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Glob {
    segments: Vec<Segment>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    /// `**`
    AnyNumber,
    /// Bytes of one segment, in which `*` stands for any bytes, none included.
    Like(Vec<u8>),
}

/// What a glob is held against: a segment of a value, or one of another glob, whose wildcards only wildcards match.
trait Piece {
    fn is_like(&self, pattern: &[u8]) -> bool;
    /// The bytes, where there is one way only to read them.
    fn spelled(&self) -> Option<&[u8]>;
}

/// The longest glob, in bytes: rules are read from files people write by hand.
const LENGTH_BYTES_MAX: usize = 4_096;

/// What is special to other programs' globs.
const UNSPEAKABLE: &str = "?[]{}\\";

// === impl Glob ===

impl Glob {
    /// Compiles a glob whose segments are parted by `separator`.
    ///
    /// Other programs' wildcards are refused rather than taken literally: a deny rule that silently matches nothing
    /// would be a hole, and `*` can stand in for such a character in a name.
    pub(super) fn parse(text: &str, separator: char) -> Result<Self, String> {
        if let Some(character) = text
            .chars()
            .find(|character| character.is_control() || UNSPEAKABLE.contains(*character))
        {
            return Err(format!(
                "has {character:?} in it; only `*` and `**` are special, and `*` can stand in for it"
            ));
        }
        if text.is_empty() {
            return Self::of([]);
        }
        for segment in text.split(separator) {
            match segment {
                "" => {
                    return Err(format!(
                        "has an empty segment: no doubled, leading or trailing `{separator}`"
                    ));
                }
                "." | ".." => {
                    return Err(format!(
                        "has a `{segment}` segment, which a canonical value never has"
                    ));
                }
                _ => {}
            }
        }
        Self::of(text.split(separator))
    }

    /// Compiles a glob of segments that are apart already, such as a program's arguments, where nothing but stars is
    /// special.
    pub(super) fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Result<Self, String> {
        let mut segments = Vec::new();
        let mut length = 0;
        for text in texts {
            length += text.len() + 1;
            if length > LENGTH_BYTES_MAX {
                return Err(format!("is longer than {LENGTH_BYTES_MAX} bytes"));
            }
            match text {
                // Two in a row mean what one means.
                "**" if segments.last() == Some(&Segment::AnyNumber) => {}
                "**" => segments.push(Segment::AnyNumber),
                _ if text.contains("**") => {
                    return Err(format!(
                        "has `**` inside the segment `{text}`; it stands for whole segments"
                    ));
                }
                _ => segments.push(Segment::Like(text.as_bytes().to_vec())),
            }
        }
        Ok(Self { segments })
    }

    /// Whether the glob is `**` alone.
    pub(super) fn is_everything(&self) -> bool {
        self.segments == [Segment::AnyNumber]
    }

    /// Whether the value, already cut into segments, matches. Takes time in proportion to both lengths multiplied.
    pub(super) fn matches(&self, value: &[&[u8]]) -> bool {
        matches(&self.segments, value)
    }

    /// The same, but that a guarded segment is matched by its own spelling alone, and by no wildcard.
    pub(super) fn matches_guarded(&self, value: &[&[u8]], guarded: fn(&[u8]) -> bool) -> bool {
        matches_guarded(&self.segments, value, guarded)
    }

    /// Whether all that `other` matches is matched here, too. A yes is certain; a no may be wrong, where the two are
    /// unlike in spelling only.
    pub(super) fn includes(&self, other: &Self) -> bool {
        matches(&self.segments, &other.segments)
    }

    /// The same for [`Glob::matches_guarded`].
    pub(super) fn includes_guarded(&self, other: &Self, guarded: fn(&[u8]) -> bool) -> bool {
        matches_guarded(&self.segments, &other.segments, guarded)
    }
}

// === impl Piece ===

impl Piece for &[u8] {
    fn is_like(&self, pattern: &[u8]) -> bool {
        like(pattern, self)
    }

    fn spelled(&self) -> Option<&[u8]> {
        Some(self)
    }
}

impl Piece for Segment {
    fn is_like(&self, pattern: &[u8]) -> bool {
        // A star in a pattern is never literal, so that one in the other glob is covered by stars alone.
        matches!(self, Self::Like(other) if like(pattern, other))
    }

    fn spelled(&self) -> Option<&[u8]> {
        match self {
            Self::Like(bytes) if !bytes.contains(&b'*') => Some(bytes),
            _ => None,
        }
    }
}

fn matches<P: Piece>(segments: &[Segment], value: &[P]) -> bool {
    let (mut at, mut seen) = (0, 0);
    // Where to go on when a later segment does not fit: only the last `**` ever has to give up more segments.
    let mut retry: Option<(usize, usize)> = None;
    while seen < value.len() {
        match segments.get(at) {
            Some(Segment::AnyNumber) => {
                retry = Some((at + 1, seen));
                at += 1;
            }
            Some(Segment::Like(pattern)) if value[seen].is_like(pattern) => {
                at += 1;
                seen += 1;
            }
            _ => {
                let Some((after, taken)) = retry else {
                    return false;
                };
                retry = Some((after, taken + 1));
                at = after;
                seen = taken + 1;
            }
        }
    }
    segments[at..]
        .iter()
        .all(|segment| *segment == Segment::AnyNumber)
}

/// Each guarded segment takes one that spells it out, so that both sides fall apart at the same places, and what lies
/// between these can be matched by itself.
fn matches_guarded<P: Piece>(
    segments: &[Segment],
    value: &[P],
    guarded: fn(&[u8]) -> bool,
) -> bool {
    let ours = segments.split(|segment| segment.spelled().is_some_and(guarded));
    let theirs = value.split(|piece| piece.spelled().is_some_and(guarded));
    let spelled_alike = segments
        .iter()
        .filter_map(|segment| segment.spelled().filter(|bytes| guarded(bytes)))
        .eq(value
            .iter()
            .filter_map(|piece| piece.spelled().filter(|bytes| guarded(bytes))));
    // As many of them on both sides, so that neither runs out first.
    spelled_alike && ours.zip(theirs).all(|(ours, theirs)| matches(ours, theirs))
}

/// The narrowest glob that matches a value: what no glob can spell becomes a wildcard.
pub(super) fn literal(value: &str) -> String {
    starred(value, |character| UNSPEAKABLE.contains(character))
}

/// The same for [`Glob::of`].
pub(super) fn literal_word(value: &str) -> String {
    starred(value, |_| false)
}

fn starred(value: &str, unspeakable: impl Fn(char) -> bool) -> String {
    let mut glob = String::with_capacity(value.len());
    for character in value.chars() {
        let unspeakable =
            unspeakable(character) || is_deceptive(character) || character == '\u{fffd}';
        let character = if unspeakable { '*' } else { character };
        // Two stars would mean something else.
        if !(character == '*' && glob.ends_with('*')) {
            glob.push(character);
        }
    }
    glob
}

/// Matches one segment's bytes against bytes in which `*` stands for any.
fn like(pattern: &[u8], value: &[u8]) -> bool {
    let (mut at, mut seen) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while seen < value.len() {
        match pattern.get(at) {
            // The star comes first: a value may have a literal star where the pattern has a wildcard.
            Some(b'*') => {
                retry = Some((at + 1, seen));
                at += 1;
            }
            Some(byte) if *byte == value[seen] => {
                at += 1;
                seen += 1;
            }
            _ => {
                let Some((after, taken)) = retry else {
                    return false;
                };
                retry = Some((after, taken + 1));
                at = after;
                seen = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(glob: &str, value: &str) -> bool {
        let segments: Vec<&[u8]> = value
            .split('/')
            .filter(|part| !part.is_empty())
            .map(str::as_bytes)
            .collect();
        Glob::parse(glob, '/').unwrap().matches(&segments)
    }

    #[test]
    fn stars_stay_in_a_segment_and_double_stars_cross_them() {
        for (glob, value, expected) in [
            ("a/*", "a/b", true),
            ("a/*", "a", false),
            ("a/*", "a/b/c", false),
            ("a/**", "a", true),
            ("a/**", "a/b/c", true),
            ("a/**", "ab", false),
            ("a/**/**/b", "a/b", true),
            ("**/c", "c", true),
            ("**/c", "a/b/c", true),
            ("**/c", "a/c/b", false),
            ("**", "", true),
            ("a/**/b/**/c", "a/x/b/y/b/c", true),
            ("a/**/b/*", "a/b/b/b", true),
            ("*.pem", "key.pem", true),
            ("*.pem", ".pem", true),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXbYcZ", false),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(matches(glob, value), expected, "`{glob}` on `{value}`");
        }
    }

    #[test]
    fn what_is_no_glob_is_refused() {
        for glob in [
            "/a", "a/", "a//b", "a/./b", "a/../b", "a**", "**a/b", "***", "a?", "[ab]", "{a,b}",
            "a\\b", "a\nb",
        ] {
            assert!(Glob::parse(glob, '/').is_err(), "`{glob}`");
        }
    }

    #[test]
    fn many_stars_take_no_exponential_time() {
        let glob = vec!["**/a*a*a*a*a*b"; 40].join("/");
        let value = vec!["a".repeat(60); 200].join("/");
        assert!(!matches(&glob, &value));
    }
}
