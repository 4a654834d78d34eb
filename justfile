# The verbs. `./bootstrap.sh VERB` installs what a verb needs and then runs it.

set shell := ["bash", "-euo", "pipefail", "-c"]

# Guests and what they are made of: these have to be clean for wasm, too.
guests := "-p sinew-pdk -p brief -p fixtures -p forge -p guard -p hello -p probe -p reviewer"

# What `build` built.
sinew := env("CARGO_TARGET_DIR", "target") / "debug" / "sinew"

[private]
default:
    @just --list --unsorted

# Everything a reviewer should not have to say: format, lints (host and wasm), docs, licences
check:
    cargo fmt --all --check
    cargo clippy --locked --workspace --all-targets -- -D warnings
    cargo clippy --locked --target wasm32-unknown-unknown {{ guests }} -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps
    cargo-deny --config .deny.toml --locked check licenses bans sources

# `check` and `coverage`, then every test, on freshly built plugins, to the last whatever fails
test: check coverage plugins
    cargo test --locked --workspace --no-fail-fast

# Fail unless the tests of the permits reach every region of them
coverage:
    cargo llvm-cov --quiet --locked -p sinew-permits --summary-only --fail-under-regions 100

# Measure the release build beside its parts, in one run, in less than ten minutes; or only the named parts of it
bench *parts: plugins
    cargo build --locked --release --workspace
    cargo bench --locked --workspace --bench gate -- {{ parts }}
    {{ if parts == "" { "cargo bench --locked --workspace --bench fuel" } else { "" } }}

# Rewrite what is generated from schema/ and committed
codegen:
    cargo run --locked -p sinew-codegen

# Build every bundled plugin to plugins/NAME/NAME.wasm
plugins: build
    for name in brief fixtures forge guard hello probe reviewer; do {{ sinew }} plugin build "plugins/$name"; done

# Serve the bundled plugins on 127.0.0.1:7717
serve: plugins
    exec {{ sinew }} serve --config sinew.toml

# All of it at once: built one by one, packages would see other features, and wasmtime would be compiled twice.
[private]
build:
    cargo build --locked --workspace
