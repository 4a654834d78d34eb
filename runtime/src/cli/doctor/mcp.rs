//! MCP: does the client start the right command, does that reach the daemon, and who gets in without a token?

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use super::conversation::{Tools, ask, lines, tools};
use super::daemon::{Daemon, count, takes_over};
use super::finding::{Findings, Fix};
use super::settings::{Wiring, init};
use crate::cli::progress::Progress;
use crate::cli::shell_word::word;
use crate::cli::wiring::{
    List, SERVER_NAME, SERVERS_BYTES_MAX, Server, Servers, ours, servers_of_person,
    settings_of_person,
};
use crate::config::Config;
use crate::services::child::{self, Child};
use crate::services::files;
use crate::services::tokens::{Role, Tokens};
use crate::services::wired::Wired;

const ABOUT: &str = "mcp";

const PATIENCE: Duration = Duration::from_secs(30);
const ANSWER_BYTES_MAX: usize = 16 << 20;

/// What is compared with what is wanted.
pub(super) struct Mcp<'a> {
    pub(super) server: &'a Server,
    /// The operator's configuration, and what it says.
    pub(super) file: &'a Path,
    pub(super) config: &'a Config,
    pub(super) tokens: &'a Tokens,
    pub(super) wired: &'a Wired,
}

/// Entries of ours that are as they should be.
#[derive(Default)]
struct Listed {
    everybody: bool,
    folders: usize,
    /// Whose sessions were to have none.
    left_out: bool,
    /// The programs that they start.
    programs: BTreeSet<PathBuf>,
}

// === impl Mcp ===

