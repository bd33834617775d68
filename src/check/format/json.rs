//! One JSON object.

use serde_json::json;

use crate::check::format::{Checked, all};

pub(super) fn write(checked: &[Checked]) -> String {
    let dockerfiles: Vec<&str> = checked.iter().map(|it| it.path.as_str()).collect();
    let findings: Vec<_> = all(checked).collect();
    format!("{:#}", json!({ "dockerfiles": dockerfiles, "findings": findings }))
}
