//! A daemon that is away, is another one, or is not well.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use tokio::net::TcpListener;

use super::place::Place;

#[tokio::test(flavor = "multi_thread")]
async fn without_a_daemon_each_line_says_what_to_do() {
    let Some(place) = Place::new() else { return };
    insta::assert_snapshot!("nothing", place.doctor().await.text);
    place.init().await;
    insta::assert_snapshot!("no_daemon", place.doctor().await.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_else_on_the_port_is_not_taken_for_the_daemon() {
    let Some(place) = Place::new() else { return };
    place.init().await;
    let foreign = TcpListener::bind(("127.0.0.1", place.port)).await.unwrap();
    let heard = tokio::spawn(async move {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let (mut stream, _) = foreign.accept().await.unwrap();
        let mut request = vec![0; 4096];
        let length = stream.read(&mut request).await.unwrap();
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
        stream.write_all(answer).await.unwrap();
        (
            String::from_utf8_lossy(&request[..length]).into_owned(),
            foreign,
        )
    });
    let failures = place.failures().await;
    assert!(
        failures[0].contains("something else answers on 127.0.0.1:7717"),
        "{failures:?}"
    );
    // It was told no secret.
    let (request, _foreign) = heard.await.unwrap();
    assert!(!request.to_lowercase().contains("bearer"), "{request}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_that_is_not_well_is_seen() {
    let Some(place) = Place::new() else { return };
    place.init().await;
    let wasm = place.at("plugins/guard/guard.wasm");
    let kept = fs::read(&wasm).unwrap();
    fs::write(&wasm, b"not wasm").unwrap();
    let daemon = place.serve().await;
    let failures = place.failures().await;
    assert!(
        failures
            .iter()
            .any(|line| line.starts_with("plugins    `guard` is not loaded")),
        "{failures:?}"
    );
    drop(daemon);
    fs::write(&wasm, kept).unwrap();
    let _daemon = place.serve().await;
    assert_eq!(place.failures().await, [""; 0]);
    // Another token than the daemon has read.
    let hook = place.at(".local/state/sinew/tokens/hook");
    let token = place.read(".local/state/sinew/tokens/hook");
    fs::write(&hook, "0".repeat(64)).unwrap();
    let failures = place.failures().await;
    assert!(
        failures
            .iter()
            .any(|line| line.starts_with("gate") && line.contains("over HTTP")),
        "{failures:?}"
    );
    fs::write(&hook, token).unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o644)).unwrap();
    let failures = place.failures().await;
    assert!(failures[0].contains("chmod 600"), "{failures:?}");
}
