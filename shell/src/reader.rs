//! A [`Reader`]: a place in a text, and the limits on what reading it may take.

use std::cell::Cell;

use sinew_schema::ShellPart;

/// Why reading ended. The number is a place in the text that was given to `parse`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Problem {
    Syntax(&'static str, usize),
    TooDeep(usize),
    TooTangled(usize),
}

/// What all readers of one text share.
pub(crate) struct Work {
    /// How many characters may still be read; what is tried twice counts twice.
    steps: Cell<u64>,
    depth: Cell<u32>,
    depth_max: u32,
}

/// How often each character may be read, on average: more than any honest text takes.
const STEPS_PER_BYTE: u64 = 16;

/// Short texts may take as many attempts as one of this length.
const STEPS_BYTES_MIN: u64 = 4096;

/// Reads a text from left to right.
pub(crate) struct Reader<'a> {
    pub(crate) text: &'a str,
    pub(crate) at: usize,
    pub(crate) work: &'a Work,
    /// Where this text stands in the original, when it is not the original itself.
    fixed: Option<(usize, usize)>,
    /// Places of `{` that begin no brace expansion.
    pub(crate) plain_braces: std::collections::BTreeSet<usize>,
}

// === impl Work ===

impl Work {
    pub(crate) fn new(bytes: usize, depth_max: u32) -> Self {
        Self {
            steps: Cell::new((bytes as u64 + STEPS_BYTES_MIN) * STEPS_PER_BYTE),
            depth: Cell::new(0),
            depth_max,
        }
    }
}

// === impl Reader ===

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str, work: &'a Work) -> Self {
        Self {
            text,
            at: 0,
            work,
            fixed: None,
            plain_braces: std::collections::BTreeSet::new(),
        }
    }

    /// A reader of a text that was made of what stands at `start..end` here.
    pub(crate) fn of_made<'b>(&self, text: &'b str, start: usize, end: usize) -> Reader<'b>
    where
        'a: 'b,
    {
        Reader {
            text,
            at: 0,
            work: self.work,
            fixed: Some((self.place(start), self.end_place(end))),
            plain_braces: std::collections::BTreeSet::new(),
        }
    }

    /// A reader of what stands at `start..end` here.
    pub(crate) fn of_part(&self, start: usize, end: usize) -> Reader<'a> {
        Reader {
            text: &self.text[..end],
            at: start,
            work: self.work,
            fixed: self.fixed,
            plain_braces: std::collections::BTreeSet::new(),
        }
    }

    /// Where something that begins here stands in the original text.
    pub(crate) fn place(&self, at: usize) -> usize {
        self.fixed.map_or(at, |(start, _)| start)
    }

    /// Where something that ends here ends in the original text.
    pub(crate) fn end_place(&self, at: usize) -> usize {
        self.fixed.map_or(at, |(_, end)| end)
    }

    /// Both, in the schema's numbers; `parse` refuses texts that they could not hold.
    pub(crate) fn span(&self, start: usize, end: usize) -> (u32, u32) {
        let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        (number(self.place(start)), number(self.end_place(end)))
    }

    pub(crate) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(crate) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The byte `ahead` bytes from here; 0 past the end.
    pub(crate) fn byte(&self, ahead: usize) -> u8 {
        self.text
            .as_bytes()
            .get(self.at + ahead)
            .copied()
            .unwrap_or(0)
    }

    pub(crate) fn starts_with(&self, prefix: &str) -> bool {
        self.rest().starts_with(prefix)
    }

    /// Moves on by one character.
    pub(crate) fn bump(&mut self) -> Result<Option<char>, Problem> {
        let Some(next) = self.peek() else {
            return Ok(None);
        };
        self.skip(next.len_utf8())?;
        Ok(Some(next))
    }

    /// Moves on by some bytes.
    pub(crate) fn skip(&mut self, bytes: usize) -> Result<(), Problem> {
        let steps = self.work.steps.get();
        let left = steps.checked_sub(bytes as u64);
        self.work
            .steps
            .set(left.ok_or(Problem::TooTangled(self.place(self.at)))?);
        self.at = (self.at + bytes).min(self.text.len());
        Ok(())
    }

    /// Skips blanks and continued lines.
    pub(crate) fn skip_blanks(&mut self) -> Result<(), Problem> {
        loop {
            if matches!(self.byte(0), b' ' | b'\t' | b'\r') {
                self.skip(1)?;
            } else if self.starts_with("\\\n") {
                self.skip(2)?;
            } else {
                return Ok(());
            }
        }
    }

    /// Reads something one level deeper.
    pub(crate) fn deeper<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        self.check_depth(1)?;
        self.work.depth.set(self.work.depth.get() + 1);
        let result = read(self);
        self.work.depth.set(self.work.depth.get() - 1);
        result
    }

    /// Fails where `open` more levels would be too many.
    pub(crate) fn check_depth(&self, open: u32) -> Result<(), Problem> {
        if self.work.depth.get() + open > self.work.depth_max {
            Err(Problem::TooDeep(self.place(self.at)))
        } else {
            Ok(())
        }
    }

    pub(crate) fn error<T>(&self, what: &'static str, at: usize) -> Result<T, Problem> {
        Err(Problem::Syntax(what, self.place(at)))
    }

    /// Whether an attempt may be given up for another reading: limits hold for all of them.
    pub(crate) fn can_retry(problem: Problem) -> Result<(), Problem> {
        match problem {
            Problem::Syntax(..) => Ok(()),
            limit => Err(limit),
        }
    }
}

/// Appends text to the literal at the end of `parts`.
pub(crate) fn push_literal(parts: &mut Vec<ShellPart>, text: &str) {
    if let Some(ShellPart::Literal(last)) = parts.last_mut() {
        last.push_str(text);
    } else if !text.is_empty() {
        parts.push(ShellPart::Literal(text.to_owned()));
    }
}
