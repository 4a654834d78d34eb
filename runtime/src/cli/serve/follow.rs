//! `sinew serve --dev` and `--watch`: what changes in a plugin's folder goes live, and what is broken does not.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::time::Instant;

use sha2::{Digest as _, Sha256};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::cli::cache::Cache;
use crate::cli::plugin::build;
use crate::cli::{mention, paint, progress, say};
use crate::engine::{Configured, Engine, PluginState};
use crate::services::cargo::{BuildError, Built, Profile};
use crate::services::watch::{Watch, WatchSettings};
use crate::services::{files, paths};
use crate::world::{Clock as _, SystemClock};

/// Who asks for the reload, as the ledger writes it.
const BY: &str = "watch";
/// Larger files are no module that would load.
const FILE_BYTES_MAX: u64 = 1 << 30;
/// Digits of a digest that people read.
const DIGEST_SHOWN: usize = 8;

/// Follows the plugins' folders until it is dropped.
pub(super) struct Follower {
    task: JoinHandle<()>,
}

/// One plugin that is followed.
struct Followed {
    name: String,
    /// Canonical, as the watch reports it.
    folder: PathBuf,
    /// Whether there is a crate to build.
    is_crate: bool,
}

/// What a change asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Work {
    /// Loading what lies there, unless that is what serves.
    Look,
    /// Loading what lies there.
    Load,
    /// Building, and loading what comes of it.
    Build,
}

/// What all plugins share.
struct Following {
    /// Nobody is kept from ending by being followed.
    engine: Weak<Engine>,
    cache: Cache,
    /// Whether sources are built; otherwise only what is built elsewhere is loaded.
    builds: bool,
}

// === impl Follower ===

impl Follower {
    /// Starts to follow. With `builds`, every plugin with a crate is brought up to date first.
    pub(super) fn start(
        engine: &Arc<Engine>,
        configured: &[Configured],
        cache: Cache,
        builds: bool,
    ) -> Self {
        let followed: Vec<_> = configured
            .iter()
            .filter_map(|plugin| {
                let folder = paths::canonical(&plugin.folder).ok()?;
                Some(Followed {
                    name: plugin.name.clone(),
                    is_crate: folder.join("Cargo.toml").is_file(),
                    folder,
                })
            })
            .collect();
        let following = Following {
            engine: Arc::downgrade(engine),
            cache,
            builds,
        };
        let task = tokio::spawn(following.run(followed));
        Self { task }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.task.abort();
    }
}

// === impl Followed ===

impl Followed {
    /// Says what happens to it, in one line.
    fn say(&self, steps: &[&str]) {
        say(&format!("{}  {}", self.name, steps.join(" · ")));
    }

    fn module(&self) -> PathBuf {
        self.folder.join(format!("{}.wasm", self.name))
    }

    /// Digests of the module and the manifest that lie in the folder.
    fn lies_there(&self) -> Option<(String, String)> {
        Some((
            digest(&self.module())?,
            digest(&self.folder.join("plugin.toml"))?,
        ))
    }
}

// === impl Following ===

impl Following {
    async fn run(self, followed: Vec<Followed>) {
        let folders = followed
            .iter()
            .map(|plugin| plugin.folder.clone())
            .collect();
        let mut watch = Watch::new(folders, WatchSettings::default());
        say(if self.builds {
            "watching: what changes in a plugin's folder is built and loaded"
        } else {
            "watching: what changes in a plugin's folder is loaded"
        });
        for plugin in &followed {
            if self.builds && plugin.is_crate {
                self.step(plugin, Work::Build, "at the start").await;
            } else if plugin.lies_there() != self.serving(plugin) {
                // It changed between its loading and the first look.
                self.step(plugin, Work::Look, "at the start").await;
            }
        }
        loop {
            let changed = watch.changed().await;
            let mut work: BTreeMap<usize, (Work, Vec<String>)> = BTreeMap::new();
            for path in &changed {
                for (index, plugin) in followed.iter().enumerate() {
                    let Ok(inside) = path.strip_prefix(&plugin.folder) else {
                        continue;
                    };
                    if let Some(needed) = self.needed(plugin, inside) {
                        let entry = work.entry(index).or_insert((needed, Vec::new()));
                        entry.0 = entry.0.max(needed);
                        entry.1.push(inside.display().to_string());
                    }
                }
            }
            for (index, (needed, files)) in work {
                let more = match files.len() {
                    1 => String::new(),
                    count => format!(" and {} more", count - 1),
                };
                let why = format!("changed {}{more}", files[0]);
                self.step(&followed[index], needed, &why).await;
            }
        }
    }

