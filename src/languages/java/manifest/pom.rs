//! `pom.xml` as it stands: no inheritance, no interpolation.

use roxmltree::{Node, ParsingOptions};

use crate::catalog::java_settings;
use crate::error::{Error, Result};
use crate::evidence::{Evidence, Fact};
use crate::languages::java::manifest::{Coordinates, Dependency};
use crate::path::{join, parent as folder_of};
use crate::repo::{Document, Repo};

/// A POM deeper than this was not written by a person.
const DEEPEST: usize = 60;

/// What one `pom.xml` says, its profiles that are active without being named included.
#[derive(Debug, Clone, Default)]
pub struct Pom {
    /// The folder, from the root of the repository.
    pub folder: String,
    /// The path, from the root of the repository.
    pub path: String,
    /// The group of its own; empty where the parent's serves.
    pub group: String,
    /// The artifact.
    pub artifact: String,
    /// The name for people; empty where there is none.
    pub name: String,
    /// The version of its own; empty where the parent's serves.
    pub version: String,
    /// The packaging; `jar` where nothing is said.
    pub packaging: String,
    /// The parent.
    pub parent: Option<Parent>,
    /// The properties, with their lines.
    pub properties: Vec<(String, Fact<String>)>,
    /// The modules, as written.
    pub modules: Vec<String>,
    /// The plugins of the build.
    pub plugins: Vec<Plugin>,
    /// The plugins that the build manages for its children.
    pub managed_plugins: Vec<Plugin>,
    /// The dependencies.
    pub dependencies: Vec<Dependency>,
    /// Imported bills of materials.
    pub imports: Vec<Dependency>,
    /// The folder of the sources, where it is set.
    pub sources: Option<String>,
    /// The name of the artifact's file, where it is set.
    pub final_name: Option<Fact<String>>,
    /// Repositories that artifacts come from beside the central one: their addresses.
    pub repositories: Vec<Fact<String>>,
    /// Profiles that a file of the module that is built switches on, and what they add.
    pub by_file: Vec<(FileCondition, Pom)>,
}

/// The parent of a POM.
#[derive(Debug, Clone)]
pub struct Parent {
    /// Group.
    pub group: String,
    /// Artifact.
    pub artifact: String,
    /// Version.
    pub version: String,
    /// Where it is, from the POM's folder; empty where it comes from a repository.
    pub place: String,
    /// The line.
    pub evidence: Evidence,
}

/// A plugin with the parts of its configuration that decide about an image.
#[derive(Debug, Clone)]
pub struct Plugin {
    /// Group: that of Maven's own plugins where none is written.
    pub group: String,
    /// Artifact.
    pub artifact: String,
    /// Version, where one is given.
    pub version: String,
    /// Every element with text below it, by name, in order.
    pub settings: Vec<(String, String)>,
    /// Those of its own configuration, outside of any execution.
    pub own: Vec<(String, String)>,
    /// The artifacts that Maven itself orders before it: the plugin and its dependencies.
    pub followed: Vec<Coordinates>,
    /// The artifacts that its configuration names: annotation processors, archives to unpack.
    pub configured: Vec<Coordinates>,
    /// The line.
    pub evidence: Evidence,
}

/// The coordinates of an element.
fn coordinates(node: Node) -> Coordinates {
    Coordinates { group: text_of(node, "groupId"), artifact: text_of(node, "artifactId") }
}

