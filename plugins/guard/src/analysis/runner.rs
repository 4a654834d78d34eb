//! Programs of package managers, frameworks and fleets that run another program which they find by its name.

use super::script::Analysis;
use super::state::State;
use super::{Argument, Input, Invocation, wrapper};

/// A program that runs another one.
struct Runner {
    names: &'static [&'static str],
    tells: Tells,
    /// Its options that take a value as an argument of its own.
    with_value: &'static [&'static str],
}

/// How a runner's command line tells what is run.
enum Tells {
    /// What is run is its first operand.
    First,
    /// What is run stands behind one of these words.
    Behind(&'static [&'static str]),
    /// What is run is named by one of these words.
    By(&'static [&'static str]),
}

/// Options of many runners that take a value.
const WITH_VALUE: &[&str] = &[
    "-p",
    "--with",
    "--filter",
    "-n",
    "--name",
    "-c",
    "--package",
    "--python",
    "--env-file",
    "-f",
    "--env",
    "--scope",
    "--project",
    "--prefix",
    "--spec",
];

const RUNNERS: &[Runner] = &[
    Runner {
        // Behind the `--` of `npm test --` stand arguments of a script.
        names: &["npm", "pnpm", "yarn", "bun"],
        tells: Tells::Behind(&["exec", "run", "dlx", "x"]),
        with_value: WITH_VALUE,
    },
    Runner {
        names: &[
            "bundle",
            "poetry",
            "uv",
            "pipenv",
            "rye",
            "pdm",
            "mise",
            "hatch",
            "conda",
            "mamba",
            "micromamba",
            "pixi",
            "dotenv",
            "dotenvx",
            "op",
            "doppler",
            "asdf",
            "rtk",
            "lerna",
            "infisical",
            "chamber",
            "devbox",
            "volta",
            "rbenv",
            "pyenv",
            "nodenv",
            "goenv",
            "jenv",
            "foreman",
            "honcho",
            "turbo",
            "nx",
            "pipx",
            "composer",
        ],
        tells: Tells::Behind(&["exec", "run", "x", "--"]),
        with_value: WITH_VALUE,
    },
    Runner {
        names: &["mix"],
        tells: Tells::Behind(&["cmd"]),
        with_value: &["--app"],
    },
    Runner {
        names: &["just"],
        tells: Tells::Behind(&["-c", "--command"]),
        with_value: &[],
    },
    Runner {
        names: &["nix", "devenv", "guix"],
        tells: Tells::Behind(&["-c", "--command", "run", "--"]),
        with_value: WITH_VALUE,
    },
    Runner {
        names: &["distrobox", "toolbox", "flatpak", "lima", "limactl"],
        tells: Tells::Behind(&["--", "run"]),
        with_value: WITH_VALUE,
    },
    Runner {
        names: &["heroku"],
        tells: Tells::Behind(&["run", "run:detached"]),
        with_value: &["-a", "--app", "-s", "--size"],
    },
    Runner {
        names: &["corepack", "sail"],
        tells: Tells::First,
        with_value: &[],
    },
    Runner {
        names: &["uvx"],
        tells: Tells::First,
        with_value: &[
            "--from",
            "--with",
            "-p",
            "--python",
            "--index",
            "--index-url",
        ],
    },
    Runner {
        names: &["symfony"],
        tells: Tells::By(&["console", "php", "composer"]),
        with_value: &[],
    },
    Runner {
        names: &["k3s", "microk8s", "minikube", "rancher", "k0s", "rke2"],
        tells: Tells::By(&["kubectl", "helm", "helm3"]),
        with_value: &[],
    },
    Runner {
        names: &["lima", "colima"],
        tells: Tells::By(&["nerdctl", "docker", "kubectl"]),
        with_value: &[],
    },
];

/// Package managers that run what is installed without a word between, and options of theirs that take a value.
const MANAGERS: [&str; 3] = ["yarn", "pnpm", "bun"];
const MANAGER_VALUES: [&str; 9] = [
    "--cwd",
    "-C",
    "--dir",
    "--filter",
    "-F",
    "--prefix",
    "-w",
    "--workspace",
    "--config",
];

