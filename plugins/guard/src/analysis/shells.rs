//! Shells: their `-c` text, what they are fed, and files that were fetched before they are run.

use super::script::Analysis;
use super::state::State;
use super::{Input, Invocation, UNKNOWN, code, wrapper};

/// The shells whose `-c` text, arguments and input are scripts.
pub(super) const SHELLS: [&str; 9] = [
    "sh", "bash", "zsh", "dash", "ksh", "ash", "fish", "rbash", "mksh",
];

impl Analysis<'_> {
    /// Notes files that are fetched, and programs that are such files.
    pub(super) fn follow_files(&mut self, invocation: &mut Invocation, state: &mut State) {
        match invocation.name.as_str() {
            "curl" | "wget" => {
                let named = invocation
                    .value(&["-o", "--output", "-O", "--output-document"])
                    .or_else(|| clustered(invocation))
                    .cloned();
                let written = invocation
                    .redirects
                    .iter()
                    .filter(|redirect| redirect.writes)
                    .map(|redirect| redirect.target.clone());
                self.fetched.extend(
                    named
                        .into_iter()
                        .chain(written)
                        .filter_map(|file| state.path(&file)),
                );
            }
            "tee" => {
                if let Input::Text(text) = &invocation.input {
                    for path in invocation.operands().filter_map(|file| state.path(file)) {
                        self.written.insert(path, text.clone());
                    }
                }
            }
            "git" => {
                // What is checked out from here on.
                let words = invocation.words();
                if let ["checkout" | "switch", branch] = words.as_slice()
                    && !invocation.has(&["--"])
                {
                    state.branch = Some((*branch).to_owned());
                }
            }
            _ => {}
        }
        let sourced = matches!(invocation.name.as_str(), "source" | ".");
        let operand = invocation.operands().next().filter(|_| {
            sourced
                || SHELLS.contains(&invocation.name.as_str())
                || code::is_interpreter(&invocation.name)
        });
        let script = operand.filter(|_| SHELLS.contains(&invocation.name.as_str()));
        let script =
            script.or(Some(&invocation.program).filter(|program| program.text.contains('/')));
        let text = script.and_then(|script| self.written.get(&state.path(script)?).cloned());
        if let Some(text) = text
            && !text.starts_with("#!/usr/bin/env p")
            && state.depth < 6
        {
            self.text(&text, state);
        }
        let files = operand
            .into_iter()
            .chain([&invocation.program])
            .filter(|file| file.text.contains('/') || operand.is_some());
        let fetched = files
            .filter_map(|file| state.path(file))
            .find(|path| self.fetched.contains(path));
        if let Some(path) = fetched {
            invocation.runs_unseen = Some(path);
        }
    }

    pub(super) fn shell(&mut self, invocation: &mut Invocation, state: &State) {
        let arguments = invocation.arguments.clone();
        let option = arguments
            .iter()
            .take_while(|argument| argument.is_option() || argument.text == "pipefail")
            .position(|argument| argument.has_letter('c') || argument.text == "--command");
        if let Some(at) = option {
            let mut rest = arguments[at + 1..]
                .iter()
                .skip_while(|argument| argument.is_option());
            if let Some(text) = rest.next() {
                let mut inner = state.inner(&text.text);
                inner.positional = rest.cloned().collect();
                inner.input = invocation.input.clone();
                self.unseen(&text.text, invocation);
                self.text_here(&text.text, &mut inner);
            }
            return;
        }
        if arguments.iter().any(|argument| argument.text == "-n") {
            // Checks the syntax alone.
            return;
        }
        let mut operands = wrapper::from_operand(
            &arguments,
            &["-o", "-O", "+o", "--rcfile", "--init-file"],
            0,
            false,
        )
        .unwrap_or_default()
        .iter();
        let first = operands.next();
        let is_fed = arguments.iter().any(|argument| argument.has_letter('s'))
            || matches!(
                first.map(|first| first.text.as_str()),
                None | Some("-" | "/dev/stdin")
            );
        if is_fed
            && !arguments
                .iter()
                .any(|argument| argument.text == "--version" || argument.text == "--help")
        {
            let text = match &invocation.input {
                Input::Text(text) => Some(text.clone()),
                Input::Piped(_) => None,
                Input::Inherited => return,
            };
            self.fed(text, invocation, state);
        } else if first.is_some_and(|first| first.text.starts_with("/dev/fd/")) {
            let text = self.last_process_output.take();
            self.fed(text, invocation, state);
        } else if let Some(first) = first
            && first.text.contains(UNKNOWN)
        {
            invocation.runs_unseen = Some(first.raw.clone());
        }
    }

    /// Runs text that a shell is fed; unseen where it is not known.
    pub(super) fn fed(&mut self, text: Option<String>, invocation: &Invocation, state: &State) {
        if let Some(text) = text {
            self.unseen(&text, invocation);
            self.text(&text, state);
        } else {
            let from = if invocation.upstream.is_empty() {
                "a file or another program".to_owned()
            } else {
                invocation.upstream.clone()
            };
            self.push(Invocation {
                runs_unseen: Some(from),
                ..invocation.clone()
            });
        }
    }

    /// Notes that a script, or what names its first program, is not known.
    pub(super) fn unseen(&mut self, text: &str, invocation: &Invocation) {
        if text.trim_start().starts_with(UNKNOWN) {
            let from = invocation
                .arguments
                .iter()
                .map(|argument| argument.raw.as_str())
                .collect::<Vec<_>>()
                .join(" ");
            self.push(Invocation {
                runs_unseen: Some(from),
                ..invocation.clone()
            });
        }
    }
}

/// The file that a cluster of letters such as `-sSLo` names.
fn clustered(fetcher: &Invocation) -> Option<&super::Argument> {
    let letter = if fetcher.name == "wget" { 'O' } else { 'o' };
    let at = fetcher
        .arguments
        .iter()
        .position(|argument| argument.has_letter(letter) && argument.text.ends_with(letter))?;
    fetcher.arguments.get(at + 1)
}
