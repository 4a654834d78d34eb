//! `sinew.toml` as it is written. Closed: an unknown key is an error.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use bytesize::ByteSize;
use serde::Deserialize;

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    #[serde(default)]
    pub(super) server: Server,
    #[serde(default)]
    pub(super) auth: Auth,
    #[serde(default)]
    pub(super) mcp: Mcp,
    #[serde(default)]
    pub(super) limits: Limits,
    #[serde(default)]
    pub(super) store: Store,
    #[serde(default)]
    pub(super) ledger: Ledger,
    #[serde(default)]
    pub(super) fs: Fs,
    #[serde(default)]
    pub(super) git: Git,
    #[serde(default)]
    pub(super) process: Process,
    #[serde(default)]
    pub(super) github: Github,
    #[serde(default)]
    pub(super) net: Net,
    #[serde(default)]
    pub(super) secrets: BTreeMap<String, Secret>,
    #[serde(default)]
    pub(super) llm: Llm,
    #[serde(default)]
    pub(super) projects: BTreeMap<String, Project>,
    #[serde(default)]
    pub(super) plugins: BTreeMap<String, Plugin>,
}

/// `[server]`: where it listens.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Server {
    /// TCP address; loopback only. Default 127.0.0.1:7717.
    pub(super) listen: Option<SocketAddr>,
    /// Unix socket. Default: `sinew.sock` in the state folder.
    pub(super) socket: Option<PathBuf>,
    /// Host names besides loopback ones that a request may name.
    #[serde(default)]
    pub(super) hosts: Vec<String>,
    /// Values of `Origin` that are accepted; by default none is.
    #[serde(default)]
    pub(super) origins: Vec<String>,
    /// Answer time for clients that do not tell theirs, for example "25s".
    pub(super) hook_timeout: Option<String>,
}

/// `[auth]`: who needs a token.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Auth {
    /// "token" (the default), or "none": callers of MCP over TCP need no token.
    pub(super) mcp: Option<McpAuth>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum McpAuth {
    Token,
    None,
}

/// `[mcp]`: what MCP clients may use.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mcp {
    /// Requests that plugins answer at once, those that wait for a place included; more are refused.
    pub(super) calls: Option<u32>,
    /// Largest message.
    pub(super) message: Option<ByteSize>,
    /// Sessions of the older eras, and connections of `sinew mcp`, at once.
    pub(super) sessions: Option<u32>,
    /// How long such a session may be silent, for example "5m".
    pub(super) session_idle: Option<String>,
    /// Clients that wait for changes at once.
    pub(super) listeners: Option<u32>,
    /// Tools, resources or prompts in one page of a list.
    pub(super) page: Option<u32>,
    /// Longest time for one request, for example "10m"; a plugin's budget may be less.
    pub(super) call_timeout: Option<String>,
    /// Longest time that a client takes to answer a plugin's question.
    pub(super) answer_timeout: Option<String>,
    /// Views, by name: `/mcp/NAME` shows only some plugins.
    #[serde(default)]
    pub(super) views: BTreeMap<String, McpView>,
}

/// `[mcp.views.NAME]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct McpView {
    /// The plugins that it shows.
    pub(super) plugins: Vec<String>,
}

/// `[limits]`: what one request, one turn and the whole process may use.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limits {
    /// Largest hook body.
    pub(super) body: Option<ByteSize>,
    /// Hook requests in work at once; more are refused at once.
    pub(super) hooks: Option<u32>,
    /// Turns that run at once.
    pub(super) turns: Option<u32>,
    /// Turns that wait to run.
    pub(super) queue: Option<u32>,
    /// Larger fields of an input are elided.
    pub(super) field: Option<ByteSize>,
    /// Largest argument of one host call.
    pub(super) argument: Option<ByteSize>,
    /// Host calls of one turn, refused ones included.
    pub(super) host_calls: Option<u32>,
    /// Instances that one build may have.
    pub(super) instances: Option<u32>,
    /// Largest wasm file.
    pub(super) wasm: Option<ByteSize>,
    /// Allow-once codes that are good at once; 0 for none.
    pub(super) allow_codes: Option<u32>,
    /// How long an allow-once code is good, and then what it allowed, for example "10m".
    pub(super) allow_lifetime: Option<String>,
    /// Wrong allow-once codes after which all of them are void.
    pub(super) allow_attempts: Option<u32>,
    /// Bytes of Vars in one scope.
    pub(super) scope: Option<ByteSize>,
    /// Longest shell text that is parsed for a plugin.
    pub(super) shell: Option<ByteSize>,
    /// How deep such a text may be nested.
    pub(super) shell_depth: Option<u32>,
}

