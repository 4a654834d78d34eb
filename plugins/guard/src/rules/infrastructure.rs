//! `infrastructure`: tearing down what others use.

use super::{Context, Rule, in_order, no_file, only_looks};
use crate::analysis::Invocation;
use crate::finding::{Objection, ask};

pub(super) const RULE: Rule = Rule {
    id: "infrastructure",
    summary: "Destroying clouds, clusters, volumes and stacks, and applying changes to them unasked.",
    advice: "Show the plan (`terraform plan`, `--dry-run`) and let the person run it.",
    invocation: judge,
    file: no_file,
};

/// Programs, and words that destroy when they follow in this order.
const DESTROYING: &[(&str, &[&str])] = &[
    ("terraform", &["destroy"]),
    ("tofu", &["destroy"]),
    ("terragrunt", &["destroy"]),
    ("terraform", &["state", "rm"]),
    ("tofu", &["state", "rm"]),
    ("terraform", &["taint"]),
    ("terraform", &["force-unlock"]),
    ("terraform", &["workspace", "delete"]),
    ("pulumi", &["destroy"]),
    ("pulumi", &["up", "--yes"]),
    ("pulumi", &["stack", "rm"]),
    ("cdk", &["destroy"]),
    ("sam", &["delete"]),
    ("serverless", &["remove"]),
    ("sls", &["remove"]),
    ("sst", &["remove"]),
    ("copilot", &["delete"]),
    ("kubectl", &["delete"]),
    ("oc", &["delete"]),
    ("kubectl", &["drain"]),
    ("kubectl", &["replace", "--force"]),
    ("kubectl", &["scale", "--replicas=0"]),
    ("helm", &["uninstall"]),
    ("helm", &["delete"]),
    ("helm", &["rollback"]),
    ("kustomize", &["delete"]),
    ("kind", &["delete"]),
    ("k3d", &["delete"]),
    ("eksctl", &["delete"]),
    ("kops", &["delete"]),
    ("argocd", &["app", "delete"]),
    ("flux", &["uninstall"]),
    ("velero", &["delete"]),
    ("nomad", &["job", "stop"]),
    ("nomad", &["stop"]),
    ("vault", &["delete"]),
    ("vault", &["kv", "destroy"]),
    ("consul", &["kv", "delete"]),
    ("heroku", &["apps:destroy"]),
    ("heroku", &["pg:reset"]),
    ("heroku", &["addons:destroy"]),
    ("fly", &["destroy"]),
    ("flyctl", &["destroy"]),
    ("doctl", &["delete"]),
    ("hcloud", &["delete"]),
    ("linode-cli", &["delete"]),
    ("scw", &["delete"]),
    ("ibmcloud", &["delete"]),
    ("gh", &["repo", "delete"]),
    ("gh", &["repo", "archive"]),
    ("gh", &["secret", "delete"]),
    ("glab", &["repo", "delete"]),
    ("vercel", &["rm"]),
    ("vercel", &["remove"]),
    ("netlify", &["sites:delete"]),
    ("firebase", &["projects:delete"]),
    ("wrangler", &["delete"]),
    ("supabase", &["projects", "delete"]),
    ("railway", &["down"]),
    ("docker", &["volume", "rm"]),
    ("docker", &["volume", "prune"]),
    ("docker", &["system", "prune"]),
    ("podman", &["volume", "rm"]),
    ("podman", &["system", "prune"]),
    ("podman", &["system", "reset"]),
    ("docker", &["swarm", "leave"]),
    ("docker", &["stack", "rm"]),
    ("vagrant", &["destroy"]),
    ("multipass", &["delete"]),
    ("virsh", &["undefine"]),
    ("virsh", &["destroy"]),
    ("limactl", &["delete"]),
    ("minikube", &["delete"]),
    ("gcloud", &["delete"]),
    ("az", &["delete"]),
    ("az", &["purge"]),
    ("gsutil", &["rb"]),
    ("gsutil", &["rm"]),
    ("gcloud", &["storage", "rm"]),
    ("rclone", &["purge"]),
    ("rclone", &["delete"]),
    ("s3cmd", &["del"]),
    ("s3cmd", &["rb"]),
    ("mc", &["rb"]),
    ("mc", &["rm"]),
    ("b2", &["delete-bucket"]),
    ("aws", &["s3", "rb"]),
    ("bq", &["rm"]),
];

