//! The effective model, offline: a POM with its parents, its properties interpolated, and the reactor that it belongs to.

use std::collections::BTreeMap;

use crate::catalog::{ByVersion, JavaParent, java_parents, java_skips};
use crate::evidence::{Evidence, Fact};
use crate::languages::java::pom::{Dependency, Plugin, Pom};
use crate::path::{join, parent};
use crate::pattern;
use crate::repo::Repo;

/// Properties refer to each other at most this deep; a cycle is left as it stands.
const DEEPEST: u32 = 16;

/// All POMs of a repository by their folders, and those of another name than `pom.xml` by their paths.
pub type Poms = BTreeMap<String, Pom>;

/// A module with everything that it inherits.
#[derive(Debug, Clone)]
pub struct Model {
    /// The POM itself, then its parents in the repository.
    pub chain: Vec<Pom>,
    /// The parent outside of the repository that the table knows.
    pub known_parent: Option<(&'static JavaParent, Fact<String>)>,
    /// The folder of the reactor's root: the highest POM that leads to this one by modules or parents.
    pub reactor: String,
    /// Whether the reactor's root lists the module, so that it can be built with what it needs.
    pub is_listed: bool,
    /// The modules of the repository that it depends on, directly or through one another.
    pub siblings: Vec<Pom>,
    /// Properties that every call of Maven is given, by `.mvn/maven.config`.
    given: Vec<(String, Fact<String>)>,
}

impl Model {
    /// The model of the POM in a folder.
    pub fn of(repo: &Repo, poms: &Poms, folder: &str) -> Option<Self> {
        let mut chain = vec![poms.get(folder)?.clone()];
        let mut top = folder.to_owned();
        while let Some(up) = chain.last().and_then(|last| parent_in(poms, last)) {
            if chain.len() > 20 || chain.iter().any(|known| known.path == up.path) {
                break;
            }
            if is_above(&up.folder, &top) {
                top.clone_from(&up.folder);
            }
            chain.push(up.clone());
        }
        let known_parent = chain.last().and_then(|last| last.parent.as_ref()).and_then(|up| {
            let known = java_parents().iter().find(|known| known.group == up.group && known.artifact == up.artifact)?;
            Some((known, Fact::new(up.version.clone(), up.evidence.clone())))
        });
        for pom in &mut chain {
            for (condition, profile) in std::mem::take(&mut pom.by_file) {
                if condition.holds(repo, folder) {
                    pom.add(&profile);
                }
            }
        }
        let siblings = siblings(poms, &chain);
        let mut model = Self { chain, known_parent, reactor: top, is_listed: false, siblings, given: Vec::new() };
        model.find_reactor(poms);
        model.given = given(repo, &model.reactor);
        Some(model)
    }

    /// The highest folder whose modules lead to this one; its parents' folder where none does.
    fn find_reactor(&mut self, poms: &Poms) {
        let folder = self.pom().folder.clone();
        let mut above = folder.as_str();
        while !above.is_empty() {
            above = parent(above);
            if poms.get(above).is_some_and(|pom| leads_to(poms, pom, &folder, 0)) {
                self.is_listed = true;
                if !is_above(&self.reactor, above) {
                    above.clone_into(&mut self.reactor);
                }
            }
        }
        if !self.needs_sibling(poms) {
            // Nothing else of the reactor is needed, so nothing else of it has to be loaded, or to be right.
            self.is_listed = false;
            let parents = self.chain.iter().skip(1).map(|pom| pom.folder.clone());
            self.reactor = parents.fold(folder.clone(), |top, place| common(&top, &place));
            return;
        }
        let root = poms.get(&self.reactor);
        self.is_listed = self.is_listed && root.is_some_and(|root| leads_to(poms, root, &folder, 0));
    }

    /// Whether the module depends on another of the repository.
    fn needs_sibling(&self, poms: &Poms) -> bool {
        let own = self.pom();
        let all = self.chain.iter().flat_map(|pom| pom.dependencies.iter().chain(&pom.imports));
        let names: Vec<&str> = all.map(|dependency| dependency.artifact.as_str()).collect();
        poms.values().any(|other| other.folder != own.folder && names.contains(&other.artifact.as_str()))
    }

