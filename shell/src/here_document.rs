//! Redirections, and the texts of here-documents, which stand after the line that asks for them.

use sinew_schema::{ShellPart, ShellRedirect, ShellWord};

use crate::expansion::identifier;
use crate::reader::{Problem, Reader};
use crate::word::Mode;

/// The redirection operators and their names, longest first.
const OPERATORS: [(&str, &str); 12] = [
    ("&>>", ShellRedirect::OPERATOR_BOTH_APPEND),
    ("<<<", ShellRedirect::OPERATOR_HERE_STRING),
    ("<<-", ShellRedirect::OPERATOR_HERE_DOCUMENT_STRIPPED),
    ("&>", ShellRedirect::OPERATOR_BOTH),
    ("<<", ShellRedirect::OPERATOR_HERE_DOCUMENT),
    (">>", ShellRedirect::OPERATOR_APPEND),
    ("<&", ShellRedirect::OPERATOR_DUPLICATE_INPUT),
    (">&", ShellRedirect::OPERATOR_DUPLICATE_OUTPUT),
    ("<>", ShellRedirect::OPERATOR_READ_WRITE),
    (">|", ShellRedirect::OPERATOR_CLOBBER),
    ("<", ShellRedirect::OPERATOR_READ),
    (">", ShellRedirect::OPERATOR_WRITE),
];

impl Reader<'_> {
    /// Whether a redirection is next, and how long the descriptor before its operator is.
    pub(crate) fn at_redirect(&self) -> Option<usize> {
        let rest = self.rest();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let length = if digits > 0 {
            digits
        } else if let Some(inner) = rest.strip_prefix('{') {
            let name = identifier(inner).len();
            if name > 0 && inner.as_bytes().get(name) == Some(&b'}') {
                name + 2
            } else {
                0
            }
        } else {
            0
        };
        let operator = &rest[length..];
        let begins = operator.starts_with(['<', '>']) || length == 0 && operator.starts_with("&>");
        // `<(` is a word, but `2<(` reads a file of that name.
        let process = length == 0 && (operator.starts_with("<(") || operator.starts_with(">("));
        (begins && !process).then_some(length)
    }

    /// Reads a redirection; the text of a here-document comes later.
    pub(crate) fn redirect(&mut self, descriptor: usize) -> Result<ShellRedirect, Problem> {
        let start = self.at;
        let descriptor = self.rest()[..descriptor].to_owned();
        self.skip(descriptor.len())?;
        let Some((sign, operator)) = OPERATORS.into_iter().find(|(sign, _)| {
            self.starts_with(sign) && !(sign.len() == 2 && self.rest()[1..].starts_with(">("))
        }) else {
            return self.error("unexpected operator", start);
        };
        self.skip(sign.len())?;
        self.skip_blanks()?;
        let from = self.at;
        let target = self.word()?;
        if target.parts.is_empty() {
            return self.error("redirection without a target", start);
        }
        let quoted = sign.starts_with("<<")
            && sign != "<<<"
            && self.text[from..self.at].contains(['\'', '"', '\\']);
        let (start, end) = self.span(start, self.at);
        Ok(ShellRedirect {
            start,
            end,
            descriptor: (!descriptor.is_empty()).then_some(descriptor),
            operator: operator.to_owned(),
            target,
            quoted: quoted.then_some(true),
            body: None,
            extra: sinew_schema::ShellScript::default().extra,
        })
    }

    /// Reads the text of a here-document, which begins here.
    pub(crate) fn here_document(
        &mut self,
        redirect: &ShellRedirect,
        source: &str,
    ) -> Result<ShellWord, Problem> {
        let quoted = redirect.quoted == Some(true);
        let strips = redirect.operator == ShellRedirect::OPERATOR_HERE_DOCUMENT_STRIPPED;
        let delimiter = if quoted {
            unquoted(&redirect.target.parts)
        } else {
            source.to_owned()
        };
        let start = self.at;
        let mut end = self.text.len();
        let mut text = String::new();
        while self.at < self.text.len() {
            let line = self.rest().split_inclusive('\n').next().unwrap_or_default();
            let kept = if strips {
                line.trim_start_matches('\t')
            } else {
                line
            };
            let from = self.at;
            self.skip(line.len())?;
            if kept.strip_suffix('\n').unwrap_or(kept) == delimiter {
                end = from;
                break;
            }
            text.push_str(kept);
        }
        let parts = if quoted {
            vec![ShellPart::Literal(text)]
        } else if text == self.text[start..end] {
            self.of_part(start, end).document()?
        } else {
            self.of_made(&text, start, end).document()?
        };
        let (start, end) = self.span(start, end);
        Ok(ShellWord {
            start,
            end,
            parts,
            ..ShellWord::default()
        })
    }

    fn document(&mut self) -> Result<Vec<ShellPart>, Problem> {
        let start = self.at;
        match self.deeper(|reader| reader.parts(Mode::HereDocument, false)) {
            Ok(parts) => Ok(parts),
            Err(problem) => {
                Self::can_retry(problem)?;
                Ok(vec![ShellPart::Unknown(self.text[start..].to_owned())])
            }
        }
    }
}

/// The text of a delimiter without its quotes.
fn unquoted(parts: &[ShellPart]) -> String {
    parts
        .iter()
        .map(|part| match part {
            ShellPart::Literal(text)
            | ShellPart::Escaped(text)
            | ShellPart::SingleQuoted(text)
            | ShellPart::AnsiQuoted(text)
            | ShellPart::Glob(text) => text.clone(),
            ShellPart::DoubleQuoted(parts) | ShellPart::Translated(parts) => unquoted(parts),
            _ => String::new(),
        })
        .collect()
}
