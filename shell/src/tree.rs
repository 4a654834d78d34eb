//! From lexemes, by way of `brush-parser`'s grammar, to the schema's tree.
//!
//! The grammar sees a word as `w7`, the seventh lexeme, an assignment as `a=w7` and a redirection as `> w7`; reserved
//! words and operators stand for themselves. A token's line, in what the grammar calls its location, is the number of
//! its lexeme plus one.

use std::sync::Arc;

use brush_parser::ast::{
    AndOr, Command, CommandPrefixOrSuffixItem as Item, CompoundList, IoFileRedirectTarget,
    IoRedirect, Pipeline, Program, RedirectList, SeparatorOperator, SimpleCommand, Word,
};
use brush_parser::{ParseError, ParserOptions, SourcePosition, SourceSpan, Token, parse_tokens};
use sinew_schema::{
    ShellAssignment, ShellCommand, ShellCommandBody as Body, ShellFunction, ShellPart,
    ShellPipeline, ShellRedirect, ShellScript, ShellSimple, ShellStatement, ShellWord,
};

use crate::assignment::Argument;
use crate::lexeme::{Kind, Lexeme, Lexemes};
use crate::reader::Problem;

/// Makes a script of lexemes.
pub(crate) fn script(lexemes: Lexemes) -> Result<ShellScript, Problem> {
    let tokens: Vec<Token> = lexemes
        .list
        .iter()
        .enumerate()
        .flat_map(|(number, lexeme)| tokens(number, lexeme))
        .collect();
    let program = parse_tokens(&tokens, &ParserOptions::default()).map_err(|error| {
        let at = match error {
            ParseError::ParsingNear(position) => position.line.checked_sub(1),
            _ => None,
        };
        let at = at
            .and_then(|number| lexemes.list.get(number))
            .map(|lexeme| lexeme.start as usize);
        match at {
            Some(at) => Problem::Syntax("syntax error", at),
            None => Problem::Syntax("unexpected end", lexemes.end),
        }
    })?;
    let mut builder = Builder {
        lexemes: lexemes.list,
        misplaced: None,
    };
    let mut script = builder.program(program);
    script.comments = lexemes.comments;
    match builder.misplaced {
        Some(at) => Err(Problem::Syntax("syntax error", at as usize)),
        None => Ok(script),
    }
}

/// What the grammar sees of a lexeme.
fn tokens(number: usize, lexeme: &Lexeme) -> Vec<Token> {
    let position = Arc::new(SourcePosition {
        index: lexeme.start as usize,
        line: number + 1,
        column: 1,
    });
    let span = SourceSpan {
        start: Arc::clone(&position),
        end: position,
    };
    let word = |text: String| Token::Word(text, span.clone());
    let operator = |text: &str| Token::Operator(text.to_owned(), span.clone());
    match &lexeme.kind {
        Kind::Operator(text) => vec![operator(text)],
        // The grammar has no `select`, which looks the same.
        Kind::Reserved("select") => vec![word("for".to_owned())],
        Kind::Reserved(text) => vec![word((*text).to_owned())],
        Kind::Argument(Argument {
            assigned: Some(_), ..
        }) => vec![word(format!("a=w{number}"))],
        Kind::Redirect(_) => vec![operator(">"), word(format!("w{number}"))],
        _ => vec![word(format!("w{number}"))],
    }
}

/// Puts the lexemes back into the grammar's tree.
pub(crate) struct Builder {
    pub(crate) lexemes: Vec<Lexeme>,
    /// Something that the grammar accepts and bash does not.
    misplaced: Option<u32>,
}

/// The first and the last lexeme of something.
pub(crate) type Range = (usize, usize);

// === impl Builder ===

impl Builder {
    fn program(&mut self, program: Program) -> ShellScript {
        let lists = program.complete_commands.into_iter();
        script_of(lists.flat_map(|list| self.list(list).statements).collect())
    }

    pub(crate) fn list(&mut self, list: CompoundList) -> ShellScript {
        let statements = list.0.into_iter().map(|item| {
            let first = std::iter::once((None, item.0.first));
            let others = item.0.additional.into_iter().map(|other| match other {
                AndOr::And(pipeline) => (Some(ShellPipeline::OPERATOR_AND), pipeline),
                AndOr::Or(pipeline) => (Some(ShellPipeline::OPERATOR_OR), pipeline),
            });
            ShellStatement {
                pipelines: first
                    .chain(others)
                    .map(|(operator, pipeline)| self.pipeline(operator, pipeline))
                    .collect(),
                background: matches!(item.1, SeparatorOperator::Async).then_some(true),
                ..ShellStatement::default()
            }
        });
        script_of(statements.collect())
    }

