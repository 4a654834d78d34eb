//! Shells: their `-c` text, and what they are fed.

use super::script::Analysis;
use super::state::State;
use super::{Argument, Input, Invocation, UNKNOWN, wrapper};

/// The shells whose `-c` text, arguments and input are scripts.
pub(crate) const SHELLS: [&str; 9] = [
    "sh", "bash", "zsh", "dash", "ksh", "ash", "fish", "rbash", "mksh",
];

impl Analysis<'_> {
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
                Input::Piped(_) => match piped_file(invocation, state) {
                    // A script of the workspace, like any other that is run by its name.
                    Some(path) if !self.fetched.contains(&path) => {
                        self.written.get(&path).cloned().or(Some(String::new()))
                    }
                    _ => None,
                },
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
        let text = text.trim_start();
        // `eval "$name=1"` sets a variable.
        let substitutes = |argument: &Argument| argument.raw.contains(['`', '(']);
        let sets = text.trim_start_matches(UNKNOWN).starts_with('=')
            && !invocation.arguments.iter().any(substitutes);
        if text.starts_with(UNKNOWN) && !sets {
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

/// The file of the workspace that a program is fed: `sh < FILE`, `cat FILE | sh`.
pub(super) fn piped_file(invocation: &Invocation, state: &State) -> Option<String> {
    let mut read = invocation
        .redirects
        .iter()
        .filter(|redirect| !redirect.writes);
    let path = match (invocation.upstream.as_str(), read.next()) {
        ("", Some(redirect)) => state.path(&redirect.target),
        (upstream, _) => {
            let file = upstream.strip_prefix("cat ")?.strip_suffix(" | ")?;
            let is_plain = |c: char| c.is_alphanumeric() || "/._-".contains(c);
            file.chars()
                .all(is_plain)
                .then(|| state.path(&Argument::of(file)))?
        }
    }?;
    crate::place::holds(&state.workspace, &path).then_some(path)
}