impl Plugin {
    /// The first setting of a name.
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.settings.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The first setting of a name outside of any execution.
    pub fn own_setting(&self, name: &str) -> Option<&str> {
        self.own.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

impl Pom {
    /// Reads a POM.
    ///
    /// # Errors
    /// When it is no well-formed POM; document types and entities are refused.
    pub fn read(repo: &Repo, path: &str) -> Result<Self> {
        Self::parse(folder_of(path), &repo.read_encoded(path)?)
    }

    fn parse(folder: &str, document: &Document) -> Result<Self> {
        let hint = || Some("the file must be well-formed XML, without a document type".to_owned());
        let options = ParsingOptions { allow_dtd: false, nodes_limit: 500_000, ..ParsingOptions::default() };
        let tree = roxmltree::Document::parse_with_options(document.text(), options).map_err(|error| {
            if matches!(error, roxmltree::Error::DtdDetected) {
                let place = document.text().find("<!DOCTYPE").unwrap_or_default();
                return document.error_at(place, "a POM has no document type, and its entities are not read", hint());
            }
            let position = error.pos();
            let text = error.to_string();
            let message = text.split(" at ").next().unwrap_or(&text).to_lowercase();
            Error::Manifest {
                path: document.path().into(),
                line: position.row.max(1),
                column: position.col.max(1),
                message,
                hint: hint(),
            }
        })?;
        if tree.descendants().any(|node| node.ancestors().count() > DEEPEST) {
            return Err(document.error_at(0, "it is nested too deeply", hint()));
        }
        let root = tree.root_element();
        if root.tag_name().name() != "project" {
            return Err(document.error_at(root.range().start, "expected `<project>`", hint()));
        }
        let mut pom = Self {
            folder: folder.to_owned(),
            path: document.path().to_owned(),
            group: text_of(root, "groupId"),
            artifact: text_of(root, "artifactId"),
            name: text_of(root, "name"),
            version: text_of(root, "version"),
            packaging: Some(text_of(root, "packaging")).filter(|text| !text.is_empty()).unwrap_or_else(|| "jar".into()),
            parent: child(root, "parent").map(|node| parent(node, document)),
            ..Self::default()
        };
        pom.take(root, document);
        let profiles = child(root, "profiles").into_iter().flat_map(|profiles| children(profiles, "profile"));
        let profiles: Vec<(Activation, Node)> = profiles.map(|profile| (activation(profile), profile)).collect();
        let is_any_active = profiles.iter().any(|(activation, _)| *activation == Activation::Active);
        for (activation, profile) in profiles {
            match activation {
                Activation::Active => pom.take(profile, document),
                Activation::Default if !is_any_active => pom.take(profile, document),
                Activation::File(condition) => {
                    let mut addition = Self::default();
                    addition.take(profile, document);
                    pom.by_file.push((condition, addition));
                }
                Activation::Default | Activation::Inactive => {}
            }
        }
        Ok(pom)
    }

    /// Takes in what a project and a profile can both say.
    fn take(&mut self, node: Node, document: &Document) {
        if let Some(properties) = child(node, "properties") {
            // the last one counts
            let stated = properties.children().rev().filter(Node::is_element).map(|property| {
                let fact = Fact::new(text(property), document.evidence_at(property.range().start));
                (property.tag_name().name().to_owned(), fact)
            });
            self.properties.splice(0..0, stated);
        }
        if let Some(modules) = child(node, "modules") {
            self.modules.extend(children(modules, "module").map(text));
        }
        self.dependencies.extend(dependencies(node, document));
        if let Some(management) = child(node, "dependencyManagement") {
            self.imports.extend(dependencies(management, document).into_iter().filter(|it| it.kind == "pom"));
        }
        for (list, entry) in [("repositories", "repository"), ("pluginRepositories", "pluginRepository")] {
            let found = child(node, list).into_iter().flat_map(|list| children(list, entry));
            self.repositories.extend(found.filter_map(|repository| {
                let url = child(repository, "url")?;
                Some(Fact::new(text(url), document.evidence_at(url.range().start)))
            }));
        }
        let Some(build) = child(node, "build") else { return };
        self.sources = child(build, "sourceDirectory").map(text).or_else(|| self.sources.take());
        self.plugins.extend(plugins(build, document));
        if let Some(management) = child(build, "pluginManagement") {
            self.managed_plugins.extend(plugins(management, document));
        }
        if let Some(name) = child(build, "finalName") {
            self.final_name = Some(Fact::new(text(name), document.evidence_at(name.range().start)));
        }
    }

    /// Takes in what a profile adds.
    pub fn add(&mut self, profile: &Self) {
        self.properties.splice(0..0, profile.properties.iter().cloned());
        self.modules.extend(profile.modules.iter().cloned());
        self.dependencies.extend(profile.dependencies.iter().cloned());
        self.imports.extend(profile.imports.iter().cloned());
        self.plugins.extend(profile.plugins.iter().cloned());
        self.managed_plugins.extend(profile.managed_plugins.iter().cloned());
        self.repositories.extend(profile.repositories.iter().cloned());
        if profile.final_name.is_some() {
            self.final_name.clone_from(&profile.final_name);
        }
    }

    /// The dependency on an artifact.
    pub fn dependency(&self, artifact: &str) -> Option<&Dependency> {
        self.dependencies.iter().find(|dependency| dependency.artifact() == artifact)
    }
}

fn parent(node: Node, document: &Document) -> Parent {
    let place = match child(node, "relativePath") {
        None => "../pom.xml".to_owned(),
        Some(path) => text(path),
    };
    Parent {
        group: text_of(node, "groupId"),
        artifact: text_of(node, "artifactId"),
        version: text_of(node, "version"),
        place,
        evidence: child(node, "version").map_or_else(
            || document.evidence_at(node.range().start),
            |version| document.evidence_at(version.range().start),
        ),
    }
}

fn plugins(node: Node, document: &Document) -> Vec<Plugin> {
    let list = child(node, "plugins").into_iter().flat_map(|plugins| children(plugins, "plugin"));
    list.map(|plugin| Plugin {
        group: Some(text_of(plugin, "groupId"))
            .filter(|text| !text.is_empty())
            .unwrap_or_else(|| "org.apache.maven.plugins".into()),
        artifact: text_of(plugin, "artifactId"),
        version: text_of(plugin, "version"),
        settings: settings(plugin),
        followed: std::iter::once(plugin).chain(followed(plugin)).map(coordinates).collect(),
        configured: configured(plugin),
        own: child(plugin, "configuration").map(settings).unwrap_or_default(),
        evidence: document.evidence_at(plugin.range().start),
    })
    .collect()
}

/// The dependencies of a plugin.
fn followed<'a, 'input>(plugin: Node<'a, 'input>) -> impl Iterator<Item = Node<'a, 'input>> {
    child(plugin, "dependencies").into_iter().flat_map(|list| children(list, "dependency"))
}

/// The artifacts in the configuration of a plugin and of its executions.
fn configured(plugin: Node) -> Vec<Coordinates> {
    let executions = child(plugin, "executions").into_iter().flat_map(|list| children(list, "execution"));
    let configurations = std::iter::once(plugin).chain(executions).filter_map(|node| child(node, "configuration"));
    let named = configurations.flat_map(|node| node.descendants()).filter(|node| child(*node, "artifactId").is_some());
    named.map(coordinates).collect()
}

/// Every element with text below a node.
fn settings(node: Node) -> Vec<(String, String)> {
    node.descendants()
        .filter(|node| node.is_element() && !node.children().any(|child| child.is_element()))
        .map(|node| (node.tag_name().name().to_owned(), text(node)))
        .collect()
}

fn dependencies(node: Node, document: &Document) -> Vec<Dependency> {
    let list = child(node, "dependencies").into_iter().flat_map(|list| children(list, "dependency"));
    list.map(|dependency| Dependency {
        coordinates: coordinates(dependency),
        version: text_of(dependency, "version"),
        kind: Some(text_of(dependency, "type")).filter(|text| !text.is_empty()).unwrap_or_else(|| "jar".into()),
        scope: text_of(dependency, "scope"),
        evidence: child(dependency, "artifactId").map_or_else(
            || document.evidence_at(dependency.range().start),
            |artifact| document.evidence_at(artifact.range().start),
        ),
    })
    .collect()
}

fn child<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    node.children().find(|child| child.tag_name().name() == name)
}

fn children<'a, 'input>(node: Node<'a, 'input>, name: &'static str) -> impl Iterator<Item = Node<'a, 'input>> {
    node.children().filter(move |child| child.tag_name().name() == name)
}

fn text(node: Node) -> String {
    node.text().unwrap_or_default().trim().to_owned()
}

fn text_of(node: Node, name: &str) -> String {
    child(node, name).map(text).unwrap_or_default()
}

/// When a profile is active.
#[derive(Debug, PartialEq, Eq)]
enum Activation {
    /// Always, in an image.
    Active,
    /// Unless another one of its POM is.
    Default,
    /// When a file of the module that is built is there, or is not.
    File(FileCondition),
    /// Only when it is named.
    Inactive,
}

/// A file that must be there, or must not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileCondition {
    path: String,
    is_wanted: bool,
}