/// `[store]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Store {
    /// "normal" (a process crash loses nothing) or "full" (a power cut loses nothing either).
    pub(super) durability: Option<Durability>,
    /// The database may not grow past this.
    pub(super) database: Option<ByteSize>,
    /// `sinew doctor` complains when its disk has less room than this.
    pub(super) free: Option<ByteSize>,
    /// A session's state is kept this long after it was last written, for example "720h".
    pub(super) sessions: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Durability {
    Normal,
    Full,
}

/// `[ledger]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ledger {
    /// Longest time between checkpoints, for example "1s".
    pub(super) checkpoint_every: Option<String>,
    /// Most records between checkpoints.
    pub(super) checkpoint_records: Option<u64>,
    /// Size of the preallocated journal.
    pub(super) journal: Option<ByteSize>,
    /// Records are kept this long, for example "2160h"; then a signed stub stands for them.
    pub(super) kept: Option<String>,
}

/// `[fs]`: what one effect on files may use.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fs {
    /// The most of a file's content, or of a search's lines, in one answer.
    pub(super) text: Option<ByteSize>,
    /// The largest file that is written, or that a digest is computed of.
    pub(super) file: Option<ByteSize>,
    /// Entries of one listing.
    pub(super) entries: Option<u32>,
    /// Entries that one listing, search or removal looks at.
    pub(super) visited: Option<u32>,
    /// How many folders deep anything goes.
    pub(super) depth: Option<u32>,
    /// Matching lines of one search.
    pub(super) matches: Option<u32>,
    /// Files that one search reads.
    pub(super) search_files: Option<u32>,
    /// What one search reads of them.
    pub(super) search: Option<ByteSize>,
    /// Operations at once.
    pub(super) threads: Option<u32>,
}

/// `[git]`: who commits, and what a push may use to log in somewhere.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Git {
    /// The `git` program. Default: the first in the usual folders.
    pub(super) program: Option<PathBuf>,
    /// Names of the server's environment variables that a push inherits, such as `SSH_AUTH_SOCK`. Default:
    /// none, so that a push has no credentials.
    #[serde(default)]
    pub(super) environment: Vec<String>,
    /// The configuration of a push, such as "credential.helper"; no file is read for it.
    #[serde(default)]
    pub(super) configuration: BTreeMap<String, String>,
    /// Who commits where neither the request nor git's configuration says it.
    pub(super) author: Option<GitAuthor>,
    /// Operations at once.
    pub(super) threads: Option<u32>,
}

/// `[git] author`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GitAuthor {
    /// Full name.
    pub(super) name: String,
    /// Mail address.
    pub(super) email: String,
}

/// `[process]`: where programs are looked for, and what they may reach and use.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Process {
    /// Folders, parted by colons. Default: /usr/local/bin:/usr/bin:/bin.
    pub(super) path: Option<String>,
    /// What programs may read beside system folders and their working directory.
    #[serde(default)]
    pub(super) read: Vec<PathBuf>,
    /// What programs may write beside their working directory.
    #[serde(default)]
    pub(super) write: Vec<PathBuf>,
    /// Whether they may use the network. Default: false.
    pub(super) network: Option<bool>,
    /// Whether none runs where the kernel confines nothing. Default: false.
    pub(super) require_confinement: Option<bool>,
    /// The longest time of one program, for example "10m".
    pub(super) timeout: Option<String>,
    /// What is kept of each of its outputs.
    pub(super) output: Option<ByteSize>,
    /// Programs at once.
    pub(super) at_once: Option<u32>,
}

/// `[github]`: where it is, as whom it is asked, and limits.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Github {
    /// Root of the API. Default: <https://api.github.com>.
    pub(super) base_url: Option<String>,
    /// Somebody's token.
    pub(super) token: Option<GithubSecret>,
    /// Number of a GitHub App, in place of a token.
    pub(super) app_id: Option<u64>,
    /// Number of its installation.
    pub(super) installation_id: Option<u64>,
    /// The app's private key, PEM.
    pub(super) private_key: Option<GithubSecret>,
    /// Login that things are made under, where GitHub does not tell it.
    pub(super) login: Option<String>,
    /// Requests at once.
    pub(super) concurrency: Option<u32>,
    /// Most pages of one list.
    pub(super) pages: Option<u32>,
    /// Most entries of one list.
    pub(super) items: Option<u32>,
    /// Most bytes that are read for one effect.
    pub(super) answer: Option<ByteSize>,
    /// Largest part of a file.
    pub(super) file: Option<ByteSize>,
    /// Largest part of a text.
    pub(super) text: Option<ByteSize>,
    /// How often one request is sent at most.
    pub(super) attempts: Option<u32>,
    /// How long a connection may take, for example "5s".
    pub(super) connect_timeout: Option<String>,
    /// How long a request may take, for example "20s".
    pub(super) request_timeout: Option<String>,
}

/// A secret, by its name in `[secrets]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GithubSecret {
    /// Its name.
    pub(super) secret: String,
}

