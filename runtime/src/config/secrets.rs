//! `[secrets]` as the secret store uses it.

use std::collections::BTreeMap;
use std::env;

use super::written::Secret as Written;
use crate::services::secrets::{Secret, SecretSource, is_name};

/// Most secrets: each costs every answer that is searched for them.
const SECRETS_MAX: usize = 64;

/// Says where each secret comes from, and takes those that stand in the environment of this process; the error is a key
/// and what is wrong with it.
pub(super) fn sources(
    written: &BTreeMap<String, Written>,
) -> Result<BTreeMap<String, SecretSource>, (String, String)> {
    if written.len() > SECRETS_MAX {
        return Err((
            "secrets".to_owned(),
            format!("at most {SECRETS_MAX} are kept"),
        ));
    }
    written
        .iter()
        .map(|(name, written)| {
            source(name, written)
                .map(|source| (name.clone(), source))
                .map_err(|message| (format!("secrets.{name}"), message.to_owned()))
        })
        .collect()
}

fn source(name: &str, written: &Written) -> Result<SecretSource, &'static str> {
    if !is_name(name) {
        return Err("a name has at most 64 letters, digits, `_`, `-` and `.`");
    }
    match (&written.env, &written.file) {
        (Some(variable), None) => Ok(SecretSource::Environment {
            variable: variable.clone(),
            value: env::var(variable).ok().map(Secret::new),
        }),
        (None, Some(file)) if file.is_absolute() => Ok(SecretSource::File(file.clone())),
        (None, Some(_)) => Err("`file` has to be an absolute path"),
        _ => Err("write either `env` or `file`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<BTreeMap<String, SecretSource>, (String, String)> {
        sources(&toml::from_str(text).unwrap())
    }

    #[test]
    fn a_secret_comes_from_one_place() {
        let sources = read(
            r#"
            KEY = { env = "CARGO_PKG_NAME" }
            NONE = { env = "SINEW_NO_SUCH_VARIABLE" }
            "FILE-1.a" = { file = "/run/secrets/file" }
            "#,
        )
        .unwrap();
        assert_eq!(
            sources["KEY"].read().unwrap_err().to_string(),
            "it has to have 8 to 16384 bytes"
        );
        assert!(
            sources["NONE"]
                .read()
                .unwrap_err()
                .to_string()
                .contains("SINEW_NO_SUCH")
        );
        assert_eq!(
            sources["FILE-1.a"],
            SecretSource::File("/run/secrets/file".into())
        );
        for (text, key, expected) in [
            (r#"A = { env = "A", file = "/a" }"#, "secrets.A", "either"),
            ("A = {}", "secrets.A", "either"),
            (r#"A = { file = "a" }"#, "secrets.A", "absolute"),
            (r#""A}" = { env = "A" }"#, "secrets.A}", "letters"),
            (r#""" = { env = "A" }"#, "secrets.", "letters"),
        ] {
            let (wrong, message) = read(text).unwrap_err();
            assert_eq!(wrong, key);
            assert!(message.contains(expected), "{message}");
        }
        let many: Vec<String> = (0..=SECRETS_MAX)
            .map(|i| format!("A{i} = {{ env = \"A\" }}\n"))
            .collect();
        let many = many.concat();
        assert_eq!(read(&many).unwrap_err().0, "secrets");
    }
}
