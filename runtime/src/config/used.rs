//! The configuration as the rooms use it: every value parsed, every default filled in.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;

use super::written::{self, Written};
use super::{Places, effects, fs, git, github, llm, mcp, net, process, secrets};
use crate::effects::EffectLimits;
use crate::engine::{
    AllowSettings, Configured, EngineSettings, LoadSettings, Reread, TurnLimits, UpkeepSettings,
};
use crate::ledger::LedgerSettings;
use crate::permits::PermitError;
use crate::plugin::BuildSettings;
use crate::services::fs::FsSettings;
use crate::services::git::GitSettings;
use crate::services::github::GithubSettings;
use crate::services::llm::LlmSettings;
use crate::services::net::NetSettings;
use crate::services::process::ProcessSettings;
use crate::services::secrets::SecretSource;
use crate::services::{files, paths};
use crate::store::{Durability, SqliteSettings};
use crate::transport::{McpSettings, TransportSettings};

/// Longest configuration file, in bytes.
pub(super) const FILE_BYTES_MAX: u64 = 1 << 20;
const PORT: u16 = 7717;
/// With less room than this the ledger fills its disk within a day of work.
const FREE_BYTES_MIN: u64 = 512 << 20;

/// Everything the operator decided.
#[derive(Debug)]
pub struct Config {
    /// The file that it was read from, or would be if there were one.
    pub file: Option<PathBuf>,
    /// The state folder, as it was named to whoever reads this.
    pub state: Option<PathBuf>,
    /// TCP address to listen on.
    pub listen: SocketAddr,
    /// Unix socket, when it is not the state folder's.
    pub socket: Option<PathBuf>,
    /// Limits of everything that comes in.
    pub transport: TransportSettings,
    /// MCP: limits and views.
    pub mcp: McpSettings,
    /// Limits of the engine.
    pub engine: EngineSettings,
    /// How plugins are loaded.
    pub load: LoadSettings,
    /// Limits of single effects.
    pub effects: EffectLimits,
    /// The file service: its limits.
    pub fs: FsSettings,
    /// The git service: its program, and what a push may use.
    pub git: GitSettings,
    /// The process service: where programs lie, and what they are confined to.
    pub process: ProcessSettings,
    /// GitHub: where it is, and as whom it is asked.
    pub github: GithubSettings,
    /// The network service: its limits, and whom it trusts.
    pub net: NetSettings,
    /// Where secrets come from, by name.
    pub secrets: BTreeMap<String, SecretSource>,
    /// The LLM service: models, where they are served, and what they cost.
    pub llm: LlmSettings,
    /// Canonical roots of the registered projects.
    pub projects: Vec<PathBuf>,
    /// The plugins, in the order of their names.
    pub plugins: Vec<Configured>,
    store: written::Store,
    ledger: written::Ledger,
}

/// Why a configuration is refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file cannot be read.
    #[error("`{path}` cannot be read: {error}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the file system says.
        error: std::io::Error,
    },
    /// A file is not TOML, or has a key that nobody knows.
    #[error("`{path}`: {error}")]
    Toml {
        /// The file.
        path: PathBuf,
        /// Where and what.
        error: Box<toml::de::Error>,
    },
    /// A value cannot be.
    #[error("`{path}`: `{key}`: {message}")]
    Value {
        /// The file.
        path: PathBuf,
        /// The key.
        key: String,
        /// What is wrong with it.
        message: String,
    },
    /// A grant cannot be read.
    #[error("`{path}`: {error}")]
    Permit {
        /// The file.
        path: PathBuf,
        /// Which rule, and why.
        error: PermitError,
    },
}

// === impl Config ===

impl Config {
    /// Reads a configuration file.
    ///
    /// # Errors
    /// See [`ConfigError`].
    pub fn read(file: &Path) -> Result<Self, ConfigError> {
        let text = files::text(file, FILE_BYTES_MAX).map_err(|error| ConfigError::File {
            path: file.to_owned(),
            error,
        })?;
        Ok(Self {
            file: Some(file.to_owned()),
            ..Self::parse(&text, file)?
        })
    }

    /// The configuration of somebody who has written none: no plugins, every default.
    ///
    /// # Errors
    /// None that a user can cause.
    pub fn empty() -> Result<Self, ConfigError> {
        Self::parse("", Path::new("sinew.toml"))
    }

