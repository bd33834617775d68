//! Everyday life leaves the generated files as they are: a release, a comment, another folder, a new dependency.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{Example, dockgen, examples, is_generated};

/// A copy of an example with its generated files, under a name of its own.
struct Checkout {
    folder: PathBuf,
    _temporary: tempfile::TempDir,
}

impl Checkout {
    fn new(example: &Example) -> Self {
        let copy = example.copy(|path| !is_generated(path));
        let temporary = tempfile::Builder::new().prefix("dockgen-").tempdir().unwrap();
        let folder = temporary.path().join("another-name");
        std::fs::create_dir(&folder).unwrap();
        let checkout = Self { folder, _temporary: temporary };
        let made = dockgen(&copy.path().join(&example.path), &example.init_arguments());
        assert!(made.status.success(), "{}: {}", example.name, String::from_utf8_lossy(&made.stderr));
        crate::support::copy(copy.path(), &checkout.folder, &|_| true);
        if !checkout.folder.join(".git").exists() {
            std::fs::create_dir(checkout.folder.join(".git")).unwrap();
        }
        checkout
    }

    /// What the gate says of the files; nothing where they are current.
    fn stale(&self, example: &Example) -> Option<String> {
        let mut arguments = example.init_arguments();
        arguments.push("--check".into());
        let ran = dockgen(&self.folder.join(&example.path), &arguments);
        let text = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        (!ran.status.success()).then_some(text)
    }

    /// Every file whose name is one of these.
    fn named(&self, names: &[&str]) -> Vec<PathBuf> {
        let mut found = Vec::new();
        collect(&self.folder, &mut found);
        found.retain(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(|name| names.contains(&name)));
        found
    }
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() { collect(&path, into) } else { into.push(path) }
    }
}

fn edit(path: &Path, change: impl Fn(&str) -> Option<String>) {
    let text = std::fs::read_to_string(path).unwrap();
    if let Some(new) = change(&text) {
        std::fs::write(path, new).unwrap();
    }
}

/// The text with a comment above line `line`, which is in no string or list of a kind without comments.
fn commented(path: &Path, text: &str, line: u32) -> Option<String> {
    let comment = match path.extension()?.to_str()? {
        "js" | "mjs" | "cjs" | "ts" | "mts" | "go" | "rs" | "java" | "kt" | "scala" => "// a word about what follows",
        "py" | "toml" | "yml" | "yaml" | "properties" => "# a word about what follows",
        "xml" => "<!-- a word about what follows -->",
        _ => return None,
    };
    let mut lines: Vec<&str> = text.lines().collect();
    let at = usize::try_from(line).ok()?.checked_sub(1).filter(|at| *at > 0 && *at < lines.len())?;
    lines.insert(at, comment);
    Some(lines.join("\n") + "\n")
}

/// The places of all evidence that `init` names.
fn evidence(checkout: &Checkout, example: &Example) -> BTreeSet<(PathBuf, u32)> {
    let mut arguments = example.init_arguments();
    arguments.extend(["--json".into(), "--dry-run".into()]);
    let folder = checkout.folder.join(&example.path);
    let said: Value = serde_json::from_slice(&dockgen(&folder, &arguments).stdout).unwrap();
    let mut found = BTreeSet::new();
    places(&said, &mut found);
    let on_disk = |path: &str| [checkout.folder.join(path), folder.join(path)].into_iter().find(|path| path.is_file());
    found.into_iter().filter_map(|(path, line)| Some((on_disk(&path)?, line))).collect()
}

fn places(value: &Value, into: &mut BTreeSet<(String, u32)>) {
    match value {
        Value::Object(fields) => {
            if let (Some(path), Some(line)) = (value["path"].as_str(), value["line"].as_u64()) {
                into.insert((path.to_owned(), u32::try_from(line).unwrap()));
            }
            fields.values().for_each(|value| places(value, into));
        }
        Value::Array(values) => values.iter().for_each(|value| places(value, into)),
        _ => {}
    }
}

