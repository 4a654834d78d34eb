//! Rights that are given in a cloud or a cluster: to everything, or to everybody. Part of the rule `privilege-change`.

use super::phrases::{Table, twin};
use crate::analysis::Invocation;

/// Commands that give rights.
static GRANTS: Table = Table::new(&[
    (
        &["kubectl"],
        "create clusterrolebinding, create rolebinding, adm policy",
    ),
    (
        &["aws"],
        "iam attach-user-policy, iam attach-role-policy, iam attach-group-policy",
    ),
    (
        &["aws"],
        "iam put-user-policy, iam put-role-policy, iam put-group-policy, iam add-user-to-group",
    ),
    (
        &["aws"],
        "s3api put-bucket-acl, s3api put-object-acl, s3api put-bucket-policy, s3 cp, s3 sync",
    ),
    (
        &["aws"],
        "s3api put-public-access-block, s3control put-public-access-block",
    ),
    (
        &["aws"],
        "ec2 authorize-security-group-ingress, lambda add-permission",
    ),
    (
        &["gcloud"],
        "add-iam-policy-binding, set-iam-policy, firewall-rules create, firewall-rules update",
    ),
    (&["gsutil"], "iam ch, acl ch, acl set, defacl set"),
    (
        &["az"],
        "role assignment create, storage container set-permission, storage container create",
    ),
    (&["az"], "ad app permission, network nsg rule create"),
    (&["oci"], "iam policy create"),
]);

/// Commands that make a key or an account of a cloud, whatever it may do.
static ACCOUNTS: Table = Table::new(&[
    (
        &["aws"],
        "iam create-access-key, iam create-login-profile, iam update-assume-role-policy",
    ),
    (&["kubectl"], "certificate approve, create token"),
    (&["aws"], "iam create-user, iam create-policy-version"),
    (&["gcloud"], "iam service-accounts keys create"),
    (&["az"], "ad sp create-for-rbac"),
    (&["gh"], "ssh-key add, gpg-key add, deploy-key add"),
    (&["ssh-copy-id"], "*"),
]);

/// Signs of a right to everything, or for everybody.
const SIGNS: [&str; 17] = [
    "cluster-admin",
    "administratoraccess",
    "poweruseraccess",
    "fullaccess",
    "roles/owner",
    "roles/editor",
    "allusers",
    "allauthenticatedusers",
    "public-read",
    "authenticated-read",
    "public-access",
    "0.0.0.0/0",
    "::/0",
    "\"principal\":\"*\"",
    "\"action\":\"*\"",
    "blockpublicacls=false",
    "--principal*",
];

/// What accounts and groups are called that may do everything.
const WORDS: [&str; 5] = ["owner", "contributor", "admin", "admins", "administrators"];

/// What is given; `None` where nothing is, or not much.
pub(super) fn given(invocation: &Invocation) -> Option<String> {
    let name = twin(&invocation.name);
    if ACCOUNTS.said(invocation).is_some() {
        return Some(format!(
            "`{name}` would let somebody else in, or the same one by another way"
        ));
    }
    GRANTS.said(invocation)?;
    let line = invocation.line().to_lowercase();
    let dense: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    let mut words = line.split(|c: char| !(c.is_alphanumeric() || "-_".contains(c)));
    let wide =
        SIGNS.iter().any(|sign| dense.contains(sign)) || words.any(|word| WORDS.contains(&word));
    wide.then(|| format!("`{name}` would give a right to everything, or to everybody"))
}