    /// Reads a configuration's text; paths in it are relative to the folder of `file`.
    ///
    /// # Errors
    /// See [`ConfigError`].
    pub fn parse(text: &str, file: &Path) -> Result<Self, ConfigError> {
        let written: Written = toml::from_str(text).map_err(|error| ConfigError::Toml {
            path: file.to_owned(),
            error: Box::new(error),
        })?;
        let reader = Reader {
            file,
            folder: file.parent().unwrap_or(Path::new(".")),
        };
        let listen = written
            .server
            .listen
            .unwrap_or(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), PORT));
        if !listen.ip().is_loopback() {
            return Err(reader.wrong(
                "server.listen",
                "the gate listens on loopback addresses only",
            ));
        }
        let limits = &written.limits;
        let usual = BuildSettings::default();
        Ok(Self {
            file: None,
            state: None,
            listen,
            socket: written.server.socket.clone(),
            transport: reader.transport(&written)?,
            mcp: mcp::settings(&written, &reader)?,
            engine: EngineSettings {
                turns_max: limits.turns.unwrap_or(64) as usize,
                waiting_max: limits.queue.unwrap_or(1024) as usize,
                field_bytes_max: size_of(limits.field, 256 << 10),
                sessions_max: 10_000,
                answer_margin: Duration::from_millis(20),
                allow: reader.allow(limits)?,
                turn: TurnLimits {
                    host_calls_max: limits.host_calls.unwrap_or(100_000),
                    argument_bytes_max: limits.argument.map_or(8 << 20, |size| size.as_u64()),
                    scope_bytes_max: limits.scope.map_or(4 << 20, |size| size.as_u64()),
                },
                upkeep: reader.upkeep(&written)?,
            },
            load: LoadSettings {
                manifest_bytes_max: FILE_BYTES_MAX,
                build: BuildSettings {
                    instances_max: limits.instances.unwrap_or(usual.instances_max),
                    wasm_bytes_max: limits
                        .wasm
                        .map_or(usual.wasm_bytes_max, |size| size.as_u64()),
                    ..usual
                },
            },
            effects: effects::settings(limits)
                .map_err(|message| reader.wrong("limits.shell_depth", message))?,
            fs: fs::settings(&written.fs).map_err(|message| reader.wrong("fs.depth", message))?,
            git: git::settings(&written.git),
            process: reader.process(&written)?,
            github: github::settings(&written.github)
                .map_err(|(key, message)| reader.wrong(format!("github.{key}"), message))?,
            net: net::settings(&written.net, &reader)?,
            secrets: secrets::sources(&written.secrets)
                .map_err(|(key, message)| reader.wrong(key, message))?,
            llm: llm::settings(
                &written.llm,
                |name| written.secrets.contains_key(name),
                duration,
            )
            .map_err(|(key, message)| reader.wrong(key, message))?,
            projects: reader.projects(&written)?,
            plugins: written
                .plugins
                .iter()
                .map(|(name, plugin)| reader.plugin(name, plugin))
                .collect::<Result<_, _>>()?,
            store: written.store,
            ledger: written.ledger,
        })
    }

    /// Reads again what the file says about a plugin.
    #[must_use]
    pub fn reread(&self) -> Option<Reread> {
        let file = self.file.clone()?;
        Some(Arc::new(move |name: &str| -> Result<Configured, String> {
            let config = Self::read(&file).map_err(|error| error.to_string())?;
            let mut plugins = config.plugins.into_iter();
            let plugin = plugins.find(|plugin| plugin.name == name);
            plugin.ok_or_else(|| format!("`{}` does not configure it", file.display()))
        }))
    }

    /// Settings of the store.
    #[must_use]
    pub fn store(&self) -> SqliteSettings {
        let mut settings = SqliteSettings::default();
        if let Some(durability) = self.store.durability {
            settings.durability = match durability {
                written::Durability::Normal => Durability::Normal,
                written::Durability::Full => Durability::Full,
            };
        }
        if let Some(limit) = self.store.database {
            settings.database_bytes_max = limit.as_u64();
        }
        settings
    }

    /// Room that the disk of the state folder should have, in bytes.
    #[must_use]
    pub fn free_bytes_min(&self) -> u64 {
        let wanted = self.store.free.map(|size| size.as_u64());
        wanted.unwrap_or(FREE_BYTES_MIN)
    }

    /// Settings of the ledger in a state folder.
    ///
    /// # Errors
    /// A time that is none.
    pub fn ledger(&self, places: &Places) -> Result<LedgerSettings, ConfigError> {
        let reader = Reader {
            file: Path::new("sinew.toml"),
            folder: Path::new("."),
        };
        let mut settings = LedgerSettings::new(&places.state);
        if let Some(text) = &self.ledger.checkpoint_every {
            settings.checkpoint_every = reader.duration("ledger.checkpoint_every", text)?;
        }
        if let Some(records) = self.ledger.checkpoint_records {
            settings.checkpoint_records = records;
        }
        if let Some(journal) = self.ledger.journal {
            settings.journal_bytes = journal.as_u64();
        }
        Ok(settings)
    }
}

pub(super) fn size_of(written: Option<bytesize::ByteSize>, usual: usize) -> usize {
    written.map_or(usual, |size| {
        usize::try_from(size.as_u64()).unwrap_or(usize::MAX)
    })
}

