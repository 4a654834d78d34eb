//! All secrets, by name.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;

use super::{Redactor, Secret, SecretSource};

/// The operator's secrets. Cloning shares them.
#[derive(Clone)]
pub struct Secrets {
    sources: Arc<BTreeMap<String, SecretSource>>,
    known: Arc<ArcSwap<Known>>,
}

/// What was read last.
#[derive(Default)]
struct Known {
    values: BTreeMap<String, Secret>,
    redactor: Redactor,
}

// === impl Secrets ===

impl Secrets {
    /// Reads every secret.
    ///
    /// One that cannot be read is missing, and the log says why: what needs it fails, and the gate, which needs none,
    /// does not.
    #[must_use]
    pub fn load(sources: BTreeMap<String, SecretSource>) -> Self {
        let known = Known::read(&sources, &BTreeMap::new());
        Self {
            sources: Arc::new(sources),
            known: Arc::new(ArcSwap::from_pointee(known)),
        }
    }

    /// Reads every secret again. What was known before goes on being redacted until the next time: it may still be on
    /// its way back from where it was sent.
    pub fn reload(&self) {
        let before = self.known.load();
        let known = Known::read(&self.sources, &before.values);
        self.known.store(Arc::new(known));
    }

    /// The secret of that name, as it was read last. Ask again for every use.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Secret> {
        self.known.load().values.get(name).cloned()
    }

    /// Puts its placeholder in the place of every secret in `bytes`; see [`Redactor`].
    #[must_use]
    pub fn redact<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        self.known.load().redactor.redact(bytes)
    }

    /// The same of something that was cut off: the beginning of a secret at its end goes, too.
    #[must_use]
    pub fn redact_cut<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        self.known.load().redactor.redact_cut(bytes)
    }

    /// The same in a text.
    #[must_use]
    pub fn redact_text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.known.load().redactor.redact_text(text)
    }
}

impl Default for Secrets {
    fn default() -> Self {
        Self::load(BTreeMap::new())
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Secrets").field(&self.sources).finish()
    }
}

// === impl Known ===

impl Known {
    /// Reads what there is, and looks out for what was there before, too.
    fn read(sources: &BTreeMap<String, SecretSource>, before: &BTreeMap<String, Secret>) -> Self {
        let read = |(name, source): (&String, &SecretSource)| match source.read() {
            Ok(secret) => Some((name.clone(), secret)),
            Err(error) => {
                tracing::error!(secret = name, "the secret cannot be used: {error}");
                None
            }
        };
        let values: BTreeMap<String, Secret> = sources.iter().filter_map(read).collect();
        let both = values.iter().chain(before);
        match Redactor::new(both.map(|(name, secret)| (name.as_str(), secret))) {
            Ok(redactor) => Self { values, redactor },
            Err(error) => {
                // What could not be found in an answer is not sent, either.
                tracing::error!("the secrets cannot be used: {error}");
                Self::default()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_changed_file_counts_after_a_reload_and_its_old_value_stays_hidden() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let write = |value: &str| {
            fs::write(&path, value).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        };
        write("first-value\n");
        let secrets = Secrets::load(BTreeMap::from([
            ("KEY".to_owned(), SecretSource::File(path.clone())),
            (
                "NONE".to_owned(),
                SecretSource::Environment {
                    variable: "NOT_SET".to_owned(),
                    value: None,
                },
            ),
        ]));
        let get = |name| secrets.get(name).map(|secret| secret.reveal().to_owned());
        assert_eq!(get("KEY").as_deref(), Some("first-value"));
        assert_eq!(get("NONE"), None);
        write("second-value\n");
        assert_eq!(get("KEY").as_deref(), Some("first-value"));
        secrets.reload();
        assert_eq!(get("KEY").as_deref(), Some("second-value"));
        assert_eq!(
            secrets.redact_text("first-value, second-value"),
            "${secret:KEY}, ${secret:KEY}"
        );
        fs::remove_file(&path).unwrap();
        secrets.reload();
        assert_eq!(get("KEY"), None);
        assert_eq!(secrets.redact(b"second-value").as_ref(), b"${secret:KEY}");
        assert!(!format!("{secrets:?}").contains("second"));
    }
}
