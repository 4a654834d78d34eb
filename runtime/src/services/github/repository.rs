//! The name of a repository.

use std::fmt;

use super::GithubError;

/// Longest name of an account and of a repository. GitHub's own limits are 39 and 100; an enterprise's accounts carry a
/// suffix.
const OWNER_BYTES_MAX: usize = 39 + 1 + 8;
const NAME_BYTES_MAX: usize = 100;

/// `owner/name`, in lower case: GitHub takes both alike.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RepositoryName {
    owner: String,
    name: String,
}

// === impl RepositoryName ===

impl RepositoryName {
    /// Parses `owner/name`.
    ///
    /// # Errors
    ///
    /// `Invalid` for what GitHub would take for no name, or for another path of its API.
    pub fn parse(text: &str) -> Result<Self, GithubError> {
        let invalid = || {
            GithubError::Invalid(format!(
                "`{}` is no repository: write `owner/name`",
                text.escape_debug()
            ))
        };
        let (owner, name) = text.split_once('/').ok_or_else(invalid)?;
        if !is_owner(owner) || !is_name(name) {
            return Err(invalid());
        }
        Ok(Self {
            owner: owner.to_ascii_lowercase(),
            name: name.to_ascii_lowercase(),
        })
    }

    /// The account it belongs to, in lower case.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// Its name within that account, in lower case.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for RepositoryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

fn is_owner(text: &str) -> bool {
    (1..=OWNER_BYTES_MAX).contains(&text.len())
        && !text.starts_with('-')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn is_name(text: &str) -> bool {
    (1..=NAME_BYTES_MAX).contains(&text.len())
        && !matches!(text, "." | "..")
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_spelling() {
        for (text, expected) in [
            ("acme/api", "acme/api"),
            ("Acme/API", "acme/api"),
            ("a-b_corp/.github", "a-b_corp/.github"),
            ("a/x.git-1_2", "a/x.git-1_2"),
        ] {
            assert_eq!(RepositoryName::parse(text).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn what_could_lead_elsewhere_is_no_name() {
        let long = format!("acme/{}", "x".repeat(101));
        for text in [
            "",
            "/",
            "acme",
            "acme/",
            "/api",
            "acme/api/issues",
            "acme/..",
            "acme/.",
            "../user",
            "./api",
            "-a/b",
            "acme/a b",
            "acme/a%2fb",
            "acme/a?b",
            "acme/a#b",
            "acme/\u{e4}",
            "acme/a\n",
            "acme\\api",
            &long,
            "https://github.com/acme/api",
        ] {
            assert!(RepositoryName::parse(text).is_err(), "{text}");
        }
    }
}
