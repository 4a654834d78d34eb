//! Where a request goes: a path below the API's root, and a query, each part encoded where it is put in.

use std::fmt;

use url::{Position, Url};

use super::RepositoryName;

/// A path and a query. What is put in cannot leave its place: a slash in a branch's name stays within its segment.
#[derive(Debug, Clone)]
pub(super) struct Target(Url);

// === impl Target ===

impl Target {
    /// A path from the API's root.
    pub(super) fn new(segments: &[&str]) -> Self {
        // The host is never used; only what stands behind it is.
        let url = Url::parse("https://api/").unwrap_or_else(|error| unreachable!("{error}"));
        Self(url).below(segments)
    }

    /// A path below a repository.
    pub(super) fn of(repository: &RepositoryName, segments: &[&str]) -> Self {
        Self::new(&["repos", repository.owner(), repository.name()]).below(segments)
    }

    /// Adds segments.
    pub(super) fn below(mut self, segments: &[&str]) -> Self {
        if let Ok(mut path) = self.0.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        self
    }

    /// Adds to the query.
    pub(super) fn query(mut self, name: &str, value: &str) -> Self {
        self.0.query_pairs_mut().append_pair(name, value);
        self
    }

    /// Adds to the query where there is something to add.
    pub(super) fn query_some(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.query(name, value),
            None => self,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0[Position::BeforePath..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_stays_in_its_place() {
        let repository = RepositoryName::parse("acme/api").unwrap();
        let target = Target::of(&repository, &["commits", "bot/a b?c#d%2f", "status"])
            .query("state", "all")
            .query_some("head", Some("acme:bot/ä&x=y"))
            .query_some("base", None);
        assert_eq!(
            target.to_string(),
            "/repos/acme/api/commits/bot%2Fa%20b%3Fc%23d%252f/status?state=all&head=acme%3Abot%2F%C3%A4%26x%3Dy"
        );
    }
}
