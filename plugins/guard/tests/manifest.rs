//! The manifest lists what the guard can say.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[test]
fn every_rule_stands_in_the_manifest_as_it_is() {
    let manifest: toml::Table = toml::from_str(include_str!("../plugin.toml")).unwrap();
    let listed: Vec<[&str; 4]> = manifest["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| ["id", "pack", "summary", "advice"].map(|key| rule[key].as_str().unwrap()))
        .collect();
    let known: Vec<[&str; 4]> = guard::RULES
        .iter()
        .map(|rule| [rule.id, rule.id, rule.summary, rule.advice])
        .collect();
    assert_eq!(listed, known);
    let settings: serde_json::Value =
        serde_json::from_str(include_str!("../config.schema.json")).unwrap();
    let packs = settings["properties"]["packs"]["properties"]
        .as_object()
        .unwrap();
    let mut packs: Vec<&str> = packs.keys().map(String::as_str).collect();
    let mut ids: Vec<&str> = guard::RULES.iter().map(|rule| rule.id).collect();
    packs.sort_unstable();
    ids.sort_unstable();
    assert_eq!(packs, ids);
}
