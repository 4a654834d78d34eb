//! Payloads: bytes that records name by a salted digest, stored apart so that they can be erased.

use sha2::{Digest as _, Sha256};

/// Bytes and the salted digest that names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    /// `SHA-256(salt ‖ bytes)`.
    pub digest: [u8; 32],
    /// Random, so that the digest of an erased payload does not confirm a guess at what it was.
    pub salt: [u8; 16],
    /// The bytes themselves.
    pub bytes: Vec<u8>,
}

/// A payload as the store holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPayload {
    /// Its place among all payloads that were ever kept, from 1.
    pub number: u64,
    /// The digest that records name; stays when the rest is erased.
    pub digest: [u8; 32],
    /// Salt and bytes; `None` once erased.
    pub content: Option<([u8; 16], Vec<u8>)>,
}

impl Payload {
    /// Names `bytes` under `salt`.
    #[must_use]
    pub fn new(salt: [u8; 16], bytes: Vec<u8>) -> Self {
        Self {
            digest: salted(&salt, &bytes),
            salt,
            bytes,
        }
    }
}

impl StoredPayload {
    /// Says whether the digest names the content. An erased payload is intact: nothing is left to differ.
    #[must_use]
    pub fn intact(&self) -> bool {
        self.content
            .as_ref()
            .is_none_or(|(salt, bytes)| salted(salt, bytes) == self.digest)
    }
}

fn salted(salt: &[u8; 16], bytes: &[u8]) -> [u8; 32] {
    Sha256::new()
        .chain_update(salt)
        .chain_update(bytes)
        .finalize()
        .into()
}
