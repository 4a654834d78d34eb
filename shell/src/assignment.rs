//! `NAME=value`, `NAME[index]+=value` and `NAME=(…)`.

use sinew_schema::{ShellElement, ShellPart, ShellWord};

use crate::expansion::identifier;
use crate::reader::{Problem, Reader};
use crate::word::Mode;

/// A word, and what it assigns where it has the form of an assignment.
#[derive(Debug)]
pub(crate) struct Argument {
    pub(crate) word: ShellWord,
    pub(crate) assigned: Option<Assigned>,
}

/// How a word assigns.
#[derive(Debug)]
pub(crate) struct Assigned {
    pub(crate) name: String,
    pub(crate) index: Option<ShellWord>,
    pub(crate) append: bool,
    /// Which of the word's parts is the first of the value, and where that begins.
    pub(crate) value_from: usize,
    pub(crate) value_start: u32,
}

impl Reader<'_> {
    /// Reads a word of a command, which may be an assignment.
    pub(crate) fn argument(&mut self) -> Result<Argument, Problem> {
        let start = self.at;
        let Some((mut parts, mut assigned)) = self.assigned()? else {
            return Ok(Argument {
                word: self.word()?,
                assigned: None,
            });
        };
        assigned.value_from = parts.len();
        assigned.value_start = self.span(self.at, self.at).0;
        if self.byte(0) == b'(' {
            parts.push(ShellPart::Array(self.deeper(Self::array)?));
        } else {
            parts.extend(self.parts(Mode::Word, true)?);
        }
        Ok(Argument {
            word: self.word_of(parts, start),
            assigned: Some(assigned),
        })
    }

    /// Reads up to behind the `=`; nothing is read where this is no assignment.
    fn assigned(&mut self) -> Result<Option<(Vec<ShellPart>, Assigned)>, Problem> {
        let start = self.at;
        let name = identifier(self.rest()).to_owned();
        if name.is_empty() {
            return Ok(None);
        }
        let after = self.byte(name.len());
        let mut parts = Vec::new();
        let mut index = None;
        if after == b'[' {
            self.skip(name.len() + 1)?;
            let from = self.at;
            let read = self.parts(Mode::Index, false);
            let closed = self.byte(0) == b']'
                && (self.byte(1) == b'=' || self.byte(1) == b'+' && self.byte(2) == b'=')
                && !self.text[from..self.at].contains(['\n', ' ', ';']);
            match read {
                Ok(read) if closed => {
                    parts.push(ShellPart::Literal(format!("{name}[")));
                    parts.extend(read.iter().cloned());
                    index = Some(self.word_of(read, from));
                    self.skip(1)?;
                }
                Ok(_) => {
                    self.at = start;
                    return Ok(None);
                }
                Err(problem) => {
                    Self::can_retry(problem)?;
                    self.at = start;
                    return Ok(None);
                }
            }
        } else if after == b'=' || after == b'+' && self.byte(name.len() + 1) == b'=' {
            self.skip(name.len())?;
        } else {
            return Ok(None);
        }
        let append = self.byte(0) == b'+';
        self.skip(if append { 2 } else { 1 })?;
        let sign = if append { "+=" } else { "=" };
        parts.push(ShellPart::Literal(match index {
            Some(_) => format!("]{sign}"),
            None => format!("{name}{sign}"),
        }));
        Ok(Some((
            parts,
            Assigned {
                name,
                index,
                append,
                value_from: 0,
                value_start: 0,
            },
        )))
    }

    fn array(&mut self) -> Result<Vec<ShellElement>, Problem> {
        let start = self.at;
        self.skip(1)?;
        let mut elements = Vec::new();
        loop {
            self.skip_blanks()?;
            match self.peek() {
                None => return self.error("unterminated array", start),
                Some('\n') => self.skip(1)?,
                Some('#') => {
                    let length = self.rest().find('\n').unwrap_or(self.rest().len());
                    self.skip(length)?;
                }
                Some(')') => {
                    self.skip(1)?;
                    return Ok(elements);
                }
                Some(_) => elements.push(self.element()?),
            }
        }
    }

    fn element(&mut self) -> Result<ShellElement, Problem> {
        let start = self.at;
        let mut index = None;
        if self.byte(0) == b'[' {
            self.skip(1)?;
            let from = self.at;
            let read = self.parts(Mode::Index, false)?;
            if self.starts_with("]=") {
                index = Some(self.word_of(read, from));
                self.skip(2)?;
            } else {
                self.at = start;
            }
        }
        let value = self.word()?;
        if value.parts.is_empty() && index.is_none() {
            return self.error("unexpected operator in an array", self.at);
        }
        Ok(ShellElement {
            index,
            value,
            ..ShellElement::default()
        })
    }
}