    /// The folder of the sources: `src/main`, or the one that the POM names.
    pub fn source_folder(&self) -> String {
        let stated = self.chain.iter().find_map(|pom| pom.sources.clone()).map(|place| self.interpolate(&place));
        let place = stated.filter(|place| !place.contains("src/main")).unwrap_or_else(|| "src/main".into());
        let inside = place.split_once('}').map_or(place.as_str(), |(_, rest)| rest);
        join(&self.pom().folder, inside)
    }

    /// The POM itself.
    pub fn pom(&self) -> &Pom {
        &self.chain[0]
    }

    /// The packaging that the image is built with: one that makes an image by itself gives way to a jar.
    pub fn packaging(&self) -> String {
        let stated = self.interpolate(&self.pom().packaging);
        let makes_image = java_skips().iter().any(|row| row.packaging == stated);
        if makes_image && self.pom().packaging.starts_with("${") { "jar".to_owned() } else { stated }
    }

    /// A property with the line that sets it, interpolated.
    pub fn property(&self, name: &str) -> Option<Fact<String>> {
        let lists = std::iter::once(&self.given).chain(self.chain.iter().map(|pom| &pom.properties));
        let stated = lists.flatten().find(|(key, _)| key == name).map(|(_, fact)| fact.clone());
        let found = stated.or_else(|| self.of_known_parent(|known| known.properties.get(name)))?;
        Some(found.map(|value| self.interpolate(&value)))
    }

    /// Text with its `${…}` replaced as far as the repository says what they stand for.
    pub fn interpolate(&self, text: &str) -> String {
        interpolated(text, &|name| self.raw(name), 0)
    }

    /// The name of a file that holds through releases: `*` stands for the version, and for what the repository does not
    /// say. Nothing where no more than that is left.
    pub fn lasting_name(&self, text: &str) -> Option<String> {
        let versions = ["project.version", "pom.version", "version", "project.parent.version"];
        let lasting = |name: &str| {
            let value = self.raw(name).filter(|_| !versions.contains(&name));
            // Names begin with a letter; what begins with a digit or a hyphen is (a part of) a version.
            let is_name =
                |value: &String| value.starts_with(|c: char| c.is_alphabetic() || c == '$') || value.is_empty();
            Some(value.filter(is_name).unwrap_or_else(|| "*".to_owned()))
        };
        let mut name = interpolated(text, &lasting, 0).replace(&format!("-{}", self.version()), "-*");
        while name.contains("**") {
            name = name.replace("**", "*");
        }
        (name.contains(char::is_alphanumeric) && !name.contains(['/', '$'])).then_some(name)
    }

    fn raw(&self, name: &str) -> Option<String> {
        let pom = self.pom();
        match name {
            "project.artifactId" | "pom.artifactId" | "artifactId" => return Some(pom.artifact.clone()),
            "project.version" | "pom.version" | "version" => return Some(self.version()),
            "project.parent.version" => return pom.parent.as_ref().map(|parent| parent.version.clone()),
            "project.groupId" => return Some(self.group()),
            "project.name" => {
                return Some(if pom.name.is_empty() { pom.artifact.clone() } else { pom.name.clone() });
            }
            _ => {}
        }
        let lists = std::iter::once(&self.given).chain(self.chain.iter().map(|pom| &pom.properties));
        lists
            .flatten()
            .find(|(key, _)| key == name)
            .map(|(_, fact)| fact.value.clone())
            .or_else(|| self.of_known_parent(|known| known.properties.get(name)).map(|fact| fact.value))
    }

