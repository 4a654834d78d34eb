//! Code in other languages, given on a command line or as input: what it would do to files and which commands it starts.

use super::literals::texts;
use super::script::Analysis;
use super::state::State;
use super::{Argument, Input, Invocation, Redirect, signs};

/// Interpreters, and the options that precede code.
const INTERPRETERS: &[(&str, &[&str])] = &[
    ("python", &["-c"]),
    ("pypy", &["-c"]),
    ("perl", &["-e", "-E"]),
    ("ruby", &["-e"]),
    ("node", &["-e", "--eval", "-p", "--print"]),
    ("nodejs", &["-e", "--eval", "-p", "--print"]),
    ("deno", &["eval"]),
    ("bun", &["-e", "--eval"]),
    ("php", &["-r", "--run", "--execute"]),
    ("lua", &["-e"]),
    ("osascript", &["-e"]),
    ("Rscript", &["-e"]),
    ("julia", &["-e", "-E"]),
    ("elixir", &["-e", "--eval"]),
    ("groovy", &["-e"]),
    ("scala", &["-e"]),
    ("crystal", &["eval"]),
    ("raku", &["-e"]),
    ("emacs", &["--eval", "-eval"]),
    ("tclsh", &[]),
    ("bb", &["-e"]),
    ("ts-node", &["-e", "--eval", "-p"]),
    ("tsx", &["-e", "--eval", "-p"]),
    ("ipython", &["-c"]),
    ("rails", &["runner", "r"]),
    ("mix", &["-e", "--eval", "eval"]),
    ("swift", &["-e"]),
    ("jshell", &[]),
    ("go", &[]),
    ("java", &[]),
    ("kotlin", &["-e"]),
    ("dart", &[]),
];

/// Looks at the code that a program is given.
pub(super) fn find(analysis: &mut Analysis<'_>, invocation: &mut Invocation, state: &State) {
    let written = || written(analysis, invocation, state);
    let Some(code) = code(invocation).or_else(written) else {
        return;
    };
    let code = without_comments(&code, base(&invocation.name));
    let has = |signs: &[&str]| signs::has(&code, signs);
    let texts = texts(&code);
    let template = Invocation {
        input: Input::Inherited,
        ..invocation.template()
    };
    let is_awk = invocation.name.ends_with("awk");
    let quotes = matches!(base(&invocation.name), "perl" | "ruby" | "php") && code.contains('`');
    if has(signs::STARTS)
        || quotes
        || is_awk && code.contains('|') && (code.contains("getline") || code.contains("print"))
    {
        for text in &texts {
            if text.chars().any(char::is_alphabetic) {
                analysis.text(text, state);
            }
        }
        // `subprocess.run(["rm", "-rf", "/"])`
        let mut arguments: Vec<Argument> = texts.iter().map(Argument::of).collect();
        if has(signs::HOME) {
            arguments.push(Argument::of("~"));
        }
        if arguments.len() > 1 {
            let mut inner = state.within();
            for from in 0..arguments.len().min(6) {
                analysis.run(&arguments[from..], template.clone(), &mut inner);
            }
        }
    }
    let paths: Vec<Argument> = texts
        .iter()
        .filter(|text| is_path(text))
        .map(Argument::of)
        .collect();
    if let Some(delete) = deleting(&code, &paths, &invocation.input) {
        analysis.push(Invocation {
            name: delete.0.to_owned(),
            arguments: delete.1,
            ..template.clone()
        });
    }
    if has(signs::MOVES) && paths.len() == 2 {
        analysis.push(Invocation {
            name: "mv".to_owned(),
            arguments: paths.clone(),
            ..template.clone()
        });
    }
    if has(signs::WRITES) {
        let redirects = paths
            .iter()
            .map(|target| Redirect {
                writes: true,
                target: target.clone(),
            })
            .collect();
        analysis.push(Invocation {
            redirects,
            ..template.clone()
        });
    }
    if has(signs::READS) {
        analysis.push(Invocation {
            name: "cat".to_owned(),
            arguments: paths,
            ..template
        });
    }
    invocation.code = Some(code);
}

/// Code without the lines that are nothing but a comment.
fn without_comments(code: &str, interpreter: &str) -> String {
    let begin = match interpreter {
        "python" | "pypy" | "ipython" | "perl" | "ruby" | "rails" | "julia" | "elixir" | "mix"
        | "Rscript" | "crystal" => "#",
        "node" | "nodejs" | "deno" | "bun" | "ts-node" | "tsx" | "php" | "swift" | "scala"
        | "groovy" | "jshell" => "//",
        _ => return code.to_owned(),
    };
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with(begin));
    lines.collect::<Vec<_>>().join("\n")
}