    fn pipeline(&mut self, operator: Option<&str>, pipeline: Pipeline) -> ShellPipeline {
        ShellPipeline {
            operator: operator.map(str::to_owned),
            negated: pipeline.bang.then_some(true),
            timed: pipeline.timed.is_some().then_some(true),
            commands: pipeline
                .seq
                .into_iter()
                .map(|command| self.command(command))
                .collect(),
            ..ShellPipeline::default()
        }
    }

    pub(crate) fn command(&mut self, command: Command) -> ShellCommand {
        match command {
            Command::Simple(simple) => self.simple(simple),
            Command::Compound(compound, redirects) => self.compound(compound, redirects),
            Command::Function(function) => {
                let range = number(&function.fname);
                let name = self.text(range);
                let body = self.compound(function.body.0, function.body.1);
                let start = range.map_or(body.start, |at| self.lexemes[at].start);
                let end = body.end;
                command_of(
                    start,
                    end,
                    Body::Function(ShellFunction {
                        name,
                        body: Box::new(body),
                        extra: no_fields(),
                    }),
                    Vec::new(),
                )
            }
            Command::ExtendedTest(test, _) => self.unexpected(range(&test.loc).0),
        }
    }

    fn simple(&mut self, simple: SimpleCommand) -> ShellCommand {
        let prefix = simple.prefix.map(|prefix| prefix.0).unwrap_or_default();
        let suffix = simple.suffix.map(|suffix| suffix.0).unwrap_or_default();
        let name = simple.word_or_name.map(Item::Word);
        let mut numbers: Vec<usize> = Vec::new();
        let (mut assignments, mut words, mut redirects) = (Vec::new(), Vec::new(), Vec::new());
        let mut special = None;
        let prefixes = prefix.len();
        for (index, item) in prefix.into_iter().chain(name).chain(suffix).enumerate() {
            let word = match item {
                Item::IoRedirect(redirect) => {
                    redirects.extend(self.redirect(redirect, &mut numbers));
                    continue;
                }
                Item::Word(word) | Item::AssignmentWord(_, word) => word,
                Item::ProcessSubstitution(_, subshell) => {
                    self.misplaced = Some(self.lexemes[range(&subshell.loc).0].start);
                    continue;
                }
            };
            let Some(at) = number(&word) else { continue };
            numbers.push(at);
            match self.take(at) {
                Kind::Argument(Argument {
                    word,
                    assigned: Some(assigned),
                }) if index < prefixes => {
                    assignments.push(ShellAssignment {
                        start: word.start,
                        end: word.end,
                        name: assigned.name,
                        index: assigned.index,
                        append: assigned.append.then_some(true),
                        value: ShellWord {
                            start: assigned.value_start,
                            end: word.end,
                            parts: word.parts.into_iter().skip(assigned.value_from).collect(),
                            ..ShellWord::default()
                        },
                        ..ShellAssignment::default()
                    });
                }
                Kind::Argument(argument) => words.push(argument.word),
                Kind::Reserved(text) | Kind::Operator(text) => {
                    words.push(self.plain_word(at, text));
                }
                Kind::Test(test) => special = Some(Body::Test(test)),
                Kind::Arithmetic(word) | Kind::ArithmeticFor(word) => {
                    special = Some(Body::Arithmetic(word));
                }
                Kind::Redirect(_) | Kind::Taken => {}
            }
        }
        let start = numbers
            .iter()
            .map(|at| self.lexemes[*at].start)
            .min()
            .unwrap_or(0);
        let end = numbers
            .iter()
            .map(|at| self.lexemes[*at].end)
            .max()
            .unwrap_or(0);
        let body = match special {
            Some(special) if words.is_empty() && assignments.is_empty() => special,
            // `[[ … ]] word` and its like, which bash refuses.
            Some(special) => {
                self.misplaced = Some(start);
                special
            }
            None => Body::Simple(ShellSimple {
                assignments,
                words,
                ..ShellSimple::default()
            }),
        };
        command_of(start, end, body, redirects)
    }

