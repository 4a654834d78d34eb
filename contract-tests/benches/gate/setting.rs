//! Configurations to measure, and the guests in them.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::daemon::root;
use crate::load::Asked;
use crate::parts::Guest;

const PRELUDE: &str = include_str!("../../guests/prelude.wat");

/// An effect that is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asking {
    /// The guest's name.
    pub(crate) name: &'static str,
    pub(crate) effect: &'static str,
    pub(crate) request: &'static str,
    /// What is requested and granted, as a line of TOML.
    pub(crate) permits: &'static str,
    /// How often a turn asks for it: less often where each one waits for the disk.
    pub(crate) times: usize,
}

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

    /// `guard` alone: a deciding turn for each tool call, since none of them is a push.
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

    /// `fixtures`, whose tools have their own names; with `instance = "reuse"`, or else fresh for each call.
    pub(crate) fn tools(&self, reuse: bool) -> PathBuf {
        let manifest = fs::read_to_string(folder("fixtures").join("plugin.toml"));
        let mut manifest = manifest.expect("fixtures has a manifest");
        let name = if reuse {
            manifest = manifest.replacen("[plugin]\n", "[plugin]\ninstance = \"reuse\"\n", 1);
            "tools-reuse"
        } else {
            "tools-fresh"
        };
        let manifest = manifest.replacen("name = \"fixtures\"", &format!("name = \"{name}\""), 1);
        let (_, folder) = self.plugin(name, &manifest, &wasm("fixtures"));
        let folder = folder.display();
        let text = format!("[plugins.{name}]\npath = \"{folder}\"\nmcp = {{ prefix = \"\" }}\n");
        self.write_text(&format!("config-{name}"), &text)
    }

    /// `guard` and guests without an opinion, as many plugins in all. Each of them is asked about every tool call.
    pub(crate) fn many(&self, plugins: u32) -> PathBuf {
        let mut all = vec![bundled("guard")];
        let silent = format!(
            r#"(module {PRELUDE} (func (export "handle_pre_tool_use") (result i32) (call $decision) (i32.const 0)))"#
        );
        for copy in 1..plugins {
            let name = format!("silent{copy}");
            let manifest = manifest(&name, "none", "pre_tool_use");
            all.push(self.plugin(&name, &manifest, &assembled(&silent)));
        }
        self.write(&format!("many-{plugins}"), &all)
    }

    /// `guard` with so many of its packs on.
    pub(crate) fn packs(&self, on: usize) -> PathBuf {
        let mut text = format!(
            "[plugins.guard]\npath = \"{}\"\n[plugins.guard.config.packs]\n",
            folder("guard").display()
        );
        for (index, pack) in packs().iter().enumerate() {
            writeln!(text, "{pack} = {}", index < on).expect("a string takes every write");
        }
        self.write_text(&format!("packs-{on}"), &text)
    }

    /// A guest that keeps something for each session.
    pub(crate) fn keeping(&self) -> PathBuf {
        let keeps = format!(
            r#"(module {PRELUDE} (func (export "handle_user_prompt_submit") (result i32)
                 (call $var_set (call $message) (call $kilobyte)) (call $decision) (i32.const 0)))"#
        );
        let manifest = manifest("keeping", "session", "user_prompt_submit");
        let plugin = self.plugin("keeping", &manifest, &assembled(&keeps));
        self.write("config-keeping", &[plugin])
    }

    /// Where the guest below lies, and the same guest with another answer: a reason for its denial.
    pub(crate) fn denying(&self, reasons: [&str; 2]) -> (PathBuf, PathBuf, [Vec<u8>; 2]) {
        let builds = reasons.map(|reason| {
            let answer = format!(r#"{{"kind":"deny","value":{{"reason":"{reason}"}}}}"#);
            let (length, answer) = (answer.len(), answer.replace('"', "\\22"));
            assembled(&format!(
                r#"(module {PRELUDE} (data (i32.const 1024) "{answer}")
                     (func (export "handle_pre_tool_use") (result i32)
                       (call $output (i32.const 1024) (i32.const {length})) (i32.const 0)))"#
            ))
        });
        let manifest = manifest("denying", "none", "pre_tool_use");
        let plugin = self.plugin("denying", &manifest, &builds[0]);
        let module = plugin.1.join("denying.wasm");
        (self.write("config-denying", &[plugin]), module, builds)
    }

    /// A guest that asks for an effect this often on each tool call, and decides nothing. Where the effect needs a permit, it
    /// is one for a folder of this setting.
    pub(crate) fn asking(&self, asking: Asking, effects: usize) -> (PathBuf, Guest) {
        let name = format!("{}{effects}", asking.name);
        let (effect, file) = (asking.effect, self.folder.path().canonicalize());
        let file = file.expect("the folder is there").display().to_string();
        let request = asking.request.replace("${folder}", &file);
        let (length, request) = (request.len(), request.replace('"', "\\22"));
        let wasm = assembled(&format!(
            r#"(module
                 (import "extism:host/user" "{effect}" (func $asked (param i64) (result i64)))
                 {PRELUDE}
                 (data (i32.const 1024) "{request}")
                 (func (export "handle_pre_tool_use") (result i32)
                   (local $request i64) (local $left i32)
                   (local.set $request (call $text (i32.const 1024) (i32.const {length})))
                   (local.set $left (i32.const {effects}))
                   (block $done (loop $next
                     (br_if $done (i32.eqz (local.get $left)))
                     (drop (call $asked (local.get $request)))
                     (local.set $left (i32.sub (local.get $left) (i32.const 1)))
                     (br $next)))
                   (call $decision) (i32.const 0)))"#
        ));
        let permits = asking.permits.replace("${folder}", &file);
        let mut manifest = manifest(&name, "none", "pre_tool_use");
        if !permits.is_empty() {
            manifest.extend(["[permits]\n", &permits, "\n"]);
        }
        manifest += "[budgets.turn]\neffects = 2000\n";
        let (_, folder) = self.plugin(&name, &manifest, &wasm);
        let guest = Guest {
            wasm,
            entry_point: "handle_pre_tool_use",
            envelope: "{}".to_owned(),
        };
        let text = format!(
            "[plugins.{name}]\npath = \"{}\"\npermits = {{ {permits} }}\n",
            folder.display()
        );
        (self.write_text(&format!("config-{name}"), &text), guest)
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

    fn write_text(&self, name: &str, text: &str) -> PathBuf {
        let file = self.folder.path().join(format!("{name}.toml"));
        fs::write(&file, text).expect("a configuration can be written");
        file
    }

    fn write(&self, name: &str, plugins: &[(String, PathBuf)]) -> PathBuf {
        let mut text = String::new();
        for (name, folder) in plugins {
            writeln!(text, "[plugins.{name}]\npath = \"{}\"", folder.display())
                .expect("a string takes every write");
        }
        self.write_text(name, &text)
    }
}

/// The manifest of a guest that is asked about one event, and about the one that every guest of the suite can judge.
fn manifest(name: &str, scope: &str, event: &str) -> String {
    let hook = "{ on_failure = \"deny\" }";
    format!(
        "[plugin]\nname = \"{name}\"\nversion = \"1.0.0\"\nscope = \"{scope}\"\n\
         [hooks]\n{event} = {hook}\npost_tool_use = {hook}\n"
    )
}

/// The packs of `guard`, as its manifest lists them.
pub(crate) fn packs() -> Vec<String> {
    let manifest = fs::read_to_string(folder("guard").join("plugin.toml"));
    let manifest: toml::Table = manifest
        .expect("guard has a manifest")
        .parse()
        .expect("the manifest is TOML");
    let rules = manifest["rules"].as_array().expect("guard lists its rules");
    let mut packs: Vec<String> = rules
        .iter()
        .filter_map(|rule| Some(rule.get("pack")?.as_str()?.to_owned()))
        .collect();
    packs.sort_unstable();
    packs.dedup();
    packs
}

fn assembled(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("the guest assembles")
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
