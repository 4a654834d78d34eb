//! What the contract tests share: real servers in temporary state folders, and clients that behave like the real ones.

pub mod client_output;
pub mod clients;
pub mod daemon;
pub mod exchange;
pub mod fixtures_plugin;
pub mod gate_cells;
pub mod ledger_rows;
pub mod mcp_clients;
pub mod mcp_conformance;
pub mod mcp_house;
pub mod mcp_http;
pub mod mcp_process;
pub mod probe_plugin;
pub mod scripted_gate;
pub mod scripted_model;
pub mod sinew_binary;
pub mod test_server;
pub mod web_server;