impl FileCondition {
    /// Whether it holds for the module in a folder; the names of files can't be other properties than the folder.
    pub fn holds(&self, repo: &Repo, folder: &str) -> bool {
        let path = ["${basedir}/", "${project.basedir}/"]
            .iter()
            .find_map(|start| self.path.strip_prefix(start))
            .unwrap_or(&self.path);
        let place = join(folder, path.trim_start_matches("./").trim_end_matches('/'));
        let is_there = repo.has(&place) || repo.has_folder(&place);
        !path.contains("${") && is_there == self.is_wanted
    }
}

/// The activation of a profile: all of its conditions must hold, as Maven has it since 3.2.2.
fn activation(profile: Node) -> Activation {
    let Some(activation) = child(profile, "activation") else { return Activation::Inactive };
    if text_of(activation, "activeByDefault") == "true" {
        return Activation::Default;
    }
    let jdk = child(activation, "jdk").map(|_| is_jdk(&text_of(activation, "jdk")));
    let property = child(activation, "property").map(|node| text_of(node, "name").starts_with('!'));
    let system = child(activation, "os").map(|node| is_linux(node));
    let conditions = [jdk, property, system];
    if conditions.contains(&Some(false)) {
        return Activation::Inactive;
    }
    if let Some(file) = child(activation, "file") {
        let exists = text_of(file, "exists");
        let is_wanted = !exists.is_empty();
        let path = if is_wanted { exists } else { text_of(file, "missing") };
        return if path.is_empty() {
            Activation::Inactive
        } else {
            Activation::File(FileCondition { path, is_wanted })
        };
    }
    if conditions.contains(&Some(true)) { Activation::Active } else { Activation::Inactive }
}

