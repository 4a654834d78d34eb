//! What encloses a place among the lexemes: as much grammar as telling words from reserved words takes.

/// Something open that a `)` or an `esac` will be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    /// `(`.
    Paren,
    /// `case`, before its `in`.
    CaseWord,
    /// In `case`, where a pattern is expected.
    CasePattern,
    /// In `case`, behind a pattern's `)`.
    CaseBody,
}

/// How many `case`s may be open at once.
const CASES_MAX: usize = 5;

/// What the next word may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expect {
    /// A command: reserved words are special.
    Command,
    /// Behind `for`, `select` and `case`: any word.
    Name,
    /// Behind that word: `in`, or `do`.
    In,
    /// Behind `function`: any word.
    Function,
    /// Behind `coproc`: a command, or a name and a compound command.
    Coproc,
    /// Behind `coproc NAME`.
    CoprocBody,
    /// Arguments.
    Argument,
}

/// What encloses a place.
#[derive(Debug)]
pub(crate) struct Context {
    open: Vec<Open>,
    pub(crate) expect: Expect,
    /// How many compound commands are open.
    pub(crate) depth: u32,
}

/// What an `esac` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Esac {
    /// The end of a `case`, behind commands.
    AfterBody,
    /// The end of a `case`, where a pattern could have stood.
    InsteadOfPattern,
    /// A word.
    Word,
}

/// Reserved words; `in` is one only behind `for`, `select` and `case`.
const RESERVED: [&str; 21] = [
    "!", "{", "}", "case", "do", "done", "elif", "else", "esac", "fi", "for", "if", "then",
    "until", "while", "select", "function", "time", "coproc", "[[", "in",
];

// === impl Context ===

impl Context {
    pub(crate) fn new() -> Self {
        Self {
            open: Vec::new(),
            expect: Expect::Command,
            depth: 0,
        }
    }

    /// The reserved word that a plain word is here.
    pub(crate) fn reserved(&self, text: &str) -> Option<&'static str> {
        let word = RESERVED.into_iter().find(|word| *word == text)?;
        let is_pattern = self.open.last() == Some(&Open::CasePattern);
        let fits = match self.expect {
            Expect::Command => word != "in" && !is_pattern,
            Expect::In => matches!(word, "in" | "do"),
            Expect::Coproc => word != "in",
            Expect::CoprocBody => word == "{",
            Expect::Function | Expect::Name | Expect::Argument => false,
        };
        (fits || word == "esac" && is_pattern && self.expect == Expect::Command).then_some(word)
    }

    /// What an `esac` is here.
    pub(crate) fn esac(&self) -> Esac {
        match self.open.last() {
            Some(Open::CaseBody) => Esac::AfterBody,
            Some(Open::CasePattern) => Esac::InsteadOfPattern,
            _ => Esac::Word,
        }
    }

    /// Follows a reserved word.
    pub(crate) fn after_reserved(&mut self, word: &str) {
        self.expect = match word {
            "for" | "select" => Expect::Name,
            "case" => {
                self.open.push(Open::CaseWord);
                Expect::Name
            }
            "function" => Expect::Function,
            "coproc" => Expect::Coproc,
            "in" => {
                if let Some(last @ Open::CaseWord) = self.open.last_mut() {
                    *last = Open::CasePattern;
                    Expect::Command
                } else {
                    Expect::Argument
                }
            }
            _ => Expect::Command,
        };
        match word {
            "if" | "for" | "select" | "while" | "until" | "case" | "{" | "coproc" => {
                self.depth += 1;
            }
            "fi" | "done" | "}" => self.depth = self.depth.saturating_sub(1),
            "esac" => {
                self.depth = self.depth.saturating_sub(1);
                self.open.pop();
            }
            _ => {}
        }
    }

    /// Follows a word.
    pub(crate) fn after_word(&mut self) {
        self.expect = match self.expect {
            Expect::Name => Expect::In,
            Expect::Coproc => Expect::CoprocBody,
            Expect::Function => Expect::Command,
            _ => Expect::Argument,
        };
    }

    /// Follows `(`.
    pub(crate) fn open_paren(&mut self) {
        // The one before a pattern opens nothing.
        if self.open.last() != Some(&Open::CasePattern) {
            self.open.push(Open::Paren);
            self.depth += 1;
        }
        self.expect = Expect::Command;
    }

    /// Follows `)`; false where nothing is open that it could close.
    pub(crate) fn close_paren(&mut self) -> bool {
        self.expect = Expect::Command;
        match self.open.last_mut() {
            Some(last @ Open::CasePattern) => *last = Open::CaseBody,
            Some(Open::Paren) => {
                self.open.pop();
                self.depth = self.depth.saturating_sub(1);
            }
            _ => return false,
        }
        true
    }

    /// Follows any other operator.
    pub(crate) fn after_operator(&mut self, operator: &str) {
        if matches!(operator, ";;" | ";&" | ";;&")
            && let Some(last @ Open::CaseBody) = self.open.last_mut()
        {
            *last = Open::CasePattern;
        }
        // `for x⏎in …` and `case x⏎in`.
        if !(operator == "\n" && self.expect == Expect::In) {
            self.expect = Expect::Command;
        }
    }

    /// Whether something is open that only more text could close.
    pub(crate) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Whether more `case`s are open than the grammar reads in good time: on text with an error it tries each of them
    /// twice.
    pub(crate) fn has_many_cases(&self) -> bool {
        let is_case = |open: &&Open| **open != Open::Paren;
        self.open.iter().filter(is_case).count() > CASES_MAX
    }

    /// Whether `;;` would be read as the end of an alternative.
    pub(crate) fn in_pattern(&self) -> bool {
        self.open.last() == Some(&Open::CasePattern)
    }
}
