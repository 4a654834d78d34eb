//! Compound commands: loops, choices, groups and coprocesses.

use brush_parser::ast::{CaseItemPostAction, CompoundCommand, CompoundList, RedirectList, Word};
use sinew_schema::{
    ShellArithmeticFor, ShellBranch, ShellCase, ShellCaseItem, ShellCommand,
    ShellCommandBody as Body, ShellCoproc, ShellFor, ShellIf, ShellWhile,
};

use crate::lexeme::{Kind, Lexeme};
use crate::tree::{Builder, Range, command_of, no_fields, number, range};

impl Builder {
    pub(crate) fn compound(
        &mut self,
        compound: CompoundCommand,
        redirects: Option<RedirectList>,
    ) -> ShellCommand {
        let (body, range) = match compound {
            CompoundCommand::BraceGroup(group) => {
                (Body::Group(self.list(group.list)), range(&group.loc))
            }
            CompoundCommand::Subshell(subshell) => (
                Body::Subshell(self.list(subshell.list)),
                range(&subshell.loc),
            ),
            CompoundCommand::ForClause(clause) => {
                let range = range(&clause.loc);
                (
                    self.for_clause(
                        &clause.variable_name,
                        clause.values,
                        clause.body.list,
                        range,
                    ),
                    range,
                )
            }
            CompoundCommand::CaseClause(clause) => {
                let items = clause.cases.into_iter().map(|item| ShellCaseItem {
                    patterns: item
                        .patterns
                        .iter()
                        .map(|pattern| self.word(pattern))
                        .collect(),
                    body: item.cmd.map(|list| self.list(list)).unwrap_or_default(),
                    next: match item.post_action {
                        CaseItemPostAction::ExitCase => None,
                        CaseItemPostAction::UnconditionallyExecuteNextCaseItem => {
                            Some(ShellCaseItem::NEXT_FALL_THROUGH.to_owned())
                        }
                        CaseItemPostAction::ContinueEvaluatingCases => {
                            Some(ShellCaseItem::NEXT_CONTINUE.to_owned())
                        }
                    },
                    ..ShellCaseItem::default()
                });
                let items = items.collect();
                let case = ShellCase {
                    word: self.word(&clause.value),
                    items,
                    ..ShellCase::default()
                };
                (Body::Case(case), range(&clause.loc))
            }
            CompoundCommand::IfClause(clause) => {
                let mut branches = vec![self.branch(clause.condition, clause.then)];
                let mut otherwise = None;
                for part in clause.elses.unwrap_or_default() {
                    match part.condition {
                        Some(condition) => branches.push(self.branch(condition, part.body)),
                        None => otherwise = Some(self.list(part.body)),
                    }
                }
                let first = range(&clause.loc).0;
                let last = self.closing_fi(first);
                let clause = ShellIf {
                    branches,
                    otherwise,
                    ..ShellIf::default()
                };
                (Body::If(clause), (first, last))
            }
            CompoundCommand::WhileClause(clause) => (
                self.while_clause(clause.0, clause.1.list, None),
                range(&clause.2),
            ),
            CompoundCommand::UntilClause(clause) => (
                self.while_clause(clause.0, clause.1.list, Some(true)),
                range(&clause.2),
            ),
            CompoundCommand::Coprocess(clause) => {
                let name = clause.name.map(|name| self.text(number(&name)));
                let body = Box::new(self.command(*clause.body));
                let start = self
                    .lexemes
                    .get(range(&clause.loc).0)
                    .map_or(body.start, |lexeme| lexeme.start);
                let end = body.end;
                let body = Body::Coproc(ShellCoproc {
                    name,
                    body,
                    extra: no_fields(),
                });
                let redirects = self.redirects(redirects);
                return command_of(start, end, body, redirects);
            }
            CompoundCommand::Arithmetic(command) => return self.unexpected(range(&command.loc).0),
            CompoundCommand::ArithmeticForClause(command) => {
                return self.unexpected(range(&command.loc).0);
            }
        };
        let (start, end) = (self.lexemes[range.0].start, self.lexemes[range.1].end);
        let redirects = self.redirects(redirects);
        command_of(start, end, body, redirects)
    }

    fn for_clause(
        &mut self,
        variable: &str,
        values: Option<Vec<Word>>,
        list: CompoundList,
        range: Range,
    ) -> Body {
        let at = variable
            .strip_prefix('w')
            .and_then(|number| number.parse().ok());
        if let Some(Lexeme {
            kind: Kind::ArithmeticFor(_),
            ..
        }) = at.and_then(|at: usize| self.lexemes.get(at))
            && let Some(Kind::ArithmeticFor(expressions)) = at.map(|at| self.take(at))
        {
            return Body::ArithmeticFor(ShellArithmeticFor {
                expressions,
                body: self.list(list),
                ..ShellArithmeticFor::default()
            });
        }
        let select = matches!(self.lexemes[range.0].kind, Kind::Reserved("select"));
        // `in` without words is no loop over the arguments, though the grammar tells them apart by nothing else.
        let over_arguments = values.is_none() && !self.has_in(range.0);
        Body::For(ShellFor {
            variable: self.text(at),
            words: values
                .unwrap_or_default()
                .iter()
                .map(|word| self.word(word))
                .collect(),
            over_arguments: over_arguments.then_some(true),
            select: select.then_some(true),
            body: self.list(list),
            ..ShellFor::default()
        })
    }

    fn has_in(&self, start: usize) -> bool {
        let mut kinds = self
            .lexemes
            .iter()
            .skip(start + 2)
            .map(|lexeme| &lexeme.kind);
        matches!(
            kinds.find(|kind| !matches!(kind, Kind::Operator("\n"))),
            Some(Kind::Reserved("in"))
        )
    }

    fn while_clause(
        &mut self,
        condition: CompoundList,
        body: CompoundList,
        until: Option<bool>,
    ) -> Body {
        Body::While(ShellWhile {
            until,
            condition: self.list(condition),
            body: self.list(body),
            ..ShellWhile::default()
        })
    }

    fn branch(&mut self, condition: CompoundList, body: CompoundList) -> ShellBranch {
        ShellBranch {
            condition: self.list(condition),
            body: self.list(body),
            ..ShellBranch::default()
        }
    }

    /// The `fi` of the `if` that is the lexeme `first`: the grammar does not say where it is.
    fn closing_fi(&self, first: usize) -> usize {
        let mut depth = 0_u32;
        for (at, lexeme) in self.lexemes.iter().enumerate().skip(first) {
            match lexeme.kind {
                Kind::Reserved("if") => depth += 1,
                Kind::Reserved("fi") => depth = depth.saturating_sub(1),
                _ => continue,
            }
            if depth == 0 {
                return at;
            }
        }
        first
    }
}