/// A time that is longer than none.
fn duration(text: &str) -> Option<Duration> {
    let duration = text.parse::<SignedDuration>().ok()?;
    Duration::try_from(duration)
        .ok()
        .filter(|duration| !duration.is_zero())
}

/// Reads the parts of one file.
pub(super) struct Reader<'a> {
    pub(super) file: &'a Path,
    pub(super) folder: &'a Path,
}

impl Reader<'_> {
    pub(super) fn wrong(&self, key: impl Into<String>, message: impl Into<String>) -> ConfigError {
        ConfigError::Value {
            path: self.file.to_owned(),
            key: key.into(),
            message: message.into(),
        }
    }

    pub(super) fn duration(&self, key: &str, text: &str) -> Result<Duration, ConfigError> {
        duration(text).ok_or_else(|| {
            self.wrong(
                key,
                format!("`{text}` is no duration; write for example \"25s\""),
            )
        })
    }

    fn transport(&self, written: &Written) -> Result<TransportSettings, ConfigError> {
        let usual = TransportSettings::default();
        let timeout = match &written.server.hook_timeout {
            None => usual.timeout_ms_default,
            Some(text) => u64::try_from(self.duration("server.hook_timeout", text)?.as_millis())
                .unwrap_or(u64::MAX),
        };
        Ok(TransportSettings {
            body_bytes_max: size_of(written.limits.body, usual.body_bytes_max),
            hooks_in_flight_max: written
                .limits
                .hooks
                .map_or(usual.hooks_in_flight_max, |count| count as usize),
            timeout_ms_default: timeout,
            hosts: written.server.hosts.clone(),
            origins: written.server.origins.clone(),
            ..usual
        })
    }

    fn upkeep(&self, written: &Written) -> Result<UpkeepSettings, ConfigError> {
        let usual = UpkeepSettings::default();
        let kept = |key: &str, text: Option<&String>, usual| {
            text.map_or(Ok(usual), |text| self.duration(key, text))
        };
        Ok(UpkeepSettings {
            sessions_kept: kept(
                "store.sessions",
                written.store.sessions.as_ref(),
                usual.sessions_kept,
            )?,
            records_kept: kept(
                "ledger.kept",
                written.ledger.kept.as_ref(),
                usual.records_kept,
            )?,
            database_bytes_wanted: written
                .store
                .database
                .map_or(usual.database_bytes_wanted, |most| most.as_u64() / 5 * 4),
            ..usual
        })
    }

    fn allow(&self, limits: &written::Limits) -> Result<AllowSettings, ConfigError> {
        const CODES_MAX: u32 = 256;
        const LIFETIME_MAX: Duration = Duration::from_hours(1);
        let codes = limits.allow_codes.unwrap_or(16);
        if codes > CODES_MAX {
            return Err(self.wrong(
                "limits.allow_codes",
                format!("nobody reads more than {CODES_MAX} codes"),
            ));
        }
        let lifetime = match &limits.allow_lifetime {
            None => Duration::from_mins(10),
            Some(text) => self.duration("limits.allow_lifetime", text)?,
        };
        if lifetime > LIFETIME_MAX {
            return Err(self.wrong("limits.allow_lifetime", "an hour is the most"));
        }
        let attempts = limits.allow_attempts.unwrap_or(5);
        if !(1..=100).contains(&attempts) {
            return Err(self.wrong("limits.allow_attempts", "it is at least 1 and at most 100"));
        }
        Ok(AllowSettings {
            codes_max: codes as usize,
            lifetime,
            attempts_max: attempts,
        })
    }

    fn process(&self, written: &Written) -> Result<ProcessSettings, ConfigError> {
        let timeout = written.process.timeout.as_ref();
        let timeout = timeout.map(|text| self.duration("process.timeout", text));
        let mut settings = process::settings(&written.process, timeout.transpose()?)
            .map_err(|(key, message)| self.wrong(key, message))?;
        // What is lent to requests is lent to no program, whatever variables it is granted.
        for secret in written.secrets.values() {
            if let Some(variable) = &secret.env {
                settings.environment.remove(variable);
            }
        }
        Ok(settings)
    }

    fn projects(&self, written: &Written) -> Result<Vec<PathBuf>, ConfigError> {
        let mut roots = Vec::new();
        for (name, project) in &written.projects {
            if !project.root.is_absolute() {
                return Err(self.wrong(
                    format!("projects.{name}.root"),
                    "it has to be an absolute path",
                ));
            }
            match paths::canonical(&project.root) {
                Ok(root) => roots.push(root),
                // A project on a disk that is not mounted grants nothing; the others still count.
                Err(error) => tracing::warn!(project = name, "the root cannot be found: {error}"),
            }
        }
        Ok(roots)
    }
}
