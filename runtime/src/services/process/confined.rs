//! The other side: a process of ours that restricts itself and becomes a program.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};

use super::confinement::{Confinement, Level};
use super::plan::{PLAN_BYTES_MAX, Plan, Report};
use crate::services::fs::{self, FsError};

/// Reads a plan from the socket that is standard input, restricts this process, and becomes the program. Returns only
/// when that fails; the reason has then been told to the other side.
///
/// Called first of all in a process of its own, which has one thread.
///
/// # Errors
///
/// When there is nobody to tell.
pub fn become_program() -> io::Result<()> {
    let mut server = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    let report = match read(&mut server) {
        Ok((plan, input)) => becoming(&plan, &input, &mut server),
        Err(error) => Report::Failed(format!("the plan cannot be read: {error}")),
    };
    tell(&mut server, &report)
}

/// The plan, and the program's standard input.
fn read(server: &mut UnixStream) -> io::Result<(Plan, Vec<u8>)> {
    let mut length = [0; 4];
    server.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length);
    if length > PLAN_BYTES_MAX {
        return Err(io::Error::other("it is too long"));
    }
    let mut plan = vec![0; length as usize];
    server.read_exact(&mut plan)?;
    let mut input = Vec::new();
    server.read_to_end(&mut input)?;
    Ok((serde_json::from_slice(&plan)?, input))
}

fn tell(server: &mut UnixStream, report: &Report) -> io::Result<()> {
    let mut line = serde_json::to_vec(report)?;
    line.push(b'\n');
    server.write_all(&line)
}

/// What there is to say when the program did not start.
fn becoming(plan: &Plan, input: &[u8], server: &mut UnixStream) -> Report {
    // No terminal, and a group to be killed by.
    if let Err(error) = rustix::process::setsid() {
        return Report::Failed(format!("no session could be made: {error}"));
    }
    let input = match kept(input, plan) {
        Ok(input) => input,
        Err(error) => return Report::Failed(format!("its input cannot be kept: {error}")),
    };
    // The very folder that was judged, whatever links have come since.
    let cwd = match fs::hold(&plan.cwd) {
        Ok(cwd) => cwd,
        Err(error @ FsError::Conflict(_)) => return Report::Moved(error.to_string()),
        Err(error) => return Report::NoFolder(error.to_string()),
    };
    if let Err(error) = rustix::process::fchdir(&cwd) {
        return Report::NoFolder(format!("cannot enter the folder: {error}"));
    }
    let confinement = match restrict(plan, &cwd) {
        Ok(confinement) => confinement,
        Err(error) => return Report::Failed(error),
    };
    drop(cwd);
    if plan.required && confinement.level == Level::None {
        let reason = confinement.reason.unwrap_or_default();
        return Report::Failed(format!("programs have to be confined here, and {reason}"));
    }
    if let Err(error) = tell(server, &Report::Confined(confinement)) {
        return Report::Failed(error.to_string());
    }
    let mut command = Command::new(&plan.program);
    if let Some((name, arguments)) = plan.argv.split_first() {
        command.arg0(name).args(arguments);
    }
    let error = command
        .env_clear()
        .envs(plan.environment.iter().map(|(name, value)| (name, value)))
        .stdin(input)
        .exec();
    Report::NoProgram(format!("the program does not start: {error}"))
}

/// The input as a file without a name: nobody has to feed a pipe.
fn kept(input: &[u8], plan: &Plan) -> io::Result<Stdio> {
    if input.is_empty() {
        return Ok(Stdio::null());
    }
    let mut file: File = tempfile::tempfile_in(&plan.temporary)?;
    file.write_all(input)?;
    file.rewind()?;
    Ok(Stdio::from(file))
}

#[cfg(target_os = "linux")]
fn restrict(plan: &Plan, cwd: &OwnedFd) -> Result<Confinement, String> {
    use rustix::process::{
        DumpableBehavior, Signal, getppid, set_dumpable_behavior, set_parent_process_death_signal,
    };

    // Without the server nobody would count the program's time.
    let server = getppid();
    set_parent_process_death_signal(Some(Signal::KILL)).map_err(|error| error.to_string())?;
    if getppid() != server {
        return Err("the server is gone".to_owned());
    }
    // Until it is the program, no other process may look into it.
    set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(|error| error.to_string())?;
    let confinement = super::landlocked::restrict(plan, cwd)
        .map_err(|error| format!("the kernel does not let it be confined: {error}"))?;
    give_up_capabilities()
        .map_err(|error| format!("its capabilities cannot be given up: {error}"))?;
    Ok(confinement)
}

/// Gives up what root may do beyond its own files, such as looking into other processes. Without new privileges no program
/// that it becomes has it back.
#[cfg(target_os = "linux")]
fn give_up_capabilities() -> io::Result<()> {
    use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities, set_no_new_privs};

    set_no_new_privs(true)?;
    let nothing = CapabilitySets {
        effective: CapabilitySet::empty(),
        permitted: CapabilitySet::empty(),
        inheritable: CapabilitySet::empty(),
    };
    Ok(set_capabilities(None, nothing)?)
}

#[cfg(not(target_os = "linux"))]
fn restrict(plan: &Plan, _: &OwnedFd) -> Result<Confinement, String> {
    Ok(super::confinement::offered(plan.network))
}