impl Mcp<'_> {
    /// Looks at every list of servers that belongs to what was wired, and has a conversation each way.
    pub(super) async fn tried(
        &self,
        wiring: &Wiring<'_>,
        daemon: Option<&Daemon>,
        progress: &Progress,
        findings: &mut Findings,
    ) {
        let listed = self.listed(wiring, findings);
        if self.config.mcp.open {
            let fix =
                Fix::edit(self.file).and("and take `mcp = \"none\"` out, then run `sinew serve`");
            let text = "whoever reaches this machine's loopback addresses may call every tool: `[auth] mcp` is \"none\"";
            findings.warn_of_setting(ABOUT, text, fix);
        }
        let Some(daemon) = daemon else {
            let fix = takes_over().and("then `sinew doctor` again");
            findings.fail(ABOUT, "it could not be tried", fix);
            return;
        };
        let mut ways = Vec::new();
        let mut tools = None;
        if let Some(address) = daemon.address {
            progress.now("asking for tools over HTTP");
            tools = self.over_http(address, findings).await;
            ways.extend(tools.is_some().then_some("over HTTP"));
        }
        for program in &listed.programs {
            progress.now("asking for tools over stdio");
            let said = self.over_stdio(program, tools.as_ref(), findings).await;
            if said.is_some() && !ways.contains(&"over stdio") {
                ways.push("over stdio");
            }
            tools = tools.or(said);
        }
        if let Some(tools) = tools.filter(|_| findings.well(Some(ABOUT))) {
            findings.ok(ABOUT, self.summary(&listed, &tools, &ways));
        }
    }

    /// Compares what the client lists with what it should.
    fn listed(&self, wiring: &Wiring<'_>, findings: &mut Findings) -> Listed {
        let mut listed = Listed::default();
        let Some(servers) = read(findings) else {
            return listed;
        };
        let person = servers.entry(List::Person);
        let everybody = person.and_then(ours).is_some();
        if wiring.everybody || everybody {
            let settings = settings_of_person().and_then(|path| files::real(&path).ok());
            let left_out = settings.is_some_and(|settings| self.leaves_out(&settings));
            match person {
                None if left_out => listed.left_out = true,
                person => {
                    let right = self.compare(person, "all of your sessions", "--user", findings);
                    listed.everybody = right.is_some();
                    listed.programs.extend(right);
                }
            }
        }
        for folder in &wiring.folders {
            let Some(path) = &folder.path else { continue };
            let Some(list) = List::of(Some(path)) else {
                continue;
            };
            let own = servers.entry(list);
            let option = format!("--dir {}", word(path));
            match own {
                None if everybody => continue,
                None if wiring.everybody || self.leaves_out(&folder.settings) => {
                    listed.left_out = true;
                    continue;
                }
                Some(entry) if everybody && ours(entry).is_some() => {
                    let text = format!(
                        "the server `{SERVER_NAME}` is listed for `{}` and for all of your sessions",
                        path.display()
                    );
                    let less = if wiring.everybody { &option } else { "--user" };
                    findings.fail(ABOUT, text, init(&format!("--remove {less}")));
                }
                _ => {}
            }
            let whose = format!("`{}`", path.display());
            let right = self.compare(own, &whose, &option, findings);
            listed.folders += usize::from(right.is_some());
            listed.programs.extend(right);
        }
        listed
    }

    fn leaves_out(&self, settings: &Path) -> bool {
        let known = self.wired.settings.get(settings);
        known.is_some_and(|known| known.without_mcp)
    }

    /// Looks at one entry. Returns the program that it starts where it is as it should be.
    fn compare(
        &self,
        entry: Option<&Value>,
        whose: &str,
        option: &str,
        findings: &mut Findings,
    ) -> Option<PathBuf> {
        let Some(entry) = entry else {
            let text = format!("the server `{SERVER_NAME}` is not listed for {whose}");
            findings.fail(ABOUT, text, init(option));
            return None;
        };
        let Some((program, arguments)) = ours(entry) else {
            let text =
                format!("the server `{SERVER_NAME}` of {whose} is not as `sinew init` writes one");
            let fix = Fix::edit(&servers_of_person()?).and(format!(
                "and give that entry another name, then `sinew init {option}`"
            ));
            findings.fail(ABOUT, text, fix);
            return None;
        };
        let named = program.display();
        let same = |path: &Path| std::fs::canonicalize(path).ok();
        let wrong = if !program.is_file() {
            format!("starts `{named}`, which is gone")
        } else if same(&program) != same(&self.server.program) {
            format!("starts `{named}`, another program than this")
        } else if arguments != self.server.arguments() {
            format!(
                "starts `{named} {}`, and not `{named} {}`",
                arguments.join(" "),
                self.server.arguments().join(" ")
            )
        } else {
            return Some(program);
        };
        let text = format!("the server `{SERVER_NAME}` of {whose} {wrong}");
        findings.fail(ABOUT, text, init(option));
        None
    }

    /// Asks the daemon with its token, and with one that is none.
    async fn over_http(&self, address: SocketAddr, findings: &mut Findings) -> Option<Tools> {
        if !self.config.mcp.open {
            match ask(address, &"0".repeat(64), PATIENCE).await {
                Ok(reply) if reply.status == 401 => {}
                Ok(reply) => {
                    let text = format!(
                        "a wrong token was answered with {} over HTTP, and not refused",
                        reply.status
                    );
                    findings.fail(ABOUT, text, takes_over());
                }
                Err(error) => {
                    findings.fail(ABOUT, format!("over HTTP: {error:#}"), takes_over());
                    return None;
                }
            }
        }
        let tools = match ask(address, self.tokens.token(Role::Mcp), PATIENCE).await {
            Ok(reply) if reply.status == 200 => tools(&reply.body),
            Ok(reply) => Err(format!("the token is answered with {}", reply.status)),
            Err(error) => Err(format!("{error:#}")),
        };
        tools
            .map_err(|why| findings.fail(ABOUT, format!("over HTTP: {why}"), takes_over()))
            .ok()
    }

    /// Starts what the client starts, and asks it. What it lists has to be what the daemon lists.
    async fn over_stdio(
        &self,
        program: &Path,
        expected: Option<&Tools>,
        findings: &mut Findings,
    ) -> Option<Tools> {
        let arguments = self.server.arguments();
        let words: Vec<String> = arguments
            .iter()
            .map(|argument| word(Path::new(argument)))
            .collect();
        let fix = Fix::run(format!("{} {} < /dev/null", word(program), words.join(" ")));
        let arguments: Vec<OsString> = arguments.into_iter().map(OsString::from).collect();
        let input = lines();
        let child = Child {
            program,
            arguments: &arguments,
            input: input.as_bytes(),
            wall: PATIENCE,
            output_bytes_max: ANSWER_BYTES_MAX,
        };
        let said = child::run(child).await.and_then(|said| tools(&said));
        match said {
            Ok(tools) if expected.is_none_or(|expected| *expected == tools) => Some(tools),
            Ok(_) => {
                let text = "over stdio there are other tools than over HTTP, so it is attached to somebody else";
                findings.fail(ABOUT, text, takes_over());
                None
            }
            Err(why) => {
                let fix = fix.and("which says why");
                findings.fail(ABOUT, format!("over stdio: {why}"), fix);
                None
            }
        }
    }

    fn summary(&self, listed: &Listed, tools: &Tools, ways: &[&str]) -> String {
        let mut places = Vec::new();
        if listed.everybody {
            places.push("all of your sessions".to_owned());
        }
        if listed.folders > 0 {
            places.push(count(listed.folders, "folder"));
        }
        let listed = match (places.is_empty(), listed.left_out) {
            (false, _) => format!(
                "listed for {}, attached to the daemon",
                places.join(" and ")
            ),
            (true, true) => "left out of the client's list".to_owned(),
            (true, false) => "listed for nobody".to_owned(),
        };
        let more = if tools.more { " and more" } else { "" };
        let refused = if self.config.mcp.open {
            ""
        } else {
            "; a wrong token is refused"
        };
        format!(
            "{listed}; {}{more} {}{refused}",
            count(tools.names.len(), "tool"),
            ways.join(" and ")
        )
    }
}

/// The client's list. None where it cannot be read, which is a finding.
fn read(findings: &mut Findings) -> Option<Servers> {
    let file = servers_of_person()?;
    let text = match files::text(&file, SERVERS_BYTES_MAX) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => {
            let text = format!("`{}` cannot be read: {error}", file.display());
            findings.fail(ABOUT, text, Fix::run(format!("ls -l {}", word(&file))));
            return None;
        }
    };
    Servers::parse(&text)
        .map_err(|why| {
            let text = format!("`{}`: {why}", file.display());
            findings.fail(ABOUT, text, Fix::edit(&file).and("then `sinew init`"));
        })
        .ok()
}
