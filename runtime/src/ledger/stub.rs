//! Stubs: signed statements that the first records were dropped because they were old, and what goes on after them.
//!
//! A stub is a signed note like a checkpoint. Its text is five lines, each ended by a line feed: the origin; the size in
//! decimal; the root in base64; `heads ` and, in base64, SHA-256 over the heads of the chains that go on; `time ` and the
//! microseconds since 1970. Its fourth line keeps it from being taken for a checkpoint, and the other way round.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::checkpoint::{decimal, decode, split};
use super::{LedgerKey, PublicKey};
use crate::store::{ChainHead, Stub, Tree};

/// What a stub says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StubNote {
    size: u64,
    root: [u8; 32],
    heads: [u8; 32],
}

// === impl StubNote ===

impl StubNote {
    /// Says what `tree` and `heads` amount to.
    fn of(tree: &Tree, heads: &[ChainHead]) -> Self {
        let mut digest = Sha256::new();
        for ChainHead { chain, seq, hash } in heads {
            let name_bytes = u32::try_from(chain.len()).unwrap_or(u32::MAX);
            digest.update(name_bytes.to_be_bytes());
            digest.update(chain);
            digest.update(seq.to_be_bytes());
            digest.update(hash);
        }
        Self {
            size: tree.size(),
            root: tree.root(),
            heads: digest.finalize().into(),
        }
    }

    /// Makes the stub over `tree`; `heads` are sorted by name.
    pub(super) fn sign(
        tree: Tree,
        heads: Vec<ChainHead>,
        unix_micros: i64,
        key: &LedgerKey,
    ) -> Stub {
        let Self {
            size,
            root,
            heads: digest,
        } = Self::of(&tree, &heads);
        let (origin, root) = (key.public().name(), STANDARD.encode(root));
        let digest = STANDARD.encode(digest);
        let text = format!("{origin}\n{size}\n{root}\nheads {digest}\ntime {unix_micros}\n");
        let note = format!("{text}\n{}", key.signature_line(&text));
        Stub { tree, heads, note }
    }

    /// Judges whether a stub is signed and is over the tree and the heads that stand beside it.
    ///
    /// # Errors
    /// What is wrong with it, for people.
    pub(super) fn verify(stub: &Stub, key: &PublicKey) -> Result<(), String> {
        let (text, signatures) = split(&stub.note).ok_or("is not a signed note")?;
        let (origin, said) = Self::read(text).ok_or("is not a stub")?;
        if !key.verifies(text, signatures) {
            return Err(format!("is not signed by `{}`", key.name()));
        }
        if origin != key.name() {
            return Err(format!("is of another log, `{origin}`"));
        }
        if said != Self::of(&stub.tree, &stub.heads) {
            return Err("is not over the tree and the heads that are kept with it".to_owned());
        }
        Ok(())
    }

    fn read(text: &str) -> Option<(&str, Self)> {
        let mut lines = text.lines();
        let origin = lines.next().filter(|origin| !origin.is_empty())?;
        let size = decimal(lines.next()?)?;
        let root = decode(lines.next()?)?;
        let heads = decode(lines.next()?.strip_prefix("heads ")?)?;
        lines.next()?.strip_prefix("time ")?.parse::<i64>().ok()?;
        Some((origin, Self { size, root, heads }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Checkpoint, NO_PREVIOUS};

    fn stub(key: &LedgerKey) -> Stub {
        let mut tree = Tree::default();
        for seq in 1..=5 {
            tree.push("gate", seq, &[7; 32]);
        }
        let head = ChainHead {
            chain: "gate".to_owned(),
            seq: 5,
            hash: [7; 32],
        };
        StubNote::sign(tree, vec![head], 12, key)
    }

    #[test]
    fn a_stub_verifies_with_what_it_is_over_and_with_nothing_else() {
        let key = LedgerKey::new(&[1; 32]);
        let good = stub(&key);
        assert_eq!(StubNote::verify(&good, key.public()), Ok(()));
        let other_tree = Stub {
            tree: Tree::default(),
            ..good.clone()
        };
        let other_heads = Stub {
            heads: Vec::new(),
            ..good.clone()
        };
        let other_size = Stub {
            note: good.note.replacen("\n5\n", "\n6\n", 1),
            ..good.clone()
        };
        for changed in [other_tree, other_heads, other_size] {
            assert!(StubNote::verify(&changed, key.public()).is_err());
        }
        let stranger = LedgerKey::new(&[2; 32]);
        assert!(StubNote::verify(&good, stranger.public()).is_err());
    }

    #[test]
    fn a_stub_is_no_checkpoint_and_a_checkpoint_is_no_stub() {
        let key = LedgerKey::new(&[1; 32]);
        let good = stub(&key);
        assert_eq!(Checkpoint::parse(&good.note), None);
        let checkpoint = Checkpoint {
            origin: key.public().name().to_owned(),
            size: 5,
            root: good.tree.root(),
            previous: NO_PREVIOUS,
            unix_micros: 12,
        };
        let disguised = Stub {
            note: checkpoint.sign(&key),
            ..good
        };
        assert_eq!(
            StubNote::verify(&disguised, key.public()),
            Err("is not a stub".to_owned())
        );
    }
}
