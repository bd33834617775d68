//! What Maven makes: archives by the names in the POM.

use std::collections::BTreeSet;

use roxmltree::{Document, Node};

use crate::check::View;
use crate::check::artifacts::Mismatch;

/// Programs that may give an archive another name.
const RENAMERS: &[&str] = &["cp", "mv", "ln", "sh", "bash", "jar", "java", "find", "install"];

/// The mismatch of an archive in a `target` folder.
pub(super) fn mismatch(view: &View<'_>, builder: usize, path: &str) -> Option<Mismatch> {
    let (folder, name) = path.rsplit_once('/')?;
    let (_, ending) = name.rsplit_once('.')?;
    if !(folder.ends_with("/target") && matches!(ending, "jar" | "war" | "ear")) || name.contains(['*', '?', '[', '$'])
    {
        return None;
    }
    let commands = view.commands_in(builder);
    let builds = |program: &str| matches!(program, "mvn" | "mvnw");
    let names_it =
        |word: &str| ["finalName", "revision", "versions:set", "changelist", "sha1"].iter().any(|it| word.contains(it));
    let own = commands.iter().filter(|command| builds(command.program()));
    if own.clone().next().is_none() || own.clone().any(|command| command.arguments().any(names_it)) {
        return None;
    }
    let renames = |word: &str| word.contains("target") || word.contains(".jar") || word.contains(name);
    if commands.iter().any(|it| RENAMERS.contains(&it.program()) && it.arguments().any(renames)) {
        return None;
    }
    let mut made = BTreeSet::new();
    for manifest in view.context.named("pom.xml") {
        let text = view.context.read(manifest)?;
        // Another module's archive lies in another folder.
        let module = manifest.strip_suffix("pom.xml").unwrap_or_default().trim_end_matches('/');
        let above = folder.strip_suffix("/target").unwrap_or_default();
        if !module.is_empty() && !above.ends_with(&format!("/{module}")) {
            continue;
        }
        made.extend(names(&text)?);
    }
    let stem = name.strip_suffix(ending).unwrap_or(name).trim_end_matches('.');
    let fits = |base: &String| stem == base || stem.starts_with(&format!("{base}-")) || stem.starts_with("original-");
    (!made.is_empty() && !made.iter().any(fits)).then(|| Mismatch {
        message: format!("Maven makes no `{path}`"),
        help: format!(
            "the POM makes {}",
            made.iter().map(|base| format!("`target/{base}.{ending}`")).collect::<Vec<_>>().join(", ")
        ),
    })
}

/// The names that a POM gives to archives, without endings; nothing where one can't be known.
fn names(text: &str) -> Option<BTreeSet<String>> {
    let document = Document::parse(text).ok()?;
    let project = document.root_element();
    let of = |node: Node<'_, '_>, name: &str| {
        node.children()
            .find(|it| it.tag_name().name() == name)
            .and_then(|it| it.text())
            .map(|text| text.trim().to_owned())
    };
    let child = |name: &str| project.children().find(|it| it.tag_name().name() == name);
    if of(project, "packaging").as_deref() == Some("pom") {
        return Some(BTreeSet::new());
    }
    let artifact = of(project, "artifactId")?;
    let version = of(project, "version").or_else(|| of(child("parent")?, "version"));
    let final_name = child("build").and_then(|build| of(build, "finalName"));
    let written = match (&final_name, &version) {
        (Some(name), _) => name.clone(),
        (None, Some(version)) => format!("{artifact}-{version}"),
        (None, None) => return None,
    };
    let value = |name: &str| match name {
        "project.artifactId" | "artifactId" | "pom.artifactId" => Some(artifact.clone()),
        "project.version" | "version" | "pom.version" => version.clone(),
        name => child("properties").and_then(|properties| of(properties, name)),
    };
    let mut names = BTreeSet::from([interpolated(&written, &value, 0)?]);
    // A plugin may give another one.
    for node in project.descendants().filter(|it| matches!(it.tag_name().name(), "finalName" | "outputFile")) {
        let text = interpolated(node.text().unwrap_or_default().trim(), &value, 0)?;
        let base = text.rsplit('/').next().unwrap_or_default();
        names.insert(
            base.rsplit_once('.')
                .filter(|(_, end)| matches!(*end, "jar" | "war" | "ear"))
                .map_or(base, |(stem, _)| stem)
                .to_owned(),
        );
    }
    Some(names)
}

/// A text with the values of its `${…}`; nothing where one is not known.
fn interpolated(text: &str, value: &dyn Fn(&str) -> Option<String>, depth: usize) -> Option<String> {
    let Some((before, rest)) = text.split_once("${") else { return Some(text.to_owned()) };
    let (name, after) = rest.split_once('}')?;
    if depth > 20 {
        return None;
    }
    interpolated(&format!("{before}{}{after}", value(name)?), value, depth + 1)
}