/// `[net]`: limits of requests over HTTP, and whom to trust.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Net {
    /// Longest time of one fetch with all its redirects, for example "30s".
    pub(super) timeout: Option<String>,
    /// Longest time that one address is tried, for example "5s".
    pub(super) connect_timeout: Option<String>,
    /// Redirects that are followed.
    pub(super) redirects: Option<u32>,
    /// Longest URL, at least one byte.
    pub(super) url: Option<ByteSize>,
    /// Addresses that a name may have, at least 1.
    pub(super) addresses: Option<u32>,
    /// Largest body of a request.
    pub(super) request: Option<ByteSize>,
    /// Largest body of an answer.
    pub(super) response: Option<ByteSize>,
    /// Headers of a request, and of an answer.
    pub(super) headers: Option<ByteSize>,
    /// Certificates (PEM) that are trusted beside the machine's own, absolute.
    pub(super) ca_file: Option<PathBuf>,
}

/// `[secrets] NAME = …`: where a secret comes from; exactly one of the two.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Secret {
    /// Name of a variable of the server's environment.
    pub(super) env: Option<String>,
    /// A file that its owner alone may use, absolute.
    pub(super) file: Option<PathBuf>,
}

/// `[llm]`: which models may be called, where they are served, and what they cost.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Llm {
    /// How often a request is sent at most, at least 1 and at most 10.
    pub(super) attempts: Option<u32>,
    /// The wait before the second attempt, for example "500ms"; it doubles each time.
    pub(super) backoff: Option<String>,
    /// The longest such wait, for example "20s".
    pub(super) backoff_max: Option<String>,
    /// The longest that one call may take, for example "10m".
    pub(super) timeout: Option<String>,
    /// Largest request.
    pub(super) request: Option<ByteSize>,
    /// Largest answer.
    pub(super) answer: Option<ByteSize>,
    /// Requests that are under way at once.
    pub(super) calls: Option<u32>,
    #[serde(default)]
    pub(super) providers: BTreeMap<String, LlmProvider>,
    #[serde(default)]
    pub(super) models: BTreeMap<String, LlmModel>,
}

/// `[llm.providers.NAME]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LlmProvider {
    /// How it is spoken to.
    pub(super) kind: LlmKind,
    /// Where it is. Default: the provider that gave the kind its name.
    pub(super) base_url: Option<String>,
    /// Name of the secret that holds its key.
    pub(super) key: Option<String>,
    /// Whether the key may go over plain http to another machine.
    #[serde(default)]
    pub(super) allow_http: bool,
    /// Version of Anthropic's API, a date.
    pub(super) version: Option<String>,
    /// The field that limits an answer: `max_tokens` or `max_completion_tokens`.
    pub(super) max_tokens_field: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum LlmKind {
    Anthropic,
    Openai,
}

/// `[llm.models.NAME]`. Prices are in US dollars for a million tokens.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LlmModel {
    /// Which of the providers serves it.
    pub(super) provider: String,
    /// What it is called there.
    pub(super) model: String,
    pub(super) input_usd_per_million: f64,
    pub(super) output_usd_per_million: f64,
    /// What the provider remembers. Default: as what it reads.
    pub(super) cache_read_usd_per_million: Option<f64>,
    /// What it is asked to remember for some minutes. Default: twice what it reads.
    pub(super) cache_write_usd_per_million: Option<f64>,
    /// What it is asked to remember for an hour. Default: the same, or what minutes cost where that is more.
    pub(super) cache_write_long_usd_per_million: Option<f64>,
    /// The most tokens that it writes.
    pub(super) max_output_tokens: u32,
    /// The most tokens that it reads.
    pub(super) context_tokens: u64,
    /// The most tokens that one image takes.
    pub(super) image_tokens: Option<u64>,
}

/// `[projects.NAME]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Project {
    /// The project's root folder, absolute.
    pub(super) root: PathBuf,
}

/// `[plugins.NAME]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plugin {
    /// The folder with `plugin.toml` and the wasm, relative to this file.
    pub(super) path: PathBuf,
    /// What the operator grants; else `permits.d/NAME.toml` beside this file.
    pub(super) permits: Option<toml::Table>,
    /// What it may use at most, in the words of its manifest's `[budgets]`; the smaller of both counts.
    #[serde(default)]
    pub(super) budgets: toml::Table,
    /// The plugin's own settings.
    #[serde(default)]
    pub(super) config: BTreeMap<String, toml::Value>,
    /// How it shows itself over MCP.
    #[serde(default)]
    pub(super) mcp: PluginMcp,
}

/// `[plugins.NAME.mcp]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PluginMcp {
    /// What stands before the names of its tools and prompts. Default: its name and `_`.
    pub(super) prefix: Option<String>,
}