    /// What the known parent sets in its version.
    pub fn of_known_parent(
        &self,
        table: impl Fn(&'static JavaParent) -> Option<&'static ByVersion>,
    ) -> Option<Fact<String>> {
        let (known, version) = self.known_parent.as_ref()?;
        let (_, value) = table(known)?.iter().rev().find(|(start, _)| version.value.starts_with(start.as_str()))?;
        Some(Fact::new(value.clone(), version.evidence.clone()))
    }

    /// The version, its own or its parent's.
    pub fn version(&self) -> String {
        let own = &self.pom().version;
        let inherited = || self.pom().parent.as_ref().map(|parent| parent.version.clone()).unwrap_or_default();
        let version = if own.is_empty() { inherited() } else { own.clone() };
        if version.contains("${project.version}") || version.contains("${version}") {
            version
        } else {
            self.interpolate(&version)
        }
    }

    /// The group, its own or its parent's.
    pub fn group(&self) -> String {
        let own = &self.pom().group;
        if own.is_empty() {
            self.pom().parent.as_ref().map(|parent| parent.group.clone()).unwrap_or_default()
        } else {
            own.clone()
        }
    }

    /// A plugin of the build, the module's own or inherited, with the management of its parents behind it.
    pub fn plugin(&self, artifact: &str) -> Option<&Plugin> {
        self.chain.iter().find_map(|pom| pom.plugins.iter().find(|plugin| plugin.artifact == artifact))
    }

    /// A setting of a plugin: where the module says it, else where its parents do, managed or not.
    pub fn setting(&self, artifact: &str, name: &str) -> Option<Fact<String>> {
        Some(self.setting_as_written(artifact, name)?.map(|value| self.interpolate(&value)))
    }

    /// A setting of a plugin before its `${…}` are replaced.
    pub fn setting_as_written(&self, artifact: &str, name: &str) -> Option<Fact<String>> {
        let all = self.chain.iter().flat_map(|pom| pom.plugins.iter().chain(&pom.managed_plugins));
        let found = |plugin: &Plugin| Some(Fact::new(plugin.setting(name)?.to_owned(), plugin.evidence.clone()));
        all.filter(|plugin| plugin.artifact == artifact).find_map(found)
    }

    /// A setting of a plugin outside of any execution.
    pub fn own_setting(&self, artifact: &str, name: &str) -> Option<Fact<String>> {
        let all = self.chain.iter().flat_map(|pom| pom.plugins.iter().chain(&pom.managed_plugins));
        all.filter(|plugin| plugin.artifact == artifact).find_map(|plugin| {
            let value = plugin.own_setting(name)?;
            Some(Fact::new(self.interpolate(value), plugin.evidence.clone()))
        })
    }

    /// A dependency: the module's own, inherited, or brought by a sibling.
    pub fn dependency(&self, wanted: impl Fn(&Dependency) -> bool) -> Option<&Dependency> {
        let own = self.chain.iter().flat_map(|pom| &pom.dependencies);
        let is_brought = |dependency: &&Dependency| !matches!(dependency.scope.as_str(), "test" | "provided");
        let brought = self.siblings.iter().flat_map(|pom| &pom.dependencies).filter(is_brought);
        own.chain(brought).find(|dependency| wanted(dependency))
    }

    /// The name of the artifact's file without its ending, as it is through releases.
    pub fn final_name(&self) -> Option<Fact<String>> {
        let stated = self.chain.iter().find_map(|pom| pom.final_name.clone());
        let inherited = self.of_known_parent(|known| known.final_name.as_ref());
        let usual = Fact::new("${project.artifactId}-${project.version}".to_owned(), Evidence::file(&self.pom().path));
        let fact = stated.or(inherited).unwrap_or(usual);
        let name = self.lasting_name(&fact.value)?;
        Some(fact.map(|_| name))
    }

    /// The endings of the names of jars that the build makes beside the artifact: `-tests`, `-jar-with-dependencies`.
    pub fn attached(&self) -> Vec<String> {
        let plugins = || self.chain.iter().flat_map(|pom| &pom.plugins);
        let settings = plugins().flat_map(|plugin| &plugin.settings);
        let mut endings: Vec<String> = settings
            .filter_map(|(name, value)| match (name.as_str(), value.as_str()) {
                ("goal", "test-jar") => Some("-tests".to_owned()),
                ("classifier" | "shadedClassifierName" | "descriptorRef", ending) => {
                    Some(format!("-{}", self.lasting_name(ending)?))
                }
                _ => None,
            })
            .collect();
        endings.sort();
        endings.dedup();
        endings
    }
}

/// Text with its `${…}` replaced by values that are looked up, and theirs in turn; what has no value stays.
fn interpolated(text: &str, value: &dyn Fn(&str) -> Option<String>, depth: u32) -> String {
    let Some((before, rest)) = text.split_once("${") else {
        return text.to_owned();
    };
    let Some((name, after)) = rest.split_once('}') else {
        return text.to_owned();
    };
    if depth > DEEPEST {
        return text.to_owned();
    }
    let found = value(name).map_or_else(|| format!("$\u{0}{{{name}}}"), |found| interpolated(&found, value, depth + 1));
    interpolated(&format!("{before}{found}{after}"), value, depth + 1).replace("$\u{0}", "$")
}

/// The properties in `.mvn/maven.config`.
fn given(repo: &Repo, reactor: &str) -> Vec<(String, Fact<String>)> {
    let Some(document) = repo.read_optional(&join(reactor, ".mvn/maven.config")) else { return Vec::new() };
    let pattern = pattern!(r"(?:^|\s)(?:-D\s*|--define[=\s])([\w.-]+)=(\S+)");
    let found = pattern.captures_iter(document.text()).map(|captures| {
        let place = captures.get(1).map_or(0, |name| name.start());
        (captures[1].to_owned(), Fact::new(captures[2].to_owned(), document.evidence_at(place)))
    });
    found.collect()
}

/// The modules that these POMs depend on, and those that they need in turn.
fn siblings(poms: &Poms, chain: &[Pom]) -> Vec<Pom> {
    let needed = |pom: &Pom| -> Vec<Dependency> {
        pom.dependencies.iter().filter(|dependency| dependency.scope != "test").cloned().collect()
    };
    let mut open: Vec<Dependency> = chain.iter().flat_map(needed).collect();
    let mut found: Vec<Pom> = Vec::new();
    while let Some(dependency) = open.pop() {
        let is_known = chain.iter().chain(&found).any(|pom| pom.artifact == dependency.artifact);
        let Some(pom) = poms.values().find(|pom| is_meant(&dependency, pom)).filter(|_| !is_known) else { continue };
        open.extend(needed(pom));
        found.push(pom.clone());
    }
    found
}

/// Whether a dependency is this module, as far as both say their groups.
fn is_meant(dependency: &Dependency, pom: &Pom) -> bool {
    let inherited = pom.parent.as_ref().map_or("", |parent| parent.group.as_str());
    let group = if pom.group.is_empty() { inherited } else { &pom.group };
    let is_said = |group: &str| !group.is_empty() && !group.contains("${");
    pom.artifact == dependency.artifact && (!is_said(group) || !is_said(&dependency.group) || group == dependency.group)
}

/// The parent in the repository: where `relativePath` leads, if it is the one that is meant.
fn parent_in<'a>(poms: &'a Poms, pom: &Pom) -> Option<&'a Pom> {
    let up = pom.parent.as_ref()?;
    // Where the path does not lead to it, Maven looks for it in the reactor.
    let in_reactor = || poms.values().find(|other| other.artifact == up.artifact && other.path != pom.path);
    if up.place.is_empty() {
        return in_reactor();
    }
    let place = join(&pom.folder, &up.place);
    let folder = join(&pom.folder, up.place.trim_end_matches("pom.xml"));
    let found = poms.get(&place).or_else(|| poms.get(folder.trim_end_matches('/')));
    found.filter(|found| found.artifact == up.artifact).or_else(in_reactor)
}

/// Whether the modules of `pom` lead to `folder`.
pub fn leads_to(poms: &Poms, pom: &Pom, folder: &str, depth: u32) -> bool {
    depth < DEEPEST
        && pom.modules.iter().any(|module| {
            let place = join(&pom.folder, module.trim_end_matches("pom.xml"));
            place == folder || poms.get(&place).is_some_and(|next| leads_to(poms, next, folder, depth + 1))
        })
}

/// The deepest folder that holds both.
fn common(a: &str, b: &str) -> String {
    let shared = a.split('/').zip(b.split('/')).take_while(|(a, b)| a == b).map(|(part, _)| part);
    shared.collect::<Vec<_>>().join("/")
}

/// Whether `above` is a folder above `folder`.
fn is_above(above: &str, folder: &str) -> bool {
    above != folder && (above.is_empty() || folder.strip_prefix(above).is_some_and(|rest| rest.starts_with('/')))
}
