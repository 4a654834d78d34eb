//! `sinew mcp`: MCP over this process's standard input and output.
//!
//! It is a pipe to whoever serves the state folder. Where nobody does, it serves by itself, on the socket alone, and is
//! then a pipe to itself: so others can attach to it, and a daemon that is started later takes over from it like from any
//! other. When the other end goes away, what waits for an answer is told so, and the pipe looks for the next one.

mod host;
mod lines;
mod link;
mod questions;
mod refusals;
mod traffic;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use tokio::io::{AsyncWriteExt as _, Stdin, Stdout};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use host::Hosting;
use lines::{Line, Lines};
use link::{Link, Wish};
use traffic::Traffic;

use super::{Global, complain, paint};
use crate::app::ServeOptions;
use crate::world::{Random as _, SystemRandom};

/// How long what was asked may still be answered once the client has closed its end.
const LAST_ANSWERS: std::time::Duration = std::time::Duration::from_secs(5);

/// Serve the plugins' tools over MCP on standard input and output.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sinew mcp
  sinew mcp --view review
  sinew mcp --folder /home/dev/project

A client starts it: its entry is `{\"type\": \"stdio\", \"command\": \"sinew\", \"args\": [\"mcp\"]}`. It attaches to the
daemon of the state folder, and where none runs it is the host itself until its client leaves.

Exit codes: 0 when the client has left; 1 when nobody can be reached and it cannot serve either.")]
pub(crate) struct Args {
    /// The view of the configuration (`[mcp.views.NAME]`) that the client sees [default: every plugin].
    #[arg(long, value_name = "NAME")]
    view: Option<String>,
    /// The folder that the client works in; the registered project that holds it is the calls' project [default: the
    /// current folder].
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Args, global: &Global) -> ExitCode {
    // What a client's own mistakes are answered with is for the client.
    let filter = EnvFilter::try_from_env("SINEW_LOG")
        .unwrap_or_else(|_| EnvFilter::new("warn,extism=off,rmcp=off"));
    // Standard output is the protocol's.
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(paint::on_stderr())
        .with_writer(std::io::stderr)
        .init();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return complain(&anyhow::Error::new(error).context("starting the runtime")),
    };
    let piped = match pipe(arguments, global) {
        Ok(pipe) => runtime.block_on(async { tokio::spawn(pipe.run()).await? }),
        Err(error) => Err(error),
    };
    // A thread may still wait for input that never comes.
    runtime.shutdown_background();
    match piped {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => complain(&error),
    }
}

/// Everything that is known before anybody is reached.
struct Pipe {
    wish: Wish,
    options: ServeOptions,
    line_bytes_max: usize,
}

fn pipe(arguments: &Args, global: &Global) -> anyhow::Result<Pipe> {
    let config = global.configuration()?;
    let state = global.state_folder()?;
    let places = crate::config::Places::new(&state);
    let here = std::env::current_dir().context("finding the current folder")?;
    let folder = match &arguments.folder {
        Some(folder) => here.join(folder),
        None => here,
    };
    Ok(Pipe {
        wish: Wish {
            socket: config.socket.clone().unwrap_or_else(|| places.socket()),
            tokens: places.tokens(),
            folder,
            view: arguments.view.clone(),
            session: session(),
        },
        line_bytes_max: config.mcp.message_bytes_max,
        options: ServeOptions {
            config,
            state,
            program: std::env::current_exe().context("finding this program")?,
            activated: None,
            private: true,
        },
    })
}

/// A name for the client's session, the same for every host that it comes to.
fn session() -> String {
    let mut name = [0; 16];
    SystemRandom.fill(&mut name);
    hex::encode(name)
}