fn is_linux(system: Node) -> bool {
    let says = |name: &str, good: &[&str]| {
        let value = text_of(system, name).to_lowercase();
        match value.strip_prefix('!') {
            Some(other) => !good.contains(&other),
            None => value.is_empty() || good.contains(&value.as_str()),
        }
    };
    says("family", &["unix"]) && says("name", &["linux"]) && says("arch", &["amd64"])
}

/// `17`, `!1.8`, or a range: `[9,)`, `(,11]`, `[11,21)`.
fn is_jdk(text: &str) -> bool {
    // A profile is read before the line of Java is known.
    let jdk = java_settings().usual_version.parse().unwrap_or(0);
    if let Some(other) = text.strip_prefix('!') {
        return !is_jdk(other);
    }
    let major = |part: &str| {
        let part = part.trim().trim_matches(['[', ']', '(', ')']);
        let part = part.strip_prefix("1.").unwrap_or(part);
        part.split('.').next().and_then(|major| major.parse::<u32>().ok())
    };
    match text.split_once(',') {
        Some((low, high)) => {
            let above = major(low).is_none_or(|low_end| low_end <= jdk && (low.contains('[') || low_end < jdk));
            let below = major(high).is_none_or(|high_end| jdk <= high_end && (high.contains(']') || jdk < high_end));
            above && below
        }
        None => major(text) == Some(jdk),
    }
}
