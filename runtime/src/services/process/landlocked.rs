//! Landlock: a process gives up rights for itself and for whatever it becomes or starts.

use std::os::fd::OwnedFd;
use std::thread;

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, LandlockStatus, PathBeneath, Ruleset, RulesetAttr as _,
    RulesetCreatedAttr as _, RulesetError, RulesetStatus, Scope, make_bitflags, path_beneath_rules,
};

use super::confinement::Confinement;
use super::plan::Plan;

/// The newest version that this code knows. What an older kernel lacks is left out, and said.
const NEWEST: ABI = ABI::V10;

/// Where programs and what they need lie. What does not exist is left out.
const SYSTEM: &[&str] = &[
    "/bin",
    "/etc",
    "/lib",
    "/lib32",
    "/lib64",
    "/nix/store",
    "/opt",
    "/proc",
    "/run/systemd/resolve",
    "/sbin",
    "/sys",
    "/usr",
    "/dev/random",
    "/dev/urandom",
];

/// Devices that swallow and give nothing of worth.
const SINKS: &[&str] = &["/dev/full", "/dev/null", "/dev/zero"];

/// The version of landlock that this kernel offers; 0 where it offers none.
pub(super) fn version() -> i32 {
    match probe() {
        Some(LandlockStatus::Available {
            effective_abi,
            kernel_abi,
        }) => kernel_abi.unwrap_or(effective_abi as i32),
        _ => 0,
    }
}

/// Restricts this thread, which has to be the process's only one.
pub(super) fn restrict(plan: &Plan, cwd: &OwnedFd) -> Result<Confinement, RulesetError> {
    let all = AccessFs::from_all(NEWEST);
    let read = AccessFs::from_read(NEWEST);
    // Whoever makes a device, or commands one, is past every file system.
    let write = all & !make_bitflags!(AccessFs::{MakeChar | MakeBlock | IoctlDev});
    let mut rules = Ruleset::default()
        .handle_access(all)?
        .scope(Scope::from_all(NEWEST))?;
    if !plan.network {
        rules = rules.handle_access(AccessNet::from_all(NEWEST))?;
    }
    let status = rules
        .create()?
        .add_rules(path_beneath_rules(SYSTEM, read))?
        .add_rules(path_beneath_rules(
            SINKS,
            read | AccessFs::WriteFile | AccessFs::Truncate,
        ))?
        .add_rules(path_beneath_rules(&plan.read, read))?
        .add_rules(path_beneath_rules([&plan.program], read))?
        .add_rules(path_beneath_rules(&plan.write, write))?
        .add_rules(path_beneath_rules([&plan.temporary], write))?
        .add_rule(PathBeneath::new(cwd, write))?
        .restrict_self()?;
    Ok(match (status.ruleset, status.landlock) {
        (RulesetStatus::NotEnforced, _) => Confinement::by_landlock(0, plan.network),
        (
            _,
            LandlockStatus::Available {
                effective_abi,
                kernel_abi,
            },
        ) => {
            let version = kernel_abi.unwrap_or(effective_abi as i32);
            Confinement::by_landlock(version, plan.network)
        }
        _ => Confinement::by_landlock(0, plan.network),
    })
}

/// Asks the kernel. The crate tells only who restricts itself, so a thread of its own does, and ends.
fn probe() -> Option<LandlockStatus> {
    let restricted = || -> Result<LandlockStatus, RulesetError> {
        let created = Ruleset::default()
            .handle_access(AccessFs::from_all(ABI::V1))?
            .create()?;
        Ok(created.restrict_self()?.landlock)
    };
    thread::spawn(restricted).join().ok()?.ok()
}
