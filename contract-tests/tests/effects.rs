//! Effects, run as the engine runs them: decoded, judged by permits, performed, encoded. Git effects work on real
//! repositories, made with the `git` program.
//!
//! Every effect of the contract has a test of its name here; one that is missing does not compile.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]
#![allow(
    clippy::needless_pass_by_value,
    clippy::too_many_lines,
    reason = "cases read as a table"
)]

#[path = "effects/fs_escapes.rs"]
mod fs_escapes;
#[path = "effects/fs_looking.rs"]
mod fs_looking;
#[path = "effects/fs_reading.rs"]
mod fs_reading;
#[path = "effects/fs_writing.rs"]
mod fs_writing;
#[path = "effects/git_add_worktree.rs"]
mod git_add_worktree;
#[path = "effects/git_commit.rs"]
mod git_commit;
#[path = "effects/git_environment.rs"]
mod git_environment;
#[path = "effects/git_places.rs"]
mod git_places;
#[path = "effects/git_push.rs"]
mod git_push;
#[path = "effects/git_reading.rs"]
mod git_reading;
#[path = "effects/git_traps.rs"]
mod git_traps;
#[path = "effects/github.rs"]
mod github;
#[path = "effects/github_answers.rs"]
mod github_answers;
#[path = "effects/github_limits.rs"]
mod github_limits;
#[path = "effects/github_once.rs"]
mod github_once;
#[path = "effects/github_prism.rs"]
mod github_prism;
#[path = "effects/github_scene.rs"]
mod github_scene;
#[path = "effects/github_server.rs"]
mod github_server;
#[path = "effects/llm_call.rs"]
mod llm_call;
#[path = "effects/llm_hostile.rs"]
mod llm_hostile;
#[path = "effects/llm_scene.rs"]
mod llm_scene;
#[path = "effects/llm_types.rs"]
mod llm_types;
#[path = "effects/mcp.rs"]
mod mcp;
#[path = "effects/net.rs"]
mod net;
#[path = "effects/net_escapes.rs"]
mod net_escapes;
#[path = "effects/net_fetch.rs"]
mod net_fetch;
#[path = "effects/net_tls.rs"]
mod net_tls;
#[path = "effects/plain.rs"]
mod plain;
#[path = "effects/process_confined.rs"]
mod process_confined;
#[path = "effects/process_run.rs"]
mod process_run;
#[path = "effects/scene.rs"]
mod scene;

use fs_looking::*;
use fs_reading::*;
use fs_writing::*;
use git_add_worktree::*;
use git_commit::*;
use git_push::*;
use git_reading::*;
use github::*;
use llm_call::*;
use mcp::*;
use net_fetch::net_fetch;
use plain::*;
use process_run::*;
use sinew_schema::for_each_effect;

macro_rules! demand_a_test_for_each {
    ($([$name:ident $effect:ident $request:ident $response:ident])*) => {
        #[test]
        fn every_effect_has_a_test_of_its_name() {
            let tests: &[(&str, fn())] = &[$((stringify!($name), $name)),*];
            assert_eq!(tests.len(), sinew_schema::EFFECTS.len());
        }
    };
}
for_each_effect!(demand_a_test_for_each);
