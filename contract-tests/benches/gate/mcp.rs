//! Calls of a tool over MCP, recorded: beside axum alone, and beside the protocol's library with the tool written by hand.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ServerCapabilities,
    ServerConfig, Tool,
};
use rmcp::service::RequestContext;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use rmcp::{ErrorData, RoleServer, ServerHandler};
use serde_json::json;

use crate::connection::Way;
use crate::daemon::Daemon;
use crate::decisions::measured;
use crate::load::{MCP_CALL, TEXT, TOOL, Target};
use crate::report::{Report, Row, rate};
use crate::timing::{Span, Timing};
use crate::{Bench, IN_FLIGHT, parts, started};

/// Calls after which memory is looked at first, and then as many more as make it 250,000.
const WARM: Span = Span {
    most: 50_000,
    wall: Duration::from_secs(12),
};
const LATE: Span = Span {
    most: 200_000,
    wall: Duration::from_secs(50),
};

/// How much memory may grow between the two and still be called flat.
const FLAT: f64 = 1.05;

/// One tool, and no plugin behind it.
struct ByHand;

/// What one way to serve a call came to: one at a time, and how many a second.
type Measured = (Timing, f64);

/// Measures the release binary, and what is beside it.
pub(crate) async fn calls(bench: &mut Bench) {
    let target = |address, path| Target {
        way: Way::Http(address),
        path,
        asked: &MCP_CALL,
        token: None,
    };
    let echo = measured(&target(parts::echo().await, "/")).await;
    let row = Row::new("a tool's call, echoed by bare axum").times(&echo.0);
    bench.report.add(row.in_flight(echo.1));
    let floor = measured(&target(by_hand().await, MCP_CALL.path)).await;
    let row = Row::new("the same through bare rmcp, the tool written by hand").times(&floor.0);
    let row = beside(row, "echo", &floor, &echo);
    bench.report.add(row.in_flight(floor.1));

    let (_state, daemon) = started(&bench.settings.tools(false), &MCP_CALL).await;
    let fresh = measured(&daemon.target(&MCP_CALL)).await;
    let row = Row::new("the same through a plugin, recorded").times(&fresh.0);
    let row = beside(row, "rmcp", &fresh, &floor);
    bench.report.add(row.in_flight(fresh.1));
    drop(daemon);

    let (_state, daemon) = started(&bench.settings.tools(true), &MCP_CALL).await;
    let before = daemon.memory_mib();
    let reuse = measured(&daemon.target(&MCP_CALL)).await;
    let row = Row::new("the same with `instance = \"reuse\"`").times(&reuse.0);
    let row = beside(row, "rmcp", &reuse, &floor).in_flight(reuse.1);
    let met = reuse.1 >= 12_000.0;
    bench
        .report
        .add(row.goal("≥ 12,000 /s in flight", rate(reuse.1), met));
    let raw = measured(&daemon.raw_target(&MCP_CALL)).await;
    let row = Row::new("the same in raw messages, as `sinew mcp` sends them").times(&raw.0);
    let row = beside(row, "HTTP", &raw, &reuse);
    bench.report.add(row.in_flight(raw.1));
    memory(&mut bench.report, &daemon, before).await;
}

/// What it is of another, for each of the two figures.
fn beside(row: Row, what: &str, (alone, together): &Measured, other: &Measured) -> Row {
    let (p50, each_second) = (alone.p50_ms() / other.0.p50_ms(), together / other.1);
    row.beside(format!("p50 {p50:.2} × {what}"))
        .beside(format!("{each_second:.2} × {what} in flight"))
}

/// What stays in memory after many calls.
async fn memory(report: &mut Report, daemon: &Daemon, before: f64) {
    let target = daemon.target(&MCP_CALL);
    let first = target.through(WARM, IN_FLIGHT).await;
    let warm = daemon.memory_mib();
    let more = target.through(LATE, IN_FLIGHT).await;
    let late = daemon.memory_mib();
    let grown = late / warm;
    let row = Row::new(format!("memory after {} more calls", first + more))
        .figure(format!("{late:.0} MiB"))
        .beside(format!("{before:.0} MiB before"))
        .beside(format!("{warm:.0} MiB after {first}"));
    let figure = format!("{late:.0} MiB");
    report.add(row.ratio_goal("flat", figure, grown, grown <= FLAT));
}

/// Serves the tool without a plugin, with the options that the gate has, until the process ends. Returns where.
async fn by_hand() -> SocketAddr {
    let service = StreamableHttpService::new(
        || Ok(ByHand),
        Arc::new(LocalSessionManager::default()),
        StreamableHttpServerConfig::default().with_json_response(true),
    );
    parts::serve(Router::new().route_service(MCP_CALL.path, service)).await
}

// === impl ByHand ===

impl ServerHandler for ByHand {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        let schema = json!({ "type": "object" }).as_object()?.clone();
        (name == TOOL).then(|| Tool::new(TOOL, "Answers with a text.", schema))
    }

    fn call_tool(
        &self,
        _: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> impl Future<Output = Result<CallToolResponse, ErrorData>> {
        let result = CallToolResult::success(vec![ContentBlock::text(TEXT)]);
        std::future::ready(Ok(result.into()))
    }
}
