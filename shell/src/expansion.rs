//! What begins with `$` or a backquote.

use sinew_schema::{ShellParameter, ShellPart, ShellScript};

use crate::ansi;
use crate::reader::{Problem, Reader, push_literal};
use crate::word::Mode;

/// The operators of `${NAME…}`, longest first.
const OPERATORS: [&str; 23] = [
    ":-", ":=", ":?", ":+", "##", "%%", "//", "/#", "/%", "^^", ",,", "~~", "-", "=", "?", "+",
    "#", "%", "/", "^", ",", "~", ":",
];

impl<'a> Reader<'a> {
    /// Reads what begins with the `$` that is next.
    pub(crate) fn dollar(&mut self, mode: Mode) -> Result<ShellPart, Problem> {
        let start = self.at;
        let quoted = matches!(
            mode,
            Mode::Quoted | Mode::QuotedArgument | Mode::HereDocument
        );
        match self.byte(1) {
            b'(' if self.byte(2) == b'(' => {
                if let Some(parts) = self.arithmetic(3, "))")? {
                    return Ok(ShellPart::Arithmetic(parts));
                }
                self.skip(2)?;
                self.command(start)
            }
            b'(' => {
                self.skip(2)?;
                self.command(start)
            }
            b'[' => match self.arithmetic(2, "]")? {
                Some(parts) => Ok(ShellPart::Arithmetic(parts)),
                None => self.error("unterminated arithmetic expansion", start),
            },
            b'{' => self.deeper(|reader| reader.braced(quoted)),
            b'\'' if !quoted => self.ansi_quoted(),
            b'"' if !quoted => {
                self.skip(1)?;
                Ok(ShellPart::Translated(self.double_quoted()?))
            }
            _ => self.bare(),
        }
    }

    /// Reads `$NAME`, or a `$` that means nothing.
    fn bare(&mut self) -> Result<ShellPart, Problem> {
        self.skip(1)?;
        let name = match self.byte(0) {
            b'0'..=b'9' => &self.rest()[..1],
            _ => self.name(),
        };
        if name.is_empty() {
            return Ok(ShellPart::Literal("$".to_owned()));
        }
        self.skip(name.len())?;
        Ok(parameter(name))
    }

    /// The name or the special character that is next.
    fn name(&self) -> &'a str {
        let rest = self.rest();
        match rest.as_bytes().first() {
            Some(b'0'..=b'9') => {
                let end = rest.find(|c: char| !c.is_ascii_digit());
                &rest[..end.unwrap_or(rest.len())]
            }
            Some(b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!') => &rest[..1],
            _ => identifier(rest),
        }
    }

    /// Reads commands up to `)`, of which what opens them is behind.
    fn command(&mut self, start: usize) -> Result<ShellPart, Problem> {
        Ok(match self.deeper(|reader| reader.substitution(start))? {
            Ok(script) => ShellPart::Command(script),
            Err(text) => ShellPart::Unknown(text),
        })
    }

    /// Reads `` `…` ``.
    pub(crate) fn backquoted(&mut self, mode: Mode) -> Result<ShellPart, Problem> {
        let start = self.at;
        self.skip(1)?;
        let inner = self.at;
        let mut text = String::new();
        loop {
            match self.bump()? {
                None => return self.error("unterminated backquote", start),
                Some('`') => break,
                Some('\\') => match self.bump()? {
                    Some(escaped @ ('`' | '\\' | '$')) => text.push(escaped),
                    Some('"') if mode == Mode::Quoted => text.push('"'),
                    Some(other) => {
                        text.push('\\');
                        text.push(other);
                    }
                    None => {}
                },
                Some(other) => text.push(other),
            }
        }
        let end = self.at - 1;
        let script = self.deeper(|reader| {
            if text == reader.text[inner..end] {
                reader.of_part(inner, end).script()
            } else {
                reader.of_made(&text, start, end + 1).script()
            }
        });
        self.or_unknown(script, start, ShellPart::Backquoted)
    }

    /// A part of commands that could be read, else one that is unknown.
    fn or_unknown(
        &self,
        script: Result<ShellScript, Problem>,
        start: usize,
        part: fn(ShellScript) -> ShellPart,
    ) -> Result<ShellPart, Problem> {
        match script {
            Ok(script) => Ok(part(script)),
            Err(problem) => {
                Self::can_retry(problem)?;
                Ok(ShellPart::Unknown(self.text[start..self.at].to_owned()))
            }
        }
    }

    fn ansi_quoted(&mut self) -> Result<ShellPart, Problem> {
        let start = self.at;
        self.skip(2)?;
        loop {
            match self.bump()? {
                None => return self.error("unterminated single quote", start),
                Some('\\') => drop(self.bump()?),
                Some('\'') => break,
                Some(_) => {}
            }
        }
        let source = &self.text[start..self.at];
        Ok(match ansi::decoded(&source[2..source.len() - 1]) {
            Some(text) => ShellPart::AnsiQuoted(text),
            None => ShellPart::Unknown(source.to_owned()),
        })
    }

