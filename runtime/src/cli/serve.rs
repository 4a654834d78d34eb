//! `sinew serve`: the daemon.

mod follow;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use follow::Follower;

use super::cache::Cache;
use super::{Global, complain, operator, paint, progress, say, terminal};
use crate::app::{Listeners, ServeOptions, Serving, StartError, activated};
use crate::engine::PluginState;

/// What is logged where `SINEW_LOG` does not say: Extism logs every trap of a guest as its own error, rmcp warns of every
/// request that is refused, which anybody may send as often as they like, and checkpoints come every second.
const LOG: &str = "warn,sinew=info,sinew_runtime::ledger::signer=warn,extism=off,rmcp=off";

/// Serve hook events on loopback and on the state folder's socket.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sinew serve
  sinew serve --config sinew.toml --listen 127.0.0.1:0
  sinew serve --dev

Started a second time for the same state folder, it takes over from the process that serves: no connection is
refused in between. Sockets that a service manager passes (LISTEN_FDS) are used, and stay open when it ends.

Exit codes: 0 after SIGINT or SIGTERM, or when another process has taken over; 1 when it cannot start.")]
pub(crate) struct Args {
    /// Address to listen on; loopback only. Port 0 lets the system choose [default: the configuration's, else
    /// 127.0.0.1:7717].
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Unix socket to listen on, mode 600 [default: `sinew.sock` in the state folder].
    #[arg(long, value_name = "PATH")]
    socket: Option<PathBuf>,
    /// Write log lines as JSON.
    #[arg(long)]
    json: bool,
    /// Build a plugin's sources and load what comes of it, whenever they change.
    ///
    /// Whoever can write to a plugin's folder then decides what it decides.
    #[arg(long)]
    dev: bool,
    /// Load a plugin's module and manifest whenever they change; nothing is built.
    #[arg(long, conflicts_with = "dev")]
    watch: bool,
    #[command(flatten)]
    cache: Cache,
}

pub(crate) fn run(arguments: &Args, global: &Global) -> ExitCode {
    let filter = EnvFilter::try_from_env("SINEW_LOG").unwrap_or_else(|_| EnvFilter::new(LOG));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(paint::on_stderr())
        .with_writer(|| progress::Beside);
    if arguments.json {
        log.json().init();
    } else {
        log.init();
    }
    // Before there is a second thread.
    let activated = match activated() {
        Ok(activated) => activated,
        Err(error) => return complain(&error.into()),
    };
    let follow = (arguments.dev || arguments.watch).then(|| arguments.cache.clone());
    let builds = arguments.dev;
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return complain(&anyhow::Error::new(error).context("starting the runtime")),
    };
    let options = options(arguments, global, activated);
    match runtime.block_on(async { tokio::spawn(serve(options?, follow, builds)).await? }) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => complain(&error),
    }
}

fn options(
    arguments: &Args,
    global: &Global,
    activated: Option<Listeners>,
) -> anyhow::Result<ServeOptions> {
    let mut config = global.configuration()?;
    if let Some(listen) = arguments.listen {
        anyhow::ensure!(
            listen.ip().is_loopback(),
            "`--listen {listen}`: the gate listens on loopback addresses only"
        );
        config.listen = listen;
    }
    if let Some(socket) = &arguments.socket {
        config.socket = Some(socket.clone());
    }
    Ok(ServeOptions {
        config,
        state: global.state_folder()?,
        program: std::env::current_exe().context("finding this program")?,
        activated,
        private: false,
    })
}

async fn serve(options: ServeOptions, follow: Option<Cache>, builds: bool) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("listening for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("listening for SIGINT")?;
    let starting = Serving::start(&options);
    let what = "loading plugins; what is compiled now comes from the cache the next time";
    let started = progress::during(what, starting).await;
    let mut serving = started.map_err(with_next_step)?;
    let terminal = terminal::attended();
    let attend = |serving: &Serving| {
        if let Some(terminal) = &terminal {
            serving.host().engine.attend(Arc::clone(terminal));
        }
    };
    attend(&serving);
    welcome(&serving);
    let engine = &serving.host().engine;
    let follower =
        follow.map(|cache| Follower::start(engine, &options.config.plugins, cache, builds));
    loop {
        let departure = tokio::select! {
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
            departure = serving.succeeded() => departure,
        };
        tracing::info!("another process takes over: requests in flight are finished first");
        match serving.hand_over(departure).await? {
            Some(still) => {
                serving = still;
                attend(&serving);
            }
            None => return Ok(()),
        }
        tracing::warn!("the process that was to take over is gone; this one serves on");
    }
    tracing::info!("stopping: requests in flight are finished first");
    drop(follower);
    serving.stop().await;
    Ok(())
}

/// Says what to do where somebody else has the port.
fn with_next_step(error: StartError) -> anyhow::Error {
    let taken = error.address_in_use();
    let error = anyhow::Error::from(error);
    match taken {
        Some(address) => anyhow!(
            "{error:#}; `{}` says who has it; stop that, or set another `server.listen` or --listen",
            operator::who_listens(address)
        ),
        None => error,
    }
}

/// Says what runs, and what to do next.
fn welcome(serving: &Serving) {
    let address = serving
        .address()
        .map(|address| address.to_string())
        .unwrap_or_default();
    let mut lines = vec![format!("sinew listens on {address}")];
    for (name, state) in &serving.host().engine.catalog().plugins {
        lines.push(match state {
            PluginState::Loaded(loaded) => {
                format!(
                    "  {name} {} ({})",
                    loaded.manifest.version,
                    &loaded.build.digest()[..12]
                )
            }
            PluginState::Broken { reason, .. } => {
                format!("  {name} is NOT loaded, and its events fail: {reason}")
            }
        });
    }
    let token = serving.state().join("tokens").join("hook");
    lines.push("next: ask it about a tool call".to_owned());
    lines.push(format!(
        "  curl -s http://{address}/hooks/PreToolUse -H \"Authorization: Bearer $(cat {})\" -d \
         '{{\"hook_event_name\":\"PreToolUse\",\"session_id\":\"s\",\"tool_name\":\"Bash\",\"tool_input\":{{\"command\":\"rm -rf /\"}}}}'",
        token.display()
    ));
    say(&lines.join("\n"));
}
