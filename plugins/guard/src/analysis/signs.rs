//! Signs in the code of other languages: what it starts, deletes, writes and reads. They are looked for as text, from where
//! a word begins.

/// That code starts programs.
pub(super) const STARTS: &[&str] = &[
    "system(",
    "system (",
    "system \"",
    "system '",
    "import system",
    "getattr(__import__",
    "getattr(os",
    "getattr(subprocess",
    "getattr(shutil",
    "__import__",
    "popen",
    "subprocess",
    "pty.spawn",
    "exec(",
    "exec \"",
    "execSync",
    "execFile",
    "spawn",
    "child_process",
    "check_output",
    "check_call",
    "shell_exec",
    "passthru",
    "qx",
    "%x",
    "Deno.Command",
    "Bun.$",
    "os.exec",
    "Open3",
    "do shell script",
    "System.cmd",
    "System.shell",
    ".execute()",
    "run(`",
    "shell-command",
    "call-process",
    "exec.Command",
    "os:cmd",
    "ProcessBuilder",
];

/// That it deletes folders with all that is in them.
pub(super) const DELETES_FOLDERS: &[&str] = &[
    "rmtree",
    "rm_rf",
    "rm_r",
    "rmSync",
    "rmdirSync",
    "fs.rm(",
    ").rm(",
    "rimraf",
    "removeSync",
    "emptyDir",
    "remove_dir_all",
    "remove_tree",
    "remove_entry",
    "remove_dir",
    "Deno.remove",
    "RemoveAll",
    "delete-directory",
    "deltree",
    "removeItem",
    "rm(\"",
    "rm('",
];

/// That deleting a file deletes a folder as well, in R.
pub(super) const RECURSIVE: &[&str] = &["recursive=TRUE", "recursive = TRUE", "recursive=T)"];

/// That it deletes files.
pub(super) const DELETES_FILES: &[&str] = &[
    "unlink",
    "removedirs",
    "os.remove",
    "os.rmdir",
    "File.delete",
    "File.rm",
    "Files.delete",
    "remove_file",
    "delete-file",
    "Pathname.delete",
];

/// That a folder is the code's own, so that it may delete it.
pub(super) const MAKES_FOLDERS: &[&str] =
    &["mkdtemp", "mktmpdir", "TemporaryDirectory", "tempdir("];

/// That it goes through folders.
pub(super) const WALKS: &[&str] = &[
    "rglob",
    "glob",
    "os.walk",
    "iterdir",
    "scandir",
    "listdir",
    "File::Find",
    "readdir",
    "Dir[",
    "Dir.each",
    "Dir.children",
    "walkdir",
    "find(",
    "Files.walk",
];

/// That it looks at the endings of names.
pub(super) const COMPARES: &[&str] = &[
    "endswith", "suffix", "splitext", "extname", "end_with", "fnmatch",
];

/// That it means the home folder.
pub(super) const HOME: &[&str] = &[
    "Path.home()",
    "expanduser('~')",
    "expanduser(\"~\")",
    "environ['HOME']",
    "environ[\"HOME\"]",
    "environ.get('HOME'",
    "environ.get(\"HOME\"",
    "getenv('HOME'",
    "getenv(\"HOME\"",
    "env.HOME",
    "env['HOME']",
    "homedir()",
    "ENV['HOME']",
    "ENV[\"HOME\"]",
    "ENV.fetch('HOME'",
    "$ENV{HOME}",
    "UserHomeDir()",
    "getProperty(\"user.home\")",
    "Dir.home",
];

/// That it moves a file or a folder.
pub(super) const MOVES: &[&str] = &[
    "os.rename",
    "os.replace",
    "shutil.move",
    "renameSync",
    "moveSync",
    "File.rename",
    "FileUtils.mv",
];

/// That it writes files.
pub(super) const WRITES: &[&str] = &[
    "'w'",
    "\"w\"",
    "'a'",
    "\"a\"",
    "'wb'",
    "\"wb\"",
    "'w+'",
    "write_text",
    "write_bytes",
    "writeFile",
    "appendFile",
    "File.write",
    "file_put_contents",
    "'>'",
    "copyfile",
];

/// That it reads files.
pub(super) const READS: &[&str] = &[
    "dotenv_values(",
    "open(",
    "readFile",
    "read_text",
    "read_bytes",
    "File.read",
    "file_get_contents",
    "fopen",
    "IO.read",
];

/// Whether code has one of some signs, where no word goes on.
pub(super) fn has(code: &str, signs: &[&str]) -> bool {
    let bytes = code.as_bytes();
    // Signs are many and code is short, so that looking at every place costs less than getting ready for a search.
    signs.iter().map(|sign| sign.as_bytes()).any(|sign| {
        let is_word = sign.first().is_some_and(u8::is_ascii_alphabetic);
        (0..bytes.len()).any(|at| {
            sign.first() == Some(&bytes[at])
                && bytes[at..].starts_with(sign)
                && !(is_word && at > 0 && bytes[at - 1].is_ascii_alphabetic())
        })
    })
}
