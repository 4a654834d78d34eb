//! `sinew init`: makes a client ask the daemon about every event that a plugin subscribes to, and undoes it.

mod bundled;
mod carrying_out;
mod change;
mod plan;
mod project;
mod report;
mod servers;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, anyhow, bail};

use self::carrying_out::{alone, carry_out};
use self::change::HIDDEN;
use self::plan::{Plan, Wanted};
use self::report::Report;
use super::progress::Progress;
use super::shell_word::word;
use super::wiring::{
    Client, ClientProgram, Endpoint, Folder, Folders, House, Subscribed, servers_of_person,
    settings_of_person, subscribed,
};
use super::{Global, complain, operator, say};
use crate::config::{Config, Places};
use crate::services::files;
use crate::services::tokens::{Role, Tokens};
use crate::services::wired::Wired;
use crate::world::SystemRandom;

/// Wire a client, so that it asks the daemon about every event that a plugin subscribes to.
///
/// Writes hooks into the private settings of every worktree of the project (`.claude/settings.local.json`, mode 600, kept
/// out of git), puts `sinew mcp` into the client's list of MCP servers for each of them (`~/.claude.json`), and registers the
/// project in the operator's configuration. Other hooks and servers, comments and formatting stay as they are. Running it again
/// brings everything up to date, or says that it is.
#[derive(Debug, clap::Args)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
#[command(after_help = "\
Examples:
  sinew init                     wire the project in this folder
  sinew init --dir ~/api --dry-run
  sinew init --user              wire all of your sessions, wherever they start
  sinew init --remove            undo it, and forget the folders that are gone

Clients read the private settings of the folder they are started in, and of no folder above: start sessions at the root
of a worktree, name the folder with --dir, or use --user.

Exit codes: 0 when it is done, or nothing was to be done; 1 when nothing was changed.")]
pub(crate) struct Args {
    /// The project: a folder in one of its worktrees [default: this folder].
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// The client to wire.
    #[arg(long, value_enum, default_value = "claude-code")]
    client: Client,
    /// Show what would change, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Undo what was done.
    #[arg(long)]
    remove: bool,
    /// Use your own settings instead of the project's, so that every session asks.
    #[arg(long)]
    user: bool,
    /// Start a command for every event, for clients that go on when a server does not answer.
    #[arg(long)]
    shim: bool,
    /// Leave the client's list of MCP servers as it is, without an entry of ours.
    #[arg(long)]
    no_mcp: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Args, global: &Global) -> ExitCode {
    let progress = Progress::of("looking for what is to be wired");
    let done = init(arguments, global, &progress);
    drop(progress);
    match done {
        Ok(report) => {
            let text = if arguments.json {
                report.json()
            } else {
                report.text()
            };
            say(&text);
            ExitCode::SUCCESS
        }
        Err(error) => complain(&error),
    }
}

fn init(arguments: &Args, global: &Global, progress: &Progress) -> anyhow::Result<Report> {
    let Client::ClaudeCode = arguments.client;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("starting the runtime")?;
    let house = House::find(global)?;
    let changes = !arguments.dry_run;
    let _alone = changes
        .then(|| alone(&house.places, progress))
        .transpose()?;
    let targets = runtime.block_on(Targets::find(arguments))?;
    let record = house.places.wired();
    let wired = Wired::read(&record).map_err(|error| unreadable(&record, &error))?;
    let mut plan = Plan::new(wired.clone());
    let mut report = Report::new(arguments.dry_run, arguments.remove, house.sinew());
    if arguments.remove {
        for folder in &targets.folders {
            plan.unwire(&folder.settings)?;
        }
        plan.forget_gone()?;
        if !arguments.no_mcp {
            unlist(&mut plan, &targets)?;
        }
        plan.unregister(&house.real, &targets.roots)?;
    } else {
        progress.now("asking `claude` for its version");
        let client = runtime.block_on(ClientProgram::look());
        progress.now("wiring");
        let shim_only = arguments.shim || client.goes_on();
        report.client(&client, arguments.shim);
        let (config, made) = configuration(&house)?;
        let events = subscribed(&config)?;
        if events.is_empty() {
            bail!("{}", nothing_to_wire(&config, &house.file));
        }
        let endpoint =
            house.endpoint(&config, shim_only, token(&house.places, arguments.dry_run)?)?;
        let wanted = wanted(&endpoint, &events, arguments.no_mcp);
        for folder in &targets.folders {
            plan.wire(folder, &wanted)?;
        }
        if !arguments.no_mcp {
            let server = house.server()?;
            plan.list(&servers()?, &targets.sessions(), &server)?;
            report.server(server);
        } else if plan.has_listed(&targets.sessions()) {
            unlist(&mut plan, &targets)?;
        }
        let home = std::env::home_dir();
        plan.register(
            &house.real,
            made.as_deref(),
            &targets.roots,
            home.as_deref(),
        )?;
        if let Some(change) = &plan.configuration {
            Config::parse(change.after.as_deref().unwrap_or_default(), &house.file)
                .context("the configuration would not be one")?;
        }
        report.events(&endpoint, &events);
    }
    if !arguments.dry_run {
        carry_out(&plan, &wired, &record, arguments.remove)?;
    }
    let running = operator::ask(&house.door(), "GET", "/v1/plugins").is_ok();
    report.plan(plan, running, arguments.user);
    Ok(report)
}

