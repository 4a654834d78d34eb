//! Splits shell text into simple commands.

use super::bracket::{closing, is_brace_list};
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

struct Reader<'a> {
    source: &'a str,
    at: usize,
    depth: u8,
    /// Where `source` starts in the outermost script, when it is a verbatim part of it.
    base: Option<usize>,
    command: Command,
    /// Here-documents whose text starts after the next line break: their place in the command, and their delimiter.
    here: Vec<(usize, String)>,
    inner: Vec<(String, Option<usize>)>,
    unreadable: Option<&'static str>,
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

    fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self) -> Option<char> {
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

    fn single_quoted(&mut self, word: &mut Word) {
        let Some(length) = self.rest().find('\'') else {
            self.unreadable = Some("a quote does not end");
            word.text.push_str(self.rest());
            self.at = self.source.len();
            return;
        };
        word.text.push_str(&self.rest()[..length]);
        self.at += length + 1;
    }

    fn double_quoted(&mut self, word: &mut Word) {
        loop {
            match self.peek() {
                None => {
                    self.unreadable = Some("a quote does not end");
                    return;
                }
                Some('"') => {
                    self.at += 1;
                    return;
                }
                Some('\\') => {
                    self.at += 1;
                    match self.take() {
                        Some('\n') | None => {}
                        Some(escaped @ ('$' | '`' | '"' | '\\')) => word.text.push(escaped),
                        Some(other) => word.text.extend(['\\', other]),
                    }
                }
                Some('$') => self.dollar(word),
                Some('`') => self.backticks(word),
                Some(other) => {
                    word.text.push(other);
                    self.at += other.len_utf8();
                }
            }
        }
    }

    fn dollar(&mut self, word: &mut Word) {
        self.at += 1;
        match self.peek() {
            Some('(') => {
                word.expands = true;
                self.substitution(word);
            }
            Some('{') => {
                let end = closing(self.rest(), '{', '}');
                let inside = self
                    .rest()
                    .get(1..end.unwrap_or(self.rest().len()))
                    .unwrap_or_default();
                if end.is_none() {
                    self.unreadable = Some("a brace does not end");
                } else if inside.contains("$(") || inside.contains('`') {
                    self.unreadable = Some("a command stands inside a variable");
                }
                word.push_variable(inside);
                self.at = (self.at + inside.len() + 2).min(self.source.len());
            }
            Some('\'') => {
                self.at += 1;
                self.escaped_quote(word);
            }
            Some('"') => {
                self.at += 1;
                self.double_quoted(word);
            }
            Some(first) if first.is_alphanumeric() || "_@*#?!$-".contains(first) => {
                let named = first.is_alphabetic() || first == '_';
                let length = if named {
                    self.rest()
                        .find(|c: char| !c.is_alphanumeric() && c != '_')
                        .unwrap_or(self.rest().len())
                } else {
                    first.len_utf8()
                };
                let name = self.rest().get(..length).unwrap_or_default();
                self.at += length;
                word.push_variable(name);
            }
            _ => word.text.push('$'),
        }
    }

    /// `$( … )`, `<( … )`: a script inside the word; `at` stands on the parenthesis.
    fn substitution(&mut self, word: &mut Word) {
        let Some(end) = closing(self.rest(), '(', ')') else {
            self.unreadable = Some("a parenthesis does not end");
            self.at = self.source.len();
            return;
        };
        let inside = &self.rest()[1..end];
        word.text.push_str("$(…)");
        // `$(( … ))` computes; a command substituted inside it is read like one that stands outside.
        self.inner
            .push((inside.to_owned(), self.base.map(|base| base + self.at + 1)));
        self.at += end + 1;
    }

    fn backticks(&mut self, word: &mut Word) {
        self.at += 1;
        word.expands = true;
        word.text.push_str("$(…)");
        let mut inside = String::new();
        loop {
            match self.take() {
                Some('`') => break,
                Some('\\') => inside.extend(self.take()),
                Some(other) => inside.push(other),
                None => {
                    self.unreadable = Some("a backtick does not end");
                    break;
                }
            }
        }
        self.inner.push((inside, None));
    }

    /// `$'…'`, where backslashes stand for other characters.
    fn escaped_quote(&mut self, word: &mut Word) {
        loop {
            match self.take() {
                Some('\'') => return,
                Some('\\') => match self.take() {
                    Some('n') => word.text.push('\n'),
                    Some('t') => word.text.push('\t'),
                    Some(plain @ ('\\' | '\'' | '"')) => word.text.push(plain),
                    // Numeric escapes exist to hide what is written.
                    _ => {
                        word.expands = true;
                        word.text.push('\u{fffd}');
                    }
                },
                Some(other) => word.text.push(other),
                None => {
                    self.unreadable = Some("a quote does not end");
                    return;
                }
            }
        }
    }
}
