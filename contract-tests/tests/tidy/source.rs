//! Enough of Rust's grammar to see which paths a file names: comments and strings are blanked, nothing is parsed.

/// A path that a file names, up to its first two segments.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// The line it stands on, counted from 1.
    pub(crate) line: usize,
    /// The first segment behind the crate's root.
    pub(crate) module: String,
}

/// `text` with comments, strings and character literals turned into spaces, so that offsets and lines stay.
pub(crate) fn code_only(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = match bytes[at] {
            b'/' if bytes.get(at + 1) == Some(&b'/') => line_end(bytes, at),
            b'/' if bytes.get(at + 1) == Some(&b'*') => block_comment_end(bytes, at),
            b'r' if !is_word(bytes, at.wrapping_sub(1)) => raw_string_end(bytes, at).unwrap_or(at),
            b'"' => string_end(bytes, at),
            b'\'' => character_end(bytes, at).unwrap_or(at),
            _ => at,
        };
        for byte in &mut out[at..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        at = end.max(at + 1);
    }
    String::from_utf8(out).expect("whole characters were blanked")
}

/// `code` without its unit tests, which stand at a file's end.
pub(crate) fn without_tests(code: &str) -> &str {
    let tests = code.match_indices("#[cfg(test)]").find(|(at, mark)| {
        let rest = code[at + mark.len()..].trim_start();
        rest.starts_with("mod ") || rest.starts_with("#[")
    });
    tests.map_or(code, |(at, _)| &code[..at])
}

/// The modules below the crate's root that `code` names by `crate::…`, or by as many `super::` as lead to the root
/// from a file that lies `depth` modules deep.
pub(crate) fn root_paths(code: &str, depth: usize) -> Vec<Named> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        if !is_word(code.as_bytes(), at.wrapping_sub(1)) {
            first_segments(code, at + "crate::".len(), &mut found);
        }
    }
    for (at, _) in code.match_indices("super::") {
        let bytes = code.as_bytes();
        if is_word(bytes, at.wrapping_sub(1)) || code[..at].ends_with("super::") {
            continue;
        }
        let steps = bytes[at..]
            .chunks(7)
            .take_while(|chunk| *chunk == b"super::")
            .count();
        if steps >= depth {
            first_segments(code, at + steps * "super::".len(), &mut found);
        }
    }
    found.sort_by_key(|named| named.line);
    found
}

/// The lines on which `word` stands as a whole identifier or path.
pub(crate) fn lines_naming(code: &str, word: &str) -> Vec<usize> {
    let bytes = code.as_bytes();
    code.match_indices(word)
        .filter(|(at, _)| !is_word(bytes, at.wrapping_sub(1)) && !is_word(bytes, at + word.len()))
        .map(|(at, _)| line_of(code, at))
        .collect()
}

/// Pushes the identifier at `at`, or those that open the elements of a `{…}` group there.
fn first_segments(code: &str, at: usize, found: &mut Vec<Named>) {
    if !code[at..].starts_with('{') {
        push_identifier(code, at, found);
        return;
    }
    let mut depth = 0_usize;
    for (offset, character) in code[at..].char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return;
        }
        if depth == 1 && matches!(character, '{' | ',') {
            let after = at + offset + 1;
            let spaces = code[after..].len() - code[after..].trim_start().len();
            push_identifier(code, after + spaces, found);
        }
    }
}

fn push_identifier(code: &str, at: usize, found: &mut Vec<Named>) {
    let module: String = code[at..]
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    if !module.is_empty() {
        found.push(Named {
            line: line_of(code, at),
            module,
        });
    }
}

fn line_of(code: &str, at: usize) -> usize {
    code[..at].matches('\n').count() + 1
}

fn is_word(bytes: &[u8], at: usize) -> bool {
    bytes
        .get(at)
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    at + bytes[at..]
        .iter()
        .take_while(|byte| **byte != b'\n')
        .count()
}

fn block_comment_end(bytes: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0_usize);
    while at < bytes.len() {
        match bytes.get(at..at + 2) {
            Some(b"/*") => (at, depth) = (at + 2, depth + 1),
            Some(b"*/") => (at, depth) = (at + 2, depth - 1),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    bytes.len()
}

fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(bytes.len())
}

fn raw_string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let hashes = bytes[start + 1..]
        .iter()
        .take_while(|byte| **byte == b'#')
        .count();
    let open = start + 1 + hashes;
    if bytes.get(open) != Some(&b'"') {
        return None;
    }
    let close: Vec<u8> = std::iter::once(b'"')
        .chain(std::iter::repeat_n(b'#', hashes))
        .collect();
    let length = bytes[open + 1..]
        .windows(close.len())
        .position(|window| window == close);
    Some(length.map_or(bytes.len(), |length| open + 1 + length + close.len()))
}

/// Where a character literal ends; none where the quote opens a lifetime.
fn character_end(bytes: &[u8], start: usize) -> Option<usize> {
    if bytes.get(start + 1) == Some(&b'\\') {
        let close = bytes
            .get(start + 3..)?
            .iter()
            .position(|byte| *byte == b'\'')?;
        return Some(start + 3 + close + 1);
    }
    let text = std::str::from_utf8(bytes.get(start + 1..(start + 6).min(bytes.len()))?);
    let first = match text {
        Ok(text) => text.chars().next()?,
        Err(cut) => std::str::from_utf8(&bytes[start + 1..=start + cut.valid_up_to()])
            .ok()?
            .chars()
            .next()?,
    };
    let close = start + 1 + first.len_utf8();
    (bytes.get(close) == Some(&b'\'')).then_some(close + 1)
}

#[test]
fn comments_strings_and_characters_are_blank_and_lifetimes_are_not() {
    let text = "let a = \"crate::x \\\" y\"; // crate::z\n/* crate::w /* */ */ r#\"crate::\"q\"# 'c' '\\'' '\\u{1F}' 'é' &'a str b\"x\"";
    let blank = code_only(text);
    assert_eq!(blank.len(), text.len());
    assert!(
        !blank.contains("crate") && blank.contains("&'a str"),
        "{blank}"
    );
    assert_eq!(blank.matches('\'').count(), 1, "{blank}");
}

#[test]
fn paths_to_the_root_are_seen_however_they_are_written() {
    let code = "use crate::engine::Turn;\nuse crate::{\n    plugin::{self, Build},\n    store,\n};\nfn f(x: super::super::effects::Y, z: super::near::Z) {}\nlet a = xcrate::no;";
    let seen: Vec<(usize, String)> = root_paths(code, 2)
        .into_iter()
        .map(|named| (named.line, named.module))
        .collect();
    let expected = [(1, "engine"), (3, "plugin"), (4, "store"), (6, "effects")];
    assert_eq!(
        seen,
        expected.map(|(line, module)| (line, module.to_owned()))
    );
}

#[test]
fn words_are_seen_whole_and_tests_are_cut_off() {
    let code = "use git2::Oid;\nlet agit2 = git22;\n#[cfg(test)]\nmod tests { use git2::X; }";
    assert_eq!(lines_naming(code, "git2"), [1, 4]);
    assert_eq!(lines_naming(without_tests(code), "git2"), [1]);
}