/// The file in which the client lists MCP servers.
fn servers() -> anyhow::Result<PathBuf> {
    let file = servers_of_person()
        .context("there is no home folder to find the client's list of MCP servers in")?;
    files::real(&file).with_context(|| {
        format!(
            "`{}` is a link that leads nowhere; remove it or make what it names",
            file.display()
        )
    })
}

/// Takes the client's MCP server away from these sessions, and from those of folders that are gone.
fn unlist(plan: &mut Plan, targets: &Targets) -> anyhow::Result<()> {
    let file = servers()?;
    let gone = plan.gone(&file);
    let mut sessions = targets.sessions();
    sessions.extend(gone.iter().map(|folder| Some(folder.as_path())));
    plan.unlist(&file, &sessions)
}

/// What an event's subscribers make of it, in the client's words.
fn wanted(endpoint: &Endpoint, events: &BTreeMap<String, Subscribed>, without_mcp: bool) -> Wanted {
    let entry = |(event, subscribed): (&String, &Subscribed)| {
        (event.clone(), endpoint.entry(event, subscribed))
    };
    let guarded = events
        .iter()
        .filter(|(event, subscribed)| endpoint.guards(event, subscribed));
    Wanted {
        entries: events.iter().map(entry).collect(),
        guarded: guarded.map(|(event, _)| event.clone()).collect(),
        without_mcp,
    }
}

/// Says that the record of what is wired is broken, and what to do about it.
fn unreadable(record: &Path, error: &io::Error) -> anyhow::Error {
    let (from, to) = (word(record), word(&record.with_extension("json.broken")));
    anyhow!(
        "`{}` cannot be read: {error}; run `mv {from} {to}`, then this again, which writes it anew; nothing was changed",
        record.display()
    )
}

// === impl Args ===

impl Args {
    /// Tells whether all that can be undone in a folder is forgetting it, since it is gone.
    fn is_over(&self, dir: &Path) -> bool {
        self.remove && !dir.exists()
    }
}

/// What is wired: settings files, and the roots that are registered with them.
struct Targets {
    folders: Vec<Folder>,
    roots: Vec<PathBuf>,
}

impl Targets {
    /// The folders whose sessions they are; none stands for all of a person's.
    fn sessions(&self) -> Vec<Option<&Path>> {
        let folders = self.folders.iter();
        folders.map(|folder| folder.path.as_deref()).collect()
    }

    async fn find(arguments: &Args) -> anyhow::Result<Self> {
        if arguments.user {
            let settings =
                settings_of_person().context("there is no home folder to find your settings in")?;
            let roots = match &arguments.dir {
                Some(dir) if !arguments.is_over(dir) => Folders::find(dir).await?.roots,
                _ => Vec::new(),
            };
            return Ok(Self {
                folders: vec![Folders::person(&settings).await?],
                roots,
            });
        }
        let dir = arguments.dir.as_deref().unwrap_or(Path::new("."));
        if arguments.is_over(dir) {
            return Ok(Self {
                folders: Vec::new(),
                roots: Vec::new(),
            });
        }
        let found = Folders::find(dir).await?;
        Ok(Self {
            folders: found.folders,
            roots: found.roots,
        })
    }
}

/// The operator's configuration; where there is none, the one that is going to be made, and its text.
fn configuration(house: &House) -> anyhow::Result<(Config, Option<String>)> {
    if house.file.exists() {
        return Ok((Config::read(&house.file)?, None));
    }
    let found = bundled::find(&house.program);
    if found.ready.is_empty() {
        let unbuilt: Vec<String> = found
            .unbuilt
            .iter()
            .map(|folder| format!("sinew plugin build {}", folder.display()))
            .collect();
        if !unbuilt.is_empty() {
            bail!(
                "there is no configuration at `{}` yet, and the bundled plugins are not built; run `{}`, then this again",
                house.file.display(),
                unbuilt.join(" && ")
            );
        }
        bail!(
            "there is no configuration at `{}`, and no plugins lie beside `{}`; write one with a plugin's folder in it: \
             [plugins.guard] path = \"…\"",
            house.file.display(),
            house.program.display()
        );
    }
    let text = found.configuration();
    Ok((Config::parse(&text, &house.file)?, Some(text)))
}

/// The hook token, which is made where there is none, unless nothing may be written.
fn token(places: &Places, dry_run: bool) -> anyhow::Result<String> {
    let folder = places.tokens();
    if dry_run && !folder.join(Role::Hook.as_str()).exists() {
        return Ok(HIDDEN.to_owned());
    }
    let tokens = Tokens::open(&folder, &SystemRandom)?;
    Ok(tokens.token(Role::Hook).to_owned())
}

fn nothing_to_wire(config: &Config, file: &Path) -> String {
    if config.plugins.is_empty() {
        format!(
            "`{}` configures no plugin, so there is nothing to ask about; add one: [plugins.guard] path = \"…\"",
            file.display()
        )
    } else {
        format!(
            "no plugin in `{}` subscribes to an event, so there is nothing to wire",
            file.display()
        )
    }
}
