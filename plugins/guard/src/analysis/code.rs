//! Code in other languages, given on a command line or as input: what it would do to files and which commands it starts.

use super::script::Analysis;
use super::state::State;
use super::{Argument, Input, Invocation, Redirect};

/// Interpreters, and the options that precede code.
const INTERPRETERS: [(&str, &[&str]); 12] = [
    ("python", &["-c"]),
    ("pypy", &["-c"]),
    ("perl", &["-e", "-E"]),
    ("ruby", &["-e"]),
    ("node", &["-e", "--eval", "-p", "--print"]),
    ("nodejs", &["-e", "--eval", "-p", "--print"]),
    ("deno", &["eval"]),
    ("bun", &["-e", "--eval"]),
    ("php", &["-r"]),
    ("lua", &["-e"]),
    ("osascript", &["-e"]),
    ("Rscript", &["-e"]),
];

/// Signs that code starts programs.
const STARTS: [&str; 22] = [
    "system(",
    "system (",
    "popen",
    "subprocess",
    "exec(",
    "execSync",
    "execFile",
    "spawn",
    "child_process",
    "check_output",
    "check_call",
    "shell_exec",
    "passthru",
    "qx",
    "%x",
    "Deno.Command",
    "os.exec",
    "Open3",
    "do shell script",
    "system \"",
    "system '",
    "exec \"",
];
/// Signs that it deletes trees, or files.
const DELETES: [&str; 14] = [
    "rmtree",
    "rm_rf",
    "rm_r",
    "rmSync",
    "rmdirSync",
    "fs.rm(",
    "rimraf",
    "remove_dir_all",
    "remove_tree",
    "removedirs",
    "Deno.remove",
    "unlink",
    "os.remove",
    "File.delete",
];
/// Signs that it writes files.
const WRITES: [&str; 15] = [
    "'w'",
    "\"w\"",
    "'a'",
    "\"a\"",
    "'wb'",
    "\"wb\"",
    "'w+'",
    "write_text",
    "write_bytes",
    "writeFile",
    "appendFile",
    "File.write",
    "file_put_contents",
    "'>'",
    "copyfile",
];
/// Signs that it reads files.
const READS: [&str; 9] = [
    "dotenv_values(",
    "open(",
    "readFile",
    "read_text",
    "read_bytes",
    "File.read",
    "file_get_contents",
    "fopen",
    "IO.read",
];

