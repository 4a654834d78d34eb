//! Guests that were written to break out or to break the host down, on the real engine over the real SQLite store.
//!
//! One table per kind of attack, one harness ([`crowd`]) for all of them. For every guest: the process survives, a healthy
//! plugin's turns beside it are untouched, the answer is the right one, the ledger has exactly the right records and
//! verifies, and no instance is lost. A table runs in a process of its own ([`survival`]), so that a crash fails its test
//! by name and no other.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::too_many_lines,
    reason = "this is a test, of long tables"
)]

mod before_the_turn;
mod case;
mod crowd;
mod decisions;
mod endings;
mod every_entry_point;
mod floods;
mod gate;
mod guest;
mod kernel_memory;
mod late;
mod limits;
mod random_wasm;
mod survival;
mod unloadable;
mod wasi;

/// Makes a test of every table, each in a process of its own.
macro_rules! tables {
    ($($test:ident => $run:expr;)*) => {$(
        #[test]
        fn $test() {
            survival::of(stringify!($test), || $run);
        }
    )*};
}

tables! {
    no_offset_or_length_gets_a_guest_out_of_its_memory => crowd::face(&kernel_memory::cases());
    an_output_that_is_no_decision_is_a_failed_turn => crowd::face(&decisions::cases());
    every_way_to_end_has_its_answer => crowd::face(&endings::cases());
    nothing_goes_on_without_end => crowd::face(&floods::cases());
    no_guest_takes_more_than_it_may_have => crowd::face(&limits::cases());
    nothing_runs_before_a_turn_does => crowd::face(&before_the_turn::cases());
    wasi_is_under_the_turn_s_budgets => crowd::face(&wasi::cases());
    wasm_that_cannot_be_a_plugin_is_refused_and_its_events_fail => crowd::face(&unloadable::cases());
    a_panic_in_any_entry_point_is_a_failed_turn => every_entry_point::panics();
    a_guest_that_goes_on_after_its_answer_has_left_changes_nothing => late::goes_on();
    broken_wasm_is_refused => random_wasm::broken();
    random_wasm_harms_nobody => random_wasm::smithed();
}
