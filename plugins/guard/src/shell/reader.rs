//! Splits shell text into simple commands.

use super::bracket::is_brace_list;
use super::{Command, DEPTH_MAX, End, Part, Redirect, Script, Word};

/// Reads a script.
pub(super) fn read(source: &str) -> Script {
    let mut script = Script::default();
    Reader::new(source, 0, Some(0)).run(&mut script);
    script
}

/// Reads text that another command would run as a script; spans in it mean nothing to the outer text.
pub(super) fn read_inner(source: &str, depth: u8) -> Script {
    let mut script = Script::default();
    Reader::new(source, depth, None).run(&mut script);
    script
}

pub(super) struct Reader<'a> {
    pub(super) source: &'a str,
    pub(super) at: usize,
    depth: u8,
    /// Where `source` starts in the outermost script, when it is a verbatim part of it.
    pub(super) base: Option<usize>,
    command: Command,
    /// Here-documents whose text starts after the next line break: their place in the command, and their delimiter.
    here: Vec<(usize, String)>,
    pub(super) inner: Vec<(String, Option<usize>)>,
    pub(super) unreadable: Option<&'static str>,
}

impl<'a> Reader<'a> {
    fn new(source: &'a str, depth: u8, base: Option<usize>) -> Self {
        Self {
            source,
            at: 0,
            depth,
            base,
            command: Command::default(),
            here: Vec::new(),
            inner: Vec::new(),
            unreadable: None,
        }
    }

    fn run(mut self, script: &mut Script) {
        if self.depth > DEPTH_MAX {
            script.unreadable = Some("it is nested too deeply");
            return;
        }
        while let Some(next) = self.peek() {
            match next {
                ' ' | '\t' | '\r' => self.at += 1,
                '\\' if self.rest().starts_with("\\\n") => self.at += 2,
                '#' => self.skip_line(),
                '\n' => {
                    self.at += 1;
                    self.read_here_documents();
                    self.end(script, End::Other);
                }
                '&' if self.rest().starts_with("&>") => self.redirect(),
                '&' if self.rest().starts_with("&&") => {
                    self.at += 2;
                    self.end(script, End::And);
                }
                '|' if self.rest().starts_with("||") => {
                    self.at += 2;
                    self.end(script, End::Or);
                }
                '|' => {
                    self.at += if self.rest().starts_with("|&") { 2 } else { 1 };
                    self.end(script, End::Pipe);
                }
                '&' | ';' => {
                    self.at += 1;
                    self.end(script, End::Other);
                }
                '(' | ')' => {
                    self.at += 1;
                    self.end(script, End::Other);
                    script
                        .parts
                        .push(if next == '(' { Part::Open } else { Part::Close });
                }
                '<' | '>' => self.redirect(),
                '0'..='9' if self.is_numbered_redirect() => {
                    self.skip_digits();
                    self.redirect();
                }
                _ => {
                    let word = self.word();
                    self.command.words.push(word);
                }
            }
        }
        if !self.here.is_empty() {
            self.unreadable = Some("a here-document has no text");
        }
        self.end(script, End::Other);
        script.unreadable = script.unreadable.or(self.unreadable);
    }

    /// Ends the current command, after the ones its substitutions contain.
    fn end(&mut self, script: &mut Script, end: End) {
        for (text, base) in std::mem::take(&mut self.inner) {
            script.parts.push(Part::Open);
            Reader::new(&text, self.depth + 1, base).run(script);
            script.parts.push(Part::Close);
        }
        let next = Command {
            piped: end == End::Pipe,
            ..Command::default()
        };
        let mut command = std::mem::replace(&mut self.command, next);
        if !command.words.is_empty() || !command.redirects.is_empty() {
            command.end = end;
            script.parts.push(Part::Command(command));
        } else if command.piped {
            // `a | (b)`: the parenthesis between them does not cut the pipe.
            self.command.piped = true;
        }
    }

    // === positions ===

    pub(super) fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn take(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn skip_line(&mut self) {
        self.at += self.rest().find('\n').unwrap_or(self.rest().len());
    }

    fn skip_digits(&mut self) {
        self.at += self.rest().len()
            - self
                .rest()
                .trim_start_matches(|c: char| c.is_ascii_digit())
                .len();
    }

    fn is_numbered_redirect(&self) -> bool {
        self.rest()
            .trim_start_matches(|c: char| c.is_ascii_digit())
            .starts_with(['<', '>'])
    }

    // === redirections ===

    fn redirect(&mut self) {
        const OPERATORS: [&str; 11] = [
            "<<<", "<<-", "&>>", "<<", "<>", "<&", ">>", ">|", ">&", "&>", "<",
        ];
        if self.rest().starts_with("<(") || self.rest().starts_with(">(") {
            self.at += 1;
            let mut word = Word {
                expands: true,
                ..Word::default()
            };
            self.substitution(&mut word);
            self.command.words.push(word);
            return;
        }
        let operator = OPERATORS
            .into_iter()
            .find(|operator| self.rest().starts_with(operator))
            .unwrap_or(">");
        self.at += operator.len();
        while let Some(' ' | '\t') = self.peek() {
            self.at += 1;
        }
        let target = self.word();
        if operator == "<<" || operator == "<<-" {
            self.here
                .push((self.command.redirects.len(), target.text.clone()));
        }
        let inline = operator.starts_with("<<");
        let writes = operator.contains('>');
        self.command.redirects.push(Redirect {
            writes,
            target,
            inline,
        });
    }

    fn read_here_documents(&mut self) {
        for (place, delimiter) in std::mem::take(&mut self.here) {
            let mut text = String::new();
            let mut ended = false;
            while !ended && self.at < self.source.len() {
                let line = self.rest().split('\n').next().unwrap_or_default();
                self.at = (self.at + line.len() + 1).min(self.source.len());
                ended = line.trim_start_matches('\t') == delimiter;
                if !ended {
                    text.push_str(line);
                    text.push('\n');
                }
            }
            if !ended {
                self.unreadable = Some("a here-document does not end");
            }
            if let Some(redirect) = self.command.redirects.get_mut(place) {
                redirect.target = Word::literal(text);
            }
        }
    }

    // === words ===

    fn word(&mut self) -> Word {
        let start = self.at;
        let mut word = Word::default();
        while let Some(next) = self.peek() {
            match next {
                ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '(' | ')' | '<' | '>' => break,
                '\\' => {
                    self.at += 1;
                    match self.take() {
                        Some('\n') => {}
                        Some(escaped) => word.text.push(escaped),
                        None => self.unreadable = Some("it ends in a backslash"),
                    }
                }
                '\'' => {
                    self.at += 1;
                    self.single_quoted(&mut word);
                }
                '"' => {
                    self.at += 1;
                    self.double_quoted(&mut word);
                }
                '$' => self.dollar(&mut word),
                '`' => self.backticks(&mut word),
                '~' if self.at == start => {
                    word.home = true;
                    word.text.push('~');
                    self.at += 1;
                }
                '*' | '?' | '[' => {
                    word.glob = true;
                    word.text.push(next);
                    self.at += 1;
                }
                '{' => {
                    word.glob |= is_brace_list(self.rest());
                    word.text.push('{');
                    self.at += 1;
                }
                other => {
                    word.text.push(other);
                    self.at += other.len_utf8();
                }
            }
        }
        word.span = self.base.map(|base| base + start..base + self.at);
        if self.at == start {
            // Nothing was taken (a target is missing): the operator in its place ends the command.
            self.unreadable = Some("a redirection has no target");
        }
        word
    }
}