    /// Reads an expression of which the first `opening` bytes open it; `None`, and nothing is read, where it is none.
    pub(crate) fn arithmetic(
        &mut self,
        opening: usize,
        closing: &str,
    ) -> Result<Option<Vec<ShellPart>>, Problem> {
        let start = self.at;
        self.skip(opening)?;
        match self.deeper(|reader| reader.expression(closing)) {
            Ok(Some(parts)) => Ok(Some(parts)),
            Ok(None) => {
                self.at = start;
                Ok(None)
            }
            Err(problem) => {
                Self::can_retry(problem)?;
                self.at = start;
                Ok(None)
            }
        }
    }

    fn expression(&mut self, closing: &str) -> Result<Option<Vec<ShellPart>>, Problem> {
        let mut parts = Vec::new();
        let mut depth = 0_u32;
        let (opens, closes) = if closing == "]" {
            (b'[', b']')
        } else {
            (b'(', b')')
        };
        while let Some(next) = self.peek() {
            match next {
                _ if depth == 0 && self.byte(0) == closes => {
                    if !self.starts_with(closing) {
                        return Ok(None);
                    }
                    self.skip(closing.len())?;
                    return Ok(Some(parts));
                }
                '$' => match self.dollar(Mode::Quoted)? {
                    ShellPart::Literal(text) => push_literal(&mut parts, &text),
                    part => parts.push(part),
                },
                '`' => parts.push(self.backquoted(Mode::Quoted)?),
                '"' => parts.push(ShellPart::DoubleQuoted(self.double_quoted()?)),
                _ => {
                    if self.byte(0) == opens {
                        depth += 1;
                    } else if self.byte(0) == closes {
                        depth -= 1;
                    }
                    self.skip(next.len_utf8())?;
                    push_literal(&mut parts, next.encode_utf8(&mut [0; 4]));
                }
            }
        }
        Ok(None)
    }

    /// Reads `${…}`.
    fn braced(&mut self, quoted: bool) -> Result<ShellPart, Problem> {
        let start = self.at;
        self.skip(2)?;
        let mut parameter = ShellParameter::default();
        let first = self.byte(0);
        let second = self.byte(1);
        if first == b'!'
            && (second.is_ascii_alphanumeric() || matches!(second, b'_' | b'@' | b'*' | b'#'))
        {
            parameter.indirect = Some(true);
            self.skip(1)?;
        } else if first == b'#'
            && (second.is_ascii_alphanumeric() || b"_@*?!$-#".contains(&second))
            && !(matches!(second, b'#' | b'-' | b'?') && self.byte(2) != b'}')
        {
            parameter.length = Some(true);
            self.skip(1)?;
        }
        self.name().clone_into(&mut parameter.name);
        self.skip(parameter.name.len())?;
        if self.byte(0) == b'[' {
            self.skip(1)?;
            parameter.index = self.parts(Mode::Index, false)?;
            self.skip(1)?;
        }
        let mut known = !parameter.name.is_empty();
        if self.byte(0) != b'}' {
            let operator = if self.byte(0) == b'@'
                || parameter.indirect == Some(true) && self.byte(0) == b'*'
            {
                let rest = self.rest();
                &rest[..rest.find('}').unwrap_or(rest.len())]
            } else {
                let rest = self.rest();
                OPERATORS
                    .into_iter()
                    .find(|operator| rest.starts_with(operator))
                    .unwrap_or_default()
            };
            known &= !operator.is_empty();
            parameter.operator = Some(operator.to_owned());
            self.skip(operator.len())?;
            let mode = if quoted {
                Mode::QuotedArgument
            } else {
                Mode::Argument
            };
            parameter.argument = self.parts(mode, false)?;
        }
        if self.byte(0) != b'}' {
            return self.error("unterminated parameter expansion", start);
        }
        self.skip(1)?;
        Ok(if known {
            ShellPart::Parameter(parameter)
        } else {
            ShellPart::Unknown(self.text[start..self.at].to_owned())
        })
    }
}

/// The identifier that a text begins with.
pub(crate) fn identifier(text: &str) -> &str {
    let bytes = text.as_bytes();
    if !bytes
        .first()
        .is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
    {
        return "";
    }
    let end = bytes
        .iter()
        .position(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_'));
    &text[..end.unwrap_or(text.len())]
}

fn parameter(name: &str) -> ShellPart {
    ShellPart::Parameter(ShellParameter {
        name: name.to_owned(),
        ..ShellParameter::default()
    })
}
