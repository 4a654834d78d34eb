//! What stands in a word besides plain characters: quotes, variables and substitutions.

use super::Word;
use super::bracket::closing;
use super::reader::Reader;

impl Reader<'_> {
    pub(super) fn single_quoted(&mut self, word: &mut Word) {
        let Some(length) = self.rest().find('\'') else {
            self.unreadable = Some("a quote does not end");
            word.text.push_str(self.rest());
            self.at = self.source.len();
            return;
        };
        word.text.push_str(&self.rest()[..length]);
        self.at += length + 1;
    }

    pub(super) fn double_quoted(&mut self, word: &mut Word) {
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

    pub(super) fn dollar(&mut self, word: &mut Word) {
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
    pub(super) fn substitution(&mut self, word: &mut Word) {
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

    pub(super) fn backticks(&mut self, word: &mut Word) {
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
