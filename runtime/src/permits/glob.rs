//! Globs: `*` within one segment, `**` any number of whole segments, none included. Nothing else is special.

/// A compiled glob over segments, for example of a path, a reference or a host name.
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

/// The longest glob, in bytes: rules are read from files people write by hand.
const LENGTH_BYTES_MAX: usize = 4_096;

impl Glob {
    /// Compiles a glob whose segments are parted by `separator`.
    ///
    /// Other programs' wildcards are refused rather than taken literally: a deny rule that silently matches nothing
    /// would be a hole, and `*` can stand in for such a character in a name.
    pub(super) fn parse(text: &str, separator: char) -> Result<Self, String> {
        if text.len() > LENGTH_BYTES_MAX {
            return Err(format!("is longer than {LENGTH_BYTES_MAX} bytes"));
        }
        if let Some(character) = text
            .chars()
            .find(|character| character.is_control() || "?[]{}\\".contains(*character))
        {
            return Err(format!(
                "has {character:?} in it; only `*` and `**` are special, and `*` can stand in for it"
            ));
        }
        let mut segments = Vec::new();
        if text.is_empty() {
            return Ok(Self { segments });
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
                // Two in a row mean what one means.
                "**" if segments.last() == Some(&Segment::AnyNumber) => {}
                "**" => segments.push(Segment::AnyNumber),
                _ if segment.contains("**") => {
                    return Err(format!(
                        "has `**` inside the segment `{segment}`; it stands for whole segments"
                    ));
                }
                _ => segments.push(Segment::Like(segment.as_bytes().to_vec())),
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
        let (mut at, mut seen) = (0, 0);
        // Where to go on when a later segment does not fit: only the last `**` ever has to give up more segments.
        let mut retry: Option<(usize, usize)> = None;
        while seen < value.len() {
            match self.segments.get(at) {
                Some(Segment::AnyNumber) => {
                    retry = Some((at + 1, seen));
                    at += 1;
                }
                Some(Segment::Like(pattern)) if like(pattern, value[seen]) => {
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
        self.segments[at..]
            .iter()
            .all(|segment| *segment == Segment::AnyNumber)
    }
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
