//! Deleting by hand what a forge, a cloud or a registry keeps: `curl -X DELETE https://api.github.com/repos/…`.
//!
//! Part of the rule `infrastructure`. An interface that is being developed is deleted from all day, so only hosts count that
//! are known to be somebody else's.

use super::phrases::twin;
use crate::analysis::Invocation;

/// Programs that send requests.
const SENDERS: [&str; 6] = ["curl", "wget", "http", "https", "xh", "curlie"];

/// Hosts, by how they end or what is in their addresses.
const HOSTS: [&str; 32] = [
    "api.github.com",
    "uploads.github.com",
    "/api/v3/repos/",
    "gitlab.com",
    "/api/v4/projects/",
    "/api/v4/groups/",
    "api.bitbucket.org",
    "/api/v1/repos/",
    "dev.azure.com",
    ".amazonaws.com",
    ".googleapis.com",
    "management.azure.com",
    "graph.microsoft.com",
    "api.digitalocean.com",
    "api.cloudflare.com",
    "api.heroku.com",
    "api.hetzner.cloud",
    "api.linode.com",
    "api.vercel.com",
    "api.netlify.com",
    "api.render.com",
    "api.fly.io",
    "api.machines.dev",
    "api.supabase.com",
    "api.scaleway.com",
    "api.vultr.com",
    "registry.npmjs.org",
    "hub.docker.com",
    "app.terraform.io",
    "api.pagerduty.com",
    "api.stripe.com",
    "slack.com/api",
];

/// What a forge keeps about a conversation: taking it back loses nothing that was built.
const SMALL: [&str; 9] = [
    "/labels",
    "/reactions",
    "/comments",
    "/assignees",
    "/requested_reviewers",
    "/subscription",
    "/notifications",
    "/lock",
    "/star",
];

/// Methods that change something, as `http` and `xh` are given them: as the first word.
const METHODS: [&str; 4] = ["delete", "put", "patch", "post"];

/// The address that a request deletes at; `None` where it deletes nothing, or nothing that matters to others.
pub(super) fn deleted_from(invocation: &Invocation) -> Option<String> {
    let is_client = twin(&invocation.name) == "gh" && invocation.has(&["api"])
        || invocation.name == "glab" && invocation.has(&["api"]);
    let line = || invocation.line().to_lowercase();
    if is_client
        && invocation.has(&["graphql"])
        && line().contains("mutation")
        && line().contains("delete")
    {
        return Some("graphql".to_owned());
    }
    if !is_client && !SENDERS.contains(&invocation.name.as_str()) || !deletes(invocation) {
        return None;
    }
    let mut addresses = invocation
        .arguments
        .iter()
        .map(|argument| argument.text.as_str())
        .filter(|text| text.contains('/') && !text.contains(' '));
    let address =
        addresses.find(|text| is_client || HOSTS.iter().any(|host| text.contains(host)))?;
    let path = address.split('?').next().unwrap_or(address);
    let is_small =
        SMALL.iter().any(|small| path.contains(small)) || path.starts_with("user/starred");
    (!is_small).then(|| path.to_owned())
}

/// Whether the method of a request is `DELETE`.
pub(super) fn deletes(invocation: &Invocation) -> bool {
    method(invocation).is_some_and(|method| method.eq_ignore_ascii_case("delete"))
}

/// The method of a request, where it is named.
pub(super) fn method(invocation: &Invocation) -> Option<&str> {
    let arguments = &invocation.arguments;
    arguments.iter().enumerate().find_map(|(at, argument)| {
        let text = argument.text.as_str();
        let joined = ["--request=", "--method=", "-X"]
            .iter()
            .find_map(|option| text.strip_prefix(option))
            .filter(|method| !method.is_empty());
        let is_option = matches!(text, "-X" | "--request" | "--method")
            || text.starts_with('-') && !text.starts_with("--") && text.ends_with('X');
        let next = || arguments.get(at + 1).map(|next| next.text.as_str());
        let bare = METHODS
            .iter()
            .any(|method| method.eq_ignore_ascii_case(text));
        let bare =
            (bare && at == 0 && invocation.name != "curl" || text == "DELETE").then_some(text);
        joined.or_else(|| if is_option { next() } else { bare })
    })
}
