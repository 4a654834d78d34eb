//! Walks a syntax tree in the order in which it runs.

use std::collections::BTreeMap;
use std::rc::Rc;

use sinew_pdk::schema::{
    ShellCommand, ShellCommandBody as Body, ShellFor, ShellPipeline, ShellRedirect, ShellScript,
    ShellSimple,
};

use super::shells::SHELLS;
use super::state::State;
use super::substitution::{loads, logs_in, shows};
use super::{Argument, Input, Invocation, Redirect};
use crate::length;

/// Parses a script; the error says why it could not be.
pub(crate) type Parse<'a> = &'a dyn Fn(&str) -> Result<ShellScript, String>;

/// How deep scripts in scripts, and functions in functions, are followed.
pub(super) const DEPTH_MAX: u8 = 12;
/// How many scripts within a command are read.
const SCRIPTS_MAX: usize = 48;
/// How many invocations are listed.
const INVOCATIONS_MAX: usize = 4_000;
/// For how many of its values the body of a loop is read.
const VALUES_MAX: usize = 12;

/// What is found out about a command.
pub(crate) struct Analysis<'a> {
    parse: Parse<'a>,
    pub(crate) invocations: Vec<Invocation>,
    /// Text that could not be read as a script, and why.
    pub(crate) unread: Vec<(String, String)>,
    pub(super) last_process_output: Option<String>,
    /// The files that the last of the pipelines of several programs has listed.
    pub(super) last_listed: Vec<Argument>,
    /// What `trap` runs in the end.
    pub(super) deferred: Vec<String>,
    /// Files that were fetched, and folders that were cloned.
    pub(super) fetched: Vec<String>,
    pub(super) cloned: Vec<String>,
    /// Files that the environment was written to.
    pub(super) dumped: Vec<String>,
    /// What the command itself writes to files.
    pub(super) written: BTreeMap<String, String>,
    scripts: usize,
    /// How many words they have together, and whether that was too many.
    words: usize,
    pub(crate) too_long: bool,
}

// === impl Analysis ===

impl<'a> Analysis<'a> {
    /// Reads a command that is run in `folder`.
    pub(crate) fn of(
        command: &str,
        folder: &str,
        workspace: &str,
        home: &str,
        parse: Parse<'a>,
    ) -> Self {
        let mut analysis = Self {
            parse,
            invocations: Vec::new(),
            unread: Vec::new(),
            last_process_output: None,
            last_listed: Vec::new(),
            deferred: Vec::new(),
            fetched: Vec::new(),
            cloned: Vec::new(),
            dumped: Vec::new(),
            written: BTreeMap::new(),
            scripts: 0,
            words: 0,
            too_long: false,
        };
        let mut state = State::new(command, folder, workspace, home);
        if let Some(script) = analysis.parsed(command) {
            analysis.script(&script, &mut state);
        }
        for text in std::mem::take(&mut analysis.deferred) {
            analysis.text(&text, &state);
        }
        analysis
    }

    /// Runs text as a script in a shell of its own, and returns what it writes, where that is known.
    pub(super) fn text(&mut self, text: &str, state: &State) -> Option<String> {
        self.text_here(text, &mut state.inner(text))
    }

    /// Runs text as a script in the shell that `state` is.
    pub(super) fn text_here(&mut self, text: &str, state: &mut State) -> Option<String> {
        if state.depth > DEPTH_MAX {
            self.unread
                .push((text.to_owned(), "it is nested too deeply".to_owned()));
            return None;
        }
        let script = self.parsed(text)?;
        self.script(&script, state)
    }

    fn parsed(&mut self, text: &str) -> Option<ShellScript> {
        self.scripts += 1;
        self.words += length::words(text);
        let parsed = if self.scripts > SCRIPTS_MAX {
            Err("it holds too many scripts".to_owned())
        } else if length::are_too_many(self.words) {
            self.too_long = true;
            return None;
        } else {
            (self.parse)(text)
        };
        parsed
            .map_err(|why| self.unread.push((text.to_owned(), why)))
            .ok()
    }

    pub(super) fn unreadable(&mut self, text: &str) {
        self.unread
            .push((text.to_owned(), "a part of it is no shell text".to_owned()));
    }

