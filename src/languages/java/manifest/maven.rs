//! A Maven module as Maven sees it, offline: its POM with the parents, and the properties filled in.

use std::collections::HashSet;
use std::rc::Rc;

use crate::catalog::{ByVersion, JavaParent, java_skips};
use crate::evidence::{Evidence, Fact};
use crate::languages::java::manifest::pom::{Plugin, Pom};
use crate::languages::java::manifest::{ArchiveType, Dependency, JvmModule};
use crate::path::join;
use crate::repo::Repo;

/// Properties refer to each other at most this deep; a cycle is left as it stands.
const DEEPEST: u32 = 16;

/// A module with everything that it inherits.
#[derive(Debug, Clone, Default)]
pub struct Module {
    /// The POM itself, then its parents in the repository.
    pub chain: Vec<Pom>,
    /// The parent outside of the repository that the table knows.
    pub known_parent: Option<(&'static JavaParent, Fact<String>)>,
    /// The folder of the reactor's root: the highest POM that leads to this one by modules or parents.
    pub reactor: String,
    /// Whether the reactor's root lists the module, so that it can be built with what it needs.
    pub is_listed: bool,
    /// The modules of the repository that it depends on at run time, directly or through one another.
    pub siblings: Vec<Rc<Pom>>,
    /// The POMs of the repository that are installed before it, in order, where no reactor builds it along with what it needs.
    pub installed: Vec<String>,
    /// The folders of modules that its build needs and that Maven must be told by name.
    pub named_modules: Vec<String>,
    /// Properties that every call of Maven is given, by `.mvn/maven.config`.
    pub given: Vec<(String, Fact<String>)>,
}

impl Module {
    /// A module that is only what its POM and the parents of this say.
    pub fn of(chain: Vec<Pom>) -> Self {
        Self { chain, ..Self::default() }
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
        if text.contains('*') {
            return None; // no name of a file that every system has
        }
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

    /// The module as every part of dockgen but Maven's own sees it.
    pub fn describe(&self) -> JvmModule {
        let pom = self.pom();
        let is_brought = |dependency: &&Dependency| !matches!(dependency.scope.as_str(), "test" | "provided");
        let mut known = HashSet::new();
        let brought = self.siblings.iter().flat_map(|pom| &pom.dependencies).filter(is_brought);
        let brought = brought.filter(|dependency| {
            known.insert((&dependency.coordinates.group, dependency.artifact(), &dependency.kind))
        });
        let plugins = self.chain.iter().flat_map(|pom| &pom.plugins);
        JvmModule {
            path: pom.path.clone(),
            folder: pom.folder.clone(),
            root: self.reactor.clone(),
            artifact: pom.artifact.clone(),
            sources: self.source_folder(),
            siblings: self.siblings.iter().map(|pom| pom.folder.clone()).collect(),
            is_submodule: self.chain.len() > 1,
            dependencies: self.chain.iter().flat_map(|pom| &pom.dependencies).cloned().collect(),
            brought: brought.cloned().collect(),
            plugins: plugins.map(|plugin| Fact::new(plugin.artifact.clone(), plugin.evidence.clone())).collect(),
            archive: if self.packaging() == "war" { ArchiveType::War } else { ArchiveType::Jar },
            final_name: self.final_name(),
            attached: self.attached(),
            jvm_options: self.jvm_options(),
            properties: self.chain.iter().flat_map(|pom| &pom.properties).cloned().collect(),
            writes_properties: self.writes_properties(),
        }
    }

    /// Whether a plugin writes the properties among the resources, for the program to read.
    fn writes_properties(&self) -> bool {
        let is_written = |plugin: &Plugin| {
            plugin.settings.iter().any(|(name, value)| name == "goal" && value == "write-project-properties")
        };
        self.chain.iter().flat_map(|pom| &pom.plugins).any(is_written)
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

    /// What the POM says to the compiler, to the tests and to a run of the application, as far as it is for any JVM.
    fn jvm_options(&self) -> Vec<String> {
        let compiler = self.words_of("maven-compiler-plugin", &["arg", "compilerArg", "compilerArgument"]);
        let tests = self.words_of("maven-surefire-plugin", &["argLine"]);
        let run = self.words_of("spring-boot-maven-plugin", &["jvmArguments"]);
        let property = self.property("argLine").map(|fact| fact.value).unwrap_or_default();
        let all = [compiler.as_str(), &tests, &run, &property];
        // A test reaches into the JDK for more than the application does, unless the JDK must be opened for it.
        let opened: &[&str] = &["add-opens", "enable-native-access"];
        let sources = [(opened, &all[1..]), (&["add-exports"], &[all[0], all[2]][..]), (&["add-modules"], &all[..])];
        let mut found = Vec::new();
        for (names, texts) in sources {
            for (name, value) in
                texts.iter().flat_map(|text| long_options(text)).filter(|(name, _)| names.contains(name))
            {
                let value = value.trim_matches('"');
                let is_wanted = match name {
                    "add-modules" => value.starts_with("jdk.incubator."),
                    _ => value.ends_with("ALL-UNNAMED"),
                };
                if is_wanted && !value.contains("${") {
                    found.push(format!("--{name}={value}"));
                }
            }
        }
        let is_preview =
            self.setting("maven-compiler-plugin", "enablePreview").is_some_and(|fact| fact.value == "true");
        let is_switch = |word: &str| word.trim_matches('"') == "--enable-preview";
        if is_preview || all.iter().any(|text| text.split_whitespace().any(is_switch)) {
            found.push("--enable-preview".into());
        }
        for (attribute, option) in [("Add-Opens", "add-opens"), ("Add-Exports", "add-exports")] {
            let value =
                ["maven-jar-plugin", "maven-shade-plugin"].iter().find_map(|plugin| self.setting(plugin, attribute));
            let packages = value.map(|fact| fact.value).unwrap_or_default();
            let packages = packages.split_whitespace().filter(|package| package.contains('/'));
            found.extend(packages.map(|package| format!("--{option}={package}=ALL-UNNAMED")));
        }
        found
    }

    /// The words of some settings of a plugin in one text.
    fn words_of(&self, artifact: &str, names: &[&str]) -> String {
        let plugins = self.chain.iter().flat_map(|pom| pom.plugins.iter().chain(&pom.managed_plugins));
        let settings = plugins.filter(|plugin| plugin.artifact == artifact).flat_map(|plugin| &plugin.settings);
        let words = settings.filter(|(name, _)| names.contains(&name.as_str())).map(|(_, value)| value.as_str());
        self.interpolate(&words.collect::<Vec<_>>().join(" "))
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

/// The long options of a command line with their values, behind `=` or as the next word: `--add-opens=a/b=c`, `--add-opens a/b=c`.
fn long_options(text: &str) -> Vec<(&str, &str)> {
    let mut words = text.split_whitespace().peekable();
    let mut found = Vec::new();
    while let Some(word) = words.next() {
        let Some(name) = word.strip_prefix("--") else { continue };
        let stated = name.split_once('=').filter(|(_, value)| !value.is_empty());
        let next = || Some((name.trim_end_matches('='), *words.peek()?));
        found.extend(stated.or_else(next));
    }
    found
}

/// The properties that `.mvn/maven.config` gives to every call of Maven.
pub fn properties_of_calls(repo: &Repo, reactor: &str) -> Vec<(String, Fact<String>)> {
    let Some(document) = repo.read_optional(&join(reactor, ".mvn/maven.config")) else { return Vec::new() };
    let mut words = document.lines().flat_map(|(number, line)| line.split_whitespace().map(move |word| (number, word)));
    let mut found = Vec::new();
    while let Some((number, word)) = words.next() {
        let stated = word.strip_prefix("-D").or_else(|| word.strip_prefix("--define"));
        let definition = match stated.map(|definition| definition.trim_start_matches('=')) {
            Some("") => words.next(),
            Some(definition) => Some((number, definition)),
            None => None,
        };
        if let Some((number, (name, value))) = definition.and_then(|(number, it)| Some((number, it.split_once('=')?))) {
            found.push((name.to_owned(), Fact::new(value.to_owned(), document.evidence_line(number))));
        }
    }
    found
}
