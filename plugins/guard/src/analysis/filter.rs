//! What simple programs write, where it follows from their arguments and their input.

use super::{Argument, Input, Invocation, UNKNOWN};

/// How much text is followed.
const TEXT_MAX: usize = 64 * 1024;

/// The output of a program, where it is known.
pub(super) fn output(invocation: &Invocation) -> Option<String> {
    let arguments = &invocation.arguments;
    let text = match &invocation.input {
        Input::Text(text) => Some(text.as_str()),
        _ => None,
    };
    let written = match invocation.name.as_str() {
        "echo" => echo(arguments),
        "printf" => printf(arguments),
        ":" | "true" | "set" | "shift" | "wait" | "sleep" | "test" | "[" | "cd" | "export"
        | "local" | "mkdir" => Some(String::new()),
        "cat" | "tee" | "sort" | "uniq" | "head" | "tail" | "nl"
            if invocation.operands().next().is_none() || invocation.name == "tee" =>
        {
            text.map(str::to_owned)
        }
        "base64" | "gbase64" if decodes(invocation) => base64(text?),
        "openssl" if invocation.has(&["base64", "enc", "-base64"]) && invocation.has(&["-d"]) => {
            base64(text?)
        }
        "base32" if decodes(invocation) => None,
        "xxd" if invocation.option('r', "revert") => hex(text?),
        "rev" => Some(
            text?
                .lines()
                .map(|line| line.chars().rev().collect::<String>() + "\n")
                .collect(),
        ),
        "tr" => tr(text?, arguments),
        _ => None,
    }?;
    (written.len() <= TEXT_MAX).then_some(written)
}

fn decodes(invocation: &Invocation) -> bool {
    invocation.option('d', "decode") || invocation.option('D', "decode")
}

fn echo(arguments: &[Argument]) -> Option<String> {
    let flags = arguments
        .iter()
        .take_while(|argument| {
            argument.is_option() && argument.text[1..].chars().all(|c| "neE".contains(c))
        })
        .count();
    let escapes = arguments[..flags].iter().any(|flag| flag.has_letter('e'));
    let newline = !arguments[..flags].iter().any(|flag| flag.has_letter('n'));
    let texts: Vec<&str> = arguments[flags..]
        .iter()
        .map(|argument| argument.text.as_str())
        .collect();
    let mut text = texts.join(" ");
    if escapes {
        text = escaped(&text);
    }
    if newline {
        text.push('\n');
    }
    Some(text)
}

fn printf(arguments: &[Argument]) -> Option<String> {
    let mut arguments = arguments
        .iter()
        .skip_while(|argument| argument.text == "--");
    let format = escaped(arguments.next()?.known()?);
    let mut values = arguments.map(|argument| argument.text.as_str()).peekable();
    let mut text = String::new();
    loop {
        let mut rest = format.as_str();
        let mut took = false;
        while let Some(at) = rest.find('%') {
            text.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            let width = rest
                .find(|c: char| !(c.is_ascii_digit() || "-+.#' ".contains(c)))
                .unwrap_or(rest.len());
            rest = &rest[width..];
            match rest.chars().next() {
                Some('%') => text.push('%'),
                Some('b') => text.push_str(&escaped(values.next().unwrap_or_default())),
                Some(_) => text.push_str(values.next().unwrap_or_default()),
                None => break,
            }
            took |= !rest.starts_with('%');
            rest = &rest[rest.chars().next().map_or(0, char::len_utf8)..];
        }
        text.push_str(rest);
        if !took || values.peek().is_none() || text.len() > TEXT_MAX {
            return Some(text);
        }
    }
}

/// Replaces the escapes that `printf` and `echo -e` know.
fn escaped(text: &str) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        result.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(next) = rest.chars().next() else {
            break;
        };
        let (radix, from, most) = match next {
            '0'..='7' => (8, 0, if next == '0' { 4 } else { 3 }),
            'x' => (16, 1, 2),
            'u' => (16, 1, 4),
            _ => (0, 0, 0),
        };
        if radix > 0 {
            let digits: String = rest[from..]
                .chars()
                .take(most)
                .take_while(|c| c.is_digit(radix))
                .collect();
            if let Some(character) = u32::from_str_radix(&digits, radix)
                .ok()
                .and_then(char::from_u32)
            {
                result.push(character);
                rest = &rest[from + digits.len()..];
                continue;
            }
        }
        rest = &rest[next.len_utf8()..];
        match next {
            'n' => result.push('\n'),
            't' => result.push('\t'),
            'r' => result.push('\r'),
            'c' => return result,
            '\\' => result.push('\\'),
            other => {
                result.push('\\');
                result.push(other);
            }
        }
    }
    result + rest
}

/// Decodes base64; what is not text comes out as such, and is no script.
pub(super) fn base64(text: &str) -> Option<String> {
    if text.contains(UNKNOWN) {
        return None;
    }
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for c in text.chars().filter(|c| !c.is_whitespace() && *c != '=') {
        let value = match c {
            'A'..='Z' => c as u32 - 'A' as u32,
            'a'..='z' => c as u32 - 'a' as u32 + 26,
            '0'..='9' => c as u32 - '0' as u32 + 52,
            '+' | '-' => 62,
            '/' | '_' => 63,
            _ => return None,
        };
        bits = bits << 6 | value;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).unwrap_or(0));
        }
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn hex(text: &str) -> Option<String> {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(16)).collect();
    let bytes: Vec<u8> = digits
        .as_chunks::<2>()
        .0
        .iter()
        .filter_map(|pair| u8::try_from(pair[0] * 16 + pair[1]).ok())
        .collect();
    (!text.contains(UNKNOWN)).then(|| String::from_utf8_lossy(&bytes).into_owned())
}

fn tr(text: &str, arguments: &[Argument]) -> Option<String> {
    let words: Vec<&str> = arguments
        .iter()
        .filter(|argument| !argument.is_option())
        .map(|argument| argument.text.as_str())
        .collect();
    let deletes = arguments.iter().any(|argument| argument.has_letter('d'));
    let from = set(words.first()?);
    if deletes {
        return Some(text.chars().filter(|c| !from.contains(c)).collect());
    }
    let to = set(words.get(1)?);
    let last = *to.last()?;
    Some(
        text.chars()
            .map(|c| {
                from.iter()
                    .position(|f| *f == c)
                    .map_or(c, |at| to.get(at).copied().unwrap_or(last))
            })
            .collect(),
    )
}

fn set(text: &str) -> Vec<char> {
    let text = escaped(text)
        .replace("[:lower:]", "a-z")
        .replace("[:upper:]", "A-Z");
    let characters: Vec<char> = text.chars().collect();
    let mut all = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        if at + 2 < characters.len() && characters[at + 1] == '-' {
            all.extend(characters[at]..=characters[at + 2]);
            at += 3;
        } else {
            all.push(characters[at]);
            at += 1;
        }
    }
    all
}