    pub(super) fn push(&mut self, invocation: Invocation) {
        if self.invocations.len() < INVOCATIONS_MAX {
            self.invocations.push(invocation);
        } else if self.unread.is_empty() {
            self.unread
                .push((invocation.line(), "it starts too many programs".to_owned()));
        }
    }

    /// Runs a script; returns what it writes, where all of that is known.
    pub(super) fn script(&mut self, script: &ShellScript, state: &mut State) -> Option<String> {
        let mut output = Some(String::new());
        for statement in &script.statements {
            let before = state.folder.clone();
            for pipeline in &statement.pipelines {
                let beside = state.beside;
                state.beside |= statement.background == Some(true);
                let written = self.pipeline(pipeline, state);
                state.beside = beside;
                output = output.zip(written).map(|(all, written)| all + &written);
            }
            // `cd x || exit` is checked; after any other, what follows runs here, too.
            let checked = state.strict
                || statement.pipelines.iter().any(|pipeline| {
                    pipeline.operator.as_deref() == Some(ShellPipeline::OPERATOR_OR)
                });
            if state.folder != before && !checked {
                state.fallback = before;
            }
        }
        output
    }

    fn pipeline(&mut self, pipeline: &ShellPipeline, state: &mut State) -> Option<String> {
        if let [only] = pipeline.commands.as_slice() {
            return self.command(only, state);
        }
        let mut input = state.input.clone();
        let mut upstream = state.upstream.clone();
        let mut output = None;
        for (at, command) in pipeline.commands.iter().enumerate() {
            let next = pipeline.commands.get(at + 1);
            let logs_in = next.is_some_and(|next| logs_in(state.text_of(next.start, next.end)));
            let read = std::mem::take(&mut input);
            let mut shell = State {
                captured: state.captured || next.is_some(),
                withheld: state.withheld || logs_in,
                input: read.clone(),
                upstream: upstream.clone(),
                beside: true,
                ..state.clone()
            };
            let from = self.invocations.len();
            output = self.command(command, &mut shell);
            input = match &output {
                Some(text) => Input::Text(text.clone()),
                None => Input::Piped(self.listed(from, &read)),
            };
            upstream.push_str(state.text_of(command.start, command.end));
            upstream.push_str(" | ");
        }
        if let Input::Piped(listed) = input {
            self.last_listed = listed;
        }
        output
    }

    fn command(&mut self, command: &ShellCommand, state: &mut State) -> Option<String> {
        let outer = (state.input.clone(), state.upstream.clone());
        let mut redirects = self.redirects(&command.redirects, state);
        for redirect in &mut redirects {
            redirect.target = state.leads(&redirect.target, true);
        }
        let written = redirects.iter().filter(|redirect| redirect.writes);
        let targets: Vec<String> = written
            .filter_map(|redirect| state.path(&redirect.target))
            .collect();
        let output = match &command.body {
            Body::Simple(simple) => self.simple(simple, command, redirects, state),
            body => {
                if !redirects.is_empty() {
                    self.push(Invocation {
                        redirects,
                        folder: state.folder.clone(),
                        remote: state.remote,
                        contained: state.contained,
                        ..Invocation::default()
                    });
                }
                self.compound(body, state)
            }
        };
        (state.input, state.upstream) = outer;
        if let Some(text) = &output {
            for path in targets {
                self.written.entry(path).or_default().push_str(text);
            }
        }
        let writes_away = command.redirects.iter().any(|redirect| {
            redirect.operator.starts_with(ShellRedirect::OPERATOR_WRITE)
                || redirect
                    .operator
                    .starts_with(ShellRedirect::OPERATOR_APPEND)
        });
        output.map(|output| if writes_away { String::new() } else { output })
    }

