//! A daemon that is away, is another one, or is not well.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use tokio::net::TcpListener;

use super::place::Place;

#[tokio::test(flavor = "multi_thread")]
async fn without_a_daemon_each_line_says_what_to_do() {
    let Some(place) = Place::new() else { return };
    insta::assert_snapshot!("nothing", place.doctor().await.parted().1);
    place.init().await;
    insta::assert_snapshot!("no_daemon", place.doctor().await.parted().1);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_there_is_no_configuration_yet_init_makes_one() {
    let Some(place) = Place::new() else { return };
    fs::remove_file(place.at(".config/sinew/sinew.toml")).unwrap();
    let failures = place.failures().await;
    assert_eq!(
        failures[0],
        "config     there is no configuration at `/home/me/.config/sinew/sinew.toml` yet, so nobody judges: run `sinew init`, \
         which makes one with the bundled plugins"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_of_what_is_wired_that_is_broken_hides_nothing_else() {
    let Some(place) = Place::new() else { return };
    place.init().await;
    place.write(".local/state/sinew/wired.json", "{");
    let failures = place.failures().await;
    let starts = |with: &str| failures.iter().any(|line| line.starts_with(with));
    assert!(
        starts(
            "settings   `/home/me/.local/state/sinew/wired.json`, which says what is wired, cannot be read: "
        ),
        "{failures:#?}"
    );
    let fix = ": run `mv /home/me/.local/state/sinew/wired.json /home/me/.local/state/sinew/wired.json.broken`, then `sinew init` \
               in every project, which writes it anew";
    assert!(
        failures.iter().any(|line| line.ends_with(fix)),
        "{failures:#?}"
    );
    assert!(starts("daemon") && starts("gate"), "{failures:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_mends_it_is_said_for_the_house_that_was_asked_about() {
    let Some(place) = Place::new() else { return };
    let (config, state) = (place.at("my house/sinew.toml"), place.at("state"));
    place.write(
        "my house/sinew.toml",
        &place.read(".config/sinew/sinew.toml"),
    );
    let options = [
        "--config",
        config.to_str().unwrap(),
        "--state",
        state.to_str().unwrap(),
    ];
    let doctor: Vec<&str> = ["doctor"].into_iter().chain(options).collect();
    let failures = Place::failures_of(&place.sinew(&doctor).await);
    let house = "sinew --config '/home/me/my house/sinew.toml' --state /home/me/state";
    assert_eq!(
        failures[0],
        format!("daemon     there is none at `/home/me/state/sinew.sock`: run `{house} serve`")
    );
    let init: Vec<&str> = ["init", "--user"].into_iter().chain(options).collect();
    assert_eq!(place.sinew(&init).await.code, Some(0));
    let failures = Place::failures_of(&place.sinew(&doctor).await);
    let last = failures.last().unwrap();
    let expected = format!(
        "gate       it could not be tried: run `{house} serve`, then `{house} doctor` again"
    );
    assert_eq!(*last, expected);
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
    assert_eq!(
        failures[0],
        "tokens     the daemon has read others than lie in its state folder: run `sinew serve`, which takes over"
    );
    assert!(
        failures.iter().any(|line| line.starts_with("gate")
            && line.contains("over HTTP")
            && line.ends_with(": run `sinew serve`, which takes over")),
        "{failures:?}"
    );
    fs::write(&hook, token).unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o644)).unwrap();
    let failures = place.failures().await;
    assert!(failures[0].contains("chmod 600"), "{failures:?}");
}
