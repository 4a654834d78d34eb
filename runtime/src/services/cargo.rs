//! Cargo: compiles a plugin's crate to WebAssembly.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::guest_source;

/// What plugins are compiled for: no WASI, so no clock, no randomness and no files behind the engine's back.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// What to build, and how.
#[derive(Debug, Clone)]
pub struct CargoBuild {
    /// The folder of the plugin's crate.
    pub crate_dir: PathBuf,
    /// The program to run as cargo.
    pub cargo: OsString,
    /// The program to run as the compiler, to ask it what it can compile for.
    pub rustc: OsString,
    /// Where the pdk's sources are unpacked.
    pub cache: PathBuf,
    /// Where cargo builds; where it builds without being told when this is absent.
    pub target_dir: Option<PathBuf>,
    /// Whether the environment has chosen a toolchain already.
    pub toolchain_is_chosen: bool,
    /// How the module is compiled.
    pub profile: Profile,
    /// Whether cargo keeps to itself what it is doing; what the compiler objects to is always said.
    pub quiet: bool,
}

/// What compiling has to be good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// A module that is small and quick.
    Plugin,
    /// A module that is there seconds after an edit. It computes the same and takes more fuel.
    PluginDev,
}

/// A module that was built.
#[derive(Debug, Clone)]
pub struct Built {
    /// The crate's name.
    pub package: String,
    /// Its version.
    pub version: String,
    /// The module.
    pub wasm: Vec<u8>,
    /// SHA-256 of the module, in lower-case hexadecimal.
    pub sha256: String,
    /// Whether the host's own pdk was put in; otherwise the crate names one by its folder, or needs none.
    pub injected: bool,
}

/// Native tests that were run.
#[derive(Debug, Clone)]
pub struct Tested {
    /// Whether they compiled and all of them passed.
    pub passed: bool,
    /// What the tests wrote to standard output; what cargo and the compiler had to say went to standard error.
    pub output: String,
}

/// A crate that cargo can be started on.
struct Prepared {
    manifest: PathBuf,
    package: Package,
    toolchain: Option<&'static str>,
    injected: bool,
    config: PathBuf,
    /// Holds the configuration as long as cargo runs.
    _scratch: tempfile::TempDir,
}

/// A plugin could not be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The folder holds no crate.
    #[error("`{}` has no Cargo.toml: a plugin's folder holds a crate and a plugin.toml", .0.display())]
    NoCrate(PathBuf),
    /// The crate is there and is no plugin.
    #[error("`{package}` {problem}")]
    NotAPlugin {
        /// The crate.
        package: String,
        /// What is wrong with it, and how to mend it.
        problem: &'static str,
    },
    /// Cargo cannot be run.
    #[error(
        "cannot run `{program}`; plugins are compiled with Rust's own tools, to be had at https://rustup.rs"
    )]
    NoCargo {
        /// The program.
        program: String,
        /// Why not.
        source: io::Error,
    },
    /// The compiler has no standard library for wasm.
    #[error(
        "the Rust target `{TARGET}` is not installed. To install it: rustup target add {TARGET}"
    )]
    NoTarget,
    /// Cargo said why, on standard error.
    #[error("`{0}` was not built: see above")]
    Failed(String),
    /// Cargo could not read the crate.
    #[error("cargo cannot read the crate:\n{0}")]
    Unreadable(String),
    /// What this binary carries is not what it should be.
    #[error("the workspace that this program carries is broken: {0}")]
    Carried(&'static str),
    /// A file could not be read or written.
    #[error("{what}")]
    Io {
        /// What was tried.
        what: String,
        /// Why it failed.
        source: io::Error,
    },
}

// The parts of cargo's answers that are looked at; https://doc.rust-lang.org/cargo/reference/external-tools.html

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_root: PathBuf,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    id: String,
    manifest_path: PathBuf,
    dependencies: Vec<Dependency>,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    path: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    crate_types: Vec<String>,
}

#[derive(Deserialize)]
struct Message {
    reason: String,
    package_id: Option<String>,
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

// === impl CargoBuild ===

impl CargoBuild {
    /// Builds the module. What cargo and the compiler have to say goes to standard error as they write it.
    ///
    /// # Errors
    ///
    /// There is no crate, no cargo, no target, or the crate does not compile.
    pub fn run(&self) -> Result<Built, BuildError> {
        let prepared = self.prepare()?;
        let package = &prepared.package;
        let mut build = self.cargo("build", &prepared);
        build.args(["--profile", self.profile.name(), "--target", TARGET]);
        build.arg("--message-format=json-render-diagnostics");
        if self.has_everything(&prepared, TARGET) {
            build.arg("--offline");
        }
        let output = self.start(build.stderr(Stdio::inherit()))?;
        if !output.status.success() {
            return Err(BuildError::Failed(package.name.clone()));
        }
        let module = module(&output.stdout, &package.id).ok_or_else(|| BuildError::NotAPlugin {
            package: package.name.clone(),
            problem: "was built, but cargo names no module",
        })?;
        let wasm = fs::read(&module)
            .map_err(|source| io_error(format!("reading `{}`", module.display()), source))?;
        let sha256 = hex::encode(Sha256::digest(&wasm));
        Ok(Built {
            package: package.name.clone(),
            version: package.version.clone(),
            wasm,
            sha256,
            injected: prepared.injected,
        })
    }