    /// What the change of a file asks for, if anything.
    fn needed(&self, plugin: &Followed, inside: &Path) -> Option<Work> {
        let name = inside.to_str()?;
        if name == "plugin.toml" {
            return Some(Work::Look);
        }
        if *name == format!("{}.wasm", plugin.name) {
            // Our own write comes back as a change.
            let known = self.serving(plugin).map(|(build, _)| build);
            if self.builds && plugin.is_crate && !plugin.module().exists() {
                return Some(Work::Build);
            }
            return (known.is_none() || digest(&plugin.module()) != known).then_some(Work::Look);
        }
        let aside = ["tests", "examples", "benches"];
        let is_aside = aside.iter().any(|folder| inside.starts_with(folder));
        let ending = inside.extension().and_then(|ending| ending.to_str());
        match ending {
            _ if is_aside => None,
            Some("md" | "wasm" | "lock") => None,
            // Settings are judged by a schema that lies here, too.
            Some("json") if !(self.builds && plugin.is_crate) => Some(Work::Load),
            _ => (self.builds && plugin.is_crate).then_some(Work::Build),
        }
    }

    /// Does what is needed. Says each step when it begins, and in the end what serves.
    async fn step(&self, plugin: &Followed, mut work: Work, why: &str) {
        let mut done = why.to_owned();
        if work == Work::Build {
            plugin.say(&[&done, "building"]);
            let since = SystemClock.instant();
            let building = format!("building {}", plugin.name);
            let built = match progress::during(&building, self.build(plugin)).await {
                Ok(built) => built,
                Err(error) => {
                    let what = match error {
                        // The compiler has said it.
                        BuildError::Failed(_) => "it does not build".to_owned(),
                        other => other.to_string(),
                    };
                    let what = format!("{} ({})", paint::bad(&what), seconds(since));
                    return plugin.say(&[&what, &self.live(plugin)]);
                }
            };
            done = format!("built in {}", seconds(since));
            // A module that is gone is made again, whatever serves.
            let lies_there = plugin.lies_there().map(|(module, _)| module);
            if lies_there.as_ref() != Some(&built.sha256)
                && let Err(error) = build::write(&plugin.module(), &built.wasm)
            {
                let error = paint::bad(&format!("{error:#}"));
                return plugin.say(&[&done, &error, &self.live(plugin)]);
            }
            // The manifest may have changed with the sources.
            work = Work::Look;
        }
        if work == Work::Look && plugin.lies_there() == self.serving(plugin) {
            return plugin.say(&[&done, "the same as before", &self.live(plugin)]);
        }
        let Some(engine) = self.engine.upgrade() else {
            return;
        };
        plugin.say(&[&done, "trying"]);
        let since = SystemClock.instant();
        let trying = format!("trying {}", plugin.name);
        let swapping = engine.swap(&plugin.name, BY, None);
        let tried = match progress::during(&trying, swapping).await {
            Ok(_) => format!("loaded in {}", seconds(since)),
            Err(error) => {
                let error = error.to_string();
                let (first, more) = error.split_once('\n').unwrap_or((&error, ""));
                if more.is_empty() {
                    paint::bad(&format!("refused: {first}"))
                } else {
                    mention(&error);
                    paint::bad(&format!("refused: {first}, see above"))
                }
            }
        };
        plugin.say(&[&tried, &self.live(plugin)]);
    }

    /// Compiles on a thread of its own: a process that ends does not wait for a compiler.
    async fn build(&self, plugin: &Followed) -> Result<Built, BuildError> {
        let gone = || BuildError::Unreadable("the build ended early".to_owned());
        let mut cargo = build::cargo(&plugin.folder, &self.cache)
            .map_err(|error| BuildError::Unreadable(error.to_string()))?;
        cargo.quiet = true;
        // Somebody waits for it.
        cargo.profile = Profile::PluginDev;
        let (tell, told) = oneshot::channel();
        let thread = std::thread::Builder::new().name("build".to_owned());
        let started = thread.spawn(move || {
            let _ = tell.send(cargo.run());
        });
        match started {
            Ok(_) => told.await.unwrap_or_else(|_| Err(gone())),
            Err(_) => Err(gone()),
        }
    }

    /// Digests of the module and the manifest that serve.
    fn serving(&self, plugin: &Followed) -> Option<(String, String)> {
        match self.engine.upgrade()?.catalog().plugins.get(&plugin.name)? {
            PluginState::Loaded(loaded) => Some((
                loaded.build.digest().to_owned(),
                loaded.manifest.digest.clone(),
            )),
            PluginState::Broken { .. } => None,
        }
    }

    /// What serves, as it is said last.
    fn live(&self, plugin: &Followed) -> String {
        match self.serving(plugin) {
            Some((build, _)) => {
                let digest = build.get(..DIGEST_SHOWN).unwrap_or(&build);
                format!("{} live", paint::good(&format!("{digest}…")))
            }
            None => paint::bad("not loaded: its events fail"),
        }
    }
}

fn digest(file: &Path) -> Option<String> {
    let bytes = files::bytes(file, FILE_BYTES_MAX).ok()?;
    Some(hex::encode(Sha256::digest(bytes)))
}

fn seconds(since: Instant) -> String {
    let took = SystemClock.instant().saturating_duration_since(since);
    format!("{:.1} s", took.as_secs_f64())
}