/// Looks at the code that a program is given.
pub(super) fn find(analysis: &mut Analysis<'_>, invocation: &mut Invocation, state: &State) {
    embedded(analysis, invocation, state);
    let Some(code) = code(invocation) else { return };
    let has = |signs: &[&str]| signs.iter().any(|sign| code.contains(sign));
    let texts = texts(&code);
    let template = Invocation {
        name: String::new(),
        arguments: Vec::new(),
        redirects: Vec::new(),
        input: Input::Inherited,
        ..invocation.clone()
    };
    let quotes = matches!(base(&invocation.name), "perl" | "ruby" | "php") && code.contains('`');
    if has(&STARTS)
        || quotes
        || invocation.name.ends_with("awk") && code.contains('|') && code.contains("getline")
    {
        for text in &texts {
            if text.chars().any(char::is_alphabetic) {
                analysis.text(text, state);
            }
        }
        // `subprocess.run(["rm", "-rf", "/"])`
        let arguments: Vec<Argument> = texts.iter().map(Argument::of).collect();
        if arguments.len() > 1 {
            let mut inner = State {
                depth: state.depth + 1,
                ..state.clone()
            };
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
    if has(&DELETES) {
        let mut arguments = vec![Argument::of("-r")];
        let whole = [
            "rmtree",
            "rm_r",
            "rmSync",
            "rmdirSync",
            "fs.rm(",
            "rimraf",
            "remove_dir_all",
            "remove_tree",
            "Deno.remove",
        ];
        // A folder that the code has made itself it may delete.
        let own = ["mkdtemp", "mktmpdir", "TemporaryDirectory", "tempdir("];
        if paths.is_empty() && has(&whole) && !has(&own) {
            arguments.push(Argument::unknown("what the code names"));
        }
        arguments.extend(paths.iter().cloned());
        let name = if has(&whole) { "rm" } else { "unlink" };
        analysis.push(Invocation {
            name: name.to_owned(),
            arguments,
            ..template.clone()
        });
    }
    if has(&WRITES) {
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
    if has(&READS) {
        analysis.push(Invocation {
            name: "cat".to_owned(),
            arguments: paths,
            ..template
        });
    }
    invocation.code = Some(code);
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
        .is_none_or(|first| first.text == "-");
    match &invocation.input {
        Input::Text(text) if is_fed => Some(text.clone()),
        _ => None,
    }
}

/// Scripts within the arguments of programs that are no interpreters.
fn embedded(analysis: &mut Analysis<'_>, invocation: &Invocation, state: &State) {
    let texts: Vec<String> = match base(&invocation.name) {
        "git" if invocation.has(&["rebase"]) => invocation
            .value(&["-x", "--exec"])
            .map(|argument| argument.text.clone())
            .into_iter()
            .collect(),
        "git" => invocation
            .arguments
            .iter()
            .filter_map(|argument| {
                let (key, value) = argument.text.split_once('=')?;
                let key = key.to_lowercase();
                if key.starts_with("alias.") && !value.starts_with('!') {
                    return Some(format!("git {value}"));
                }
                let runs = key.starts_with("alias.")
                    || [
                        "pager",
                        "editor",
                        "sshcommand",
                        "askpass",
                        "fsmonitor",
                        "helper",
                        "textconv",
                        "external",
                    ]
                    .iter()
                    .any(|end| key.ends_with(end));
                runs.then(|| value.trim_start_matches('!').to_owned())
            })
            .chain(configured_alias(invocation))
            .collect(),
        "tar" | "gtar" | "bsdtar" => invocation
            .arguments
            .iter()
            .filter_map(|argument| argument.text.split_once("exec="))
            .map(|(_, text)| text.to_owned())
            .collect(),
        "vim" | "vi" | "nvim" | "ex" => invocation
            .arguments
            .iter()
            .filter_map(|argument| argument.text.split_once('!'))
            .map(|(_, text)| text.to_owned())
            .collect(),
        "sed" | "gsed" => invocation
            .arguments
            .iter()
            .filter(|argument| !argument.is_option())
            .filter_map(|argument| {
                let script = argument.text.strip_suffix('e')?;
                let separator = script
                    .strip_prefix('s')?
                    .chars()
                    .next()
                    .filter(|c| !c.is_alphanumeric())?;
                script
                    .strip_suffix(separator)?
                    .rsplit(separator)
                    .next()
                    .map(str::to_owned)
            })
            .collect(),
        "make" | "gmake" => match &invocation.input {
            Input::Text(text) if invocation.has(&["-"]) => vec![
                text.lines()
                    .filter(|line| line.starts_with('\t'))
                    .collect::<Vec<_>>()
                    .join("\n"),
            ],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    for text in texts {
        analysis.text(&text, state);
    }
}

/// What `git config alias.NAME TEXT` will run.
fn configured_alias(invocation: &Invocation) -> Option<String> {
    let mut words = invocation.words().into_iter();
    words.find(|word| *word == "config")?;
    words.find(|word| word.starts_with("alias."))?;
    let text = words.next()?;
    Some(match text.strip_prefix('!') {
        Some(script) => script.to_owned(),
        None => format!("git {text}"),
    })
}

/// The texts that stand in quotes.
fn texts(code: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find(['\'', '"', '`']) {
        let quote = &rest[at..=at];
        let inner = &rest[at + 1..];
        let mut end = None;
        let mut escaped = false;
        for (position, character) in inner.char_indices() {
            if escaped {
                escaped = false;
            } else if character == '\\' {
                escaped = true;
            } else if inner[position..].starts_with(quote) {
                end = Some(position);
                break;
            }
        }
        let Some(end) = end else { break };
        if end > 0 && texts.len() < 24 {
            texts.push(inner[..end].replace("\\\"", "\"").replace("\\'", "'"));
        }
        rest = &inner[end + 1..];
    }
    texts
}

fn is_path(text: &str) -> bool {
    !text.is_empty()
        && !text.contains([' ', '\n', '%', '('])
        && (text.contains(['/', '.', '~']) || text.len() > 2)
        && !text.contains("://")
}