    /// Runs the crate's own tests on this machine, against the same pdk.
    ///
    /// # Errors
    ///
    /// There is no crate, or no cargo.
    pub fn test(&self) -> Result<Tested, BuildError> {
        let prepared = self.prepare()?;
        let mut test = self.cargo("test", &prepared);
        if let Some(host) = self.host(prepared.toolchain)
            && self.has_everything(&prepared, &host)
        {
            test.arg("--offline");
        }
        let output = self.start(test.stderr(Stdio::inherit()))?;
        Ok(Tested {
            passed: output.status.success(),
            output: String::from_utf8_lossy(&output.stdout).into_owned(),
        })
    }

    fn prepare(&self) -> Result<Prepared, BuildError> {
        let manifest = self.crate_dir.join("Cargo.toml");
        if !manifest.is_file() {
            return Err(BuildError::NoCrate(self.crate_dir.clone()));
        }
        let manifest = canonical(&manifest)?;
        let (package, workspace) = self.package(&manifest)?;
        let toolchain = self.toolchain()?;

        let scratch =
            tempfile::tempdir().map_err(|source| io_error("making a scratch folder", source))?;
        let config = scratch.path().join("config.toml");
        let injected = package
            .dependencies
            .iter()
            .any(|dependency| dependency.name == "sinew-pdk" && dependency.path.is_none());
        self.write_config(&config, injected)?;
        let lock = workspace.join("Cargo.lock");
        if injected && !lock.exists() {
            // The versions the host was tested with, rather than whatever is newest today. Cargo removes what is not needed.
            let source = guest_source::unpack(&self.cache)?;
            fs::write(&lock, source.lock)
                .map_err(|source| io_error(format!("writing `{}`", lock.display()), source))?;
        }
        Ok(Prepared {
            manifest,
            package,
            toolchain,
            injected,
            config,
            _scratch: scratch,
        })
    }

    /// The crate in the folder, and the root of its workspace. Nothing is resolved, so no registry is asked.
    fn package(&self, manifest: &Path) -> Result<(Package, PathBuf), BuildError> {
        let mut command = Command::new(&self.cargo);
        command
            .args([
                "metadata",
                "--no-deps",
                "--offline",
                "--format-version",
                "1",
                "--manifest-path",
            ])
            .arg(manifest);
        let output = self.start(command.stderr(Stdio::piped()))?;
        if !output.status.success() {
            return Err(BuildError::Unreadable(
                String::from_utf8_lossy(&output.stderr).trim().to_owned(),
            ));
        }
        let metadata: Metadata = serde_json::from_slice(&output.stdout)
            .map_err(|error| BuildError::Unreadable(error.to_string()))?;
        let package = metadata
            .packages
            .into_iter()
            .find(|package| package.manifest_path == manifest);
        let Some(package) = package else {
            return Err(BuildError::NotAPlugin {
                package: manifest.display().to_string(),
                problem: "is a workspace: name the folder of one of its plugins",
            });
        };
        if !package
            .targets
            .iter()
            .any(|target| target.crate_types.iter().any(|kind| kind == "cdylib"))
        {
            return Err(BuildError::NotAPlugin {
                package: package.name,
                problem: "makes no wasm module: its Cargo.toml needs `[lib]` with `crate-type = [\"cdylib\", \"rlib\"]`",
            });
        }
        Ok((package, metadata.workspace_root))
    }

    /// The toolchain to ask rustup for: none where the environment or the crate has chosen one, else this host's own, where it is installed.
    ///
    /// A missing target is told apart from a broken crate here: the compiler would only say that it cannot find `core`.
    fn toolchain(&self) -> Result<Option<&'static str>, BuildError> {
        let chosen = self.toolchain_is_chosen
            || canonical(&self.crate_dir)?.ancestors().any(|folder| {
                folder.join("rust-toolchain.toml").exists()
                    || folder.join("rust-toolchain").exists()
            });
        let ours = guest_source::TOOLCHAIN
            .lines()
            .find_map(|line| line.strip_prefix("channel = \"")?.strip_suffix('"'));
        for toolchain in [ours.filter(|_| !chosen), None] {
            let mut command = Command::new(&self.rustc);
            command
                .args(["--print", "target-libdir", "--target", TARGET])
                .current_dir(&self.crate_dir);
            // Asking must not install anything.
            command
                .env("RUSTUP_AUTO_INSTALL", "0")
                .envs(toolchain.map(|name| ("RUSTUP_TOOLCHAIN", name)));
            let output = command
                .output()
                .map_err(|source| not_run(&self.rustc, source))?;
            if output.status.success()
                && Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir()
            {
                return Ok(toolchain);
            }
        }
        Err(BuildError::NoTarget)
    }