/// Each example with what is done to it must be current still.
fn stays(what: &str, change: impl Fn(&Example, &Checkout)) {
    let stale: Vec<String> = examples()
        .iter()
        .filter_map(|example| {
            let checkout = Checkout::new(example);
            change(example, &checkout);
            checkout.stale(example).map(|said| format!("{} after {what}:\n{said}", example.name))
        })
        .collect();
    assert!(stale.is_empty(), "{}", stale.join("\n\n"));
}

#[test]
fn a_release_in_another_folder() {
    stays("a release", |_, checkout| {
        for path in checkout.named(&["package.json"]) {
            edit(&path, |text| {
                let mut value: Value = serde_json::from_str(text).ok()?;
                value.get("version")?;
                value["version"] = "9.8.7".into();
                serde_json::to_string_pretty(&value).ok()
            });
        }
        for path in checkout.named(&["pyproject.toml"]) {
            edit(&path, |text| replaced(text, text.find("\nversion = \"")? + "\nversion = \"".len()));
        }
        for path in checkout.named(&["pom.xml"]) {
            edit(&path, |text| replaced(text, own_version(text)?));
        }
        for path in checkout.named(&["Cargo.toml"]) {
            if path.components().any(|part| part.as_os_str() == "vendor") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let manifest: toml::Table = text.parse().unwrap();
            let own = |key: &str| manifest.get("package")?.get(key)?.as_str();
            let (Some(name), Some(version)) = (own("name"), own("version")) else { continue };
            std::fs::write(&path, text.replacen(&format!("version = \"{version}\""), "version = \"9.8.7\"", 1))
                .unwrap();
            // as Cargo does
            let entry = |version: &str| format!("name = \"{name}\"\nversion = \"{version}\"\n");
            for lock in checkout.named(&["Cargo.lock"]) {
                edit(&lock, |text| Some(text.replace(&entry(version), &entry("9.8.7"))));
            }
        }
    });
}

/// The text with another version from `start` on.
fn replaced(text: &str, start: usize) -> Option<String> {
    let end = start + text[start..].find(['"', '<'])?;
    Some(format!("{}9.8.7{}", &text[..start], &text[end..]))
}

/// Where a POM says its own version: outside of parent, dependencies and plugins.
fn own_version(text: &str) -> Option<usize> {
    let head =
        &text[..["<dependencies", "<build", "<modules", "<properties"].iter().filter_map(|it| text.find(it)).min()?];
    let from = head.find("</parent>").unwrap_or(0);
    Some(from + head[from..].find("<version>")? + "<version>".len())
}

#[test]
fn a_comment_above_each_evidence() {
    stays("comments", |example, checkout| {
        for (path, line) in evidence(checkout, example).into_iter().rev() {
            edit(&path, |text| commented(&path, text, line));
        }
    });
}

#[test]
fn a_new_dependency() {
    stays("a new dependency", |_, checkout| {
        for path in checkout.named(&["requirements.txt"]) {
            edit(&path, |text| (!text.contains("--hash")).then(|| format!("{}\ncolorama==0.4.6\n", text.trim_end())));
        }
        for path in checkout.named(&["pom.xml"]) {
            let added = "<dependency><groupId>org.jspecify</groupId><artifactId>jspecify</artifactId><version>1.0.0</version></dependency>";
            edit(&path, |text| {
                let managed = text.find("</dependencyManagement>").unwrap_or(0);
                let at = managed + text[managed..].find("<dependencies>")? + "<dependencies>".len();
                Some(format!("{}{added}{}", &text[..at], &text[at..]))
            });
        }
        for path in checkout.named(&["package-lock.json"]) {
            let added = |value: &mut Value| value["dependencies"]["ms"] = "2.1.3".into();
            edit(&path.with_file_name("package.json"), |text| {
                let mut value: Value = serde_json::from_str(text).ok()?;
                added(&mut value);
                Some(value.to_string())
            });
            edit(&path, |text| {
                let mut value: Value = serde_json::from_str(text).ok()?;
                added(&mut value["packages"][""]);
                value["packages"]["node_modules/ms"] = serde_json::json!({ "version": "2.1.3", "license": "MIT" });
                Some(value.to_string())
            });
        }
    });
}
