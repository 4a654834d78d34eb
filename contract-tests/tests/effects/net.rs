//! What the tests of the network share: a scene whose names mean what a test says, and rules for it.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use sinew_runtime::permits::{PermitSet, Permits};
use sinew_runtime::services::git::GitSettings;
use sinew_runtime::services::net::{NetService, NetSettings, Resolver, Resolving};
use sinew_runtime::services::secrets::{Secret, SecretSource, Secrets};
use sinew_schema::EffectError;

use crate::scene::Scene;

/// The secret that the scene knows, and its value: all of it is spelt in another way in base64, in a URL and in JSON.
pub(crate) const KEY: (&str, &str) = ("ACME_KEY", "k3y/with+\"quotes\"&more");

/// A network of names that mean what a test says.
pub(crate) struct Net {
    scene: Scene,
    pub(crate) names: Names,
}

/// Looks nothing up: each lookup of a name gets the next answer, and the last one goes on for ever.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    answers: Arc<Mutex<BTreeMap<String, VecDeque<Vec<IpAddr>>>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

// === impl Names ===

impl Names {
    /// Says what the lookups of a name are answered.
    pub(crate) fn set(&self, name: &str, answers: &[&[&str]]) {
        let answers = answers.iter().map(|addresses| {
            let addresses = addresses.iter().map(|address| address.parse().unwrap());
            addresses.collect()
        });
        self.answers
            .lock()
            .unwrap()
            .insert(name.to_owned(), answers.collect());
    }

    /// The names that were looked up since this was asked last.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

impl Resolver for Names {
    fn resolve<'a>(&'a self, host: &'a str) -> Resolving<'a> {
        Box::pin(async move {
            self.asked.lock().unwrap().push(host.to_owned());
            let mut answers = self.answers.lock().unwrap();
            let next = answers
                .get_mut(host)
                .and_then(|answers| match answers.len() {
                    0 | 1 => answers.front().cloned(),
                    _ => answers.pop_front(),
                });
            next.ok_or_else(|| io::Error::other("nobody knows that name"))
        })
    }
}

// === impl Net ===

impl Net {
    pub(crate) fn new() -> Self {
        Self::with(NetSettings::default())
    }

    pub(crate) fn with(settings: NetSettings) -> Self {
        let names = Names::default();
        let source = SecretSource::Environment {
            variable: KEY.0.to_owned(),
            value: Some(Secret::new(KEY.1)),
        };
        let secrets = Secrets::load(BTreeMap::from([(KEY.0.to_owned(), source)]));
        let resolver = Arc::new(names.clone());
        let net = NetService::start(settings, resolver, secrets.clone()).unwrap();
        Self {
            scene: Scene::over(GitSettings::default(), net, secrets),
            names,
        }
    }

    /// Fetches under these rules.
    pub(crate) fn fetch(&self, rules: &Value, request: &Value) -> Result<Value, EffectError> {
        self.scene.call_with(&permits(rules), "net_fetch", request)
    }

    /// The code of the error, or the status of the answer.
    pub(crate) fn outcome(&self, rules: &Value, request: &Value) -> String {
        match self.fetch(rules, request) {
            Ok(answer) => answer["status"].to_string(),
            Err(error) => error.code,
        }
    }
}

/// Rules of the net family, requested and granted.
pub(crate) fn permits(rules: &Value) -> Permits {
    let set = PermitSet::parse(&json!({ "net": rules }), "permits").unwrap();
    Permits::new("bot", set.clone(), set)
}

/// A rule for everything on a host over plain HTTP that lies on this machine's first address.
pub(crate) fn rule(host: &str, port: u16) -> Value {
    json!({
        "host": host,
        "methods": ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH"],
        "path": "/**",
        "schemes": ["http"],
        "ports": [port],
        "private": ["127.0.0.1/32"],
    })
}

/// The same, with the scene's secret.
pub(crate) fn rule_with_secret(host: &str, port: u16) -> Value {
    let mut rule = rule(host, port);
    rule["secrets"] = json!([KEY.0]);
    rule
}
