//! The embedded templates and the engine that renders them.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use include_dir::{Dir, include_dir};
use tera::{Context, Tera};

use crate::error::{Error, Result};
use crate::render::filters;

static FILES: Dir = include_dir!("$CARGO_MANIFEST_DIR/templates");

static ENGINE: LazyLock<std::result::Result<Tera, String>> = LazyLock::new(|| {
    let mut tera = Tera::new();
    tera.autoescape_on(Vec::<&str>::new());
    filters::register(&mut tera);
    let mut found = Vec::new();
    collect(&FILES, &mut found);
    tera.add_raw_templates(found).map_err(|error| error.to_string())?;
    Ok(tera)
});

fn collect(folder: &'static Dir, into: &mut Vec<(String, String)>) {
    for file in folder.files() {
        let name = file.path().with_extension("");
        if let (Some(name), Some(text)) = (name.to_str(), file.contents_utf8()) {
            into.push((name.to_owned(), without_tag_lines(text)));
        }
    }
    folder.dirs().for_each(|folder| collect(folder, into));
}

/// Takes away the line break and indentation of lines that hold a tag or comment and nothing else, so that templates can
/// be laid out as what they make.
fn without_tag_lines(text: &str) -> String {
    text.split_inclusive('\n')
        .map(|line| {
            let bare = line.trim();
            let is_tag = bare.starts_with("{%") && bare.ends_with("%}") && bare.matches("{%").count() == 1;
            let is_comment = bare.starts_with("{#") && bare.ends_with("#}");
            if is_tag || is_comment { bare } else { line }
        })
        .collect()
}

fn engine() -> Result<&'static Tera> {
    ENGINE.as_ref().map_err(|error| Error::Defect(format!("the templates are broken: {error}")))
}

/// The names of all templates.
///
/// # Errors
/// [`Error::Defect`] when a template is broken.
pub fn names() -> Result<BTreeSet<&'static str>> {
    Ok(engine()?.get_template_names().collect())
}

/// The names that a template and what it includes take from the view.
///
/// # Errors
/// [`Error::Defect`] when there is no such template.
pub fn variables(template: &str) -> Result<BTreeSet<String>> {
    let found = engine()?.get_template_variables(template).map_err(|error| Error::Defect(error.to_string()))?;
    Ok(found.into_iter().map(str::to_owned).collect())
}

/// Renders a template.
pub fn render(template: &str, view: &serde_json::Map<String, serde_json::Value>) -> Result<String> {
    let defect = |error: tera::Error| Error::Defect(format!("could not render `{template}`: {error}"));
    let context = Context::from_serialize(view).map_err(defect)?;
    engine()?.render(template, &context).map_err(defect)
}
