//! The `fixtures` plugin, which serves what the conformance suite asks of a server, in a house of its own.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::daemon::Installation;
use crate::sinew_binary::skipped;

/// Its tools have the names that the suite calls, and nobody has to identify themselves.
const CONFIGURATION: &str = r#"
[auth]
mcp = "none"

[plugins.fixtures]
path = "plugins/fixtures"
permits = { mcp = ["elicit", "sample", "roots"] }

[plugins.fixtures.mcp]
prefix = ""
"#;

/// Makes a house with the plugin. `None` when the binary or the plugin is not built.
///
/// # Errors
/// When a file cannot be written.
pub fn fixtures_house() -> Result<Option<Installation>> {
    let Some(house) = Installation::new(CONFIGURATION, &[])? else {
        return Ok(None);
    };
    Ok(dressed("fixtures", &house.plugins().join("fixtures"))?.then_some(house))
}

/// Makes a folder that holds another plugin under the same name, which has none of its tools. `false` when that one is
/// not built.
///
/// # Errors
/// When a file cannot be written.
pub fn replacement(folder: &Path) -> Result<bool> {
    dressed("hello", folder)
}

/// Copies a bundled plugin into a folder, where it is called `fixtures`.
fn dressed(plugin: &str, folder: &Path) -> Result<bool> {
    let bundled = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins");
    let wasm = bundled.join(plugin).join(format!("{plugin}.wasm"));
    if !wasm.is_file() {
        let why = format!("the plugin `{plugin}` is not built: run `just plugins` first");
        return Ok(skipped::<()>(&why).is_some());
    }
    let manifest = fs::read_to_string(bundled.join(plugin).join("plugin.toml"))
        .with_context(|| format!("the manifest of `{plugin}`"))?;
    let manifest = manifest.replacen(&format!("name = \"{plugin}\""), "name = \"fixtures\"", 1);
    fs::create_dir_all(folder)?;
    fs::write(folder.join("plugin.toml"), manifest)?;
    fs::copy(wasm, folder.join("fixtures.wasm"))?;
    Ok(true)
}
