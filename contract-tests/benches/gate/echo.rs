//! The part everything is compared with: axum, answering with the body it got.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;

/// Serves until the process ends, and returns where.
pub(crate) async fn serve() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port is free");
    let address = listener.local_addr().expect("the listener has an address");
    let router = Router::new().route("/", post(|body: Bytes| async { body }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}
