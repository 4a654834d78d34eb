//! Tells a session where it starts: the branch, and how many sessions there were before.

use sinew_pdk::{Decision, SessionStart, StateError, git_get_branch, session_start, var};

/// Adds context for the model at the start of a session.
#[session_start]
fn start(call: SessionStart) -> Result<Decision, StateError> {
    // State of this plugin: it becomes durable with the answer, or not at all.
    let sessions = var::update("sessions", |sessions: &mut u32| {
        *sessions += 1;
        *sessions
    })?;
    // An effect: the host does it, under the plugin's permits. Without a branch there is less to say.
    let branch = git_get_branch(&call.cwd)
        .ok()
        .and_then(|answer| answer.branch);
    let place = match branch {
        Some(branch) => format!("`{}` on the branch `{branch}`", call.cwd),
        None => format!("`{}`", call.cwd),
    };
    Ok(Decision::none().with_context(format!("Session {sessions} starts in {place}.")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use sinew_pdk::schema::GitGetBranchRequest;
    use sinew_pdk::testing::{FakeHost, Input, refusal};

    use super::*;

    #[test]
    fn the_branch_is_told_where_it_is_known() {
        let host = FakeHost::new()
            .answer(|_: GitGetBranchRequest| json!({"branch": "topic", "detached": false}));
        let input = Input::new(json!({"source": "startup"}));
        let decision = host.run(start, &input).unwrap();
        assert_eq!(
            decision["value"]["context"],
            "Session 1 starts in `/home/dev/project` on the branch `topic`."
        );
    }

    #[test]
    fn sessions_are_counted_and_a_refusal_is_no_failure() {
        let host = FakeHost::new()
            .with_var("sessions", 4)
            .answer(|_: GitGetBranchRequest| Err(refusal("denied", "no permit")));
        let input = Input::new(json!({"source": "startup"}));
        let decision = host.run(start, &input).unwrap();
        assert_eq!(
            decision["value"]["context"],
            "Session 5 starts in `/home/dev/project`."
        );
        assert_eq!(host.var::<u32>("sessions"), Some(5));
    }
}
