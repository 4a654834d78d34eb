//! `remote-code`: running code that nobody has read.

use super::{Context, Rule, no_file};
use crate::analysis::{Argument, Input, Invocation};
use crate::finding::{Objection, ask, deny};

pub(super) const RULE: Rule = Rule {
    id: "remote-code",
    summary: "Running what was just fetched or made up, unread: `curl … | sh`, reverse shells.",
    advice: "Save it to a file, read it, then run the file.",
    invocation: judge,
    file: no_file,
};

/// Programs that fetch.
const FETCHERS: [&str; 11] = [
    "curl",
    "wget",
    "fetch",
    "aria2c",
    "http ",
    "iwr",
    "irm",
    "Invoke-RestMethod",
    "Invoke-WebRequest",
    "nc ",
    "/dev/tcp/",
];

const INTERPRETERS: [&str; 12] = [
    "python",
    "pypy",
    "perl",
    "ruby",
    "node",
    "nodejs",
    "deno",
    "bun",
    "php",
    "lua",
    "osascript",
    "Rscript",
];

fn judge(invocation: &Invocation, _: &Context<'_>) -> Objection {
    let name = invocation
        .name
        .trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    let fetches = |text: &str| FETCHERS.iter().any(|fetcher| text.contains(fetcher));
    if invocation.redirects.iter().any(|redirect| {
        redirect.target.text.contains("/dev/tcp/") || redirect.target.text.contains("/dev/udp/")
    }) {
        let shell = matches!(name, "sh" | "bash" | "zsh" | "dash");
        return if shell {
            deny("this hands a shell to another machine")
        } else {
            ask("this talks to another machine behind every tool's back")
        };
    }
    if matches!(name, "source" | ".")
        && invocation.operands().next().is_none()
        && fetches(&invocation.upstream)
    {
        return ask(format!("`{name}` would run what is fetched, unseen"));
    }
    if INTERPRETERS.contains(&name)
        && invocation.arguments.iter().any(|argument| {
            (argument.text.starts_with(crate::analysis::UNKNOWN)
                || argument.text.starts_with("/dev/fd/"))
                && fetches(&argument.raw)
        })
    {
        return ask(format!("`{name}` would run what is fetched, unseen"));
    }
    if let Some(from) = &invocation.runs_unseen {
        let from = if from.trim().is_empty() {
            "another program"
        } else {
            from.trim().trim_end_matches('|').trim()
        };
        return ask(format!(
            "`{}` would run what `{}` brings, unseen",
            invocation.name,
            short(from)
        ));
    }
    if matches!(name, "nc" | "ncat" | "netcat")
        && invocation.options().any(|option| {
            option.has_letter('e') || option.has_letter('c') || option.text == "--exec"
        })
    {
        return ask(format!("`{name}` hands a program to another machine"));
    }
    if name == "socat" {
        let starts = |argument: &Argument| {
            let address = argument.text.to_uppercase();
            address.starts_with("EXEC:") || address.starts_with("SYSTEM:")
        };
        if invocation.arguments.iter().any(starts) && invocation.operands().count() > 1 {
            return ask("`socat` hands a program to another machine");
        }
    }
    let from_address = match name {
        "deno" => invocation.words().get(1).copied(),
        "npx" | "bunx" | "pnpx" => invocation.words().first().copied(),
        _ => None,
    };
    if from_address.is_some_and(|code| code.starts_with("https://") || code.starts_with("http://"))
    {
        return ask(format!("`{name}` would run what it fetches, unseen"));
    }
    if matches!(name, "iex" | "Invoke-Expression") && fetches(&invocation.upstream) {
        return ask(format!("`{name}` would run what is fetched, unseen"));
    }
    let is_encoded = |argument: &Argument| {
        let option = argument.text.to_lowercase();
        option.len() > 1 && "-encodedcommand".starts_with(&option) || option == "-ec"
    };
    if matches!(name, "pwsh" | "powershell" | "powershell.exe" | "pwsh.exe")
        && invocation.arguments.iter().any(is_encoded)
    {
        return ask(format!(
            "`{name}` would run code that nobody can read as it stands"
        ));
    }
    if INTERPRETERS.contains(&name) {
        let is_fed = invocation
            .operands()
            .next()
            .is_none_or(|first| first.text == "-");
        let piped = matches!(invocation.input, Input::Piped(_)) && !invocation.upstream.is_empty();
        let asks = invocation.arguments.iter().any(|argument| {
            argument.text == "--version" || argument.text == "-V" || argument.text == "-v"
        });
        if piped
            && is_fed
            && invocation.code.is_none()
            && !invocation.runs_own_file
            && !asks
            && !invocation
                .options()
                .any(|option| matches!(option.text.as_str(), "-m" | "-ne" | "-pe" | "-n" | "-p"))
        {
            return ask(format!("`{name}` would run what it is fed, unseen"));
        }
        if let Some(code) = &invocation.code {
            let shell = ["/bin/sh", "/bin/bash", "pty.spawn", "cmd.exe"]
                .iter()
                .any(|sign| code.contains(sign));
            if shell
                && (code.contains("socket")
                    || code.contains("fsockopen")
                    || code.contains("net.connect"))
            {
                return deny("this hands a shell to another machine");
            }
            let brings = [
                "urlopen",
                "urllib",
                "requests.get",
                "fetch(",
                "http.get",
                "Net::HTTP",
                "base64",
                "b64decode",
                "atob(",
                "pack(",
                "fromhex",
                "unhexlify",
                "get(\"http",
                "get('http",
                "HTTP::Tiny",
                "URI.open",
                "open-uri",
                "urlretrieve",
                "httpx.get",
                "LWP::",
                "axios",
                "file_get_contents('http",
                "file_get_contents(\"http",
            ]
            .iter()
            .any(|sign| code.contains(sign));
            let runs = ["exec(", "eval(", "eval ", "eval)", "system("]
                .iter()
                .any(|sign| code.contains(sign));
            if brings && runs {
                return ask(format!(
                    "the code that `{name}` is given runs what it fetches or decodes"
                ));
            }
        }
    }
    if matches!(name, "npm" | "pnpm" | "yarn" | "bun") && invocation.has(&["install", "i", "add"]) {
        let mut words = invocation.words().into_iter();
        let is_package = |word: &&str| {
            let file = word.split(['?', '#']).next().unwrap_or_default();
            word.starts_with("http")
                && word.contains("://")
                && [".tgz", ".tar.gz", ".tar"]
                    .iter()
                    .any(|end| file.ends_with(end))
        };
        let address = words.find(is_package);
        if let Some(address) = address.filter(|address| !address.contains("github.com/")) {
            return ask(format!(
                "this installs, and so runs, what `{address}` sends"
            ));
        }
    }
    if matches!(name, "pip" | "uv" | "pipx")
        && invocation.has(&["install"])
        && from_anybody(invocation)
    {
        return ask(
            "this installs, and so runs, packages from a place that proves nothing of itself",
        );
    }
    if invocation.name.is_empty() && fetches(&invocation.program.raw) {
        return ask("this runs what it fetches, unseen");
    }
    None
}

/// Whether packages are to come from another machine without encryption, or whatever its certificate.
fn from_anybody(invocation: &Invocation) -> bool {
    let proxy = invocation
        .value(&["--proxy"])
        .map(|proxy| proxy.text.as_str());
    let arguments = invocation.arguments.iter().filter(|argument| {
        !argument.text.starts_with("--proxy") && Some(argument.text.as_str()) != proxy
    });
    let stays = |text: &str| {
        let host = text.rsplit("://").next().unwrap_or_default();
        host.starts_with("localhost") || host.starts_with("127.0.0.1")
    };
    let mut texts =
        arguments.map(|argument| argument.text.split('=').next_back().unwrap_or_default());
    texts.any(|text| text.starts_with("http://") && !stays(text))
        || invocation
            .value(&["--trusted-host"])
            .is_some_and(|host| !stays(&host.text))
}

fn short(text: &str) -> String {
    text.chars().take(80).collect::<String>().replace('\n', " ")
}