/// Programs that are judged by more than their words.
const OTHERS: [&str; 4] = ["aws", "docker-compose", "ansible", "ansible-playbook"];

fn judge(invocation: &Invocation, _: &Context<'_>) -> Objection {
    let name = invocation.name.as_str();
    if !OTHERS.contains(&name) && !DESTROYING.iter().any(|(program, _)| *program == name) {
        return None;
    }
    let words: Vec<&str> = invocation
        .arguments
        .iter()
        .map(|argument| argument.text.as_str())
        .filter(|text| {
            !text.starts_with('-') || matches!(*text, "--yes" | "--force" | "--replicas=0")
        })
        .collect();
    let line = invocation.line();
    if only_looks(invocation)
        || words.first() == Some(&"help")
        || line.contains("--no-execute-changeset")
    {
        return None;
    }
    let has = |text: &str| invocation.has(&[text]);
    let verb = |verbs: &[&str]| {
        words
            .iter()
            .take(5)
            .any(|word| verbs.iter().any(|verb| word.starts_with(verb)))
    };
    let destroys = match name {
        "terraform" | "tofu" | "terragrunt"
            if words.contains(&"plan") || words.contains(&"show") =>
        {
            false
        }
        "terraform" | "tofu" | "terragrunt"
            if words.contains(&"apply") || words.contains(&"run-all") =>
        {
            line.contains("-auto-approve")
                || has("-destroy")
                || has("--destroy")
                || words.contains(&"destroy")
                || line.contains("-non-interactive")
        }
        "aws" => {
            verb(&[
                "delete-",
                "terminate-",
                "deregister-",
                "purge-",
                "empty-",
                "release-address",
                "schedule-key-deletion",
            ]) || in_order(&words, &["s3", "rb"])
                || in_order(&words, &["s3", "rm"])
                || in_order(&words, &["s3", "sync"]) && has("--delete")
        }
        "docker" if words.contains(&"compose") => {
            words.contains(&"down") && (invocation.option('v', "volumes") || line.contains("--rmi"))
                || words.contains(&"rm") && invocation.option('v', "volumes")
        }
        "docker-compose" => words.contains(&"down") && invocation.option('v', "volumes"),
        "docker" | "podman"
            if in_order(&words, &["system", "prune"]) || in_order(&words, &["volume"]) =>
        {
            verb(&["prune", "rm", "remove"])
                && (words.contains(&"volume") || invocation.option('a', "all") || has("--volumes"))
        }
        "docker"
            if words.first() == Some(&"rm")
                && raw_of(invocation).contains("docker ps")
                && raw_of(invocation).contains("-a")
                && !raw_of(invocation).contains("filter") =>
        {
            true
        }
        "kubectl"
            if words.contains(&"config")
                || words.contains(&"explain")
                || words.contains(&"auth") =>
        {
            false
        }
        "kubectl" if words.contains(&"apply") && has("--prune") => true,
        "ansible" | "ansible-playbook" => line.contains("state=absent"),
        _ => DESTROYING.iter().any(|(program, wanted)| {
            *program == name
                && in_order(&words, wanted)
                && wanted
                    .first()
                    .is_none_or(|first| words.iter().take(6).any(|word| word == first))
        }),
    };
    if !destroys {
        return None;
    }
    let what = std::iter::once(name)
        .chain(words.iter().copied().take(3))
        .collect::<Vec<_>>()
        .join(" ");
    ask(format!(
        "`{what}` changes or destroys what others may be using"
    ))
}

fn raw_of(invocation: &Invocation) -> String {
    invocation
        .arguments
        .iter()
        .map(|argument| argument.raw.as_str())
        .collect()
}