    fn compound(&mut self, body: &Body, state: &mut State) -> Option<String> {
        match body {
            Body::Simple(_) => None,
            Body::Group(script) => self.script(script, state),
            Body::Subshell(script) => self.script(script, &mut state.clone()),
            Body::If(clause) => {
                for branch in &clause.branches {
                    self.script(&branch.condition, state);
                    self.script(&branch.body, state);
                }
                clause
                    .otherwise
                    .iter()
                    .for_each(|script| drop(self.script(script, state)));
                None
            }
            Body::For(clause) => self.for_clause(clause, state),
            Body::ArithmeticFor(clause) => {
                self.expand_one(&clause.expressions, state);
                self.script(&clause.body, state);
                None
            }
            Body::While(clause) => {
                self.script(&clause.condition, state);
                self.script(&clause.body, state);
                None
            }
            Body::Case(clause) => {
                self.expand_one(&clause.word, state);
                let before = state.clone();
                for item in &clause.items {
                    // Only one of them runs, and each may be the one.
                    let mut shell = before.clone();
                    self.script(&item.body, &mut shell);
                    *state = shell;
                }
                None
            }
            Body::Function(function) => {
                state
                    .functions
                    .insert(function.name.clone(), Rc::new((*function.body).clone()));
                Some(String::new())
            }
            Body::Coproc(clause) => {
                self.command(&clause.body, &mut state.clone());
                None
            }
            Body::Test(words) => {
                for word in words {
                    self.expand(word, state);
                }
                Some(String::new())
            }
            Body::Arithmetic(expression) => {
                self.expand_one(expression, state);
                Some(String::new())
            }
            Body::Unknown(text) => {
                self.unreadable(text);
                None
            }
        }
    }

    fn for_clause(&mut self, clause: &ShellFor, state: &mut State) -> Option<String> {
        let mut values: Vec<Argument> = clause
            .words
            .iter()
            .flat_map(|word| self.expand(word, state))
            .collect();
        if clause.over_arguments == Some(true) {
            values = state.variable("@").unwrap_or_default();
        }
        if values.is_empty() {
            values.push(Argument::unknown(format!("${}", clause.variable)));
        }
        values.truncate(VALUES_MAX);
        let mut output = Some(String::new());
        for value in values {
            state.variables.insert(clause.variable.clone(), vec![value]);
            let written = self.script(&clause.body, state);
            output = output.zip(written).map(|(all, written)| all + &written);
        }
        output
    }

    fn simple(
        &mut self,
        simple: &ShellSimple,
        command: &ShellCommand,
        redirects: Vec<Redirect>,
        state: &mut State,
    ) -> Option<String> {
        let mut assigned = state.environment();
        for assignment in &simple.assignments {
            let mut values = self.values(&assignment.value, state);
            for value in &values {
                self.assigned(&assignment.name, &value.text, state);
            }
            if assignment.append == Some(true) {
                let mut before = state.variables.remove(&assignment.name).unwrap_or_default();
                if values.len() == 1 && before.len() == 1 {
                    before[0].text.push_str(&values[0].text);
                    values = before;
                } else {
                    before.append(&mut values);
                    values = before;
                }
            }
            if simple.words.is_empty() {
                state.variables.insert(assignment.name.clone(), values);
            } else {
                let text = values.iter().filter_map(Argument::known).collect();
                assigned.push((assignment.name.clone(), text));
            }
        }
        let template = Invocation {
            redirects,
            input: state.input.clone(),
            upstream: state.upstream.clone(),
            folder: state.folder.clone(),
            branch: state.branch.clone(),
            fallback: state.fallback.clone(),
            remote: state.remote,
            contained: state.contained,
            mounted: state.mounted,
            kept: state.kept,
            loads: state.loads,
            captured: state.captured,
            withheld: state.withheld,
            assigned,
            ..Invocation::default()
        };
        let Some(first) = simple.words.first() else {
            // Only redirections: `> file` empties it all the same.
            self.push(template);
            return Some(String::new());
        };
        if let Some((name, text)) = state.alias(first, command) {
            let mut inner = state.inner(&text);
            inner.aliases.remove(&name);
            return self.text_here(&text, &mut inner);
        }
        let outer = (state.loads, state.shows);
        state.loads |= loads(simple, state);
        state.shows = shows(state.text_of(command.start, command.end));
        let arguments: Vec<Argument> = simple
            .words
            .iter()
            .flat_map(|word| self.expand(word, state))
            .collect();
        (state.loads, state.shows) = outer;
        if arguments.is_empty() {
            // `$(command)` alone runs what that writes.
            self.push(template);
            return Some(String::new());
        }
        // A shell knows its variables, and runs them only where it is told to.
        if !SHELLS.contains(&arguments[0].base_name()) {
            for (name, value) in &template.assigned {
                self.given(name, value, state);
            }
        }
        self.run(&arguments, template, state)
    }
}
