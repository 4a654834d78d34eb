//! Replaces the escapes of `$'…'`.

/// The text that `$'raw'` stands for. What is no escape stays; bytes that are not UTF-8 become U+FFFD.
///
/// `None` where something follows a NUL: bash drops it, zsh keeps it, and for a program the text ends there.
pub(crate) fn decoded(raw: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        rest = &rest[at + 1..];
        let Some(escape) = rest.chars().next() else {
            rest = "\\";
            break;
        };
        rest = &rest[escape.len_utf8()..];
        let simple = match escape {
            'a' => Some(7),
            'b' => Some(8),
            'e' | 'E' => Some(27),
            'f' => Some(12),
            'n' => Some(10),
            'r' => Some(13),
            't' => Some(9),
            'v' => Some(11),
            '\\' | '\'' | '"' | '?' => u8::try_from(escape).ok(),
            _ => None,
        };
        if let Some(byte) = simple {
            bytes.push(byte);
            continue;
        }
        match escape {
            '0'..='7' => {
                let start = raw.len() - rest.len() - 1;
                let (value, digits) = number(&raw[start..], 8, 3);
                bytes.push(u8::try_from(value & 0xff).unwrap_or(0));
                rest = &raw[start + digits..];
            }
            'x' | 'u' | 'U' => {
                let most = match escape {
                    'x' => 2,
                    'u' => 4,
                    _ => 8,
                };
                let (value, digits) = number(rest, 16, most);
                rest = &rest[digits..];
                match (digits, escape) {
                    (0, _) => {
                        bytes.extend_from_slice(&[b'\\', u8::try_from(escape).unwrap_or(b'?')]);
                    }
                    (_, 'x') => bytes.push(u8::try_from(value & 0xff).unwrap_or(0)),
                    _ => {
                        let character = char::from_u32(value).unwrap_or('\u{fffd}');
                        bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                    }
                }
            }
            'c' => {
                let control = rest.chars().next();
                rest = &rest[control.map_or(0, char::len_utf8)..];
                let control = control.and_then(|c| u8::try_from(c).ok()).unwrap_or(0);
                bytes.push(control & 0x1f);
            }
            other => {
                bytes.push(b'\\');
                bytes.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    if bytes.last() == Some(&0) {
        bytes.pop();
    }
    (!bytes.contains(&0)).then(|| String::from_utf8_lossy(&bytes).into_owned())
}

/// The number that `text` begins with, and how many digits it has.
fn number(text: &str, radix: u32, digits_max: usize) -> (u32, usize) {
    let mut value: u32 = 0;
    let mut digits = 0;
    for digit in text
        .chars()
        .take(digits_max)
        .map_while(|c| c.to_digit(radix))
    {
        value = value.wrapping_mul(radix).wrapping_add(digit);
        digits += 1;
    }
    (value, digits)
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn escapes_are_replaced() {
        for (raw, expected) in [
            (r"a\nb\tc", "a\nb\tc"),
            (r"\x72\155", "rm"),
            (r"\u0072\U0000006d", "rm"),
            (r"\'\\\q\x", "'\\\\q\\x"),
            (r"\cA\", "\u{1}\\"),
            (r"a\0", "a"),
            (r"\0", ""),
            (r"\xc3\xa4\xff", "ä\u{fffd}"),
            ("", ""),
        ] {
            assert_eq!(decoded(raw).as_deref(), Some(expected), "{raw}");
        }
    }

    #[test]
    fn what_follows_a_nul_differs_between_shells() {
        for raw in [r"a\0b", r"\x00; rm -rf /", r"\c@b", r"\0\0", r"\u0000b"] {
            assert_eq!(decoded(raw), None, "{raw}");
        }
    }
}
