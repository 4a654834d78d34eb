//! The only room that knows Extism: builds, instances and the hostile border.
