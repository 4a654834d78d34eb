//! Configurations to measure, and the guests in them.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::daemon::root;
use crate::load::Asked;
use crate::parts::Guest;

const PRELUDE: &str = include_str!("../../guests/prelude.wat");

/// Effects that one call of the guest below asks for.
pub(crate) const EFFECTS: usize = 1_000;

/// A folder of configurations.
pub(crate) struct Settings {
    folder: TempDir,
}

impl Settings {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder can be made"),
        }
    }

    /// `guard` alone: a rewriting and a deciding turn for each tool call.
    pub(crate) fn guard(&self) -> PathBuf {
        self.write("guard", &[bundled("guard")])
    }

    /// `hello` alone: one turn for each prompt.
    pub(crate) fn hello(&self) -> PathBuf {
        self.write("hello", &[bundled("hello")])
    }

    /// `hello` with `instance = "reuse"`.
    pub(crate) fn reuse(&self) -> PathBuf {
        let plugin = self.copy_of_hello("reuse", "instance = \"reuse\"");
        self.write("reuse-of-hello", &[plugin])
    }

    /// `guard` and copies of `hello`, as many plugins in all.
    pub(crate) fn many(&self, plugins: usize) -> PathBuf {
        let mut all = vec![bundled("guard")];
        for copy in 1..plugins {
            all.push(self.copy_of_hello(&format!("hello{copy}"), ""));
        }
        self.write(&format!("many-{plugins}"), &all)
    }

    /// A guest that asks for the time this often on each tool call, and decides nothing.
    pub(crate) fn asking(&self, effects: usize) -> (PathBuf, Guest) {
        let name = format!("asking{effects}");
        let wasm = wat::parse_str(format!(
            r#"(module {PRELUDE} (func (export "handle_pre_tool_use") (result i32)
                 (local $empty i64) (local $left i32)
                 (local.set $empty (call $empty))
                 (local.set $left (i32.const {effects}))
                 (block $done (loop $next
                   (br_if $done (i32.eqz (local.get $left)))
                   (drop (call $clock_now (local.get $empty)))
                   (local.set $left (i32.sub (local.get $left) (i32.const 1)))
                   (br $next)))
                 (call $decision) (i32.const 0)))"#
        ));
        let wasm = wasm.expect("the guest assembles");
        let manifest = format!(
            "[plugin]\nname = \"{name}\"\nversion = \"1.0.0\"\nscope = \"none\"\n\
             [hooks]\npre_tool_use = {{ on_failure = \"deny\" }}\npost_tool_use = {{ on_failure = \"deny\" }}\n\
             [budgets.turn]\neffects = 2000\n"
        );
        let plugin = self.plugin(&name, &manifest, &wasm);
        let guest = Guest {
            wasm,
            entry_point: "handle_pre_tool_use",
            envelope: "{}".to_owned(),
        };
        (self.write(&format!("config-{name}"), &[plugin]), guest)
    }

    fn copy_of_hello(&self, name: &str, identity: &str) -> (String, PathBuf) {
        let manifest = format!(
            "[plugin]\nname = \"{name}\"\nversion = \"1.0.0\"\nscope = \"none\"\n{identity}\n\
             [hooks.user_prompt_submit]\non_failure = \"none\"\n"
        );
        self.plugin(name, &manifest, &wasm("hello"))
    }

    fn plugin(&self, name: &str, manifest: &str, wasm: &[u8]) -> (String, PathBuf) {
        let folder = self.folder.path().join(name);
        fs::create_dir_all(&folder).expect("a folder can be made");
        fs::write(folder.join("plugin.toml"), manifest).expect("a manifest can be written");
        fs::write(folder.join(format!("{name}.wasm")), wasm).expect("wasm can be written");
        (name.to_owned(), folder)
    }

    fn write(&self, name: &str, plugins: &[(String, PathBuf)]) -> PathBuf {
        let mut text = String::new();
        for (name, folder) in plugins {
            writeln!(text, "[plugins.{name}]\npath = \"{}\"", folder.display())
                .expect("a string takes every write");
        }
        let file = self.folder.path().join(format!("{name}.toml"));
        fs::write(&file, text).expect("a configuration can be written");
        file
    }
}

/// A bundled plugin as the parts measure it.
pub(crate) fn guest(name: &str, entry_point: &'static str, asked: &Asked) -> Guest {
    Guest {
        wasm: wasm(name),
        entry_point,
        envelope: asked.envelope(),
    }
}

fn bundled(name: &str) -> (String, PathBuf) {
    (name.to_owned(), folder(name))
}

fn wasm(name: &str) -> Vec<u8> {
    fs::read(folder(name).join(format!("{name}.wasm"))).expect("`just plugins` built it")
}

fn folder(name: &str) -> PathBuf {
    Path::new(root()).join("plugins").join(name)
}
