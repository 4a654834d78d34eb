//! A folder with repositories in it, effects that work there, and a host that remembers what it was told.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

use jsonschema::Validator;
use serde::Serialize;
use serde_json::{Value, json};
use sinew_runtime::effects::{
    Call, Cost, EffectId, EffectLimits, Effects, Fields, Host, InputDocument, LogLevel, Question,
};
use sinew_runtime::permits::{Need, PermitScope, PermitSet, Permits};
use sinew_runtime::services::Services;
use sinew_runtime::services::fs::{FsService, FsSettings};
use sinew_runtime::services::git::{GitService, GitSettings};
use sinew_runtime::services::github::{GithubService, GithubSettings};
use sinew_runtime::services::llm::{LlmService, LlmSettings};
use sinew_runtime::services::net::{NetService, NetSettings, SystemResolver};
use sinew_runtime::services::process::{ProcessService, ProcessSettings};
use sinew_runtime::services::secrets::Secrets;
use sinew_runtime::world::{SystemClock, SystemRandom};
use sinew_schema::{
    BUNDLE, EffectError, GatePlace, GatePlugin, McpChangedRequest, McpLogRequest,
    McpProgressRequest,
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

pub(crate) const NOW_MICROS: i64 = 1_700_000_000_123_456;

pub(crate) struct Scene {
    pub(crate) root: PathBuf,
    pub(crate) host: TestHost,
    pub(crate) permits: Permits,
    pub(crate) deadline: Duration,
    /// Who calls.
    pub(crate) plugin: &'static str,
    /// What is the same when a request is repeated.
    pub(crate) repeat_key: &'static str,
    effects: Effects,
    services: Services,
    runtime: Runtime,
    _folder: TempDir,
}

/// The engine's place is taken by this: everything it is asked for is fixed, everything it is told is kept.
#[derive(Debug)]
pub(crate) struct TestHost {
    pub(crate) input: InputDocument,
    pub(crate) told: Mutex<Vec<String>>,
    pub(crate) plugins: Vec<GatePlugin>,
    pub(crate) places: Vec<GatePlace>,
    /// Judges what an effect only learns while it runs.
    pub(crate) permits: Mutex<Permits>,
    /// What the MCP client has answered, by the question's key.
    pub(crate) answers: Mutex<BTreeMap<String, Value>>,
}

impl TestHost {
    fn tell(&self, what: &str, said: &impl Serialize) {
        self.told
            .lock()
            .unwrap()
            .push(format!("{what} {}", json!(said)));
    }
}

impl Host for TestHost {
    fn input(&self) -> &InputDocument {
        &self.input
    }

    fn unix_micros(&self) -> i64 {
        NOW_MICROS
    }

    fn random(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }

    fn plugins(&self) -> Vec<GatePlugin> {
        self.plugins.clone()
    }

    fn places(&self) -> Vec<GatePlace> {
        self.places.clone()
    }

    fn permit(&self, need: &Need) -> Result<(), EffectError> {
        let permits = self.permits.lock().unwrap();
        permits.check(&PermitScope::nowhere(), need)?;
        Ok(())
    }

    fn refusal(&self, need: &Need) -> Option<String> {
        let permits = self.permits.lock().unwrap();
        let judged = permits.check(&PermitScope::nowhere(), need);
        judged.err().map(|denial| denial.to_string())
    }

    fn log(&self, level: LogLevel, message: &str, fields: &Fields) -> Result<(), EffectError> {
        self.told.lock().unwrap().push(format!(
            "{level:?} {message} {}",
            Value::Object(fields.clone())
        ));
        Ok(())
    }

    fn emit(&self, name: &str, attributes: &Fields) -> Result<(), EffectError> {
        self.told
            .lock()
            .unwrap()
            .push(format!("{name} {}", Value::Object(attributes.clone())));
        Ok(())
    }

    fn progress(&self, progress: &McpProgressRequest) -> Result<(), EffectError> {
        self.tell("progress", progress);
        Ok(())
    }

    fn log_to_client(&self, line: &McpLogRequest) -> Result<(), EffectError> {
        self.tell("line", line);
        Ok(())
    }

    fn changed(&self, what: &McpChangedRequest) {
        self.tell("changed", what);
    }

    fn ask(&self, questions: &[Question]) -> Result<Fields, EffectError> {
        let answers = self.answers.lock().unwrap();
        questions
            .iter()
            .map(|question| {
                let answer = answers
                    .get(&question.key)
                    .filter(|answer| question.is_answered_by(answer));
                let answer = answer.ok_or_else(|| {
                    EffectError::new(EffectError::CODE_UNAVAILABLE, "nobody answers this")
                })?;
                Ok((question.key.clone(), answer.clone()))
            })
            .collect()
    }
}

impl Scene {
    /// Everything below the scene's folder is permitted.
    pub(crate) fn new() -> Self {
        Self::with(GitSettings::default())
    }

    /// Whoever runs the tests may have a name, which is left out.
    pub(crate) fn with(settings: GitSettings) -> Self {
        Self::as_is(GitSettings {
            user_identity: false,
            ..settings
        })
    }

    pub(crate) fn as_is(settings: GitSettings) -> Self {
        let secrets = Secrets::default();
        let resolver = Arc::new(SystemResolver);
        let net = NetService::start(NetSettings::default(), resolver, secrets.clone()).unwrap();
        Self::over(settings, net, secrets)
    }

    pub(crate) fn over(settings: GitSettings, net: NetService, secrets: Secrets) -> Self {
        let folder = TempDir::new().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let all = format!("{}/**", root.display());
        let rules = json!({
            "mcp": ["elicit", "sample", "roots"],
            "fs": { "read": [all], "write": [all] },
            "git": {
                "read": [all],
                "write": [{ "repo": all, "refs": ["**"] }],
                "push": [{ "url": all, "refs": ["**"] }],
            },
        });
        let permits = permits_of(&rules);
        let services = Services {
            fs: FsService::start(FsSettings::default()).unwrap(),
            git: GitService::start(settings).unwrap(),
            github: GithubService::new(
                GithubSettings::default(),
                secrets.clone(),
                Arc::new(SystemClock),
                Arc::new(SystemRandom),
            ),
            llm: LlmService::new(
                LlmSettings::default(),
                secrets.clone(),
                Arc::new(SystemClock),
                Arc::new(SystemRandom),
            ),
            net,
            process: ProcessService::new(ProcessSettings::default()),
            secrets,
        };
        Self {
            permits: permits.clone(),
            host: TestHost {
                input: InputDocument::new(Arc::new(Value::Null)),
                told: Mutex::default(),
                plugins: Vec::new(),
                places: Vec::new(),
                answers: Mutex::default(),
                permits: Mutex::new(permits),
            },
            deadline: Duration::from_secs(60),
            plugin: "bot",
            repeat_key: "00",
            effects: Effects::new(&services, &EffectLimits::default()),
            services,
            runtime: Runtime::new().unwrap(),
            root,
            _folder: folder,
        }
    }

    /// Lets effects on files have other limits.
    pub(crate) fn use_fs(&mut self, settings: FsSettings) {
        self.services.fs = FsService::start(settings).unwrap();
        self.effects = Effects::new(&self.services, &EffectLimits::default());
    }

    /// Lets programs be started by another helper, and reach other things.
    pub(crate) fn use_process(&mut self, settings: ProcessSettings) {
        self.services.process = ProcessService::new(settings);
        self.effects = Effects::new(&self.services, &EffectLimits::default());
    }

    /// The same, with another GitHub.
    pub(crate) fn at_github(mut self, github: GithubService) -> Self {
        self.services.github = github;
        self.effects = Effects::new(&self.services, &EffectLimits::default());
        self
    }

    /// Lets effects ask these models, and do nothing else.
    pub(crate) fn use_llm(&mut self, llm: LlmService) {
        self.services.llm = llm;
        self.effects = Effects::new(&self.services, &EffectLimits::default());
        self.permits = permits_of(&json!({ "llm": { "models": ["*"] } }));
    }

    pub(crate) fn path(&self, name: &str) -> String {
        let path = if name.is_empty() {
            self.root.clone()
        } else {
            self.root.join(name)
        };
        path.to_str().unwrap().to_owned()
    }

    /// Runs the `git` program in a folder, as a person would, without this machine's own configuration.
    pub(crate) fn git(&self, folder: &str, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .args([
                "-c",
                "user.name=Ada",
                "-c",
                "user.email=ada@example.org",
                "-c",
                "init.defaultBranch=main",
            ])
            .args([
                "-c",
                "commit.gpgSign=false",
                "-c",
                "protocol.file.allow=always",
            ])
            .args(arguments)
            .current_dir(self.root.join(folder))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", "/nonexistent")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_DATE", "1600000000 +0200")
            .env("GIT_COMMITTER_DATE", "1600000000 +0200")
            .output()
            .expect("these tests need the `git` program");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            output.status.success(),
            "git {arguments:?} in {folder}: {said}"
        );
        String::from_utf8(output.stdout)
            .unwrap()
            .trim_end()
            .to_owned()
    }

    pub(crate) fn file(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn executable(&self, path: &str, content: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        self.file(path, content);
        fs::set_permissions(self.root.join(path), fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// A repository with one commit on `main`.
    pub(crate) fn repository(&self, name: &str) -> String {
        self.git("", &["init", "-q", name]);
        self.file(&format!("{name}/a.txt"), "one\ntwo\nthree\n");
        self.commit(name, "First");
        self.path(name)
    }

    /// Commits everything and returns the commit's id.
    pub(crate) fn commit(&self, folder: &str, message: &str) -> String {
        self.git(folder, &["add", "-A"]);
        self.git(folder, &["commit", "-q", "--allow-empty", "-m", message]);
        self.git(folder, &["rev-parse", "HEAD"])
    }

    /// Runs an effect with the scene's permits. What goes in and comes out is held against the schema.
    pub(crate) fn call(&self, name: &str, request: &Value) -> Result<Value, EffectError> {
        self.call_with(&self.permits, name, request)
    }

    pub(crate) fn call_with(
        &self,
        permits: &Permits,
        name: &str,
        request: &Value,
    ) -> Result<Value, EffectError> {
        self.call_between(permits, name, request, || {})
    }

    /// Runs an effect, and something else between its being judged and its being done.
    pub(crate) fn call_between(
        &self,
        permits: &Permits,
        name: &str,
        request: &Value,
        between: impl FnOnce(),
    ) -> Result<Value, EffectError> {
        let (response, _cost) = self.perform(permits, name, request, between)?;
        Ok(response)
    }

    /// Runs an effect, and says what it cost, too.
    pub(crate) fn call_counted(
        &self,
        name: &str,
        request: &Value,
    ) -> Result<(Value, Cost), EffectError> {
        self.perform(&self.permits, name, request, || {})
    }

    /// What is reserved before an effect runs.
    pub(crate) fn reserved(&self, name: &str, request: &Value) -> Cost {
        let id = EffectId::from_name(name).unwrap();
        let request = Effects::decode(id, &serde_json::to_vec(request).unwrap()).unwrap();
        self.effects.cost_max(&request)
    }

    fn perform(
        &self,
        permits: &Permits,
        name: &str,
        request: &Value,
        between: impl FnOnce(),
    ) -> Result<(Value, Cost), EffectError> {
        let id = EffectId::from_name(name).unwrap();
        let deadline = Instant::now() + self.deadline;
        let call = Call {
            plugin: self.plugin,
            turn: "turn-1",
            repeat_key: self.repeat_key,
            deadline,
            host: &self.host,
        };
        self.host.permits.lock().unwrap().clone_from(permits);
        let mut request = Effects::decode(id, &serde_json::to_vec(request).unwrap())?;
        let performed = self.runtime.block_on(async {
            let need = self.effects.need(&call, &mut request).await?;
            permits.check(&PermitScope::nowhere(), &need)?;
            between();
            self.effects.perform(&call, request, &need).await
        })?;
        let response = serde_json::from_slice(&performed.response).unwrap();
        conforms(id, &response);
        Ok((response, performed.cost))
    }

    /// The error's code.
    pub(crate) fn refused(&self, name: &str, request: &Value) -> String {
        match self.call(name, request) {
            Err(error) => error.code,
            Ok(response) => panic!("`{name}` was not refused: {response}"),
        }
    }
}

/// Permits for git.
pub(crate) fn permits(rules: &Value) -> Permits {
    permits_of(&json!({ "git": rules }))
}

/// Permits of any family.
pub(crate) fn permits_of(rules: &Value) -> Permits {
    let set = PermitSet::parse(rules, "permits").unwrap();
    Permits::new("bot", set.clone(), set)
}

/// Holds a response against its schema.
fn conforms(id: EffectId, response: &Value) {
    static VALIDATORS: LazyLock<Mutex<BTreeMap<EffectId, Arc<Validator>>>> =
        LazyLock::new(Mutex::default);
    let validator = Arc::clone(VALIDATORS.lock().unwrap().entry(id).or_insert_with(|| {
        let mut schema: Value = serde_json::from_str(BUNDLE).unwrap();
        schema["$ref"] = format!("#/definitions/{id:?}Response").into();
        Arc::new(jsonschema::validator_for(&schema).unwrap())
    }));
    let errors: Vec<String> = validator
        .iter_errors(response)
        .map(|error| error.to_string())
        .collect();
    assert!(
        errors.is_empty(),
        "`{}` answers what its schema does not allow: {errors:?}\n{response:#}",
        id.name()
    );
}

/// The lines of a folder's listing, sorted.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
