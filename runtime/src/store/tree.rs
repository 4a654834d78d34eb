//! The Merkle tree over the global order (RFC 6962, section 2.1), of which only the right edge is kept.

use sha2::{Digest as _, Sha256};

use super::StoreError;

/// An append-only Merkle tree that remembers only the roots of its perfect subtrees.
///
/// Leaf `n` is the record at position `n + 1`. A leaf's data is, with nothing between: the length of the chain's name in
/// bytes (4 bytes, big-endian), the name, the record's place in its chain (8 bytes, big-endian), its chain hash (32 bytes).
/// As in the RFC a leaf's hash is SHA-256 over a zero byte and that data, an inner node's SHA-256 over a one byte and its
/// two children, and the root of an empty tree SHA-256 over nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    size: u64,
    /// Roots of the perfect subtrees, largest and leftmost first: one for each bit that is set in `size`.
    frontier: Vec<[u8; 32]>,
}

impl Tree {
    /// Restores a tree from its size and the bytes of [`Tree::frontier_bytes`].
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the two do not belong together.
    pub fn restore(size: u64, frontier: &[u8]) -> Result<Self, StoreError> {
        let (nodes, rest) = frontier.as_chunks::<32>();
        if !rest.is_empty() || nodes.len() != size.count_ones() as usize {
            return Err(StoreError::Corrupt(format!(
                "a tree of {size} leaves has a frontier of {} bytes",
                frontier.len()
            )));
        }
        Ok(Self {
            size,
            frontier: nodes.to_vec(),
        })
    }

    /// Returns the frontier as bytes, 32 for each bit that is set in the size.
    #[must_use]
    pub fn frontier_bytes(&self) -> Vec<u8> {
        self.frontier.concat()
    }

    /// Returns how many leaves there are.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends the leaf of one record.
    pub fn push(&mut self, chain: &str, seq: u64, hash: &[u8; 32]) {
        let name_bytes = u32::try_from(chain.len()).unwrap_or(u32::MAX);
        let leaf = Sha256::new()
            .chain_update([0])
            .chain_update(name_bytes.to_be_bytes())
            .chain_update(chain)
            .chain_update(seq.to_be_bytes())
            .chain_update(hash)
            .finalize();
        self.push_leaf(leaf.into());
    }

    /// Returns the root over all leaves.
    #[must_use]
    pub fn root(&self) -> [u8; 32] {
        let folded = self
            .frontier
            .iter()
            .rev()
            .copied()
            .reduce(|right, left| node(&left, &right));
        folded.unwrap_or_else(|| Sha256::digest([]).into())
    }

    fn push_leaf(&mut self, mut subtree: [u8; 32]) {
        // As in binary addition: each trailing one of the size is a subtree as large as the one that is carried.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.frontier.pop() {
                subtree = node(&left, &subtree);
            }
        }
        self.frontier.push(subtree);
        self.size += 1;
    }
}

fn node(left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    Sha256::new()
        .chain_update([1])
        .chain_update(left)
        .chain_update(right)
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
    use ct_merkle::mem_backed_tree::MemoryBackedTree;

    use super::*;

    fn leaf_data(chain: &str, seq: u64, hash: [u8; 32]) -> Vec<u8> {
        let mut data = u32::try_from(chain.len()).unwrap().to_be_bytes().to_vec();
        data.extend(chain.as_bytes());
        data.extend(seq.to_be_bytes());
        data.extend(hash);
        data
    }

    #[test]
    fn every_root_is_the_one_an_independent_tree_has() {
        let mut ours = Tree::default();
        let mut theirs = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        assert_eq!(ours.root()[..], theirs.root().as_bytes()[..]);
        for seq in 1..=300_u64 {
            let hash: [u8; 32] = Sha256::digest(seq.to_be_bytes()).into();
            let chain = if seq % 3 == 0 {
                "guard/session:1"
            } else {
                "gate"
            };
            ours.push(chain, seq, &hash);
            theirs.push(leaf_data(chain, seq, hash));
            assert_eq!(
                ours.root()[..],
                theirs.root().as_bytes()[..],
                "at {seq} leaves"
            );
        }
    }

    #[test]
    fn a_restored_tree_goes_on_where_it_was() {
        let mut tree = Tree::default();
        for seq in 1..=77 {
            let restored = Tree::restore(tree.size(), &tree.frontier_bytes()).unwrap();
            assert_eq!(restored, tree);
            tree = restored;
            tree.push("gate", seq, &[7; 32]);
        }
        assert_eq!(tree.size(), 77);
    }

    #[test]
    fn a_frontier_that_does_not_fit_its_size_is_corrupt() {
        assert!(matches!(
            Tree::restore(3, &[0; 32]),
            Err(StoreError::Corrupt(_))
        ));
        assert!(matches!(
            Tree::restore(1, &[0; 33]),
            Err(StoreError::Corrupt(_))
        ));
    }
}
