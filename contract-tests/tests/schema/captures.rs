//! What real clients sent passes through the types unchanged.

use super::{EVENTS, folder, json_files, validator};

#[test]
fn every_captured_input_validates_and_passes_through_its_type_unchanged() {
    for (path, capture) in json_files(&folder("captures")) {
        let event = capture["hook_event_name"].as_str().unwrap();
        let validator = validator(&format!("{event}Input"));
        if let Err(error) = validator.validate(&capture) {
            panic!("{}: {error} at `{}`", path.display(), error.instance_path());
        }
        let (_, passage) = EVENTS.iter().find(|(name, _)| *name == event).unwrap();
        assert_eq!(passage(&capture).unwrap(), capture, "{}", path.display());
    }
}

#[test]
fn a_number_of_the_client_stays_as_it_was_written() {
    for written in ["52", "52.5", "-1", "18446744073709551615"] {
        let text = format!(
            r#"{{"hook_event_name":"PostToolUse","tool_name":"Bash","tool_input":{{}},"duration_ms":{written}}}"#
        );
        let input: sinew_schema::PostToolUseInput = serde_json::from_str(&text).unwrap();
        assert_eq!(input.duration_ms.unwrap().to_string(), written);
    }
}
