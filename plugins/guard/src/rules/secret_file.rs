//! Which files hold secrets, by what programs usually put there. Part of the rule `secrets`.

/// Parts of the names of files that only show what settings look like.
pub(super) const EXAMPLES: [&str; 6] = [
    "example", "sample", "template", "dist", "defaults", "schema",
];

/// How the names of `.env` files end that a test run is made from, and those of files that are about `.env` files.
const TESTED: [&str; 3] = ["test", "testing", "ci"];
const CODE: [&str; 6] = ["ts", "js", "md", "py", "rs", "go"];

/// Files with the credentials of an account that a project is given.
const ACCOUNT_FILES: [&str; 6] = [
    "kubeconfig.yaml",
    "service-account.json",
    "service_account.json",
    "serviceaccount.json",
    "serviceaccountkey.json",
    "service-account-key.json",
];

/// Parts of the names of certificates, which are public.
const PUBLIC: [&str; 13] = [
    "cert",
    "certs",
    "certificate",
    "ca",
    "cacert",
    "cacerts",
    "chain",
    "fullchain",
    "bundle",
    "public",
    "pub",
    "rootca",
    "crt",
];

pub(super) enum Holds {
    /// A key or the credentials of an account.
    Key(&'static str),
    /// Settings, with secrets among them.
    Settings,
}

/// What a file with this path holds, by what programs usually put there.
pub(super) fn holds(path: &str) -> Option<Holds> {
    const KEYS: [&str; 7] = [
        "id_rsa",
        "id_dsa",
        "id_ecdsa",
        "id_ed25519",
        "id_ecdsa_sk",
        "id_ed25519_sk",
        "authorized_keys",
    ];
    const ACCOUNTS: [&str; 20] = [
        ".aws/credentials",
        ".kube/config",
        ".docker/config.json",
        ".netrc",
        "_netrc",
        ".git-credentials",
        ".pgpass",
        ".pypirc",
        ".vault-token",
        ".config/gh/hosts.yml",
        "application_default_credentials.json",
        "adc.json",
        ".claude/.credentials.json",
        ".cargo/credentials",
        ".cargo/credentials.toml",
        ".gem/credentials",
        ".azure/accesstokens.json",
        ".azure/msal_token_cache.json",
        ".config/gcloud/credentials.db",
        ".config/gcloud/access_tokens.db",
    ];

    // Some file systems do not tell capitals apart.
    let path = path.to_lowercase();
    let path = path.trim_end_matches('/');
    let name = path.rsplit('/').next().unwrap_or_default();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let segments: Vec<&str> = path.split('/').collect();
    if ending == "pub" || name.starts_with("known_hosts") {
        return None;
    }
    if KEYS.contains(&name) || ending == "ppk" {
        return Some(Holds::Key(
            "is a private key, or decides whose key opens this machine",
        ));
    }
    if segments.contains(&".ssh") && name != "config" || segments.contains(&".gnupg") {
        return Some(Holds::Key("lies where private keys are kept"));
    }
    if matches!(name, ".aws" | ".kube" | ".azure" | "gcloud") && path != "gcloud" {
        return Some(Holds::Key("is where credentials of accounts are kept"));
    }
    if matches!(
        name,
        "login data" | "cookies.sqlite" | "logins.json" | "key4.db" | "login.keychain-db"
    ) || path.contains("/google-chrome/") && name == "cookies"
    {
        return Some(Holds::Key(
            "is where a browser or a key chain keeps passwords",
        ));
    }
    if ACCOUNTS.iter().any(|account| {
        path.strip_suffix(account)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
    }) {
        return Some(Holds::Key("holds the credentials of an account"));
    }
    if matches!(path, "/etc/shadow" | "/etc/gshadow")
        || path.starts_with("/proc/") && name == "environ"
    {
        return Some(Holds::Key("holds the machine's secrets"));
    }
    if path.contains("sinew/tokens/") || path.ends_with("sinew/tokens") {
        return Some(Holds::Key("holds this gate's own tokens"));
    }
    let is_environment =
        name == ".env" || name == ".envrc" || ending == "env" || name.starts_with(".env.");
    let is_example = EXAMPLES.contains(&ending) || name.contains("example");
    let is_other =
        name.starts_with(".env.") && (TESTED.contains(&ending) || CODE.contains(&ending));
    if is_environment && !is_example && !is_other {
        return Some(Holds::Settings);
    }
    if ending == "tfstate"
        || name.starts_with("client_secret") && ending == "json"
        || ACCOUNT_FILES.contains(&name)
    {
        return Some(Holds::Settings);
    }
    if is_public(name) {
        return None;
    }
    if matches!(
        ending,
        "pem" | "key" | "p12" | "pfx" | "jks" | "keystore" | "kdbx"
    ) || name == ".npmrc"
        || name == ".htpasswd"
    {
        return Some(Holds::Settings);
    }
    None
}

/// Whether a name says that it is a certificate, which is there to be shown: `fullchain.pem`, `ca-bundle.pem`.
fn is_public(name: &str) -> bool {
    let parts = || name.split(['-', '_', '.']);
    parts().next_back() == Some("pem")
        && parts().any(|part| PUBLIC.contains(&part))
        && (!parts().any(|part| part.contains("key") || part.starts_with("priv"))
            || parts().next() == Some("public"))
}
