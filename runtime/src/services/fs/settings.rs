//! How the file service is set up.

use super::Opening;

/// Threads and limits. Every limit is on one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FsSettings {
    /// How many operations run at once.
    pub threads: usize,
    /// How many threads may hang in operations that nobody waits for and still be replaced.
    pub hanging_max: usize,
    /// How many more may wait; beyond that, calls are answered `unavailable`.
    pub queue: usize,
    /// How canonical paths are opened.
    pub opening: Opening,
    /// The most bytes of a file's content, or of a search's lines, in one answer.
    pub text_bytes_max: usize,
    /// The largest file, in bytes, that is written, and that a digest is computed of.
    pub file_bytes_max: u64,
    /// The most entries of one listing.
    pub entries_max: usize,
    /// How many folders deep anything goes.
    pub depth_max: usize,
    /// The most entries that one listing, search or removal looks at.
    pub visited_max: usize,
    /// The most matching lines of one search.
    pub matches_max: usize,
    /// The most bytes of one line of a search's answer; what is longer is cut.
    pub line_bytes_max: usize,
    /// The most files that one search reads.
    pub search_files_max: u64,
    /// The most bytes that one search reads.
    pub search_bytes_max: u64,
}

impl Default for FsSettings {
    fn default() -> Self {
        Self {
            threads: 4,
            hanging_max: 16,
            queue: 64,
            opening: super::opening(),
            text_bytes_max: 256 * 1024,
            file_bytes_max: 64 * 1024 * 1024,
            entries_max: 1_000,
            depth_max: 64,
            visited_max: 100_000,
            matches_max: 500,
            line_bytes_max: 1_000,
            search_files_max: 20_000,
            search_bytes_max: 256 * 1024 * 1024,
        }
    }
}
