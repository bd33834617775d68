//! What the manifests of the build context make, by name.

use std::collections::BTreeSet;

use crate::check::View;

/// A path that a Dockerfile takes from a build, and that the build does not make.
#[derive(Debug)]
pub struct Mismatch {
    /// The tool that builds.
    pub maker: &'static str,
    /// The path as written.
    pub wanted: String,
    made: BTreeSet<String>,
}

impl Mismatch {
    /// What the build makes instead.
    pub fn help(&self) -> String {
        let made: Vec<String> = self.made.iter().map(|name| format!("`{name}`")).collect();
        format!("the manifests make {}", made.join(", "))
    }
}

/// The mismatch of a path in a stage that builds; nothing where the path fits, or where what is made can't be known.
pub fn mismatch(view: &View<'_>, builder: usize, path: &str) -> Option<Mismatch> {
    let runs = |program: &str| view.commands_in(builder).iter().any(|command| command.program() == program);
    let (folder, name) = path.rsplit_once('/')?;
    let is_profile = matches!(folder.rsplit('/').next(), Some("release" | "debug"));
    if !(is_profile && folder.contains("target/") && runs("cargo")) || name.contains('.') {
        return None;
    }
    let made = binaries(view);
    let is_known = made.is_empty() || made.contains(name);
    (!is_known).then(|| Mismatch { maker: "Cargo", wanted: path.to_owned(), made })
}

/// The binaries of every Cargo package in the build context.
fn binaries(view: &View<'_>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for manifest in view.context.named("Cargo.toml") {
        let Some(table) = view.context.read(manifest).and_then(|text| toml::from_str::<toml::Table>(&text).ok()) else {
            continue;
        };
        let folder = manifest.trim_end_matches("Cargo.toml");
        let package = table.get("package").and_then(|package| package.get("name")).and_then(toml::Value::as_str);
        names.extend(package.map(str::to_owned));
        let listed = table.get("bin").and_then(toml::Value::as_array).into_iter().flatten();
        names.extend(listed.filter_map(|binary| binary.get("name")?.as_str().map(str::to_owned)));
        let inside = format!("{folder}src/bin/");
        let automatic = view.context.files().filter_map(|file| file.strip_prefix(&inside));
        names.extend(automatic.filter_map(|file| {
            let first = file.split('/').next()?;
            Some(first.strip_suffix(".rs").unwrap_or(first).to_owned())
        }));
    }
    names
}
