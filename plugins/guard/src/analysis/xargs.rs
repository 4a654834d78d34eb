//! `xargs` and `parallel`: commands that are put together from what is read.

use super::script::Analysis;
use super::state::State;
use super::{Argument, Input, Invocation, found, launch::joined, wrapper};

/// For how many of the values a command is put together.
const VALUES_MAX: usize = 12;

/// The options of `parallel` that take a value.
const PARALLEL_WITH_VALUE: &[&str] = &[
    "-j",
    "--jobs",
    "-n",
    "-N",
    "-a",
    "--arg-file",
    "-P",
    "-I",
    "-C",
    "--colsep",
    "-S",
    "--joblog",
    "--results",
    "--timeout",
    "--delay",
    "--retries",
];

impl Analysis<'_> {
    /// The files that the programs from a number on list, of those that they read, where they are known to list files.
    pub(super) fn listed(&self, from: usize, read: &Input) -> Vec<Argument> {
        let read = match read {
            Input::Piped(files) => files.as_slice(),
            _ => &[],
        };
        let started = self.invocations.get(from..).unwrap_or_default();
        started
            .iter()
            .flat_map(|invocation| found::listed(invocation, read))
            .collect()
    }

    pub(super) fn xargs(
        &mut self,
        invocation: &Invocation,
        template: Invocation,
        state: &mut State,
    ) {
        const WITH_VALUE: [&str; 10] = [
            "-I",
            "-n",
            "-P",
            "-L",
            "-s",
            "-d",
            "-a",
            "-E",
            "--max-args",
            "--max-procs",
        ];
        let Some(command) = wrapper::from_operand(&invocation.arguments, &WITH_VALUE, 0, false)
        else {
            return;
        };
        let replace = invocation
            .arguments
            .iter()
            .take_while(|argument| argument.is_option())
            .find_map(|argument| {
                argument
                    .text
                    .strip_prefix("-I")
                    .filter(|text| !text.is_empty())
                    .map(str::to_owned)
            });
        let replace = replace.or_else(|| {
            invocation
                .value(&["-I"])
                .map(|argument| argument.text.clone())
        });
        let from_file = invocation.value(&["-a", "--arg-file"]).is_some();
        let delimiter = delimiter(invocation);
        let given: Vec<Argument> = match &invocation.input {
            _ if from_file => Vec::new(),
            Input::Text(text) if delimiter.is_some() => text
                .split(delimiter.unwrap_or_default())
                .filter(|piece| !piece.is_empty())
                .map(Argument::of)
                .collect(),
            Input::Text(text) if replace.is_some() => text.lines().map(Argument::of).collect(),
            Input::Text(text) => text.split_whitespace().map(Argument::of).collect(),
            Input::Piped(found) => found.clone(),
            Input::Inherited => Vec::new(),
        };
        let given = if given.is_empty() {
            vec![Argument::unknown("what `xargs` reads")]
        } else {
            given
        };
        let template = Invocation {
            input: Input::Inherited,
            ..template
        };
        state.input = Input::Inherited;
        if let Some(replace) = replace {
            for value in given.iter().take(VALUES_MAX) {
                let command: Vec<Argument> = command
                    .iter()
                    .map(|argument| Argument {
                        glob: argument.glob || value.glob && argument.text.contains(&replace),
                        sifted: argument.sifted || value.sifted,
                        text: argument.text.replace(&replace, &value.text),
                        ..argument.clone()
                    })
                    .collect();
                self.run(&command, template.clone(), state);
            }
        } else {
            let command: Vec<Argument> = command.iter().chain(&given).cloned().collect();
            self.run(&command, template, state);
        }
    }

    /// `parallel COMMAND ::: VALUE…`, where values may also be lines of the input, and are commands if there is no other.
    pub(super) fn parallel(
        &mut self,
        invocation: &Invocation,
        template: Invocation,
        state: &mut State,
    ) {
        let arguments = &invocation.arguments;
        let at = arguments
            .iter()
            .position(|argument| argument.text.starts_with(":::"));
        let (command, values) = arguments.split_at(at.unwrap_or(arguments.len()));
        let command =
            wrapper::from_operand(command, PARALLEL_WITH_VALUE, 0, false).unwrap_or_default();
        let mut values: Vec<Argument> = match &invocation.input {
            _ if !values.is_empty() => values
                .iter()
                .filter(|value| !value.text.starts_with(":::"))
                .cloned()
                .collect(),
            Input::Text(text) => text.lines().map(Argument::of).collect(),
            Input::Piped(found) => found.clone(),
            Input::Inherited => Vec::new(),
        };
        values.truncate(VALUES_MAX);
        state.input = Input::Inherited;
        let [first, rest @ ..] = command else {
            for value in values {
                self.text(&value.text, state);
            }
            return;
        };
        if values.is_empty() {
            values.push(Argument::unknown("what `parallel` reads"));
        }
        let template = Invocation {
            input: Input::Inherited,
            ..template
        };
        let replaces = command.iter().any(|argument| argument.text.contains("{}"));
        if rest.is_empty() && first.text.contains(char::is_whitespace) {
            for value in &values {
                let text = if replaces {
                    first.text.replace("{}", &value.text)
                } else {
                    joined(&[first.clone(), value.clone()])
                };
                self.text(&text, state);
            }
            return;
        }
        let mut all = Vec::new();
        for argument in command {
            if argument.text.contains("{}") {
                all.extend(values.iter().map(|value| Argument {
                    text: argument.text.replace("{}", &value.text),
                    glob: argument.glob || value.glob,
                    sifted: argument.sifted || value.sifted,
                    ..argument.clone()
                }));
            } else {
                all.push(argument.clone());
            }
        }
        if !replaces {
            all.extend(values);
        }
        self.run(&all, template, state);
    }
}

/// What divides the input of `xargs`, where blanks do not.
fn delimiter(xargs: &Invocation) -> Option<char> {
    let own = xargs
        .arguments
        .iter()
        .take_while(|argument| argument.is_option());
    let is_null = |option: &str| {
        option == "--null"
            || option.contains('0') && option.chars().all(|letter| "-0prtx".contains(letter))
    };
    if own.clone().any(|option| is_null(&option.text)) {
        return Some('\0');
    }
    let joined = own.clone().find_map(|option| {
        let text = option.text.strip_prefix("--delimiter=");
        text.or_else(|| option.text.strip_prefix("-d"))
    });
    let text = match joined {
        Some("") | None => xargs.value(&["-d", "--delimiter"])?.text.as_str(),
        Some(text) => text,
    };
    match text {
        "\\n" => Some('\n'),
        "\\0" => Some('\0'),
        "\\t" => Some('\t'),
        text => text.chars().next(),
    }
}
