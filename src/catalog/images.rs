//! The images that applications are built on, and those that tools are copied from: from `images.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::error::{Error, Result};

#[derive(Debug, Deserialize)]
struct Table {
    image: Vec<Image>,
}

/// A base image, or one that tools are copied from.
#[derive(Debug, Clone, Deserialize)]
pub struct Image {
    /// The name that plans ask for: `node-build`, `uv`.
    pub id: String,
    /// The language whose release line fills `{cycle}`.
    pub product: Option<String>,
    /// The reference; `{cycle}` stands for the release line until [`image`] fills it.
    pub reference: String,
    /// The release lines that are published and maintained; empty where the image has none.
    pub cycles: Vec<String>,
    /// Where its Java looks for the authorities that it trusts.
    pub trust_store: Option<String>,
    /// Where it is documented.
    pub source: String,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| table!("images"));

/// Every image.
pub fn images() -> &'static [Image] {
    &TABLE.image
}

/// An image for a release line (ignored where the image has none); nothing where none is published.
pub fn image(id: &str, cycle: &str) -> Option<Image> {
    let found = row(id, cycle)?;
    let reference = found.reference.replace("{cycle}", cycle);
    Some(Image { reference, ..found.clone() })
}

/// Whether there is an image for a release line.
pub fn has_image(id: &str, cycle: &str) -> bool {
    row(id, cycle).is_some()
}

fn row(id: &str, cycle: &str) -> Option<&'static Image> {
    let is_of_line = |image: &&Image| image.cycles.is_empty() || image.cycles.iter().any(|it| it == cycle);
    TABLE.image.iter().filter(|image| image.id == id).find(is_of_line)
}

/// The image that a plan needs.
///
/// # Errors
/// [`Error::Defect`] when the table has none: the questions offer only lines that it has.
pub fn required_image(id: &str, cycle: &str) -> Result<Image> {
    image(id, cycle).ok_or_else(|| Error::Defect(format!("the catalogue has no image `{id}` for `{cycle}`")))
}
