//! Guard's list of `sinew`'s own commands, beside the commands that there are: whoever adds one has to say whose it is.

use std::collections::{BTreeMap, BTreeSet};

use guard::{EVERYWHERE, Manner, OWN_COMMANDS};

/// What is known of a command's options: those that take a value, and the others.
#[derive(Debug, Default, PartialEq, Eq)]
struct Options {
    with_value: BTreeSet<String>,
    switches: BTreeSet<String>,
}

#[test]
fn every_command_is_classified_with_every_option_that_takes_a_value() {
    let listed: BTreeMap<String, BTreeSet<String>> = OWN_COMMANDS
        .iter()
        .map(|command| (command.words.join(" "), names(command.with_value)))
        .collect();
    let real: BTreeMap<String, BTreeSet<String>> = commands()
        .into_iter()
        .map(|(words, options)| (words, options.with_value))
        .collect();
    assert_eq!(
        listed, real,
        "left what plugins/guard/src/rules/own_command.rs lists, right what `sinew` takes"
    );
    assert_eq!(listed.len(), OWN_COMMANDS.len(), "one is listed twice");
}

#[test]
fn what_may_stand_anywhere_is_listed() {
    let root = sinew_runtime::cli::command();
    assert_eq!(names(EVERYWHERE), options(&root).with_value);
    for group in root
        .get_subcommands()
        .filter(|group| group.has_subcommands())
    {
        let name = group.get_name();
        assert_eq!(
            options(group),
            Options::default(),
            "options of `sinew {name}` itself"
        );
    }
}

#[test]
fn the_options_that_a_manner_depends_on_are_there() {
    let real = commands();
    for command in OWN_COMMANDS {
        let words = command.words.join(" ");
        let (Manner::ReadsWith(option) | Manner::ReadsWithout(option)) = command.manner else {
            continue;
        };
        let Options {
            with_value,
            switches,
        } = &real[&words];
        assert!(
            with_value.contains(option) || switches.contains(option),
            "`sinew {words}` has no {option}"
        );
    }
}

/// Every command that does something, by its words.
fn commands() -> BTreeMap<String, Options> {
    let mut found = BTreeMap::new();
    let mut open = vec![(String::new(), sinew_runtime::cli::command())];
    while let Some((words, command)) = open.pop() {
        if !command.has_subcommands() {
            found.insert(words, options(&command));
            continue;
        }
        open.extend(command.get_subcommands().map(|inner| {
            let words = format!("{words} {}", inner.get_name());
            (words.trim_start().to_owned(), inner.clone())
        }));
    }
    found
}

fn options(command: &clap::Command) -> Options {
    let mut options = Options::default();
    for argument in command
        .get_arguments()
        .filter(|argument| !argument.is_positional())
    {
        let long = argument.get_long_and_visible_aliases().unwrap_or_default();
        let short = argument.get_short_and_visible_aliases().unwrap_or_default();
        let long = long.into_iter().map(|name| format!("--{name}"));
        let all = long.chain(short.into_iter().map(|letter| format!("-{letter}")));
        if argument.get_action().takes_values() {
            options.with_value.extend(all);
        } else {
            options.switches.extend(all);
        }
    }
    options
}

fn names(list: &[&str]) -> BTreeSet<String> {
    list.iter().copied().map(str::to_owned).collect()
}
