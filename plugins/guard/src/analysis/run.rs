//! What happens when a program is started: builtins change the shell, wrappers start others, shells run text.

use super::script::Analysis;
use super::shells::{SHELLS, piped_file};
use super::state::State;
use super::{Argument, Input, Invocation, UNKNOWN, code, filter, runner, wrapper};

/// How deep programs start programs.
const DEPTH_MAX: u8 = 12;

/// How long the name of a folder may be; a longer one counts as not known, so that `cd a; cd a; …` does not grow without end.
const FOLDER_LENGTH_MAX: usize = 512;

impl Analysis<'_> {
    /// Starts what `arguments` name; returns what it writes, where that is known.
    pub(super) fn run(
        &mut self,
        arguments: &[Argument],
        template: Invocation,
        state: &mut State,
    ) -> Option<String> {
        let led = state.led(arguments);
        let arguments = led.as_deref().unwrap_or(arguments);
        let (program, rest) = arguments.split_first()?;
        let name = program
            .known()
            .map(|_| program.base_name().to_owned())
            .unwrap_or_default();
        let mut invocation = Invocation {
            name: name.clone(),
            program: program.clone(),
            arguments: rest.to_vec(),
            ..template
        };
        if state.depth > DEPTH_MAX {
            self.unread
                .push((invocation.line(), "it is nested too deeply".to_owned()));
            return None;
        }
        if let Some(output) = self.function(&mut invocation, state) {
            return output;
        }
        if name == "env"
            && let Some(text) = split_string(rest)
        {
            self.text(&text, state);
        }
        state.note_links(&invocation);
        self.scripts_of_options(&invocation, state);
        if let Some(inner) = wrapper::wrapped(&name, rest) {
            let mut assigned = invocation.assigned.clone();
            for (name, value) in wrapper::assigned(&rest[..rest.len() - inner.len()]) {
                self.assigned(name, value, state);
                if !value.contains(UNKNOWN) {
                    assigned.push((name.to_owned(), value.to_owned()));
                }
            }
            let mut inner_state = state.clone();
            inner_state.depth += 1;
            if matches!(name.as_str(), "env" | "sudo")
                && let Some(at) = rest.iter().position(|argument| {
                    argument.text == if name == "env" { "-C" } else { "-D" }
                        || argument.is_long("chdir")
                })
            {
                inner_state.folder = rest.get(at + 1).and_then(|folder| state.path(folder));
            }
            let inner_template = Invocation {
                folder: inner_state.folder.clone(),
                assigned,
                ..invocation.clone()
            };
            self.push(invocation);
            if matches!(name.as_str(), "npx" | "bunx" | "pnpx") {
                let inner = runner::packaged(inner);
                return self.run(&inner, inner_template, &mut inner_state);
            }
            return self.run(inner, inner_template, &mut inner_state);
        }
        if self.builtin(&invocation, state) {
            return Some(String::new());
        }
        // `psql -f <(…)` reads what is written there.
        let reads_process = |argument: &Argument| argument.text.starts_with("/dev/fd/");
        if !SHELLS.contains(&name.as_str())
            && invocation.input == Input::Inherited
            && invocation.arguments.iter().any(reads_process)
            && let Some(text) = self.last_process_output.take()
        {
            invocation.input = Input::Text(text);
        }
        // As is what the command has written to a file: `psql -f x.sql`.
        if invocation.input == Input::Inherited
            && let Some(script) = invocation.value(&["-f", "--file", "-i"])
            && let Some(path) = state.path(script)
            && let Some(text) = self.written.get(&path)
            && !SHELLS.contains(&name.as_str())
        {
            invocation.input = Input::Text(text.clone());
        }
        if SHELLS.contains(&name.as_str()) {
            self.shell(&mut invocation, state);
        } else if !self.starts(&mut invocation, state) {
            self.handed(&invocation, state);
        }
        self.git(&invocation, state);
        self.escapes(&invocation, state);
        code::find(self, &mut invocation, state);
        self.follow_files(&mut invocation, state);
        invocation.runs_own_file =
            piped_file(&invocation, state).is_some_and(|path| !self.fetched.contains(&path));
        let output = filter::output(&invocation);
        self.push(invocation);
        output
    }

    /// Calls a function that the command defines.
    fn function(
        &mut self,
        invocation: &mut Invocation,
        state: &mut State,
    ) -> Option<Option<String>> {
        let body = state.functions.get(&invocation.name)?.clone();
        if state.calling.contains(&invocation.name) {
            invocation.multiplies = state.beside;
            self.push(invocation.clone());
            return Some(None);
        }
        let mut shell = state.clone();
        shell.calling.push(invocation.name.clone());
        shell.depth += 1;
        shell.beside = false;
        shell.positional = std::iter::once(invocation.program.clone())
            .chain(invocation.arguments.iter().cloned())
            .collect();
        let script = sinew_pdk::schema::ShellScript {
            statements: vec![sinew_pdk::schema::ShellStatement {
                pipelines: vec![sinew_pdk::schema::ShellPipeline {
                    commands: vec![(*body).clone()],
                    ..Default::default()
                }],
                ..Default::default()
            }],
            ..Default::default()
        };
        let output = self.script(&script, &mut shell);
        state.folder = shell.folder;
        state.variables = shell.variables;
        Some(output)
    }

    /// Follows a builtin that changes the shell.
    fn builtin(&mut self, invocation: &Invocation, state: &mut State) -> bool {
        match invocation.name.as_str() {
            "cd" | "pushd" => {
                state.folder = match invocation.operands().next() {
                    None if invocation.name == "cd" => Some(state.home.to_string()),
                    None => None,
                    Some(target) if target.text == "-" => None,
                    Some(target) => {
                        let folder = state.path(target);
                        folder.filter(|folder| folder.len() <= FOLDER_LENGTH_MAX)
                    }
                };
            }
            "popd" => state.folder = None,
            "export" | "declare" | "typeset" | "local" | "readonly" => {
                for argument in &invocation.arguments {
                    if let Some((name, value)) = argument.text.split_once('=') {
                        let value = Argument {
                            text: value.to_owned(),
                            ..argument.clone()
                        };
                        self.assigned(name, &value.text, state);
                        state.variables.insert(name.to_owned(), vec![value]);
                    }
                }
                return false;
            }
            "read" | "mapfile" | "readarray" => {
                let listed = match &invocation.input {
                    Input::Piped(files) => files.first().cloned(),
                    Input::Text(text) if text.trim().lines().count() == 1 => {
                        Some(Argument::of(text.trim()))
                    }
                    _ => None,
                };
                let listed = listed.map(|file| Argument {
                    glob: file.text.contains('*'),
                    sifted: true,
                    ..file
                });
                for name in invocation.words() {
                    let unknown = || Argument::unknown(format!("${name}"));
                    let value = listed.clone().unwrap_or_else(unknown);
                    state.variables.insert(name.to_owned(), vec![value]);
                }
            }
            "unset" => invocation
                .words()
                .into_iter()
                .for_each(|name| drop(state.variables.remove(name))),
            "set"
                if invocation.options().any(|option| option.has_letter('e'))
                    || invocation.has(&["errexit"]) =>
            {
                state.strict = true;
            }
            "set" if invocation.has(&["--"]) => {
                let operands = invocation.operands().cloned();
                state.positional = std::iter::once(Argument::of("bash"))
                    .chain(operands)
                    .collect();
            }
            "shift" if state.positional.len() > 1 => drop(state.positional.remove(1)),
            "alias" => {
                for argument in &invocation.arguments {
                    if let Some((name, text)) = argument.text.split_once('=') {
                        state.aliases.insert(name.to_owned(), text.to_owned());
                    }
                }
            }
            "eval" => {
                let texts: Vec<&str> = invocation
                    .arguments
                    .iter()
                    .map(|argument| argument.text.as_str())
                    .collect();
                let text = texts.join(" ");
                self.unseen(&text, invocation);
                if !text.trim().is_empty() {
                    let mut inner = state.inner(&text);
                    self.text_here(&text, &mut inner);
                    state.folder = inner.folder;
                    state.variables = inner.variables;
                    state.functions = inner.functions;
                    state.aliases = inner.aliases;
                }
            }
            "trap" => {
                // It runs in the end, with what the variables are then.
                self.deferred.extend(
                    invocation
                        .operands()
                        .next()
                        .map(|action| action.text.clone()),
                );
            }
            "source" | "."
                if invocation.arguments.first().is_some_and(|file| {
                    file.text.starts_with("/dev/fd/") || file.text == "/dev/stdin"
                }) =>
            {
                let text = self.last_process_output.take();
                self.fed(text, invocation, state);
            }
            _ => return false,
        }
        // Its arguments are judged like any others.
        self.push(invocation.clone());
        true
    }
}

/// The text of `env -S TEXT`.
fn split_string(arguments: &[Argument]) -> Option<String> {
    let at = arguments
        .iter()
        .position(|argument| argument.text == "-S" || argument.is_long("split-string"))?;
    let joined = arguments[at]
        .text
        .split_once('=')
        .map(|(_, text)| text.to_owned());
    joined.or_else(|| arguments.get(at + 1).map(|argument| argument.text.clone()))
}
