//! What every command owes whoever asks for `--help`.

use clap::{Command, CommandFactory as _};

use super::Cli;

/// Commands whose output is for another program already.
const WITHOUT_JSON: [&str; 5] = [
    "sinew hook",
    "sinew mcp",
    "sinew ledger export",
    "sinew completions",
    "sinew man",
];

/// Every command that people see, with its whole name.
fn commands() -> Vec<(String, Command)> {
    let mut all = Vec::new();
    let mut next = vec![("sinew".to_owned(), Cli::command())];
    while let Some((name, command)) = next.pop() {
        let shown = command.get_subcommands().filter(|it| !it.is_hide_set());
        next.extend(shown.map(|it| (format!("{name} {}", it.get_name()), it.clone())));
        all.push((name, command));
    }
    all
}

#[test]
fn the_command_line_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn every_command_says_what_it_does_shows_how_and_names_its_exit_codes() {
    for (name, command) in commands() {
        assert!(
            command.get_about().is_some(),
            "{name} does not say what it does"
        );
        let help = command.get_after_help().map(ToString::to_string);
        let help = help.unwrap_or_default();
        let has_example = help
            .lines()
            .any(|line| line.starts_with("  ") && line.contains(&name));
        assert!(
            has_example && help.contains("Example"),
            "{name} has no example:\n{help}"
        );
        assert!(
            help.contains("Exit codes: 0"),
            "{name} does not name its exit codes:\n{help}"
        );
    }
}

#[test]
fn every_option_is_described() {
    for (name, command) in commands() {
        for argument in command.get_arguments().filter(|it| !it.is_hide_set()) {
            assert!(
                argument.get_help().is_some(),
                "{name}: {}",
                argument.get_id()
            );
        }
    }
}

#[test]
fn every_command_with_output_has_it_as_json_too() {
    for (name, command) in commands() {
        let is_leaf = command.get_subcommands().next().is_none();
        let has = command
            .get_arguments()
            .any(|it| it.get_long() == Some("json"));
        let needs = is_leaf && !WITHOUT_JSON.contains(&name.as_str());
        assert_eq!(has, needs, "{name}");
    }
}