impl Pipe {
    async fn run(self) -> anyhow::Result<()> {
        let listen = |kind, name| signal(kind).with_context(|| format!("listening for {name}"));
        let mut terminate = listen(SignalKind::terminate(), "SIGTERM")?;
        let mut interrupt = listen(SignalKind::interrupt(), "SIGINT")?;
        let mut hang_up = listen(SignalKind::hangup(), "SIGHUP")?;
        let mut hosting = Hosting::new(self.options);
        let done = tokio::select! {
            done = self.wish.pass(&mut hosting, self.line_bytes_max) => done,
            _ = terminate.recv() => Ok(()),
            _ = interrupt.recv() => Ok(()),
            _ = hang_up.recv() => Ok(()),
        };
        hosting.stop().await;
        done
    }
}

impl Wish {
    /// Passes messages until the client leaves.
    async fn pass(&self, hosting: &mut Hosting, line_bytes_max: usize) -> anyhow::Result<()> {
        let mut client = Lines::new(tokio::io::stdin(), line_bytes_max);
        let mut out = tokio::io::stdout();
        let mut traffic = Traffic::default();
        let Some(mut link) = Link::open(self, hosting, &mut client).await? else {
            return Ok(());
        };
        loop {
            let all_said = link.says.is_done();
            let goes_on = tokio::select! {
                // A message that comes after the host has gone is for the next one.
                biased;
                answer = link.hears.next() => tell(answer, &mut traffic, &mut out).await?,
                passed = link.says.pass(), if !all_said => passed,
                said = hear(&mut client, all_said) => {
                    let Some(said) = said.context("reading the client's messages")? else {
                        break;
                    };
                    match message(said, line_bytes_max, &mut traffic) {
                        Ok(message) => message.iter().for_each(|message| link.says.say(message)),
                        Err(refusal) => write(&mut out, &refusal).await?,
                    }
                    true
                }
            };
            if goes_on {
                continue;
            }
            let kept = traffic.kept(link.says.unsaid());
            for refusal in traffic.lost() {
                write(&mut out, &refusal).await?;
            }
            let Some(next) = link.again(self, hosting, &mut client).await? else {
                return Ok(());
            };
            link = next;
            for message in traffic.again() {
                link.says.say(&message);
            }
            for message in kept {
                // It was a message before.
                if let Ok(Some(message)) = traffic.asked(message) {
                    link.says.say(&message);
                }
            }
            for notice in traffic.changed() {
                write(&mut out, &notice).await?;
            }
        }
        let answering = async {
            let mut goes_on = true;
            while goes_on && (traffic.waits() || !link.says.is_done()) {
                let all_said = link.says.is_done();
                goes_on = tokio::select! {
                    passed = link.says.pass(), if !all_said => passed,
                    answer = link.hears.next() => tell(answer, &mut traffic, &mut out).await?,
                };
            }
            anyhow::Ok(())
        };
        tokio::time::timeout(LAST_ANSWERS, answering)
            .await
            .unwrap_or(Ok(()))
    }
}

/// The client's next message, where one is `wanted`; none when it has left.
async fn hear(client: &mut Lines<Stdin>, wanted: bool) -> std::io::Result<Option<Line>> {
    if wanted {
        return client.next().await;
    }
    client.closes().await;
    Ok(None)
}

/// Tells the client what the host says; returns whether the host is still there.
async fn tell(
    said: Option<String>,
    traffic: &mut Traffic,
    out: &mut Stdout,
) -> anyhow::Result<bool> {
    let Some(said) = said else {
        return Ok(false);
    };
    if let Some(said) = traffic.answered(said) {
        write(out, &said).await?;
    }
    Ok(true)
}

/// A client's message as the host may have it, or what the client is answered instead.
fn message(line: Line, bytes_max: usize, traffic: &mut Traffic) -> Result<Option<String>, String> {
    let Line::Whole(line) = line else {
        return Err(refusals::too_large(bytes_max));
    };
    let line = String::from_utf8(line).map_err(|_| refusals::no_text())?;
    traffic.asked(line)
}

async fn write(out: &mut Stdout, line: &str) -> anyhow::Result<()> {
    let writing = async {
        out.write_all(line.as_bytes()).await?;
        out.write_all(b"\n").await?;
        out.flush().await
    };
    writing
        .await
        .context("the client does not take messages any more")
}
