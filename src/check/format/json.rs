//! One JSON object.

use serde_json::json;

use crate::check::format::{Checked, all};

/// The version of the object: a field that goes away or means something else makes it the next one.
const VERSION: u32 = 1;

pub(super) fn write(checked: &[Checked]) -> String {
    let dockerfiles: Vec<&str> = checked.iter().map(|it| it.path.as_str()).collect();
    let findings: Vec<_> = all(checked).collect();
    format!("{:#}", json!({ "version": VERSION, "dockerfiles": dockerfiles, "findings": findings }))
}
