//! Records and where they stand: the global order, the chains, their heads.

/// One record on its way into the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The chain it extends.
    pub chain: String,
    /// The record, as canonical JSON. The store keeps and hashes these bytes and never looks into them.
    pub body: Vec<u8>,
}

/// Where one entry went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Its place in the global order: 1, 2, 3 … without gaps.
    pub position: u64,
    /// Its place in its chain: 1, 2, 3 … without gaps.
    pub chain_seq: u64,
    /// The hash that links it to its chain ([`super::chain_hash`]).
    pub hash: [u8; 32],
}

/// One record as the log holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its place in the global order.
    pub position: u64,
    /// Its chain.
    pub chain: String,
    /// Its place in its chain.
    pub seq: u64,
    /// The hash that links it to its chain.
    pub hash: [u8; 32],
    /// The record itself.
    pub body: Vec<u8>,
}

/// The last link of one chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainHead {
    /// The chain's name.
    pub chain: String,
    /// How many records it has.
    pub seq: u64,
    /// The hash of its last record.
    pub hash: [u8; 32],
}

/// The log's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// How many records there were ever, which is also the last position.
    pub size: u64,
    /// The root of the Merkle tree over all of them ([`super::Tree`]).
    pub root: [u8; 32],
}

/// A signed checkpoint, which the store keeps as it was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCheckpoint {
    /// How many records it covers.
    pub size: u64,
    /// The whole signed note.
    pub note: String,
}
