//! What is the gate's own: no grant reaches it, however wide.

use std::path::Path;

use sinew_schema::GatePlace;

use crate::permits::Need;

/// The place of the gate's own that a need touches, if there is one.
///
/// A program can do what it likes in its folder and below, and a change of a repository may rewrite any of its files: both
/// have to stay out of folders around such a place, too.
pub(super) fn touched<'a>(own: &'a [GatePlace], need: &Need) -> Option<&'a str> {
    own.iter()
        .map(|place| place.path.as_str())
        .find(|place| touches(Path::new(place), need))
}

fn touches(place: &Path, need: &Need) -> bool {
    let within = |path: &Path| path.starts_with(place);
    let around = |path: &Path| within(path) || place.starts_with(path);
    match need {
        Need::FsRead { path, .. } | Need::FsWrite { path, .. } => within(path),
        Need::GitRead { paths, .. } | Need::GitPush { paths, .. } => {
            paths.iter().any(|path| within(path))
        }
        Need::GitWrite { paths, .. } => paths.iter().any(|path| around(path)),
        Need::Process { cwd, .. } => around(cwd),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gates_own_places_are_out_of_reach() {
        let own = [GatePlace {
            kind: GatePlace::KIND_STATE.to_owned(),
            path: "/home/dev/.local/state/sinew".to_owned(),
            ..GatePlace::default()
        }];
        let paths = |path: &str| vec!["/srv".into(), path.into()];
        let needs = |path: &str| {
            let asked = Vec::new;
            let read = Need::FsRead {
                asked: asked(),
                path: path.into(),
            };
            let write = Need::FsWrite {
                asked: asked(),
                path: path.into(),
            };
            let git_read = Need::GitRead {
                asked: asked(),
                paths: paths(path),
            };
            let git_push = Need::GitPush {
                asked: asked(),
                paths: paths(path),
                url: None,
                refs: Vec::new(),
            };
            let git_write = Need::GitWrite {
                asked: asked(),
                paths: paths(path),
                refs: Vec::new(),
            };
            let run = Need::Process {
                asked: asked(),
                argv: vec!["sh".to_owned()],
                cwd: path.into(),
                env: Vec::new(),
            };
            [read, write, git_read, git_push, git_write, run]
                .map(|need| touched(&own, &need).is_some())
        };
        let below = needs("/home/dev/.local/state/sinew/tokens/admin");
        assert_eq!(below, [true; 6]);
        let around = needs("/home/dev");
        assert_eq!(around, [false, false, false, false, true, true]);
        let beside = needs("/home/dev/.local/state/sinew-notes");
        assert_eq!(beside, [false; 6]);
        assert_eq!(touched(&own, &Need::Tui), None);
    }
}
