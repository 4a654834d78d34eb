//! What is committed is what the schema files say, and the lists agree with each other.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;
use sinew_schema::{EFFECTS, ENTRY_POINTS, GATE_DECISION, GATE_FAILURE, for_each_effect};

use super::{CONTRACT, again, folder, schema_files, validator};

#[test]
fn the_committed_bundle_and_types_are_what_the_files_say() {
    let schema = folder("../schema");
    let bundle = sinew_codegen::bundle(&schema).unwrap();
    assert!(
        bundle == *CONTRACT,
        "schema/bundle.json is not current: run `just codegen`"
    );
    let committed = fs::read_to_string(schema.join("src/generated.rs")).unwrap();
    assert!(
        sinew_codegen::generate(&bundle).unwrap() == committed,
        "schema/src/generated.rs is not current: run `just codegen`"
    );
}

#[test]
fn a_title_is_its_files_name() {
    for (path, document) in schema_files() {
        let stem = path.file_stem().unwrap().to_str().unwrap();
        assert_eq!(document["title"], stem, "{}", path.display());
    }
}

#[test]
fn every_event_of_the_client_has_an_entry_point_and_a_row_in_both_tables() {
    let events: BTreeSet<&str> = ENTRY_POINTS
        .iter()
        .filter_map(|entry| entry.event)
        .collect();
    assert_eq!(events.len(), 33);
    for table in [GATE_DECISION, GATE_FAILURE] {
        let table: Value = serde_json::from_str(table).unwrap();
        let mut rows: BTreeSet<&str> = table["events"]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert!(rows.remove("*"));
        assert_eq!(rows, events);
    }
}

#[test]
fn the_gates_tables_have_the_form_that_their_schemas_say() {
    for (table, form, passage) in [
        (
            GATE_DECISION,
            "GateDecisionTable",
            again::<sinew_schema::GateDecisionTable> as fn(&Value) -> _,
        ),
        (
            GATE_FAILURE,
            "GateFailureTable",
            again::<sinew_schema::GateFailureTable>,
        ),
    ] {
        let table: Value = serde_json::from_str(table).unwrap();
        if let Err(error) = validator(form).validate(&table) {
            panic!("{form}: {error} at {}", error.instance_path());
        }
        assert_eq!(passage(&table).unwrap(), table);
    }
}

#[test]
fn the_lists_and_their_macros_name_the_same_effects() {
    macro_rules! names {
        ($([$name:ident $effect:ident $request:ident $response:ident])*) => {
            vec![$((
                stringify!($name),
                stringify!($request) == concat!(stringify!($effect), "Request"),
                stringify!($response) == concat!(stringify!($effect), "Response"),
            )),*]
        };
    }
    let named: Vec<(&str, bool, bool)> = for_each_effect!(names);
    let listed: Vec<_> = EFFECTS
        .iter()
        .map(|effect| (effect.name, true, true))
        .collect();
    assert_eq!(named, listed);
}