/// The commands of those package managers themselves.
const OWN_COMMANDS: &str = "add a install i ci remove rm un uninstall update up upgrade link unlink import dedupe audit \
    list ls ll la why outdated info view show config set get store cache init create publish pack version versions run \
    exec dlx x test t start stop restart rebuild rb prune root bin env setup login logout whoami owner team access tag \
    dist-tag deprecate unpublish patch patch-commit patch-remove fetch deploy server doctor completion help node \
    workspaces workspace plugin plugins constraints unplug stage policies generate-lock-entry global licenses self-update \
    autoclean build dev pm repl search docs bugs repo adduser npm explain fund funding approve-builds catalog cat-file";

/// Options of an interpreter after which no file is named, and those whose value is none; `None` for other programs.
fn interprets(program: &str) -> Option<(&'static [&'static str], &'static [&'static str])> {
    Some(match program {
        "python" | "python2" | "python3" | "pypy" | "pypy3" => (&["-c", "-m"], &["-W", "-X"]),
        "php" => (&["-r", "-B", "-S"], &["-d", "-c"]),
        "node" | "nodejs" => (
            &["-e", "-p", "--eval", "--print", "-pe"],
            &["-r", "--require", "--import", "--env-file"],
        ),
        "ruby" => (&["-e"], &["-I", "-r"]),
        "perl" => (&["-e", "-E", "-ne", "-pe"], &["-I"]),
        "tsx" | "ts-node" => (&["-e", "--eval"], &["-P", "--project", "-r"]),
        "deno" => (&["eval", "task", "fmt", "lint", "test", "check"], &[]),
        _ => return None,
    })
}

/// Of a program that runs text on other machines, a word that has to be there, and the option whose value is the text; without
/// one it is the last operand.
fn sends(program: &str) -> Option<(&'static [&'static str], &'static [&'static str])> {
    Some(match program {
        "gcloud" => (&["ssh"], &["--command"]),
        "az" => (&["run-command"], &["--scripts"]),
        "fly" | "flyctl" => (&["ssh"], &["-C", "--command"]),
        "salt" | "salt-ssh" | "salt-call" => (&["cmd.run", "cmd.shell", "cmd.run_all"], &[]),
        "pssh" | "parallel-ssh" | "pdsh" | "clush" | "dsh" | "mussh" => (&[], &[]),
        "vagrant" => (&["ssh"], &["-c", "--command"]),
        "knife" => (&["ssh"], &[]),
        "aws" => (&["send-command"], &["--parameters"]),
        _ => return None,
    })
}

/// Packages that are not called like the programs in them.
const PACKAGES: [(&str, &str); 10] = [
    ("@changesets/cli", "changeset"),
    ("@railway/cli", "railway"),
    ("@aws-amplify/cli", "amplify"),
    ("@shopify/cli", "shopify"),
    ("@mikro-orm/cli", "mikro-orm"),
    ("firebase-tools", "firebase"),
    ("netlify-cli", "netlify"),
    ("eas-cli", "eas"),
    ("aws-cdk", "cdk"),
    ("cdktf-cli", "cdktf"),
];

impl Analysis<'_> {
    /// Runs what a runner would run; whether the program is one.
    pub(super) fn runner(&mut self, invocation: &Invocation, state: &State) -> bool {
        if let Some(command) = started(invocation) {
            let mut inner = state.within();
            self.run(&command, invocation.template(), &mut inner);
        } else if let Some((file, arguments)) = file(invocation) {
            // Which program that is, its name says: `python manage.py`, `php artisan`.
            self.push(Invocation {
                name: file.base_name().to_owned(),
                program: Argument::of(file.base_name()),
                arguments: arguments.to_vec(),
                ..invocation.template()
            });
        } else if let Some(text) = remote(invocation) {
            let elsewhere = State {
                remote: true,
                folder: None,
                input: Input::Inherited,
                ..state.clone()
            };
            self.text(&text, &elsewhere);
        } else {
            return runners(&invocation.name).next().is_some();
        }
        true
    }
}

// === impl Runner ===

impl Runner {
    /// What stands in a command line for the program that is run, and its arguments.
    fn command<'a>(&self, arguments: &'a [Argument]) -> Option<&'a [Argument]> {
        let first =
            |from: usize| wrapper::from_operand(arguments.get(from..)?, self.with_value, 0, false);
        let word = |words: &[&str]| {
            arguments
                .iter()
                .position(|argument| words.contains(&argument.text.as_str()))
        };
        match self.tells {
            Tells::First => first(0),
            Tells::Behind(words) => first(word(words)? + 1),
            Tells::By(words) => arguments.get(word(words)?..),
        }
    }
}

