//! The files that programs list, as patterns: what `find`, `fd`, `ls`, `grep -l` and `git ls-files` write, line by line.

use super::{Argument, Invocation, UNKNOWN};

/// Options of `fd` that take a value.
const FD_WITH_VALUE: &[&str] = &[
    "-e",
    "--extension",
    "-t",
    "--type",
    "-d",
    "--max-depth",
    "-E",
    "--exclude",
    "-S",
    "--size",
    "-j",
    "--threads",
    "--changed-within",
    "--changed-before",
];

/// Actions that start a program for what is found.
const ACTIONS: &[&str] = &[
    "-exec",
    "-execdir",
    "-ok",
    "-okdir",
    "-x",
    "--exec",
    "-X",
    "--exec-batch",
];

/// What `find` narrows its search by so that it is known what is left.
const NAMES: &[&str] = &[
    "-name",
    "-iname",
    "-path",
    "-ipath",
    "-wholename",
    "-regex",
    "-iregex",
    "-empty",
];

/// Filters that write some of the lines they read, or parts of them.
const FILTERS: &[&str] = &[
    "sort", "uniq", "head", "tail", "cut", "tr", "awk", "gawk", "sed", "tee", "cat", "column",
    "shuf",
];

/// The files that a program lists; `from` are those that it reads from its input. Empty for one that lists no files.
pub(super) fn listed(invocation: &Invocation, from: &[Argument]) -> Vec<Argument> {
    match invocation.name.as_str() {
        "find" | "gfind" | "fd" | "fdfind" => found(invocation),
        "git" => of_git(invocation),
        "ls" => {
            let named: Vec<Argument> = invocation.operands().cloned().collect();
            if named.is_empty() {
                vec![pattern("*", true)]
            } else {
                // What lies in a folder it names without the folder.
                named.into_iter().filter(|file| file.glob).collect()
            }
        }
        "grep" | "egrep" | "fgrep" | "rg" | "ag" | "ack" => {
            if from.is_empty() {
                of_search(invocation)
            } else {
                sieved(invocation, from)
            }
        }
        name if FILTERS.contains(&name) => from
            .iter()
            .map(|argument| Argument {
                sifted: true,
                ..argument.clone()
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// What `find` and `fd` find: their starting points, narrowed by the names they look for.
pub(crate) fn found(search: &Invocation) -> Vec<Argument> {
    let (starts, names, sifted, deep) = match search.name.as_str() {
        "fd" | "fdfind" => of_fd(search),
        _ => of_find(search),
    };
    let mut all = Vec::new();
    for start in &starts {
        for name in &names {
            let below = start.trim_end_matches('/');
            let text = if name.starts_with(&format!("{start}/")) {
                name.clone()
            } else if deep {
                format!("{below}/**/{}", name.trim_start_matches('/'))
            } else {
                format!("{below}/{}", name.trim_start_matches('/'))
            };
            all.push(pattern(text, sifted));
        }
    }
    all
}

/// The commands of `find … -exec COMMAND ;`, with what is found put in.
pub(super) fn executed(search: &Invocation) -> Vec<Vec<Argument>> {
    let found = found(search);
    let appends = matches!(search.name.as_str(), "fd" | "fdfind");
    let mut commands = Vec::new();
    let mut rest = search.arguments.as_slice();
    while let Some(at) = rest
        .iter()
        .position(|argument| ACTIONS.contains(&argument.text.as_str()))
    {
        rest = &rest[at + 1..];
        let end = rest
            .iter()
            .position(|argument| matches!(argument.text.as_str(), ";" | "+"))
            .unwrap_or(rest.len());
        let named = rest[..end]
            .iter()
            .any(|argument| argument.text.contains("{}"));
        let mut command: Vec<Argument> = rest[..end]
            .iter()
            .flat_map(|argument| match argument.text.as_str() {
                "{}" => found.clone(),
                text if text.contains("{}") => {
                    let put_in = |found: &Argument| Argument {
                        text: text.replace("{}", &found.text),
                        glob: found.glob,
                        ..argument.clone()
                    };
                    found.iter().map(put_in).collect()
                }
                _ => vec![argument.clone()],
            })
            .collect();
        if appends && !named {
            command.extend(found.iter().cloned());
        }
        commands.push(command);
        rest = &rest[end..];
    }
    commands
}

type Search = (Vec<String>, Vec<String>, bool, bool);

fn of_find(find: &Invocation) -> Search {
    let starts: Vec<String> = find
        .arguments
        .iter()
        .take_while(|argument| !argument.text.starts_with(['-', '(', '!']))
        .map(|argument| argument.text.clone())
        .collect();
    let (mut names, mut paths) = (Vec::new(), Vec::new());
    let mut sifted = false;
    let mut either = false;
    let mut negated = false;
    let mut deep = true;
    let (mut narrowed, mut whole) = (false, false);
    for (at, argument) in find.arguments.iter().enumerate() {
        let value = find.arguments.get(at + 1).map(|value| value.text.as_str());
        let not = std::mem::take(&mut negated);
        narrowed |= !not && NAMES.contains(&argument.text.as_str());
        match (argument.text.as_str(), value) {
            ("!" | "-not", _) => negated = true,
            ("-name" | "-iname" | "-path" | "-ipath" | "-wholename" | "-regex" | "-iregex", _)
                if not =>
            {
                sifted = true;
            }
            ("-name", Some(value)) => names.push(value.to_owned()),
            ("-iname", Some(value)) => names.push(value.to_lowercase()),
            ("-path" | "-ipath" | "-wholename", Some(value)) => paths.push(value.to_owned()),
            ("-regex" | "-iregex", Some(value)) => paths.push(of_expression(value)),
            ("-empty", _) => names.push("{empty}".to_owned()),
            ("-type" | "-xtype", Some("l")) => {
                narrowed = true;
                names.push("{link}".to_owned());
            }
            ("-type", Some("f")) => sifted = true,
            ("-o" | "-or", _) => {
                either = true;
                narrowed = false;
            }
            ("-delete", _) => whole |= !narrowed,
            (action, _) if ACTIONS.contains(&action) => whole |= !narrowed,
            ("-maxdepth", Some(value)) => deep = value != "0" && value != "1",
            (
                "-newer" | "-mtime" | "-mmin" | "-size" | "-atime" | "-ctime" | "-amin" | "-user"
                | "-newermt" | "-perm" | "-cmin",
                _,
            ) => sifted = true,
            _ => {}
        }
    }
    // Where both have to fit, the path says more.
    if !either && !paths.is_empty() {
        names.clear();
    }
    names.extend(paths);
    if names.is_empty() || whole {
        names.push("*".to_owned());
    }
    let starts = if starts.is_empty() {
        vec![".".to_owned()]
    } else {
        starts
    };
    (starts, names, sifted, deep)
}

/// `fd [PATTERN] [FOLDER…]`, where the pattern is a regular expression that may fit anywhere in a name.
fn of_fd(fd: &Invocation) -> Search {
    let end = fd
        .arguments
        .iter()
        .position(|argument| ACTIONS.contains(&argument.text.as_str()))
        .unwrap_or(fd.arguments.len());
    let mut operands = Vec::new();
    let mut endings = Vec::new();
    let mut sifted = false;
    let mut arguments = fd.arguments[..end].iter();
    while let Some(argument) = arguments.next() {
        let text = argument.text.as_str();
        if FD_WITH_VALUE.contains(&text) {
            let value = arguments.next().map(|value| value.text.as_str());
            match text {
                "-e" | "--extension" => endings.extend(value.map(str::to_owned)),
                "-t" | "--type" | "-d" | "--max-depth" | "-j" | "--threads" => {}
                _ => sifted = true,
            }
        } else if !argument.is_option() {
            operands.push(text.to_owned());
        }
    }
    let wanted = operands.first().cloned().unwrap_or_default();
    let names = match wanted.as_str() {
        "" | "." | ".*" | "*" if endings.is_empty() => vec!["*".to_owned()],
        "" | "." | ".*" | "*" => endings
            .iter()
            .map(|ending| format!("*.{}", ending.trim_start_matches('.')))
            .collect(),
        wanted => vec![of_expression(&format!(".*{wanted}"))],
    };
    let starts: Vec<String> = operands.into_iter().skip(1).collect();
    let starts = if starts.is_empty() {
        vec![".".to_owned()]
    } else {
        starts
    };
    (starts, names, sifted, true)
}

/// What `git ls-files`, `git diff --name-only` and their like list.
fn of_git(git: &Invocation) -> Vec<Argument> {
    let lists = git.has(&["ls-files", "ls-tree"])
        || git.has(&["diff", "show", "diff-tree"]) && git.has(&["--name-only"])
        || git.has(&["grep"])
            && (git.has(&["--name-only"]) || git.options().any(|option| option.has_letter('l')))
        || git.has(&["status"])
            && git
                .options()
                .any(|option| matches!(option.text.as_str(), "-s" | "--short" | "--porcelain"));
    if !lists {
        return Vec::new();
    }
    let named: Vec<Argument> = git
        .operands()
        .filter(|operand| operand.text.contains(['*', '/']) && !operand.text.starts_with("origin/"))
        .map(|operand| match operand.text.strip_prefix("*.") {
            Some(ending) => pattern(format!("./**/*.{ending}"), false),
            None => operand.clone(),
        })
        .collect();
    if named.is_empty() {
        vec![pattern("./**/*", !git.has(&["ls-files"]))]
    } else {
        named
    }
}

/// What a search for text lists: files that hold it.
fn of_search(search: &Invocation) -> Vec<Argument> {
    let names_only = search.options().any(|option| {
        option.has_letter('l') || option.has_letter('L') || option.is_long("files-with-matches")
    });
    if !names_only {
        return vec![Argument::of("./line")];
    }
    let include = search
        .arguments
        .iter()
        .find_map(|argument| argument.text.strip_prefix("--include="));
    let glob = search
        .value(&["-g", "--glob", "--include"])
        .map(|glob| glob.text.as_str());
    let name = include
        .or(glob)
        .filter(|glob| !glob.starts_with('!'))
        .unwrap_or("*");
    let skip = usize::from(!search.has(&["-e", "-f"]));
    let deep = search.name == "rg"
        || search.option('r', "recursive")
        || search.option('R', "dereference-recursive");
    if !deep {
        return search.operands().skip(skip).cloned().collect();
    }
    let folders: Vec<Argument> = search
        .operands()
        .skip(skip)
        .map(|folder| {
            pattern(
                format!("{}/**/{name}", folder.text.trim_end_matches('/')),
                true,
            )
        })
        .collect();
    if folders.is_empty() {
        vec![pattern(format!("./**/{name}"), true)]
    } else {
        folders
    }
}

/// The lines that a search leaves of what it reads.
fn sieved(search: &Invocation, from: &[Argument]) -> Vec<Argument> {
    let inverted = search.options().any(|option| option.has_letter('v'));
    let wanted = search
        .operands()
        .next()
        .map(|wanted| of_expression(&format!(".*{}", wanted.text)));
    from.iter()
        .map(|argument| {
            let (folder, narrow) = match (&wanted, argument.text.rsplit_once('/')) {
                (Some(wanted), Some((folder, "*"))) if !inverted => (folder, wanted),
                (Some(wanted), None) if !inverted && argument.text == "*" => (".", wanted),
                _ => {
                    return Argument {
                        sifted: true,
                        ..argument.clone()
                    };
                }
            };
            pattern(format!("{folder}/{}", narrow.trim_start_matches('/')), true)
        })
        .collect()
}

/// A regular expression as a pattern, roughly: `.*\.pyc$` is `*.pyc`.
fn of_expression(expression: &str) -> String {
    let mut text = expression
        .trim_start_matches('^')
        .replace(".*", "*")
        .replace(".+", "*")
        .replace("\\.", ".");
    let to_end = text.ends_with('$');
    text.retain(|c| !matches!(c, '\\' | '$' | '^'));
    if !to_end && !text.ends_with('*') && !expression.contains("*\\.") {
        text.push('*');
    }
    while text.contains("**") {
        text = text.replace("**", "*");
    }
    text
}

fn pattern(text: impl Into<String>, sifted: bool) -> Argument {
    let text = text.into();
    Argument {
        glob: text.contains(['*', '?', '[']) && !text.contains(UNKNOWN),
        sifted,
        ..Argument::of(text)
    }
}
