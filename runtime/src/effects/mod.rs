//! The effects: one file each, a typed request in, a typed response out, and the one list of them.
