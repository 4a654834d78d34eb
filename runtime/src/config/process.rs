//! `[process]` as the process service uses it.

use std::env;
use std::path::PathBuf;
use std::time::Duration;

use super::written::Process;
use crate::services::process::ProcessSettings;

/// Which key is wrong, and why.
pub(super) type Wrong = (&'static str, String);

/// Fills in the defaults, and takes the environment of this process, of which programs may inherit what is granted.
pub(super) fn settings(
    written: &Process,
    timeout: Option<Duration>,
) -> Result<ProcessSettings, Wrong> {
    let mut settings = ProcessSettings {
        environment: env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .collect(),
        ..ProcessSettings::default()
    };
    if let Ok(program) = env::current_exe() {
        settings.helper = program;
    }
    if let Some(path) = &written.path {
        settings.path = path.split(':').map(PathBuf::from).collect();
        absolute("process.path", &settings.path)?;
    }
    absolute("process.read", &written.read)?;
    absolute("process.write", &written.write)?;
    settings.read.clone_from(&written.read);
    settings.write.clone_from(&written.write);
    settings.network = written.network.unwrap_or(settings.network);
    settings.required = written.require_confinement.unwrap_or(settings.required);
    settings.timeout_max = timeout.unwrap_or(settings.timeout_max);
    if let Some(size) = written.output {
        settings.output_bytes_max = usize::try_from(size.as_u64()).unwrap_or(usize::MAX);
    }
    if let Some(count) = written.at_once {
        if count == 0 {
            return Err(("process.at_once", "with 0 no program ever runs".to_owned()));
        }
        settings.at_once = count as usize;
    }
    Ok(settings)
}

fn absolute(key: &'static str, paths: &[PathBuf]) -> Result<(), Wrong> {
    match paths.iter().find(|path| !path.is_absolute()) {
        Some(path) => Err((key, format!("`{}` is no absolute path", path.display()))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_counts_and_only_names_of_variables_are_printed() {
        let written: Process = toml::from_str(
            r#"
            path = "/opt/bin:/bin"
            read = ["/home/me/.cargo"]
            write = ["/home/me/target"]
            network = true
            require_confinement = true
            output = "1KiB"
            at_once = 2
            "#,
        )
        .unwrap();
        let settings = settings(&written, Some(Duration::from_secs(3))).unwrap();
        assert_eq!(settings.path, ["/opt/bin", "/bin"].map(PathBuf::from));
        assert_eq!(settings.read, ["/home/me/.cargo"].map(PathBuf::from));
        assert_eq!(settings.write, ["/home/me/target"].map(PathBuf::from));
        assert!(settings.network && settings.required);
        assert_eq!(settings.timeout_max, Duration::from_secs(3));
        assert_eq!((settings.output_bytes_max, settings.at_once), (1024, 2));
        let folder = settings.environment.get("CARGO_MANIFEST_DIR").unwrap();
        let printed = format!("{settings:?}");
        assert!(printed.contains("\"CARGO_MANIFEST_DIR\""));
        assert!(!printed.contains(folder.to_str().unwrap()), "{printed}");
    }

    #[test]
    fn folders_are_absolute_and_something_can_run() {
        for (text, key) in [
            ("path = \"/bin:\"", "process.path"),
            ("read = [\"x\"]", "process.read"),
            ("write = [\"~/x\"]", "process.write"),
            ("at_once = 0", "process.at_once"),
        ] {
            let written: Process = toml::from_str(text).unwrap();
            assert_eq!(settings(&written, None).unwrap_err().0, key, "{text}");
        }
    }
}
