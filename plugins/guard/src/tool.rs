//! What a tool's call says that can be judged: commands, files, and texts that are written or run.

use std::borrow::Cow;

use sinew_pdk::{EffectError, PreToolUse};

use crate::place::{normal, settled};
use crate::rules::Access;
use crate::{mcp, powershell};

/// What a call says.
#[derive(Debug, Default)]
pub(crate) struct Says {
    /// Text for a shell.
    pub(crate) commands: Vec<String>,
    /// The folder that it runs in, where that is another than the call's.
    pub(crate) folder: Option<String>,
    /// The normal paths of files and folders, and what is done with them.
    pub(crate) files: Vec<(String, Access)>,
    /// Text that would be written into the first of those.
    pub(crate) written: Vec<String>,
    /// Statements for a database.
    pub(crate) statements: Vec<String>,
    /// Whether it takes away something that others may be using, by its name.
    pub(crate) destroys: bool,
}

/// A tool that has to do with files.
struct FileTool {
    name: &'static str,
    /// The argument that names the file, or the folder to look in.
    path: &'static str,
    /// The argument that is a pattern of files in that folder.
    pattern: Option<&'static str>,
    access: Access,
}

/// The client's own tools for files.
const FILE_TOOLS: [FileTool; 9] = [
    file_tool("Read", "file_path", Access::Reads),
    file_tool("Write", "file_path", Access::Writes),
    file_tool("Edit", "file_path", Access::Writes),
    file_tool("MultiEdit", "file_path", Access::Writes),
    file_tool("NotebookEdit", "notebook_path", Access::Writes),
    file_tool("NotebookRead", "notebook_path", Access::Reads),
    file_tool("LS", "path", Access::Lists),
    FileTool {
        pattern: Some("glob"),
        ..file_tool("Grep", "path", Access::Searches)
    },
    FileTool {
        pattern: Some("pattern"),
        ..file_tool("Glob", "path", Access::Lists)
    },
];

/// The arguments of file tools that are text to be written.
const WRITTEN: [&str; 3] = ["content", "new_string", "new_source"];

const fn file_tool(name: &'static str, path: &'static str, access: Access) -> FileTool {
    FileTool {
        name,
        path,
        pattern: None,
        access,
    }
}

// === impl Says ===

impl Says {
    /// Reads a call. Of a tool that is not known it is nothing.
    pub(crate) fn of(call: &PreToolUse) -> Result<Self, EffectError> {
        let name = call.tool_name.as_str();
        if let Some(command) = call.shell_command() {
            return Ok(Self {
                commands: vec![command.to_owned()],
                ..Self::default()
            });
        }
        if name == "PowerShell" {
            let command = call.argument("command")?;
            return Ok(Self {
                commands: command
                    .iter()
                    .flat_map(|text| powershell::as_commands(text))
                    .collect(),
                ..Self::default()
            });
        }
        if name.starts_with(mcp::PREFIX) {
            return mcp::says(call);
        }
        let Some(tool) = FILE_TOOLS.iter().find(|tool| tool.name == name) else {
            return Ok(Self::default());
        };
        let paths = tool.paths(call)?;
        Ok(Self {
            files: paths.into_iter().map(|path| (path, tool.access)).collect(),
            written: tool.texts(call)?,
            ..Self::default()
        })
    }
}

// === impl FileTool ===

impl FileTool {
    /// The normal paths that a call has to do with: the file or folder it names, and where its pattern begins.
    fn paths(&self, call: &PreToolUse) -> Result<Vec<String>, EffectError> {
        let named = call.argument(self.path)?;
        let named = named.map(|path| normal(&call.cwd, &path));
        let pattern = match self.pattern {
            Some(argument) => call.argument(argument)?,
            None => None,
        };
        let begun = pattern.map(|pattern| {
            let (folder, _) = settled(&pattern);
            normal(named.as_deref().unwrap_or(&call.cwd), folder)
        });
        Ok(named.into_iter().chain(begun).collect())
    }

    /// What a call would write into a file, where that is short enough to have come with the call: keys are.
    fn texts(&self, call: &PreToolUse) -> Result<Vec<String>, EffectError> {
        let mut written = Vec::new();
        for argument in WRITTEN {
            let pointer = format!("/tool_input/{argument}");
            if self.access == Access::Writes && !call.elided().any(|elided| elided == pointer) {
                written.extend(call.text(&pointer)?.map(Cow::into_owned));
            }
        }
        Ok(written)
    }
}
