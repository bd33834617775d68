//! The images that applications run on, by family, from `runtimes.toml`.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(rename = "data_as_of")]
    _data_as_of: String,
    family: Vec<Family>,
    runtime: Vec<Runtime>,
}

/// A family of runtime images: who publishes them, and what is alike in all of them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// The answer to `--family`.
    pub name: String,
    /// How people call it.
    pub title: String,
    /// The user that an application runs as, by number.
    pub user: u32,
    /// Its group, by number.
    pub group: u32,
    /// What the images call that user.
    pub user_name: String,
    /// The folder that the loader of every architecture looks into for shared libraries.
    pub library_folder: String,
    /// Whether its images have a shell and a package manager.
    #[serde(default)]
    pub has_shell: bool,
    /// The image that a look inside takes its shell from.
    pub debug: Option<DebugTools>,
    /// What somebody has to do before they can take its images.
    pub login: Option<String>,
}

/// A shell and programs, in one folder, that any image of the family can be given.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DebugTools {
    /// The image that has them.
    pub image: String,
    /// The folder.
    pub folder: String,
    /// The shell in it.
    pub shell: String,
}

/// An image that an application runs on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Runtime {
    /// The name of its family.
    pub family: String,
    /// What it is for: the language that it runs, or `static`, `base` and `cc` for programs that need nothing, the
    /// C library, and the C and C++ libraries.
    pub kind: String,
    /// The language whose release line fills `{cycle}`.
    pub product: Option<String>,
    /// The reference; `{cycle}` stands for the release line until [`runtime`] fills it.
    pub reference: String,
    /// The release lines that are published and maintained; empty where the image has none.
    pub cycles: Vec<String>,
    /// The interpreter, or the program that runs the application; absolute.
    pub interpreter: Option<String>,
    /// Where the interpreter comes from, where the image has none of the line.
    pub copied: Option<CopiedFolder>,
    /// The image's own ENTRYPOINT.
    #[serde(default)]
    pub entrypoint: Vec<String>,
    /// The user, where it is another one than the family's.
    pub user: Option<u32>,
    /// What the image calls that user.
    pub user_name: Option<String>,
    /// Whether the final stage has to make the user.
    #[serde(default)]
    pub makes_user: bool,
    /// Where Java looks for the authorities that it trusts; `{cycle}` as in the reference.
    pub trust_store: Option<String>,
    /// The packages that the final stage has to install for what every program may need.
    #[serde(default)]
    pub packages: Vec<String>,
    /// The shared libraries that it has, by the names that programs ask for; on every architecture. Empty where
    /// nothing dynamically linked can run.
    #[serde(default)]
    pub libraries: Vec<String>,
    /// Where it is documented.
    pub source: String,
}

/// A folder of another image that the final stage copies, to the same place.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CopiedFolder {
    /// The image; `{cycle}` as in the reference.
    pub image: String,
    /// The folder.
    pub folder: String,
}

impl Runtime {
    /// Its family.
    ///
    /// # Panics
    /// Never: a test sees that every row names a family of the table.
    pub fn family(&self) -> &'static Family {
        families().iter().find(|family| family.name == self.family).unwrap_or(&families()[0])
    }
}

static TABLE: LazyLock<Table> = LazyLock::new(|| table!("runtimes"));

/// Every family, the default first.
pub fn families() -> &'static [Family] {
    &TABLE.family
}

/// Every image.
pub fn runtimes() -> &'static [Runtime] {
    &TABLE.runtime
}

/// The image of a family and a kind for a release line (ignored where the image has none); nothing where none is
/// published.
pub fn runtime(family: &str, kind: &str, cycle: &str) -> Option<Runtime> {
    let found = row(family, kind, cycle)?;
    let fill = |text: &String| text.replace("{cycle}", cycle);
    Some(Runtime {
        reference: fill(&found.reference),
        interpreter: found.interpreter.as_ref().map(fill),
        trust_store: found.trust_store.as_ref().map(fill),
        entrypoint: found.entrypoint.iter().map(fill).collect(),
        copied: found.copied.as_ref().map(|copied| CopiedFolder { image: fill(&copied.image), ..copied.clone() }),
        ..found.clone()
    })
}

/// Whether a family has an image of a kind for a release line.
pub fn has_runtime(family: &str, kind: &str, cycle: &str) -> bool {
    row(family, kind, cycle).is_some()
}

fn row(family: &str, kind: &str, cycle: &str) -> Option<&'static Runtime> {
    let is_of_line = |it: &&Runtime| it.cycles.is_empty() || it.cycles.iter().any(|known| known == cycle);
    runtimes().iter().filter(|it| it.family == family && it.kind == kind).find(is_of_line)
}

/// The image that a plan needs.
///
/// # Errors
/// Where the family has none for that line.
pub fn required_runtime(family: &str, kind: &str, cycle: &str) -> Result<Runtime> {
    runtime(family, kind, cycle).ok_or_else(|| {
        let rows = runtimes().iter().filter(|runtime| runtime.family == family && runtime.kind == kind);
        let lines = rows.flat_map(|runtime| runtime.cycles.iter().map(String::as_str)).collect::<Vec<_>>().join(", ");
        let name = [kind, cycle].join(" ");
        Error::Unsupported {
            message: format!("the family `{family}` has no image of {}", name.trim_end()),
            evidence: None,
            hint: if lines.is_empty() {
                "choose another `--family` or `--runtime`".into()
            } else {
                format!("choose another `--family`, or a `--version` of these: {lines}")
            },
        }
    })
}
