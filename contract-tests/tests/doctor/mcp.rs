//! The client's entry for the plugins' tools, and what is said through it.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};
use sinew_contract_tests::fixtures_plugin::fixtures_house;

use super::place::Place;

const SERVERS: &str = ".claude.json";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_in_the_list_of_servers_is_named_with_what_mends_it() {
    let Some(place) = Place::new() else { return };
    place.init().await;
    let _daemon = place.serve().await;
    let good = place.read(SERVERS);
    let api = place.at("api");
    let entry = place.servers()["projects"][api.to_str().unwrap()]["mcpServers"]["sinew"].clone();
    let with = |entry: Value| {
        let mut servers = place.servers();
        servers["projects"][api.to_str().unwrap()]["mcpServers"]["sinew"] = entry;
        servers.to_string()
    };
    let starts = |program: &str, arguments: Value| {
        let mut entry = entry.clone();
        entry["command"] = program.into();
        entry["args"] = arguments;
        with(entry)
    };
    let program = entry["command"].as_str().unwrap();
    let other = place.at("other/sinew");
    place.write("other/sinew", "");
    let mut twice = place.servers();
    twice["mcpServers"]["sinew"] = entry.clone();
    let cases = [
        ("nothing", "{}".to_owned()),
        ("not JSON", "{".to_owned()),
        (
            "somebody else's",
            with(json!({"type": "http", "url": "https://example.org/mcp"})),
        ),
        (
            "with a view",
            starts(program, json!(["mcp", "--view", "review"])),
        ),
        ("gone", starts("/nowhere/sinew", json!(["mcp"]))),
        ("another", starts(other.to_str().unwrap(), json!(["mcp"]))),
        (
            "another house",
            starts(program, json!(["mcp", "--state", "/srv/state"])),
        ),
        ("twice", twice.to_string()),
    ];
    let mut table = String::new();
    for (name, text) in cases {
        place.write(SERVERS, &text);
        let failures = place.failures().await;
        assert!(!failures.is_empty(), "{name}");
        writeln!(table, "{name}\n  {}", failures.join("\n  ")).unwrap();
        place.write(SERVERS, &good);
    }
    insta::assert_snapshot!("wrong_servers", table);
    assert_eq!(place.failures().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_left_it_out_is_not_told_to_put_it_in() {
    let Some(place) = Place::new() else { return };
    let api = place.at("api");
    let said = place
        .sinew(&["init", "--no-mcp", "--dir", api.to_str().unwrap()])
        .await;
    assert_eq!(said.code, Some(0), "{}", said.text);
    let _daemon = place.serve().await;
    let said = place.doctor().await;
    let line = "ok    mcp        left out of the client's list; 0 tools over HTTP; a wrong token is refused\n";
    assert!(said.text.contains(line), "{}", said.text);
    assert_eq!(said.code, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_session_s_entry_counts_for_a_project_and_the_tools_are_counted() {
    let (Some(place), Some(_)) = (Place::new(), fixtures_house().unwrap()) else {
        return;
    };
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/fixtures");
    place.configure(&format!(
        "[plugins.fixtures]\npath = \"{}\"",
        fixtures.display()
    ));
    place.sinew(&["init", "--user"]).await;
    let _daemon = place.serve().await;
    let said = place.doctor().await;
    let start = "ok    mcp        listed for all of your sessions, attached to the daemon; ";
    let line = said.text.lines().find_map(|line| line.strip_prefix(start));
    let (count, rest) = line.unwrap_or(&said.text).split_once(' ').unwrap();
    assert!(
        count.parse::<usize>().is_ok_and(|count| count > 10),
        "{}",
        said.text
    );
    assert_eq!(
        rest,
        "tools over HTTP and over stdio; a wrong token is refused"
    );
    assert_eq!(said.code, Some(0), "{}", said.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn doors_without_a_lock_are_a_warning() {
    let Some(place) = Place::new() else { return };
    place.configure("[auth]\nmcp = \"none\"");
    place.init().await;
    let _daemon = place.serve().await;
    let said = place.doctor().await;
    let line = "warn  mcp        whoever reaches this machine's loopback addresses may call every tool: `[auth] mcp` is \"none\": run \
                `${EDITOR:-vi} /home/me/.config/sinew/sinew.toml`, and take `mcp = \"none\"` out, then run `sinew serve`\n";
    assert!(said.text.contains(line), "{}", said.text);
    assert_eq!(said.code, Some(0), "{}", said.text);
    let json: Value = serde_json::from_str(&place.sinew(&["doctor", "--json"]).await.text).unwrap();
    let findings = json["findings"].as_array().unwrap();
    let warnings = findings
        .iter()
        .filter(|finding| finding["about"] == "mcp" && finding["warning"] == true);
    assert_eq!((json["ok"].as_bool(), warnings.count()), (Some(true), 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_says_nothing_of_use_is_seen() {
    let Some(place) = Place::new() else { return };
    place.init().await;
    let daemon = place.serve().await;
    // Tokens that the daemon has not read.
    let token = place.read(".local/state/sinew/tokens/mcp");
    place.write(".local/state/sinew/tokens/mcp", &"0".repeat(64));
    let failures = place.failures().await;
    let [http, stdio] = failures.as_slice() else {
        panic!("{failures:?}")
    };
    assert_eq!(
        http,
        "mcp        over HTTP: the token is answered with 401: run `sinew serve`, which takes over"
    );
    assert!(
        stdio.starts_with(
            "mcp        over stdio: error: the host does not serve MCP here: an MCP token is needed"
        ),
        "{stdio}"
    );
    place.write(".local/state/sinew/tokens/mcp", &token);
    drop(daemon);
    let failures = place.failures().await;
    let expected = "mcp        it could not be tried: run `sinew serve`, then `sinew doctor` again";
    assert!(
        failures.iter().any(|failure| failure == expected),
        "{failures:?}"
    );
}
