//! What administers a Windows machine: accounts, policies, the registry, schedules, services and backups. Part of the rule
//! `machine-control`. Commands of PowerShell are here as `powershell` writes them, in lower case.

use super::phrases::Table;

/// What changes the machine for everybody on it.
pub(super) static ADMINISTERS: Table = Table::new(&[
    (
        &["net", "net1"],
        "user /add, user /delete, localgroup /add, localgroup /delete, group /add, stop",
    ),
    (&["net", "net1"], "share /delete, accounts"),
    (&["reg"], "add, delete, import, restore, load, unload"),
    (
        &["schtasks"],
        "/create, /delete, /change, /Create, /Delete, /Change",
    ),
    (&["sc"], "create, delete, stop, config, sdset"),
    (&["bcdedit"], "/set, /delete, /deletevalue, /import"),
    (&["vssadmin"], "delete, Delete, resize"),
    (&["wbadmin"], "delete"),
    (&["wmic"], "delete, shadowcopy, process call create"),
    (&["fsutil"], "usn deletejournal, file setzerodata"),
    (&["netsh"], "advfirewall, firewall, portproxy"),
    (&["diskpart", "takeown", "sdelete"], "*"),
    (
        &["set-executionpolicy"],
        "LocalMachine, localmachine, MachinePolicy",
    ),
    (
        &[
            "add-mppreference",
            "register-scheduledtask",
            "unregister-scheduledtask",
            "disable-scheduledtask",
            "new-service",
            "set-acl",
            "disable-localuser",
            "remove-localgroupmember",
            "remove-localgroup",
            "uninstall-windowsfeature",
            "disable-windowsoptionalfeature",
            "disable-computerrestore",
            "enable-psremoting",
            "remove-computer",
        ],
        "*",
    ),
]);
