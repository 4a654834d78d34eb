//! Asks before anything is pushed to a protected branch.

use sinew_pdk::{Decision, PreToolUse, StateError, config, git_get_branch, pre_tool_use};

/// Judges a shell command before it runs. An `Err` would be answered by `on_failure`, as a panic would.
#[pre_tool_use]
fn decide(call: PreToolUse) -> Result<Decision, StateError> {
    let Some(command) = call.shell_command() else {
        return Ok(Decision::none());
    };
    if !command.contains("git push") {
        return Ok(Decision::none());
    }
    // The operator's settings, from `[plugins.my-plugin.config]`.
    let protected: Vec<String> = config::get("protected")?.unwrap_or_else(|| vec!["main".into()]);
    // An effect: the host does it, under the plugin's permits. Here a refusal is as good as no branch.
    let branch = git_get_branch(&call.cwd)
        .ok()
        .and_then(|answer| answer.branch);
    Ok(match branch {
        Some(branch) if !protected.contains(&branch) => Decision::none(),
        // The model reads this, so say what to do instead.
        Some(branch) => Decision::ask(format!(
            "[protected-branch] this pushes to `{branch}`. Push a branch of your own and open a pull request."
        )),
        None => Decision::ask("[protected-branch] which branch this pushes cannot be known."),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use sinew_pdk::schema::GitGetBranchRequest;
    use sinew_pdk::testing::{FakeHost, bash};

    use super::*;

    #[test]
    fn a_push_is_judged_by_the_branch_that_is_checked_out() {
        for (branch, asked) in [("main", true), ("topic", false)] {
            let _host = FakeHost::new().expect::<GitGetBranchRequest>(
                "/home/dev/project",
                json!({"branch": branch, "detached": false}),
            );
            let decision = decide(bash("git push")).unwrap();
            assert_eq!(decision != Decision::none(), asked, "{branch}");
        }
    }

    #[test]
    fn what_pushes_nothing_is_left_alone() {
        let _host = FakeHost::new();
        assert_eq!(decide(bash("git status")).unwrap(), Decision::none());
    }
}
