//! Lexemes: what `brush-parser` gets as tokens, with everything that it need not know.

use sinew_schema::{ShellPart, ShellRedirect, ShellWord};

use crate::assignment::Argument;
use crate::context::{Context, Esac, Expect};
use crate::reader::{Problem, Reader};
use crate::word::Mode;

/// One lexeme, and where it stands in the original text.
#[derive(Debug)]
pub(crate) struct Lexeme {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) kind: Kind,
}

/// What a lexeme is.
#[derive(Debug)]
pub(crate) enum Kind {
    Operator(&'static str),
    Reserved(&'static str),
    Argument(Argument),
    Redirect(Box<ShellRedirect>),
    /// `[[ … ]]`.
    Test(Vec<ShellWord>),
    /// `(( … ))`.
    Arithmetic(ShellWord),
    /// `(( … ))` behind `for`.
    ArithmeticFor(ShellWord),
    /// Taken into the tree.
    Taken,
}

/// The lexemes of a script.
#[derive(Debug)]
pub(crate) struct Lexemes {
    pub(crate) list: Vec<Lexeme>,
    pub(crate) comments: Vec<String>,
    /// Where they end.
    pub(crate) end: usize,
}

/// The operators that are no redirections, longest first.
const OPERATORS: [&str; 10] = [";;&", "&&", "||", ";;", ";&", "|&", ";", "&", "|", "\n"];

/// Collects lexemes.
struct Collected {
    list: Vec<Lexeme>,
    comments: Vec<String>,
    context: Context,
    /// Here-documents whose text has not come yet: the lexeme, and the delimiter as it is written.
    waiting: Vec<(usize, String)>,
}

impl Reader<'_> {
    /// Reads lexemes up to the end, or, when `enclosed`, up to and with the `)` that closes what they stand in.
    pub(crate) fn lexemes(&mut self, enclosed: bool) -> Result<Lexemes, Problem> {
        let start = self.at;
        let mut all = Collected {
            list: Vec::new(),
            comments: Vec::new(),
            context: Context::new(),
            waiting: Vec::new(),
        };
        loop {
            self.skip_blanks()?;
            self.check_depth(all.context.depth)?;
            if all.context.has_many_cases() {
                return Err(Problem::TooDeep(self.place(self.at)));
            }
            let Some(next) = self.peek() else {
                if enclosed {
                    return self.error("unterminated command substitution", start);
                }
                break;
            };
            if next == '#' {
                let length = self.rest().find('\n').unwrap_or(self.rest().len());
                all.comments.push(self.rest()[1..length].to_owned());
                self.skip(length)?;
            } else if let Some(descriptor) = self.at_redirect() {
                self.read_redirect(descriptor, &mut all)?;
            } else if next == '(' {
                self.open(&mut all)?;
            } else if next == ')' {
                let from = self.at;
                if !all.context.close_paren() && enclosed {
                    self.skip(1)?;
                    break;
                }
                self.skip(1)?;
                all.push(self, from, Kind::Operator(")"));
            } else if let Some(operator) = OPERATORS
                .into_iter()
                .find(|operator| self.starts_with(operator))
            {
                let from = self.at;
                self.skip(operator.len())?;
                all.push(self, from, Kind::Operator(operator));
                all.context.after_operator(operator);
                if operator == "\n" {
                    self.read_waiting(&mut all)?;
                }
            } else {
                self.read_word(&mut all)?;
            }
        }
        self.read_waiting(&mut all)?;
        if all.context.is_open() {
            return self.error("unexpected end", self.at);
        }
        Ok(Lexemes {
            list: all.list,
            comments: all.comments,
            end: self.place(self.at),
        })
    }

    fn read_redirect(&mut self, descriptor: usize, all: &mut Collected) -> Result<(), Problem> {
        let from = self.at;
        let redirect = self.redirect(descriptor)?;
        if redirect
            .operator
            .starts_with(ShellRedirect::OPERATOR_HERE_DOCUMENT)
        {
            let source = self.text[from..self.at].trim_start_matches(|c: char| c.is_ascii_digit());
            let source = source.trim_start_matches("<<").trim_start_matches('-');
            all.waiting
                .push((all.list.len(), source.trim_start().to_owned()));
        }
        all.push(self, from, Kind::Redirect(Box::new(redirect)));
        Ok(())
    }

    fn read_waiting(&mut self, all: &mut Collected) -> Result<(), Problem> {
        for (index, delimiter) in std::mem::take(&mut all.waiting) {
            if let Some(Lexeme {
                kind: Kind::Redirect(redirect),
                ..
            }) = all.list.get_mut(index)
            {
                redirect.body = Some(self.here_document(redirect, &delimiter)?);
            }
        }
        Ok(())
    }

    fn open(&mut self, all: &mut Collected) -> Result<(), Problem> {
        let from = self.at;
        let is_for = all.context.expect == Expect::Name;
        let may_begin = all.context.expect == Expect::Command && !all.context.in_pattern();
        if (is_for || may_begin)
            && self.byte(1) == b'('
            && let Some(parts) = self.arithmetic(2, "))")?
        {
            let word = self.word_of(parts, from);
            let kind = if is_for {
                Kind::ArithmeticFor(word)
            } else {
                Kind::Arithmetic(word)
            };
            all.push(self, from, kind);
            all.context.expect = Expect::Command;
            return Ok(());
        }
        self.skip(1)?;
        // Two of them in a row are an arithmetic command to the grammar, and this is none.
        if matches!(
            all.list.last(),
            Some(Lexeme {
                kind: Kind::Operator("("),
                ..
            })
        ) {
            all.push(self, from, Kind::Operator("\n"));
        }
        all.context.open_paren();
        all.push(self, from, Kind::Operator("("));
        Ok(())
    }

    fn read_word(&mut self, all: &mut Collected) -> Result<(), Problem> {
        let from = self.at;
        // A pattern only where a shell was told so: at the start of a command it negates.
        if all.context.expect == Expect::Command && self.starts_with("!(") {
            self.skip(1)?;
            all.reserve(self, from, "!");
            return Ok(());
        }
        let argument = self.argument()?;
        if self.at == from {
            return self.error("unexpected character", from);
        }
        let source = &self.text[from..self.at];
        let plain = matches!(argument.word.parts.as_slice(), [] | [ShellPart::Literal(_)]);
        match plain.then(|| all.context.reserved(source)).flatten() {
            Some("[[") => {
                let words = self.deeper(Self::test)?;
                all.push(self, from, Kind::Test(words));
                all.context.expect = Expect::Command;
            }
            Some("esac") => match all.context.esac() {
                Esac::Word => all.argument(self, from, argument),
                esac => {
                    if esac == Esac::AfterBody {
                        all.push(self, from, Kind::Operator(";;"));
                    }
                    all.reserve(self, from, "esac");
                }
            },
            Some(reserved) => all.reserve(self, from, reserved),
            None if plain && source == "-p" && all.after_time() => {
                all.push(self, from, Kind::Reserved("-p"));
            }
            None => all.argument(self, from, argument),
        }
        Ok(())
    }

    /// Reads the words of `[[ … ]]`, of which the first bracket is behind.
    fn test(&mut self) -> Result<Vec<ShellWord>, Problem> {
        let start = self.at;
        let mut words: Vec<ShellWord> = Vec::new();
        loop {
            self.skip_blanks()?;
            let from = self.at;
            let is_pattern = matches!(
                words.last().map(|word| word.parts.as_slice()),
                Some([ShellPart::Literal(text)]) if text == "=~"
            );
            let parts = match self.peek() {
                None => return self.error("unterminated `[[`", start),
                Some('\n') => {
                    self.skip(1)?;
                    continue;
                }
                Some(_) if is_pattern => self.pattern()?,
                Some(c @ ('(' | ')' | '<' | '>' | ';'))
                    if !(matches!(c, '<' | '>') && self.byte(1) == b'(') =>
                {
                    self.skip(1)?;
                    vec![ShellPart::Literal(c.to_string())]
                }
                Some('&' | '|') => {
                    let length = if self.byte(0) == self.byte(1) { 2 } else { 1 };
                    let operator = self.rest()[..length].to_owned();
                    self.skip(length)?;
                    vec![ShellPart::Literal(operator)]
                }
                Some(_) => self.parts(Mode::Word, false)?,
            };
            if &self.text[from..self.at] == "]]" {
                return Ok(words);
            }
            words.push(self.word_of(parts, from));
        }
    }

    /// Reads the regular expression behind `=~`, in which parentheses and bars are ordinary.
    fn pattern(&mut self) -> Result<Vec<ShellPart>, Problem> {
        let mut parts = Vec::new();
        let mut depth = 0_u32;
        loop {
            parts.extend(self.parts(Mode::Word, false)?);
            match self.peek() {
                Some('(') => depth += 1,
                Some(')') if depth > 0 => depth -= 1,
                Some('|' | '<' | '>') => {}
                Some(c) if depth > 0 && c != '\n' => {}
                _ => return Ok(parts),
            }
            if let Some(next) = self.bump()? {
                crate::reader::push_literal(&mut parts, next.encode_utf8(&mut [0; 4]));
            }
        }
    }
}

// === impl Collected ===

impl Collected {
    fn push(&mut self, reader: &Reader<'_>, from: usize, kind: Kind) {
        let (start, end) = reader.span(from, reader.at);
        self.list.push(Lexeme { start, end, kind });
    }

    fn reserve(&mut self, reader: &Reader<'_>, from: usize, word: &'static str) {
        // `[[ … ]] then` needs no separator in bash.
        let after_test = matches!(
            self.list.last(),
            Some(Lexeme {
                kind: Kind::Test(_) | Kind::Arithmetic(_),
                ..
            })
        );
        if after_test {
            self.push(reader, from, Kind::Operator(";"));
        }
        self.push(reader, from, Kind::Reserved(word));
        self.context.after_reserved(word);
    }

    fn argument(&mut self, reader: &Reader<'_>, from: usize, argument: Argument) {
        self.push(reader, from, Kind::Argument(argument));
        self.context.after_word();
    }

    fn after_time(&self) -> bool {
        matches!(
            self.list.last(),
            Some(Lexeme {
                kind: Kind::Reserved("time"),
                ..
            })
        )
    }
}
