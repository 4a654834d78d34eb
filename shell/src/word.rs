//! Words, taken apart: quoting, patterns, tildes, braces. What begins with `$` or a backquote is in `expansion`.

use sinew_schema::{ShellBrace, ShellPart, ShellWord};

use crate::reader::{Problem, Reader, push_literal};

/// Where a run of parts ends, and what is special in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// A word of a command: ends at blanks and operators.
    Word,
    /// An alternative of a brace expansion: ends at `,` and `}`, too.
    Brace,
    /// An index: ends at `]`.
    Index,
    /// The argument of `${…}` outside of quotes: ends at `}`.
    Argument,
    /// The same within double quotes.
    QuotedArgument,
    /// Within double quotes: ends at `"`.
    Quoted,
    /// A here-document: ends with the text.
    HereDocument,
}

// === impl Mode ===

impl Mode {
    /// Whether single quotes, tildes and patterns mean something.
    fn is_bare(self) -> bool {
        matches!(
            self,
            Self::Word | Self::Brace | Self::Index | Self::Argument
        )
    }

    fn is_word(self) -> bool {
        matches!(self, Self::Word | Self::Brace)
    }
}

// === impl Reader ===

impl Reader<'_> {
    /// Reads a word of a command; it is empty where none begins here.
    pub(crate) fn word(&mut self) -> Result<ShellWord, Problem> {
        let start = self.at;
        let parts = self.parts(Mode::Word, false)?;
        Ok(self.word_of(parts, start))
    }

    /// A word that began at `start` and ends here.
    pub(crate) fn word_of(&self, parts: Vec<ShellPart>, start: usize) -> ShellWord {
        let (start, end) = self.span(start, self.at);
        ShellWord {
            start,
            end,
            parts,
            ..ShellWord::default()
        }
    }

    /// Reads parts up to where the mode ends, which is not consumed. `value` says whether it is an assignment's value.
    pub(crate) fn parts(&mut self, mode: Mode, value: bool) -> Result<Vec<ShellPart>, Problem> {
        let mut parts = Vec::new();
        let first = self.at;
        while let Some(next) = self.peek() {
            if self.ends(mode, next) {
                break;
            }
            match next {
                '\\' => self.backslash(mode, &mut parts)?,
                '$' => parts_of(&mut parts, self.dollar(mode)?),
                '`' => parts.push(self.backquoted(mode)?),
                '"' if mode != Mode::HereDocument && mode != Mode::Quoted => {
                    parts.push(ShellPart::DoubleQuoted(self.double_quoted()?));
                }
                '\'' if mode.is_bare() => {
                    let text = self.single_quoted()?;
                    parts.push(ShellPart::SingleQuoted(text));
                }
                '<' | '>' if mode.is_word() => parts.push(self.process(next)?),
                '*' | '?' | '@' | '+' | '!'
                    if mode.is_bare() && self.byte(1) == b'(' && mode.is_word() =>
                {
                    parts.push(self.extended_glob()?);
                }
                '*' | '?' if mode.is_bare() => {
                    self.skip(1)?;
                    parts.push(ShellPart::Glob(next.to_string()));
                }
                '[' if mode.is_bare() => match self.bracket() {
                    Some(length) => {
                        let glob = self.rest()[..length].to_owned();
                        self.skip(length)?;
                        parts.push(ShellPart::Glob(glob));
                    }
                    None => self.literal(&mut parts)?,
                },
                '~' if mode.is_word() || mode == Mode::Argument => {
                    let after_colon = value && self.text[..self.at].ends_with(':');
                    match (self.at == first || after_colon).then(|| self.tilde(value)) {
                        Some(Some(user)) => {
                            self.skip(1 + user.len())?;
                            parts.push(ShellPart::Tilde(user));
                        }
                        _ => self.literal(&mut parts)?,
                    }
                }
                '{' if mode.is_word() => match self.brace()? {
                    Some(brace) => parts.push(ShellPart::Brace(brace)),
                    None => self.literal(&mut parts)?,
                },
                _ => self.literal(&mut parts)?,
            }
        }
        Ok(parts)
    }

    fn ends(&self, mode: Mode, next: char) -> bool {
        match mode {
            Mode::Word | Mode::Brace => match next {
                ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '(' | ')' => true,
                '<' | '>' => self.byte(1) != b'(',
                ',' | '}' => mode == Mode::Brace,
                _ => false,
            },
            Mode::Index => next == ']',
            Mode::Argument | Mode::QuotedArgument => next == '}',
            Mode::Quoted => next == '"',
            Mode::HereDocument => false,
        }
    }

    fn literal(&mut self, parts: &mut Vec<ShellPart>) -> Result<(), Problem> {
        if let Some(next) = self.bump()? {
            push_literal(parts, next.encode_utf8(&mut [0; 4]));
        }
        Ok(())
    }

    fn backslash(&mut self, mode: Mode, parts: &mut Vec<ShellPart>) -> Result<(), Problem> {
        self.skip(1)?;
        let Some(next) = self.peek() else {
            push_literal(parts, "\\");
            return Ok(());
        };
        let escapes = match mode {
            Mode::Quoted | Mode::QuotedArgument => {
                matches!(next, '$' | '`' | '"' | '\\' | '\n' | '}')
            }
            Mode::HereDocument => matches!(next, '$' | '`' | '\\' | '\n'),
            _ => true,
        };
        if next == '\n' {
            self.skip(1)?;
        } else if escapes && !(mode == Mode::Quoted && next == '}') {
            self.bump()?;
            parts.push(ShellPart::Escaped(next.to_string()));
        } else {
            push_literal(parts, "\\");
        }
        Ok(())
    }

    fn single_quoted(&mut self) -> Result<String, Problem> {
        let start = self.at;
        let Some(length) = self.rest()[1..].find('\'') else {
            return self.error("unterminated single quote", start);
        };
        let text = self.rest()[1..=length].to_owned();
        self.skip(length + 2)?;
        Ok(text)
    }

    /// Reads `"…"`, of which the first quote is next.
    pub(crate) fn double_quoted(&mut self) -> Result<Vec<ShellPart>, Problem> {
        let start = self.at;
        self.skip(1)?;
        let parts = self.deeper(|reader| reader.parts(Mode::Quoted, false))?;
        if self.byte(0) != b'"' {
            return self.error("unterminated double quote", start);
        }
        self.skip(1)?;
        Ok(parts)
    }

    /// Reads `<( … )` or `>( … )`.
    fn process(&mut self, direction: char) -> Result<ShellPart, Problem> {
        let start = self.at;
        self.skip(2)?;
        let script = self.deeper(|reader| reader.substitution(start))?;
        Ok(match script {
            Ok(script) if direction == '<' => ShellPart::ProcessInput(script),
            Ok(script) => ShellPart::ProcessOutput(script),
            Err(text) => ShellPart::Unknown(text),
        })
    }

    /// Reads `@(…)` and its like.
    fn extended_glob(&mut self) -> Result<ShellPart, Problem> {
        let start = self.at;
        self.skip(2)?;
        let mut depth = 1;
        while depth > 0 {
            match self.bump()? {
                None => return self.error("unterminated pattern", start),
                Some('\\') => drop(self.bump()?),
                Some('(') => depth += 1,
                Some(')') => depth -= 1,
                Some('\'') => {
                    self.at -= 1;
                    self.single_quoted()?;
                }
                Some(_) => {}
            }
        }
        let source = self.text[start..self.at].to_owned();
        // What is expanded within a pattern is not a pattern any more.
        Ok(if source.contains(['$', '`']) {
            ShellPart::Unknown(source)
        } else {
            ShellPart::Glob(source)
        })
    }

    /// How long the bracket expression is that begins here.
    fn bracket(&self) -> Option<usize> {
        let bytes = self.rest().as_bytes();
        let mut at = 1;
        if matches!(bytes.get(at), Some(b'!' | b'^')) {
            at += 1;
        }
        if bytes.get(at) == Some(&b']') {
            at += 1;
        }
        while let Some(byte) = bytes.get(at).filter(|_| at < 256) {
            match byte {
                b']' => return Some(at + 1),
                b'[' if bytes.get(at + 1) == Some(&b':') => {
                    at += 2 + self.rest()[at + 2..].find(":]")? + 2;
                }
                b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>' | b'"'
                | b'\'' | b'$' | b'`' | b'\\' | b'{' | b'}' | b',' => return None,
                _ => at += 1,
            }
        }
        None
    }

    /// The user of a tilde that is next, where it is one.
    fn tilde(&self, value: bool) -> Option<String> {
        let rest = &self.rest()[1..];
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '+' | '-')))
            .unwrap_or(rest.len());
        let ends = match rest[end..].chars().next() {
            None | Some('/' | '}') => true,
            Some(':') => value,
            Some(c) => self.ends_word(c),
        };
        ends.then(|| rest[..end].to_owned())
    }

    fn ends_word(&self, next: char) -> bool {
        next == ',' || matches!(next, '<' | '>') || self.ends(Mode::Word, next)
    }

    /// Reads a brace expansion; `None`, and nothing is read, where `{` is only a character.
    fn brace(&mut self) -> Result<Option<ShellBrace>, Problem> {
        let start = self.at;
        if self.plain_braces.contains(&start) {
            return Ok(None);
        }
        self.skip(1)?;
        let mut alternatives = Vec::new();
        let closed = self.deeper(|reader| {
            loop {
                let from = reader.at;
                let parts = reader.parts(Mode::Brace, false)?;
                alternatives.push(reader.word_of(parts, from));
                match reader.byte(0) {
                    b',' => reader.skip(1)?,
                    b'}' => {
                        reader.skip(1)?;
                        return Ok(true);
                    }
                    _ => return Ok(false),
                }
            }
        });
        let closed = match closed {
            Ok(closed) => closed,
            Err(problem) => {
                Self::can_retry(problem)?;
                false
            }
        };
        let brace = match alternatives.as_slice() {
            _ if !closed => None,
            [only] => sequence(only),
            _ => Some(ShellBrace {
                alternatives,
                ..ShellBrace::default()
            }),
        };
        if brace.is_none() {
            self.at = start;
            self.plain_braces.insert(start);
        }
        Ok(brace)
    }
}

/// `1..9`, `a..z` and `1..9..2`.
fn sequence(word: &ShellWord) -> Option<ShellBrace> {
    let [ShellPart::Literal(text)] = word.parts.as_slice() else {
        return None;
    };
    let mut ends = text.split("..");
    let (first, last, step) = (ends.next()?, ends.next()?, ends.next());
    let is_number = |text: &str| text.parse::<i64>().is_ok();
    let is_letter = |text: &str| text.len() == 1 && text.chars().all(|c| c.is_ascii_alphabetic());
    let fits = is_number(first) && is_number(last) || is_letter(first) && is_letter(last);
    (fits && step.is_none_or(is_number) && ends.next().is_none()).then(|| ShellBrace {
        first: Some(first.to_owned()),
        last: Some(last.to_owned()),
        step: step.map(str::to_owned),
        ..ShellBrace::default()
    })
}

fn parts_of(parts: &mut Vec<ShellPart>, part: ShellPart) {
    match part {
        ShellPart::Literal(text) => push_literal(parts, &text),
        part => parts.push(part),
    }
}
