//! Builds the host again when a file joins or leaves what it carries: the compiler only sees the files it embedded last time.

#![allow(
    clippy::print_stdout,
    reason = "this is how a build script speaks to cargo"
)]

fn main() {
    for carried in ["pdk", "schema"] {
        println!("cargo::rerun-if-changed=../{carried}");
    }
}