/// The command line of a program that a package provides: of `npm@latest`, `@vscode/vsce` it is `npm`, `vsce`.
pub(super) fn packaged(command: &[Argument]) -> Vec<Argument> {
    let mut command = command.to_vec();
    let Some(first) = command.first_mut().filter(|first| first.known().is_some()) else {
        return command;
    };
    // The first `@` begins a scope, not a version.
    let version = first
        .text
        .char_indices()
        .skip(1)
        .find(|(_, c)| matches!(c, '@' | '='));
    let package = &first.text[..version.map_or(first.text.len(), |(at, _)| at)];
    let program = PACKAGES.iter().find(|(known, _)| *known == package).map_or(
        package.rsplit('/').next().unwrap_or(package),
        |(_, program)| program,
    );
    if first.text.starts_with('@') || !first.text.contains('/') {
        first.text = program.to_owned();
    }
    command
}

fn runners(name: &str) -> impl Iterator<Item = &'static Runner> {
    RUNNERS
        .iter()
        .filter(move |runner| runner.names.contains(&name))
}

/// The command line that a runner starts.
fn started(invocation: &Invocation) -> Option<Vec<Argument>> {
    let own = MANAGERS
        .contains(&invocation.name.as_str())
        .then(|| managed(invocation))
        .flatten();
    own.or_else(|| {
        let command =
            runners(&invocation.name).find_map(|runner| runner.command(&invocation.arguments))?;
        Some(match command {
            // `uv run -` runs Python that it reads.
            [only] if only.text == "-" => vec![Argument::of("python3"), only.clone()],
            command => packaged(command),
        })
    })
}

/// What `yarn NAME`, `pnpm NAME` and `bun NAME` run, where that is no command of theirs.
fn managed(invocation: &Invocation) -> Option<Vec<Argument>> {
    let rest = wrapper::from_operand(&invocation.arguments, &MANAGER_VALUES, 0, false)?;
    let again = |rest: &[Argument]| {
        let mut command = vec![Argument::of(invocation.name.clone())];
        command.extend_from_slice(rest);
        command
    };
    match rest.first()?.text.as_str() {
        "workspace" => rest.get(2..).filter(|rest| !rest.is_empty()).map(again),
        "workspaces" if rest.get(1).is_some_and(|word| word.text == "foreach") => {
            let with_value = ["--include", "--exclude", "-j", "--jobs", "--from"];
            wrapper::from_operand(&rest[2..], &with_value, 0, false).map(again)
        }
        word if OWN_COMMANDS.split_whitespace().any(|own| own == word) => None,
        _ => Some(rest.to_vec()),
    }
}

/// The file that an interpreter runs, and what that is given.
fn file(invocation: &Invocation) -> Option<(&Argument, &[Argument])> {
    let (codes, with_value) = interprets(&invocation.name)?;
    let command = wrapper::from_operand(&invocation.arguments, with_value, 0, false)?;
    let before = &invocation.arguments[..invocation.arguments.len() - command.len()];
    let is_code = |argument: &Argument| codes.contains(&argument.text.as_str());
    if before.iter().any(is_code) || command.first().is_some_and(is_code) {
        return None;
    }
    let (file, arguments) = command.split_first()?;
    file.known().map(|_| (file, arguments))
}

/// The text that is run on other machines.
fn remote(invocation: &Invocation) -> Option<String> {
    let (words, options) = sends(&invocation.name)?;
    if !words.is_empty() && !invocation.has(words) {
        return None;
    }
    if options.is_empty() {
        return invocation.operands().last().map(|text| text.text.clone());
    }
    let joined = invocation.arguments.iter().find_map(|argument| {
        let (option, text) = argument.text.split_once('=')?;
        options.contains(&option).then(|| text.to_owned())
    });
    let text = joined.or_else(|| invocation.value(options).map(|value| value.text.clone()))?;
    // `commands=["…","…"]`, `{"commands":["…"]}`: what stands in quotes, or else what stands behind.
    if invocation.name != "aws" {
        return Some(text);
    }
    let quoted: Vec<&str> = text
        .split('"')
        .skip(1)
        .step_by(2)
        .filter(|piece| *piece != "commands")
        .collect();
    Some(match quoted.as_slice() {
        [] => text.trim_start_matches("commands=").to_owned(),
        quoted => quoted.join("\n"),
    })
}
