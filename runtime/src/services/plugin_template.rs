//! The plugins that `sinew plugin new` starts an author with, carried in the binary.

use std::fs;
use std::io;
use std::path::Path;

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../pdk/templates/"]
struct Templates;

/// What a template's plugin is called, in every file of it.
const NAME: &str = "my-plugin";

/// Names of the templates, each a folder.
pub const TEMPLATES: [&str; 3] = ["hook", "tool", "context"];

/// Writes a template's plugin into `folder` under its new name, and returns the files, relative to it.
///
/// The folder appears whole or not at all, and one that is there already stays as it is.
///
/// # Errors
/// `AlreadyExists` where there is something at `folder`; otherwise what the file system says.
pub fn write(template: &str, name: &str, folder: &Path) -> io::Result<Vec<String>> {
    if folder.symlink_metadata().is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let parent = match folder.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(parent)?;
    let part = tempfile::Builder::new()
        .prefix(".plugin-new-")
        .tempdir_in(parent)?;
    let inside = part.path().join(name);
    let prefix = format!("{template}/");
    let mut written = Vec::new();
    for path in Templates::iter() {
        let (Some(file), Some(content)) = (path.strip_prefix(&prefix), Templates::get(&path))
        else {
            continue;
        };
        let text = String::from_utf8_lossy(&content.data).replace(NAME, name);
        let place = inside.join(file);
        fs::create_dir_all(place.parent().unwrap_or(&inside))?;
        fs::write(place, text)?;
        written.push(file.to_owned());
    }
    // Fails where somebody put something there meanwhile, but for an empty folder, which it takes the place of.
    fs::rename(&inside, folder)?;
    written.sort();
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_is_written_under_its_new_name_and_never_over_anything() {
        let place = tempfile::tempdir().unwrap();
        for template in TEMPLATES {
            let folder = place.path().join("deep").join(template);
            let files = write(template, "branch-keeper", &folder).unwrap();
            for file in ["Cargo.toml", "README.md", "plugin.toml", "src/lib.rs"] {
                assert!(files.iter().any(|it| it == file), "{template}: {files:?}");
            }
            for file in &files {
                let text = fs::read_to_string(folder.join(file)).unwrap();
                assert!(!text.contains(NAME), "{template}/{file}");
            }
            let again = write(template, "other", &folder).unwrap_err();
            assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
        }
        // Nothing else was left behind.
        assert_eq!(fs::read_dir(place.path().join("deep")).unwrap().count(), 3);
    }
}
