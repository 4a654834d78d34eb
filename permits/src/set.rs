//! The rules of one side, and the two sides together.

use serde_json::Value;

use super::denial::{Allowed, Denial, Plugin};
use super::diff::PermitDiff;
use super::docker::{self, DockerRules};
use super::error::PermitError;
use super::family::Family as _;
use super::fs::{self, FsRules};
use super::git::{self, GitRules};
use super::github::{self, GithubRules};
use super::judge::Judge;
use super::llm::{self, LlmRules};
use super::lsp::{self, LspRules};
use super::mcp::{self, McpRules};
use super::need::Need;
use super::net::{self, NetRules};
use super::process::{self, ProcessRules};
use super::scope::PermitScope;
use super::send::{self, SendRules};
use super::table::enumeration;
use super::tui::{self, TuiRules};

/// The list of families: what each is called in a file, and the rules it has.
macro_rules! families {
    ($($name:ident: $Rules:ty,)*) => {
        /// One side's rules: what a manifest requests, or what an operator grants. Empty by default.
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        pub struct PermitSet {
            /// Whether the rules are a file of their own.
            own_file: bool,
            $($name: $Rules,)*
        }

        const FAMILIES: &[&str] = &[$(stringify!($name)),*];

        impl PermitSet {
            fn parse_family(&mut self, name: &str, rules: &Value, key: String) -> Result<(), PermitError> {
                match name {
                    $(stringify!($name) => self.$name = <$Rules>::parse(rules, &key)?,)*
                    _ => {
                        return Err(PermitError::new(
                            key,
                            format!("is no permit family that this version enforces; they are {}", enumeration(FAMILIES)),
                        ));
                    }
                }
                Ok(())
            }

            fn compare(&self, new: &Self, diff: &mut PermitDiff) {
                $(self.$name.compare(&new.$name, diff);)*
            }
        }
    };
}

families! {
    git: GitRules,
    fs: FsRules,
    net: NetRules,
    process: ProcessRules,
    github: GithubRules,
    llm: LlmRules,
    docker: DockerRules,
    lsp: LspRules,
    mcp: McpRules,
    tui: TuiRules,
    send: SendRules,
}

/// What one plugin may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permits {
    plugin: String,
    requested: PermitSet,
    granted: PermitSet,
}

/// Lists by which rules `new` permits more than `old`, and by which less.
#[must_use]
pub fn diff(old: &PermitSet, new: &PermitSet) -> PermitDiff {
    let mut diff = PermitDiff::default();
    old.compare(new, &mut diff);
    diff
}

// === impl PermitSet ===

impl PermitSet {
    /// Reads a `[permits]` table. `key` is where it stands, for example `permits` or `plugins.forge.permits`: errors
    /// and refusals name rules with it in front. An empty key stands for a
    /// file in `permits.d`, which is the table itself.
    ///
    /// # Errors
    ///
    /// An unknown family, key or shape, or a pattern that is none: nothing can be declared that is not enforced.
    pub fn parse(table: &Value, key: &str) -> Result<Self, PermitError> {
        let Value::Object(families) = table else {
            return Err(PermitError::new(
                if key.is_empty() { "permits" } else { key },
                "is no table",
            ));
        };
        let mut set = Self {
            own_file: key.is_empty(),
            ..Self::default()
        };
        for (family, rules) in families {
            let key = if key.is_empty() {
                family.clone()
            } else {
                format!("{key}.{family}")
            };
            set.parse_family(family, rules, key)?;
        }
        Ok(set)
    }
}

// === impl Permits ===

impl Permits {
    /// Puts a plugin's two sides together.
    #[must_use]
    pub fn new(plugin: &str, requested: PermitSet, granted: PermitSet) -> Self {
        Self {
            plugin: plugin.to_owned(),
            requested,
            granted,
        }
    }

    /// The plugin these permits are for.
    #[must_use]
    pub fn plugin(&self) -> &str {
        &self.plugin
    }

    /// Judges one need. Every value has to be covered by a requested and by a granted rule, and by no deny rule of
    /// either side.
    ///
    /// # Errors
    ///
    /// The refusal, which names the rule that denied or prints the line that would grant.
    pub fn check(&self, scope: &PermitScope, need: &Need) -> Result<Allowed, Denial> {
        let plugin = Plugin {
            name: &self.plugin,
            has_own_file: self.granted.own_file,
        };
        let judge = Judge::new(plugin, scope, need);
        let (requested, granted) = (&self.requested, &self.granted);
        match need {
            Need::None => Ok(Allowed {
                rule: "no permit needed".to_owned(),
            }),
            Need::GitRead { paths, .. } => git::read(judge, [&requested.git, &granted.git], paths),
            Need::GitWrite { paths, refs, .. } => {
                git::write(judge, [&requested.git, &granted.git], paths, refs)
            }
            Need::GitPush {
                paths, url, refs, ..
            } => git::push(
                judge,
                [&requested.git, &granted.git],
                paths,
                url.as_ref(),
                refs,
            ),
            Need::FsRead { path, .. } => fs::read(judge, [&requested.fs, &granted.fs], path),
            Need::FsWrite { path, .. } => fs::write(judge, [&requested.fs, &granted.fs], path),
            Need::Net(need) => net::request(judge, [&requested.net, &granted.net], need),
            Need::Process { argv, cwd, env, .. } => process::run(
                judge,
                [&requested.process, &granted.process],
                argv,
                cwd,
                env,
            ),
            Need::Github { repository, right } => github::exercise(
                judge,
                [&requested.github, &granted.github],
                repository,
                right,
            ),
            Need::Llm { model } => llm::call(judge, [&requested.llm, &granted.llm], model),
            Need::Docker(need) => docker::run(judge, [&requested.docker, &granted.docker], need),
            Need::Lsp { server } => lsp::ask(judge, [&requested.lsp, &granted.lsp], server),
            Need::Mcp { asks } => mcp::ask(judge, [&requested.mcp, &granted.mcp], asks),
            Need::Tui => tui::show(judge, [&requested.tui, &granted.tui]),
            Need::Send(need) => send::send(judge, [&requested.send, &granted.send], need),
        }
    }
}
