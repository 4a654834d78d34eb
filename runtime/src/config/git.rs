//! `[git]` as the git service uses it.

use std::env;

use super::written::Git;
use crate::services::git::{GitIdentity, GitSettings};

/// Fills in the defaults, and takes the variables that a push inherits from the environment of this process.
///
/// A variable that is not set is not inherited: a server that is started by a service manager has no agent's socket.
pub(super) fn settings(written: &Git) -> GitSettings {
    let mut settings = GitSettings::default();
    if let Some(program) = &written.program {
        settings.program.clone_from(program);
    }
    for name in &written.environment {
        if let Ok(value) = env::var(name) {
            settings.program_environment.insert(name.clone(), value);
        }
    }
    settings.program_configuration = written
        .configuration
        .iter()
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    settings.identity = written.author.as_ref().map(|author| GitIdentity {
        name: author.name.clone(),
        email: author.email.clone(),
    });
    if let Some(threads) = written.threads {
        settings.threads = threads as usize;
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_push_inherits_what_is_named_and_nothing_else() {
        let written: Git = toml::from_str(
            r#"
            program = "/opt/git"
            environment = ["CARGO_MANIFEST_DIR", "SINEW_NO_SUCH_VARIABLE"]
            configuration = { "credential.helper" = "store" }
            author = { name = "Bot", email = "bot@example.org" }
            threads = 3
            "#,
        )
        .unwrap();
        let settings = settings(&written);
        assert_eq!(settings.program.to_str(), Some("/opt/git"));
        let names: Vec<&str> = settings
            .program_environment
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(names, ["CARGO_MANIFEST_DIR", "PATH"]);
        assert_eq!(
            settings.program_configuration,
            [("credential.helper".to_owned(), "store".to_owned())]
        );
        assert_eq!(
            settings.identity.map(|identity| identity.name),
            Some("Bot".to_owned())
        );
        assert_eq!(settings.threads, 3);
    }
}