    /// Writes the profiles, and with `inject` the replacement of the registry's pdk by the host's.
    fn write_config(&self, path: &Path, inject: bool) -> Result<(), BuildError> {
        let mut config = toml::Table::new();
        let profiles = guest_source::profiles(&Profile::ALL.map(Profile::name))?;
        config.insert("profile".to_owned(), profiles.into());
        if inject {
            let source = guest_source::unpack(&self.cache)?;
            let pdk = canonical(&source.pdk)?.display().to_string();
            let path = toml::Table::from_iter([("path".to_owned(), pdk.into())]);
            let crates = toml::Table::from_iter([("sinew-pdk".to_owned(), path.into())]);
            let registries = toml::Table::from_iter([("crates-io".to_owned(), crates.into())]);
            config.insert("patch".to_owned(), registries.into());
        }
        let text = toml::to_string(&config)
            .map_err(|_| BuildError::Carried("its profiles cannot be written"))?;
        fs::write(path, text)
            .map_err(|source| io_error(format!("writing `{}`", path.display()), source))
    }

    /// Whether the crate's dependencies for a platform are on this machine already, so that no network is needed.
    fn has_everything(&self, prepared: &Prepared, platform: &str) -> bool {
        let mut command = self.bare_cargo("metadata", prepared);
        command.args(["--offline", "--format-version", "1"]);
        command.args(["--filter-platform", platform]);
        self.start(command.stderr(Stdio::null()))
            .is_ok_and(|output| output.status.success())
    }

    /// The platform that the compiler runs on.
    fn host(&self, toolchain: Option<&str>) -> Option<String> {
        let mut command = Command::new(&self.rustc);
        command.arg("-vV").current_dir(&self.crate_dir);
        command.envs(toolchain.map(|name| ("RUSTUP_TOOLCHAIN", name)));
        let said = String::from_utf8(command.output().ok()?.stdout).ok()?;
        let host = said.lines().find_map(|line| line.strip_prefix("host: "));
        host.map(str::to_owned)
    }

    /// A command that compiles the package.
    fn cargo(&self, verb: &str, prepared: &Prepared) -> Command {
        let mut command = self.bare_cargo(verb, prepared);
        command.args(["--package", &prepared.package.id]);
        if let Some(target_dir) = &self.target_dir {
            command.arg("--target-dir").arg(target_dir);
        }
        if self.quiet {
            command.arg("--quiet");
        }
        command
    }

    fn bare_cargo(&self, verb: &str, prepared: &Prepared) -> Command {
        let mut command = Command::new(&self.cargo);
        command.envs(prepared.toolchain.map(|name| ("RUSTUP_TOOLCHAIN", name)));
        command
            .arg(verb)
            .arg("--manifest-path")
            .arg(&prepared.manifest)
            .arg("--config")
            .arg(&prepared.config);
        command
    }

    /// Runs cargo in the crate's folder, so that the crate's own toolchain file counts.
    fn start(&self, command: &mut Command) -> Result<std::process::Output, BuildError> {
        command
            .current_dir(&self.crate_dir)
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        command
            .spawn()
            .and_then(std::process::Child::wait_with_output)
            .map_err(|source| not_run(&self.cargo, source))
    }
}

// === impl Profile ===

impl Profile {
    /// All of them; each is one of the workspace's.
    const ALL: [Self; 2] = [Self::Plugin, Self::PluginDev];

    /// The name that cargo knows it by.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Plugin => "plugin",
            Self::PluginDev => "plugin-dev",
        }
    }
}

fn not_run(program: &OsString, source: io::Error) -> BuildError {
    BuildError::NoCargo {
        program: program.to_string_lossy().into_owned(),
        source,
    }
}

/// The wasm file that cargo says it made of this package.
fn module(messages: &[u8], package: &str) -> Option<PathBuf> {
    messages
        .split(|byte| *byte == b'\n')
        .filter_map(|line| serde_json::from_slice::<Message>(line).ok())
        .filter(|message| {
            message.reason == "compiler-artifact" && message.package_id.as_deref() == Some(package)
        })
        .flat_map(|message| message.filenames)
        .find(|file| {
            file.extension()
                .is_some_and(|extension| extension == "wasm")
        })
}

fn canonical(path: &Path) -> Result<PathBuf, BuildError> {
    path.canonicalize()
        .map_err(|source| io_error(format!("finding `{}`", path.display()), source))
}

fn io_error(what: impl Into<String>, source: io::Error) -> BuildError {
    BuildError::Io {
        what: what.into(),
        source,
    }
}