/// What code deletes, as a program with its arguments.
fn deleting(
    code: &str,
    paths: &[Argument],
    input: &Input,
) -> Option<(&'static str, Vec<Argument>)> {
    // The name of a function as a text is not a call of it.
    let named = !code.contains("getattr") && !code.contains("__import__");
    let plain = code.replace("rmtree\"", "\"").replace("rmtree'", "'");
    let code = if named { plain.as_str() } else { code };
    let has = |signs: &[&str]| signs::has(code, signs);
    let files = has(signs::DELETES_FILES);
    let folders = has(signs::DELETES_FOLDERS) || files && has(signs::RECURSIVE);
    if !folders && !files {
        return None;
    }
    let name = if folders { "rm" } else { "unlink" };
    let mut arguments = vec![Argument::of("-r")];
    let mut targets: Vec<Argument> = paths.to_vec();
    if has(signs::HOME)
        && !paths
            .iter()
            .any(|path| path.text.len() > 1 && path.text.starts_with('~'))
    {
        targets = in_home(paths, folders);
    } else if has(signs::WALKS) && !folders {
        targets = walked(paths, has(signs::COMPARES));
    }
    if targets.is_empty() {
        match input {
            Input::Piped(found) if !found.is_empty() => targets.clone_from(found),
            // A folder that the code has made itself it may delete.
            _ if folders && !has(signs::MAKES_FOLDERS) => {
                targets.push(Argument::unknown("what the code names"));
            }
            _ => {}
        }
    }
    arguments.extend(targets);
    Some((name, arguments))
}

/// The paths that code puts together from the home folder and others.
fn in_home(paths: &[Argument], folders: bool) -> Vec<Argument> {
    let below: Vec<Argument> = paths
        .iter()
        .filter(|path| !matches!(path.text.as_str(), "HOME" | "~") && !path.text.starts_with('/'))
        .map(|path| glob(format!("~/{}", path.text)))
        .collect();
    if below.is_empty() {
        vec![glob(if folders { "~" } else { "~/*" }.to_owned())]
    } else {
        below
    }
}

/// The files that code goes through: its patterns and endings, else all in the folders it names.
fn walked(paths: &[Argument], compares: bool) -> Vec<Argument> {
    let is_pattern = |path: &&Argument| path.text.contains('*');
    let is_ending = |path: &&Argument| {
        compares && path.text.starts_with('.') && path.text.len() > 2 && !path.text.contains('/')
    };
    let endings = paths.iter().filter(is_ending);
    let patterns = paths.iter().filter(is_pattern);
    let mut all: Vec<Argument> = endings
        .map(|ending| glob(format!("**/*{}", ending.text)))
        .chain(patterns.map(|pattern| match pattern.text.as_str() {
            text if text.contains("**") || text.starts_with('/') => glob(text.to_owned()),
            text => glob(format!("**/{text}")),
        }))
        .collect();
    if all.is_empty() {
        let folders = paths.iter();
        all = folders
            .map(|folder| glob(format!("{}/**/*", folder.text.trim_end_matches('/'))))
            .collect();
    }
    all
}

fn glob(text: String) -> Argument {
    Argument {
        glob: text.contains('*'),
        ..Argument::of(text)
    }
}

/// Code in a file that the command itself has written.
fn written(analysis: &Analysis<'_>, invocation: &Invocation, state: &State) -> Option<String> {
    let of_file = |file: &Argument| analysis.written.get(&state.path(file)?).cloned();
    if is_interpreter(&invocation.name) {
        return invocation.operands().find_map(of_file);
    }
    let program = Some(&invocation.program).filter(|program| program.text.contains('/'));
    program.and_then(of_file).filter(|text| is_foreign(text))
}

/// Whether a file says that another interpreter than a shell runs it.
pub(super) fn is_foreign(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    let program = first.split(['/', ' ']).next_back().unwrap_or_default();
    first.starts_with("#!") && is_interpreter(program)
}

/// Whether a program runs code in files.
pub(super) fn is_interpreter(name: &str) -> bool {
    INTERPRETERS
        .iter()
        .any(|(interpreter, _)| *interpreter == base(name))
}

fn base(name: &str) -> &str {
    name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.')
}

fn code(invocation: &Invocation) -> Option<String> {
    let name = base(&invocation.name);
    if matches!(name, "awk" | "gawk" | "mawk" | "nawk") {
        return invocation
            .operands()
            .next()
            .map(|program| program.text.clone());
    }
    let (_, options) = INTERPRETERS
        .iter()
        .find(|(interpreter, _)| *interpreter == name)?;
    let mut given = Vec::new();
    for (at, argument) in invocation.arguments.iter().enumerate() {
        if let Some((option, code)) = argument.text.split_once('=')
            && option.starts_with("--")
            && options.contains(&option)
        {
            given.push(code.to_owned());
        }
        let is_cluster = |option: &&str| {
            option.len() == 2
                && argument.text.len() <= 5
                && argument.has_letter(option.chars().last().unwrap_or('-'))
                && argument.text.ends_with(&option[1..])
        };
        if options
            .iter()
            .any(|option| argument.text == *option || is_cluster(option))
        {
            given.extend(
                invocation
                    .arguments
                    .get(at + 1)
                    .map(|code| code.text.clone()),
            );
        }
    }
    if !given.is_empty() {
        return Some(given.join("\n"));
    }
    let is_fed = invocation
        .operands()
        .next()
        .is_none_or(|first| first.text == "-" || first.text.starts_with("/dev/fd/"));
    match &invocation.input {
        Input::Text(text) if is_fed => Some(text.clone()),
        _ => None,
    }
}

fn is_path(text: &str) -> bool {
    !text.is_empty()
        && !text.contains([' ', '\n', '%', '('])
        && (text.contains(['/', '.', '~', '*']) || text.len() > 2)
        && !text.contains("://")
}
