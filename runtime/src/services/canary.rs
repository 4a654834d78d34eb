//! Canaries: events that an operator sends to see a refusal arrive.
//!
//! A canary stands in the body, so that it takes every step that a client's event takes, through the shim, too. Who may
//! send one is who can read the operator's token: an agent's client has another. A canary is never answered with anything
//! but a refusal, so that even who forges one gains nothing.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::world::Random;

/// The member of the body that makes an event a canary.
const MEMBER: &str = "sinew_canary";

/// The session that canaries name; no client has it.
pub const SESSION: &str = "sinew-doctor";

const NONCE_BYTES: usize = 16;

/// Makes the body of a canary, and the number by which its answer is known again.
#[must_use]
pub fn body(event: &str, token: &str, random: &dyn Random) -> (Value, String) {
    let mut nonce = [0; NONCE_BYTES];
    random.fill(&mut nonce);
    let nonce = hex::encode(nonce);
    let body = json!({
        "hook_event_name": event,
        "session_id": SESSION,
        MEMBER: { "nonce": nonce, "proof": proof(token, event, &nonce) },
    });
    (body, nonce)
}

/// Reads the number of a canary; none where an event is not one, or is somebody else's.
#[must_use]
pub fn read(event: &str, input: &Value, token: &str) -> Option<String> {
    let canary = input.get(MEMBER)?;
    let nonce = canary.get("nonce")?.as_str()?;
    let offered = canary.get("proof")?.as_str()?;
    let plain =
        nonce.len() == 2 * NONCE_BYTES && nonce.bytes().all(|byte| byte.is_ascii_hexdigit());
    let proven: bool = proof(token, event, nonce)
        .as_bytes()
        .ct_eq(offered.as_bytes())
        .into();
    (plain && proven).then(|| nonce.to_owned())
}

/// What a canary is refused with.
#[must_use]
pub fn reason(nonce: &str) -> String {
    format!("sinew: canary {nonce}, a test of the gate; nothing was to be run")
}

fn proof(token: &str, event: &str, nonce: &str) -> String {
    let mut digest = Sha256::new();
    for part in ["sinew canary", token, event, nonce] {
        // Lengths first, so that no two canaries share a proof.
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    hex::encode(digest.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::SeededRandom;

    #[test]
    fn only_who_has_the_token_makes_a_canary_and_only_for_its_event() {
        let (body, nonce) = body("Stop", "secret", &SeededRandom::new(1));
        assert_eq!(read("Stop", &body, "secret"), Some(nonce));
        assert_eq!(read("Stop", &body, "other"), None);
        assert_eq!(read("PreToolUse", &body, "secret"), None);
        for (member, value) in [
            ("nonce", json!("00")),
            ("proof", json!("")),
            ("proof", json!(1)),
        ] {
            let mut forged = body.clone();
            forged[MEMBER][member] = value;
            assert_eq!(read("Stop", &forged, "secret"), None, "{member}");
        }
        assert_eq!(read("Stop", &json!({ MEMBER: true }), "secret"), None);
    }
}
