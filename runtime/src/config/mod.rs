//! The operator's configuration: as it is written, and as the rooms use it.
//!
//! It is read from `--config`, else from `$XDG_CONFIG_HOME/sinew/sinew.toml`; never from the working directory, where an
//! agent could write its own grants. A key that nobody knows is an error, since a misspelt limit protects nobody.

mod effects;
mod fs;
mod git;
mod github;
mod granting;
mod llm;
mod mcp;
mod net;
mod own;
mod place;
mod plugin;
mod process;
mod secrets;
mod used;
mod written;

pub use granting::{Granting, GrantingError};
pub use place::{
    Places, default_cache_folder, default_config_file, default_state_folder, prepare_wasm_cache,
};
pub use used::{Config, ConfigError};
