//! The clients that do the outside work behind effects.
