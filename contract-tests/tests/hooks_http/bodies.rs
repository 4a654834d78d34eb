//! Bodies that are large, slow, broken off or several at once.

use std::time::{Duration, Instant};

use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use sinew_contract_tests::exchange::{head, post};
use sinew_contract_tests::scripted_gate::{ScriptedGate, decided, guarded};
use sinew_contract_tests::test_server::TestServer;
use sinew_runtime::engine::{Column, Kind, Refusal};
use sinew_runtime::transport::TransportSettings;

use crate::{accepted, body, denied, denying, quick, reason};

/// Time enough for many megabytes on a busy machine.
fn patient() -> TransportSettings {
    TransportSettings {
        body_ms_max: 15_000,
        timeout_ms_default: 19_000,
        ..quick()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_33_mib_is_refused_in_words_that_a_real_client_reads() {
    let gate = denying(Column::Deny);
    let server = TestServer::start(&gate, patient()).unwrap();
    let mut huge = body("PreToolUse");
    huge.resize(33 << 20, b' ');

    let stream = tokio::net::TcpStream::connect(server.address)
        .await
        .unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .unwrap();
    tokio::spawn(connection);
    let mut request = hyper::Request::post("/hooks/PreToolUse");
    for (name, value) in server.headers() {
        request = request.header(name, value);
    }
    let request = request.body(Full::new(Bytes::from(huge.clone()))).unwrap();
    let response = sender.send_request(request).await.unwrap();
    assert_eq!(response.status(), 200);
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    let json: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(json, denied(reason(&json)));

    // A client that reads nothing before it has sent everything, with a length and in chunks.
    let mut connection = server.connect().await.unwrap();
    connection
        .send(&post("/hooks/PreToolUse", &server.headers(), &huge))
        .await
        .unwrap();
    let json = accepted("PreToolUse", &connection.reply().await.unwrap());
    assert_eq!(json, denied(reason(&json)));

    let mut headers = server.headers();
    headers.push(("transfer-encoding", "chunked".to_owned()));
    let mut connection = server.connect().await.unwrap();
    connection
        .send(&head("/hooks/PreToolUse", &headers, None))
        .await
        .unwrap();
    for chunk in huge.chunks(1 << 20) {
        connection
            .send(format!("{:x}\r\n", chunk.len()).as_bytes())
            .await
            .unwrap();
        connection.send(chunk).await.unwrap();
        connection.send(b"\r\n").await.unwrap();
    }
    connection.send(b"0\r\n\r\n").await.unwrap();
    let json = accepted("PreToolUse", &connection.reply().await.unwrap());
    assert_eq!(json, denied(reason(&json)));

    let seen = gate.seen();
    assert!(seen.requests.is_empty());
    assert!(
        seen.notes
            .iter()
            .all(|note| note.refusal == Refusal::TooLarge)
    );
    assert_eq!(seen.notes.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_31_mib_is_decided() {
    let gate = denying(Column::Deny);
    let server = TestServer::start(&gate, patient()).unwrap();
    let mut large = body("PreToolUse");
    large.resize(31 << 20, b' ');
    let reply = server.post("/hooks/PreToolUse", &large).await.unwrap();
    assert_eq!(accepted("PreToolUse", &reply), denied("no"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_announced_length_alone_is_refused_before_anything_is_sent() {
    let gate = denying(Column::Deny);
    let server = TestServer::start(&gate, quick()).unwrap();
    let mut connection = server.connect().await.unwrap();
    let head = head(
        "/hooks/PreToolUse",
        &server.headers(),
        Some(usize::MAX >> 2),
    );
    connection.send(&head).await.unwrap();
    let json = accepted("PreToolUse", &connection.reply().await.unwrap());
    assert_eq!(json, denied(reason(&json)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_drips_is_given_up_in_time() {
    let gate = denying(Column::Deny);
    let settings = TransportSettings {
        body_ms_max: 300,
        ..quick()
    };
    let server = TestServer::start(&gate, settings).unwrap();
    let mut connection = server.connect().await.unwrap();
    let started = Instant::now();
    connection
        .send(&head("/hooks/PreToolUse", &server.headers(), Some(1_000)))
        .await
        .unwrap();
    connection.send(b"{\"hook").await.unwrap();
    let json = accepted("PreToolUse", &connection.reply().await.unwrap());
    assert!(started.elapsed() < Duration::from_secs(8));
    assert_eq!(json, denied(reason(&json)));
    assert_eq!(gate.seen().notes[0].refusal, Refusal::SlowBody);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_closes_its_half_still_gets_its_answer() {
    let gate = denying(Column::Deny);
    let server = TestServer::start(&gate, quick()).unwrap();
    let mut connection = server.connect().await.unwrap();
    let request = post("/hooks/PreToolUse", &server.headers(), &body("PreToolUse"));
    connection.send(&request).await.unwrap();
    connection.half_close().await.unwrap();
    assert_eq!(
        accepted("PreToolUse", &connection.reply().await.unwrap()),
        denied("no")
    );

    // In the middle of the body: broken, and told so.
    let mut connection = server.connect().await.unwrap();
    connection
        .send(&request[..request.len() - 5])
        .await
        .unwrap();
    connection.half_close().await.unwrap();
    let json = accepted("PreToolUse", &connection.reply().await.unwrap());
    assert_eq!(json, denied(reason(&json)));
    assert_eq!(gate.seen().notes[0].refusal, Refusal::BrokenBody);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_in_one_packet_are_answered_in_order() {
    let gate = ScriptedGate::scripted(guarded(Column::Deny), |request| {
        Box::pin(async move { decided(Kind::Deny, request.input["tool_use_id"].as_str().unwrap()) })
    });
    let server = TestServer::start(&gate, quick()).unwrap();
    let mut packet = Vec::new();
    for index in 0..20 {
        let body = json!({"hook_event_name": "PreToolUse", "tool_use_id": index.to_string()});
        packet.extend(post(
            "/hooks/PreToolUse",
            &server.headers(),
            body.to_string().as_bytes(),
        ));
    }
    let mut connection = server.connect().await.unwrap();
    connection.send(&packet).await.unwrap();
    for index in 0..20 {
        let reply = connection.reply().await.unwrap();
        assert_eq!(accepted("PreToolUse", &reply), denied(&index.to_string()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_share_a_bounded_room() {
    let gate = denying(Column::Deny);
    let settings = TransportSettings {
        body_bytes_in_flight_max: 1 << 20,
        ..quick()
    };
    let server = TestServer::start(&gate, settings).unwrap();
    let mut large = body("PreToolUse");
    large.resize(2 << 20, b' ');
    let reply = server.post("/hooks/PreToolUse", &large).await.unwrap();
    let json = accepted("PreToolUse", &reply);
    assert_eq!(json, denied(reason(&json)));
    assert_eq!(gate.seen().notes[0].refusal, Refusal::Overload);
    for _ in 0..5 {
        large.truncate(900 << 10);
        let reply = server.post("/hooks/PreToolUse", &large).await.unwrap();
        assert_eq!(
            accepted("PreToolUse", &reply),
            denied("no"),
            "the room comes back"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_asks_before_it_sends_is_told_to_go_on_or_why_not() {
    let gate = denying(Column::Deny);
    let server = TestServer::start(&gate, quick()).unwrap();
    let sent = body("PreToolUse");
    let mut headers = server.headers();
    headers.push(("expect", "100-continue".to_owned()));
    let mut connection = server.connect().await.unwrap();
    let head = head("/hooks/PreToolUse", &headers, Some(sent.len()));
    connection.send(&head).await.unwrap();
    assert_eq!(connection.reply().await.unwrap().status, 100);
    connection.send(&sent).await.unwrap();
    let reply = connection.reply().await.unwrap();
    assert_eq!(accepted("PreToolUse", &reply), denied("no"));

    headers.retain(|(name, _)| *name != "authorization");
    let head =
        sinew_contract_tests::exchange::head("/hooks/PreToolUse", &headers, Some(sent.len()));
    let mut connection = server.connect().await.unwrap();
    connection.send(&head).await.unwrap();
    let mut reply = connection.reply().await.unwrap();
    if reply.status == 100 {
        reply = connection.reply().await.unwrap();
    }
    let json = accepted("PreToolUse", &reply);
    assert_eq!(json, denied(reason(&json)));
}
