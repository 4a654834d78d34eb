//! The only room that knows SQL: scopes, records and payloads, committed together.
