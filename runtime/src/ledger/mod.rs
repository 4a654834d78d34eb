//! The hash-chained record: records, checkpoints, the journal for a full disk, verification.
