//! Writes `schema/bundle.json` and `schema/src/generated.rs`; with `--check` only says whether they are current.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

fn main() -> Result<()> {
    let check = match std::env::args().nth(1).as_deref() {
        None => false,
        Some("--check") => true,
        Some(other) => bail!("unknown argument `{other}`: sinew-codegen [--check]"),
    };
    let schema = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .context("the folder of the schema is missing")?;

    let bundle = sinew_codegen::bundle(schema)?;
    let mut bundle_text = serde_json::to_string_pretty(&bundle)?;
    bundle_text.push('\n');
    let generated = sinew_codegen::generate(&bundle)?;

    for (file, text) in [
        ("bundle.json", bundle_text),
        ("src/generated.rs", generated),
    ] {
        let path = schema.join(file);
        if fs::read_to_string(&path).is_ok_and(|current| current == text) {
            continue;
        }
        if check {
            bail!("schema/{file} is not what the schema files say: run `just codegen`");
        }
        fs::write(&path, text).with_context(|| format!("write {}", path.display()))?;
        eprintln!("wrote schema/{file}");
    }
    Ok(())
}
