//! Containers: the program that runs in one, and what it sees of this machine.

use super::script::Analysis;
use super::state::State;
use super::{Invocation, wrapper};

impl Analysis<'_> {
    /// `docker run IMAGE COMMAND`, `docker exec CONTAINER COMMAND`, `kubectl exec POD -- COMMAND`.
    pub(super) fn container(
        &mut self,
        invocation: &mut Invocation,
        template: Invocation,
        state: &mut State,
    ) {
        const WITH_VALUE: [&str; 34] = [
            "-v",
            "--volume",
            "--mount",
            "-e",
            "--env",
            "--env-file",
            "-p",
            "--publish",
            "--name",
            "-w",
            "--workdir",
            "-u",
            "--user",
            "--network",
            "--net",
            "--entrypoint",
            "-h",
            "--hostname",
            "-l",
            "--label",
            "--add-host",
            "--device",
            "--cap-add",
            "--security-opt",
            "--platform",
            "-n",
            "--namespace",
            "-c",
            "--container",
            "--context",
            "-f",
            "--file",
            "--pid",
            "-m",
        ];
        let at = invocation
            .arguments
            .iter()
            .position(|argument| matches!(argument.text.as_str(), "run" | "exec" | "debug"));
        let Some(at) = at else { return };
        let rest = &invocation.arguments[at + 1..];
        let dashes = rest.iter().position(|argument| argument.text == "--");
        let is_cluster = matches!(invocation.name.as_str(), "kubectl" | "oc" | "lxc");
        let command = match dashes {
            Some(dashes) if is_cluster => rest.get(dashes + 1..),
            _ => wrapper::from_operand(rest, &WITH_VALUE, 1, false),
        };
        let mounted = rest.iter().any(|argument| {
            matches!(argument.text.as_str(), "-v" | "--volume" | "--mount")
                || argument.text.starts_with("-v")
                || argument.text.starts_with("--volume=")
                || argument.text.starts_with("--mount=")
        });
        let kept = invocation.arguments[at].text != "run";
        state.contained = true;
        state.kept = kept;
        state.mounted = mounted;
        state.folder = None;
        state.input = invocation.input.clone();
        let template = Invocation {
            contained: true,
            mounted,
            kept,
            folder: None,
            ..template
        };
        if let Some(command) = command.filter(|command| !command.is_empty()) {
            let command = command.to_vec();
            self.run(&command, template, state);
        }
    }
}
