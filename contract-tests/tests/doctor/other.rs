//! A daemon of another version, in its own words. It is played by the test, since there is only one version here.

use std::path::Path;

use axum::Router;
use axum::extract::{Request, State};
use serde_json::json;
use tokio::net::{TcpListener, UnixListener};

use super::place::Place;

/// What a daemon says of itself that has another version, and is not well.
async fn says(State(port): State<u16>, request: Request) -> String {
    match request.uri().path() {
        "/v1/status" => json!({
            "version": "0.0.1", "pid": 1, "listen": [format!("127.0.0.1:{port}")],
        }),
        "/v1/plugins" => json!({ "plugins": [] }),
        "/readyz" => json!({ "status": "fail", "checks": [
            { "name": "store", "ok": false, "detail": "the disk is full" },
            { "name": "shadowing", "ok": false, "detail": null },
        ]}),
        _ => json!({}),
    }
    .to_string()
}

async fn pretend(port: u16, socket: &Path) {
    let router = Router::new().fallback(says).with_state(port);
    let unix = UnixListener::bind(socket).unwrap();
    let tcp = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    tokio::spawn(axum::serve(unix, router.clone()).into_future());
    tokio::spawn(axum::serve(tcp, router).into_future());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_of_another_version_that_proves_nothing_is_seen() {
    let Some(place) = Place::new() else { return };
    place.init().await;
    pretend(place.port, &place.at(".local/state/sinew/sinew.sock")).await;
    let failures = place.failures().await;
    let own = env!("CARGO_PKG_VERSION");
    let expected = [
        format!("daemon     it is version 0.0.1, and this program {own}: run `sinew serve`, which takes over"),
        "store      it takes no commits: the disk is full: run `du -xh /home/me/.local/state/sinew | sort -h | tail`, and \
         make room on that disk"
            .to_owned(),
        "daemon     plugin state was not proved to be the host's own: run `sinew serve`, which takes over, and does not start \
         without that proof"
            .to_owned(),
    ];
    assert_eq!(failures[..3], expected, "{failures:#?}");
    // Nor does it pass for a gate.
    for way in ["over HTTP", "through the shim"] {
        let said = format!("gate       PreToolUse {way}");
        assert!(
            failures.iter().any(|line| line.starts_with(&said)),
            "{failures:#?}"
        );
    }
}
