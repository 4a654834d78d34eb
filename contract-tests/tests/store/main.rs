//! What every store promises: one suite, run over the in-memory model and over `SQLite`, and the two compared.

#![allow(
    clippy::unwrap_used,
    reason = "a store that cannot be opened or read fails the test"
)]

mod alike;
mod apart;
mod promises;
mod shortening;

use std::collections::BTreeMap;
use std::sync::Arc;

use sinew_runtime::store::{
    Commit, Entry, InputKey, MemoryStore, ScopeKey, ScopeState, ScopeWrite, SqliteSettings,
    SqliteStore, Store,
};
use sinew_runtime::world::ManualClock;
use tempfile::TempDir;

/// A store, the clock it dates things with, and the folder it may live in.
struct Bench {
    store: Arc<dyn Store>,
    clock: Arc<ManualClock>,
    _dir: TempDir,
}

fn memory() -> Bench {
    let clock = Arc::new(ManualClock::new(0));
    let store = Arc::new(MemoryStore::new(clock.clone()));
    Bench {
        store,
        clock,
        _dir: TempDir::new().unwrap(),
    }
}

fn sqlite() -> Bench {
    let (clock, dir) = (Arc::new(ManualClock::new(0)), TempDir::new().unwrap());
    let settings = SqliteSettings {
        clock: clock.clone(),
        ..SqliteSettings::default()
    };
    let store = Arc::new(SqliteStore::open(&dir.path().join("sinew.db"), settings).unwrap());
    Bench {
        store,
        clock,
        _dir: dir,
    }
}

/// Makes one test a case and a store.
macro_rules! suite {
    ($($file:ident::$case:ident)*) => {
        mod memory { $(#[test] fn $case() { crate::$file::$case(&crate::memory()); })* }
        mod sqlite { $(#[test] fn $case() { crate::$file::$case(&crate::sqlite()); })* }
    };
}

suite! {
    promises::an_empty_store_reads_as_empty
    promises::a_written_scope_reads_back_and_deletes_by_name
    promises::a_stale_revision_is_a_conflict_and_leaves_no_trace
    promises::a_deleted_scope_never_shows_an_old_revision_again
    promises::scopes_are_written_together_or_not_at_all
    promises::a_scope_ends_with_its_commit_or_not_at_all
    promises::names_of_scopes_join_up_and_are_one_plugins
    promises::positions_and_chains_have_no_gaps_and_hashes_link
    promises::the_root_is_the_tree_over_the_global_order
    promises::a_payload_reads_back_and_erases_to_its_digest
    promises::a_payload_is_found_among_many
    promises::an_outcome_answers_its_input_once
    promises::scopes_and_outcomes_expire_by_age_within_the_limit
    promises::checkpoints_read_back_in_order
    promises::pages_of_records_chains_and_payloads_join_up
    promises::names_are_compared_byte_for_byte
    promises::writers_on_many_threads_lose_nothing
    promises::a_writable_store_proves_it_without_a_trace
    promises::a_commit_without_anything_is_fine
    shortening::dropped_records_are_seen_by_nobody_and_the_log_goes_on
    shortening::a_chain_that_went_on_is_not_closed
    shortening::payloads_that_come_after_all_were_dropped_stay
}

// === Short ways to write things ===

fn key(scope: &str) -> ScopeKey {
    ScopeKey {
        plugin: "guard".to_owned(),
        scope: scope.to_owned(),
    }
}

fn entry(chain: &str, body: &str) -> Entry {
    Entry {
        chain: chain.to_owned(),
        body: body.as_bytes().to_vec(),
    }
}

fn write(scope: &str, base_revision: u64, delta: &[(&str, Option<&str>)]) -> Commit {
    let delta = delta.iter().map(|(name, value)| {
        (
            (*name).to_owned(),
            value.map(|value| value.as_bytes().to_vec()),
        )
    });
    let write = ScopeWrite {
        key: key(scope),
        base_revision,
        delta: delta.collect(),
    };
    Commit {
        scopes: vec![write],
        ..Commit::default()
    }
}

fn vars(state: &ScopeState) -> BTreeMap<&str, &[u8]> {
    state
        .vars
        .iter()
        .map(|(name, value)| (name.as_str(), &value[..]))
        .collect()
}

fn answered(input: u8) -> Commit {
    let outcome = Some((InputKey([input; 32]), vec![input]));
    Commit {
        outcome,
        ..Commit::of_entries(vec![entry("gate", "{}")])
    }
}