    pub(crate) fn redirects(&mut self, redirects: Option<RedirectList>) -> Vec<ShellRedirect> {
        let redirects = redirects.map(|list| list.0).unwrap_or_default().into_iter();
        redirects
            .filter_map(|redirect| self.redirect(redirect, &mut Vec::new()))
            .collect()
    }

    fn redirect(
        &mut self,
        redirect: IoRedirect,
        numbers: &mut Vec<usize>,
    ) -> Option<ShellRedirect> {
        if let IoRedirect::File(_, _, IoFileRedirectTarget::Filename(word)) = redirect {
            let at = number(&word)?;
            numbers.push(at);
            return match self.take(at) {
                Kind::Redirect(redirect) => Some(*redirect),
                _ => None,
            };
        }
        // What `|&` adds.
        Some(ShellRedirect {
            start: 0,
            end: 0,
            descriptor: Some("2".to_owned()),
            operator: ShellRedirect::OPERATOR_DUPLICATE_OUTPUT.to_owned(),
            target: ShellWord {
                parts: vec![ShellPart::Literal("1".to_owned())],
                ..ShellWord::default()
            },
            quoted: None,
            body: None,
            extra: no_fields(),
        })
    }

    pub(crate) fn take(&mut self, at: usize) -> Kind {
        match self.lexemes.get_mut(at) {
            // Reserved words are looked for later, too.
            Some(Lexeme {
                kind: Kind::Reserved(word),
                ..
            }) => Kind::Reserved(word),
            Some(lexeme) => std::mem::replace(&mut lexeme.kind, Kind::Taken),
            None => Kind::Taken,
        }
    }

    pub(crate) fn word(&mut self, word: &Word) -> ShellWord {
        let Some(at) = number(word) else {
            return ShellWord::default();
        };
        match self.take(at) {
            Kind::Argument(argument) => argument.word,
            Kind::Reserved(text) => self.plain_word(at, text),
            _ => ShellWord::default(),
        }
    }

    pub(crate) fn plain_word(&self, at: usize, text: &str) -> ShellWord {
        ShellWord {
            start: self.lexemes[at].start,
            end: self.lexemes[at].end,
            parts: vec![ShellPart::Literal(text.to_owned())],
            ..ShellWord::default()
        }
    }

    /// The text of a name.
    pub(crate) fn text(&mut self, at: Option<usize>) -> String {
        let Some(at) = at else { return String::new() };
        let parts = match self.take(at) {
            Kind::Argument(argument) => argument.word.parts,
            Kind::Reserved(text) => return text.to_owned(),
            _ => Vec::new(),
        };
        parts
            .into_iter()
            .map(|part| match part {
                ShellPart::Literal(text)
                | ShellPart::Escaped(text)
                | ShellPart::SingleQuoted(text)
                | ShellPart::Glob(text) => text,
                _ => String::from("\u{fffd}"),
            })
            .collect()
    }

    /// What cannot come, since a lexeme stands for it; if it does, there is no tree.
    pub(crate) fn unexpected(&mut self, at: usize) -> ShellCommand {
        let start = self.lexemes.get(at).map_or(0, |lexeme| lexeme.start);
        self.misplaced = Some(start);
        command_of(
            start,
            start,
            Body::Simple(ShellSimple::default()),
            Vec::new(),
        )
    }
}

fn script_of(statements: Vec<ShellStatement>) -> ShellScript {
    ShellScript {
        statements,
        ..ShellScript::default()
    }
}

pub(crate) fn command_of(
    start: u32,
    end: u32,
    body: Body,
    redirects: Vec<ShellRedirect>,
) -> ShellCommand {
    let end = redirects
        .iter()
        .map(|redirect| redirect.end)
        .fold(end, u32::max);
    ShellCommand {
        start,
        end,
        body,
        redirects,
        extra: no_fields(),
    }
}

/// The number of the lexeme that a word of the grammar stands for.
pub(crate) fn number(word: &Word) -> Option<usize> {
    word.loc.as_ref()?.start.line.checked_sub(1)
}

pub(crate) fn range(span: &SourceSpan) -> Range {
    (
        span.start.line.saturating_sub(1),
        span.end.line.saturating_sub(1),
    )
}

pub(crate) fn no_fields() -> serde_json::Map<String, serde_json::Value> {
    serde_json::Map::new()
}
