//! Effects at some GitHub: every right on every repository, and a secret for everything that `[github]` can name.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use sinew_runtime::permits::{PermitSet, Permits};
use sinew_runtime::services::github::{BaseUrl, GithubCredentials, GithubService, GithubSettings};
use sinew_runtime::services::secrets::{Secret, SecretSource, Secrets};
use sinew_runtime::world::{SystemClock, SystemRandom};
use sinew_schema::EffectError;

use crate::github_server::{APP_ID, GithubServer, INSTALLATION_ID, TOKEN};
use crate::scene::Scene;

const KEY: &str = include_str!("../../github/app.pem");
const RIGHTS: &[&str] = &[
    "issues.read",
    "issues.write",
    "pulls.read",
    "pulls.write",
    "pulls.merge",
    "checks.read",
    "contents.read",
];

/// Effects, and the permits they have.
pub(crate) struct Github {
    pub(crate) scene: Scene,
}

/// Settings for a server at `url`, and a token.
pub(crate) fn settings(url: &str) -> GithubSettings {
    GithubSettings {
        base_url: BaseUrl::parse(url).unwrap(),
        credentials: GithubCredentials::Token {
            secret: "BOT".to_owned(),
        },
        ..GithubSettings::default()
    }
}

/// Settings for a server of ours, as an app.
pub(crate) fn app_settings(server: &GithubServer) -> GithubSettings {
    GithubSettings {
        credentials: GithubCredentials::App {
            app_id: APP_ID,
            installation_id: INSTALLATION_ID,
            private_key: "KEY".to_owned(),
        },
        ..settings(&server.url())
    }
}

pub(crate) fn permits(rules: &[String]) -> Permits {
    let set = PermitSet::parse(&json!({ "github": rules }), "permits").unwrap();
    Permits::new("bot", set.clone(), set)
}

// === impl Github ===

impl Github {
    /// At a server of ours, with a token.
    pub(crate) fn at(server: &GithubServer) -> Self {
        Self::with(settings(&server.url()))
    }

    pub(crate) fn with(settings: GithubSettings) -> Self {
        let secret = |value: &str| SecretSource::Environment {
            variable: String::new(),
            value: Some(Secret::new(value)),
        };
        let secrets = Secrets::load(BTreeMap::from([
            ("BOT".to_owned(), secret(TOKEN)),
            ("KEY".to_owned(), secret(KEY)),
            ("NO_KEY".to_owned(), secret("no key at all")),
            ("NO_TOKEN".to_owned(), secret("a token\nwith a line break")),
        ]));
        let service = GithubService::new(
            settings,
            secrets,
            Arc::new(SystemClock),
            Arc::new(SystemRandom),
        );
        let mut scene = Scene::new().at_github(service);
        scene.permits = permits(
            &RIGHTS
                .iter()
                .map(|right| format!("*/*:{right}"))
                .collect::<Vec<_>>(),
        );
        Self { scene }
    }

    /// The same, for so long.
    pub(crate) fn within(mut self, milliseconds: u64) -> Self {
        self.scene.deadline = Duration::from_millis(milliseconds);
        self
    }

    pub(crate) fn call(&self, name: &str, request: &Value) -> Result<Value, EffectError> {
        let answer = self.scene.call(name, request);
        let shown = match &answer {
            Ok(answer) => answer.to_string(),
            Err(error) => format!("{error:?}"),
        };
        for secret in [TOKEN, "ghs_canary", KEY] {
            assert!(!shown.contains(secret), "`{name}` shows a secret: {shown}");
        }
        answer
    }

    /// The error's code and message.
    pub(crate) fn refused(&self, name: &str, request: &Value) -> (String, String) {
        match self.call(name, request) {
            Err(error) => (error.code, error.message),
            Ok(response) => panic!("`{name}` was not refused: {response}"),
        }
    }
}

/// The repository of our server.
pub(crate) const API: &str = "acme/api";

/// Names an issue or a pull request of it.
pub(crate) fn issue(number: u64) -> Value {
    json!({ "repository": API, "number": number })
}

/// Asks for an issue to be made.
pub(crate) fn new_issue() -> Value {
    json!({ "repository": API, "title": "It fails", "body": "Look." })
}

/// How many of the requests do something.
pub(crate) fn writes(requests: &[String]) -> usize {
    requests
        .iter()
        .filter(|line| !line.starts_with("GET "))
        .count()
}
