//! An [`Invocation`]: one program that would be started.

use super::Argument;

/// One program with its arguments and surroundings.
#[derive(Debug, Clone, Default)]
pub(crate) struct Invocation {
    /// The program's name without its folder; empty for a lone redirection, and where the name is not known.
    pub(crate) name: String,
    /// The word that names the program.
    pub(crate) program: Argument,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) redirects: Vec<Redirect>,
    pub(crate) input: Input,
    /// The source of what writes into its standard input, as it was written.
    pub(crate) upstream: String,
    /// The folder it runs in, where that is known.
    pub(crate) folder: Option<String>,
    /// The folder it runs in if a `cd` before it failed.
    pub(crate) fallback: Option<String>,
    /// Whether it runs on another machine.
    pub(crate) remote: bool,
    /// Whether it runs in a container; `mounted` says whether that sees folders of this machine.
    pub(crate) contained: bool,
    pub(crate) mounted: bool,
    /// Whether it is a container that was there before, and stays.
    pub(crate) kept: bool,
    /// The variables that are set for it alone, as far as they are known: `RAILS_ENV=test`.
    pub(crate) assigned: Vec<(String, String)>,
    /// The branch that the command has checked out before, where it has.
    pub(crate) branch: Option<String>,
    /// Whether what it writes only becomes settings of other programs: `export $(cat .env)`.
    pub(crate) loads: bool,
    /// Whether its output goes to another program, or into a variable.
    pub(crate) captured: bool,
    /// Whether its output becomes a word of a command that does not show it, or is how one logs in: `TOKEN=$(gh auth token)`.
    pub(crate) withheld: bool,
    /// Code in another language than the shell's, which it is given.
    pub(crate) code: Option<String>,
    /// Whether it runs text as a script that nobody can see, and where that comes from.
    pub(crate) runs_unseen: Option<String>,
    /// Whether it is fed a file of the workspace, which nobody has just fetched.
    pub(crate) runs_own_file: bool,
    /// Whether a function starts itself more than once: a fork bomb.
    pub(crate) multiplies: bool,
}

/// A redirection.
#[derive(Debug, Clone)]
pub(crate) struct Redirect {
    pub(crate) writes: bool,
    pub(crate) target: Argument,
}

/// What a program reads from its standard input.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum Input {
    /// Nothing that the command says.
    #[default]
    Inherited,
    /// This text.
    Text(String),
    /// What another program writes; these, where it lists files.
    Piped(Vec<Argument>),
}

// === impl Invocation ===

impl Invocation {
    /// What the command that this one starts has of it: whatever is not its own name, arguments and redirections.
    pub(crate) fn template(&self) -> Self {
        Self {
            name: String::new(),
            arguments: Vec::new(),
            redirects: Vec::new(),
            ..self.clone()
        }
    }

    /// Whether an argument is one of the texts.
    pub(crate) fn has(&self, texts: &[&str]) -> bool {
        self.arguments
            .iter()
            .any(|argument| texts.contains(&argument.text.as_str()))
    }

    /// Whether an option is there, short in a cluster or long.
    pub(crate) fn option(&self, letter: char, long: &str) -> bool {
        self.options()
            .any(|argument| argument.has_letter(letter) || argument.is_long(long))
    }

    /// The options, up to `--`.
    pub(crate) fn options(&self) -> impl Iterator<Item = &Argument> {
        self.arguments
            .iter()
            .take_while(|argument| argument.text != "--")
            .filter(|argument| argument.is_option())
    }

    /// What is no option.
    pub(crate) fn operands(&self) -> impl Iterator<Item = &Argument> {
        let mut only = false;
        self.arguments.iter().filter(move |argument| {
            if only {
                return true;
            }
            only = argument.text == "--";
            !argument.is_option() && !only
        })
    }

    /// The operands' texts.
    pub(crate) fn words(&self) -> Vec<&str> {
        self.operands()
            .map(|argument| argument.text.as_str())
            .collect()
    }

    /// The value of an option, joined or in the next argument.
    pub(crate) fn value(&self, names: &[&str]) -> Option<&Argument> {
        let at = self
            .arguments
            .iter()
            .position(|argument| names.contains(&argument.text.as_str()))?;
        self.arguments.get(at + 1)
    }

    /// The text of an option's value: `--run TEXT`, `--run=TEXT`.
    pub(crate) fn joined_value(&self, names: &[&str]) -> Option<String> {
        let joined = self.arguments.iter().find_map(|argument| {
            let (name, value) = argument.text.split_once('=')?;
            names.contains(&name).then_some(value)
        });
        let apart = || Some(self.value(names)?.text.as_str());
        joined.or_else(apart).map(str::to_owned)
    }

    /// The whole of it as text, for rules that look for words.
    pub(crate) fn line(&self) -> String {
        let mut line = self.name.clone();
        for argument in &self.arguments {
            line.push(' ');
            line.push_str(&argument.text);
        }
        line
    }
}
