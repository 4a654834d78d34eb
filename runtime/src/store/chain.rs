//! The hash that links a record to its chain.

use sha2::{Digest as _, Sha256};

/// Keeps these hashes apart from every other use of SHA-256.
const DOMAIN: &[u8] = b"sinew chain v1\n";

/// What stands before the first record of every chain.
pub const CHAIN_START: [u8; 32] = [0; 32];

/// Links one record to its chain.
///
/// The hash is SHA-256 over, in this order and with nothing between:
///
/// | bytes | what |
/// |---|---|
/// | 15 | the ASCII text `sinew chain v1` and a line feed |
/// | 32 | the hash of the chain's previous record; 32 zero bytes for its first |
/// | 4 | the length of the chain's name in bytes, big-endian |
/// | n | the chain's name, UTF-8 |
/// | 8 | the record's place in its chain, big-endian, 1 for the first |
/// | 8 | the length of the body in bytes, big-endian |
/// | n | the body |
#[must_use]
pub fn chain_hash(previous: &[u8; 32], chain: &str, seq: u64, body: &[u8]) -> [u8; 32] {
    // Names are limited far below 4 GiB at the door; a longer one could only repeat a prefix, never another frame.
    let name_bytes = u32::try_from(chain.len()).unwrap_or(u32::MAX);
    Sha256::new()
        .chain_update(DOMAIN)
        .chain_update(previous)
        .chain_update(name_bytes.to_be_bytes())
        .chain_update(chain)
        .chain_update(seq.to_be_bytes())
        .chain_update((body.len() as u64).to_be_bytes())
        .chain_update(body)
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_the_frame_changes_the_hash() {
        let hash = chain_hash(&CHAIN_START, "guard/none", 1, b"{}");
        assert_ne!(hash, chain_hash(&[1; 32], "guard/none", 1, b"{}"));
        assert_ne!(hash, chain_hash(&CHAIN_START, "guard/nonf", 1, b"{}"));
        assert_ne!(hash, chain_hash(&CHAIN_START, "guard/none", 2, b"{}"));
        assert_ne!(hash, chain_hash(&CHAIN_START, "guard/none", 1, b"[]"));
    }

    #[test]
    fn the_frame_is_the_documented_one() {
        let mut frame = b"sinew chain v1\n".to_vec();
        frame.extend([0; 32]);
        frame.extend([0, 0, 0, 4]);
        frame.extend(b"gate");
        frame.extend([0, 0, 0, 0, 0, 0, 1, 2]);
        frame.extend([0, 0, 0, 0, 0, 0, 0, 2]);
        frame.extend(b"{}");
        let expected: [u8; 32] = Sha256::digest(&frame).into();
        assert_eq!(chain_hash(&CHAIN_START, "gate", 258, b"{}"), expected);
    }
}
