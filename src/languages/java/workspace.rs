//! The POMs of a repository: which belong together, and which modules one of them needs.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use crate::catalog::java_parents;
use crate::error::Error;
use crate::evidence::Fact;
use crate::languages::java::manifest::Coordinates;
use crate::languages::java::manifest::maven::{Module, properties_of_calls};
use crate::languages::java::manifest::pom::Pom;
use crate::path::{file_name, is_inside, is_named, join, parent, relative_to};
use crate::repo::Repo;

/// Parents inherit from parents at most this deep.
const MOST_PARENTS: usize = 20;
/// So many modules of another reactor are built before an application.
const MOST_INSTALLED: usize = 30;
/// So many POMs of one artifact are looked at.
const MOST_ALIKE: usize = 20;

/// All POMs of a repository by their folders, and those of another name than `pom.xml` by their paths.
#[derive(Debug, Default)]
pub struct Workspace {
    poms: BTreeMap<String, Rc<Pom>>,
    /// The same by their artifacts, each list in the order of the folders.
    by_artifact: HashMap<String, Vec<Rc<Pom>>>,
}

impl Workspace {
    /// Reads every POM of the repository; those that can't be read are handed back with their folders.
    pub fn read(repo: &Repo) -> (Self, Vec<(String, Error)>) {
        let is_pom = |file: &&String| {
            let is_resource = || ["src/main/", "src/test/", "src/it/"].iter().any(|folder| file.contains(folder));
            is_named(file, "pom.xml") && !is_resource()
        };
        let (mut workspace, mut problems) = (Self::default(), Vec::new());
        for file in repo.files().iter().filter(is_pom) {
            match Pom::read(repo, file) {
                Ok(pom) => _ = workspace.poms.insert(parent(file).to_owned(), Rc::new(pom)),
                Err(error) => problems.push((parent(file).to_owned(), error)),
            }
        }
        workspace.add_parents_of_other_names(repo);
        for pom in workspace.poms.values() {
            workspace.by_artifact.entry(pom.artifact.clone()).or_default().push(Rc::clone(pom));
        }
        (workspace, problems)
    }

    /// Parents that lie in files of another name, where a `relativePath` leads to one.
    fn add_parents_of_other_names(&mut self, repo: &Repo) {
        let parent_path = |pom: &Pom| Some(join(&pom.folder, &pom.parent.as_ref()?.place));
        let is_other = |path: &String| path.ends_with(".xml") && file_name(path) != "pom.xml" && repo.has(path);
        let mut open: Vec<String> = self.poms.values().filter_map(|pom| parent_path(pom)).filter(is_other).collect();
        while let Some(path) = open.pop() {
            let Ok(pom) = Pom::read(repo, &path) else { continue };
            open.extend(parent_path(&pom).filter(|path| is_other(path) && !self.poms.contains_key(path)));
            self.poms.insert(path, Rc::new(pom));
        }
    }

    /// The folders that hold a `pom.xml`.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        self.poms.values().filter(|pom| file_name(&pom.path) == "pom.xml").map(|pom| pom.folder.as_str())
    }

    /// How many POMs there are.
    pub fn len(&self) -> usize {
        self.poms.len()
    }

    /// Whether a folder holds a POM.
    pub fn has(&self, folder: &str) -> bool {
        self.poms.contains_key(folder)
    }

    /// The POMs in a folder and below it.
    pub fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a Pom> {
        self.poms.values().map(Rc::as_ref).filter(move |pom| is_inside(&pom.folder, folder))
    }

    /// The module in a folder, with all that it inherits and needs.
    pub fn module(&self, repo: &Repo, folder: &str) -> Option<Module> {
        let mut chain = self.chain(self.poms.get(folder)?);
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
        let needs = self.needs(&chain);
        let (reactor, is_listed) = self.reactor(&chain, &needs);
        let mut module = Module {
            given: properties_of_calls(repo, &reactor),
            siblings: self.siblings(&chain),
            named_modules: needs.named.into_iter().filter(|_| is_listed).collect(),
            known_parent,
            is_listed,
            ..Module::of(chain)
        };
        module.installed = if is_listed || !needs.is_any { Vec::new() } else { self.installed(&module) };
        module.reactor = module.installed.iter().fold(reactor, |top, path| common(&top, parent(path)));
        Some(module)
    }

    /// A POM with its parents in the repository.
    fn chain(&self, pom: &Pom) -> Vec<Pom> {
        let mut chain = vec![pom.clone()];
        while let Some(up) = chain.last().and_then(|last| self.parent_of(last)) {
            if chain.len() > MOST_PARENTS || chain.iter().any(|known| known.path == up.path) {
                break;
            }
            chain.push(up.as_ref().clone());
        }
        chain
    }

    /// The POMs of the repository that have to be installed before a module which no reactor builds along with them: those that
    /// others need first.
    fn installed(&self, module: &Module) -> Vec<String> {
        let mut seen = HashSet::from([module.pom().path.clone()]);
        let mut order = Vec::new();
        let mut open: Vec<(Rc<Pom>, bool)> = self.wanted(module).into_iter().rev().map(|pom| (pom, false)).collect();
        while let Some((pom, is_ready)) = open.pop() {
            if is_ready {
                order.push(pom.path.clone());
            } else if seen.insert(pom.path.clone()) {
                if seen.len() > MOST_INSTALLED {
                    return Vec::new();
                }
                let other = Module::of(self.chain(&pom));
                // Maven looks for the parents of what is installed among what is installed
                let parents =
                    other.chain.iter().skip(1).filter_map(|up| self.poms.values().find(|it| it.path == up.path));
                let needed: Vec<Rc<Pom>> = self.wanted(&other).into_iter().chain(parents.cloned()).collect();
                open.push((pom, true));
                open.extend(needed.into_iter().rev().map(|pom| (pom, false)));
            }
        }
        order
    }

    /// The POMs of the very artifacts that a module depends on: of any other version, a registry has it.
    fn wanted(&self, module: &Module) -> Vec<Rc<Pom>> {
        let dependencies = module.chain.iter().flat_map(|pom| pom.dependencies.iter().chain(&pom.imports));
        let found = dependencies.filter_map(|dependency| {
            let [group, artifact, version] =
                [&dependency.coordinates.group, &dependency.coordinates.artifact, &dependency.version]
                    .map(|text| module.interpolate(text));
            self.by_artifact.get(&artifact)?.iter().take(MOST_ALIKE).find(|pom| {
                let other = Module::of(self.chain(pom));
                !version.is_empty() && other.group() == group && other.version() == version
            })
        });
        found.cloned().collect()
    }

    /// The folder of the reactor's root, and whether its modules lead to this one: the highest POM that does where the
    /// module needs others of the repository, else the folder that holds it and its parents.
    fn reactor(&self, chain: &[Pom], needs: &Needs) -> (String, bool) {
        let folder = chain[0].folder.as_str();
        let parents = || chain.iter().skip(1).map(|pom| pom.folder.as_str());
        if !needs.is_any {
            // Nothing else of the reactor has to be loaded, or to be right.
            return (parents().fold(folder.to_owned(), |top, place| common(&top, place)), false);
        }
        let mut root = parents().fold(folder, |top, place| if is_above(place, top) { place } else { top }).to_owned();
        let mut above = folder;
        while !above.is_empty() {
            above = parent(above);
            let leads = self.poms.get(above).is_some_and(|pom| self.led_to(pom).contains(folder));
            if leads && !is_above(&root, above) {
                above.clone_into(&mut root);
            }
        }
        let is_listed = self.poms.get(&root).is_some_and(|pom| self.led_to(pom).contains(folder));
        (root, is_listed)
    }

    /// The modules that these POMs depend on at run time, and those that they need in turn.
    fn siblings(&self, chain: &[Pom]) -> Vec<Rc<Pom>> {
        fn needed(pom: &Pom) -> impl Iterator<Item = &Coordinates> {
            let dependencies = pom.dependencies.iter().filter(|dependency| dependency.scope != "test");
            dependencies.map(|dependency| &dependency.coordinates)
        }
        let mut known: HashSet<&str> = chain.iter().map(|pom| pom.artifact.as_str()).collect();
        let mut open: Vec<&Coordinates> = chain.iter().flat_map(needed).collect();
        let mut found: Vec<Rc<Pom>> = Vec::new();
        while let Some(wanted) = open.pop() {
            if known.contains(wanted.artifact.as_str()) {
                continue;
            }
            let Some(pom) = self.named(wanted) else { continue };
            known.insert(&pom.artifact);
            open.extend(needed(pom));
            found.push(Rc::clone(pom));
        }
        found
    }

    /// What the build of a module needs of the repository, directly or through other modules.
    fn needs(&self, chain: &[Pom]) -> Needs {
        let mut needs = Needs::default();
        let mut seen = BTreeSet::from([chain[0].path.clone()]);
        let mut open: Vec<&Pom> = chain.iter().collect();
        while let Some(pom) = open.pop() {
            let followed = pom.dependencies.iter().chain(&pom.imports).map(|dependency| &dependency.coordinates);
            let followed = followed.chain(pom.plugins.iter().flat_map(|plugin| &plugin.followed));
            let named = pom.plugins.iter().chain(&pom.managed_plugins).flat_map(|plugin| &plugin.configured);
            for (wanted, is_named) in followed.map(|it| (it, false)).chain(named.map(|it| (it, true))) {
                let Some(other) = self.named(wanted).filter(|other| other.folder != chain[0].folder) else { continue };
                needs.is_any = true;
                if is_named {
                    needs.named.insert(other.folder.clone());
                }
                if seen.insert(other.path.clone()) {
                    open.push(other);
                }
            }
        }
        needs
    }

    /// The POM that coordinates name, as far as both say their groups.
    fn named(&self, wanted: &Coordinates) -> Option<&Rc<Pom>> {
        self.by_artifact.get(&wanted.artifact)?.iter().find(|pom| {
            let inherited = pom.parent.as_ref().map_or("", |parent| parent.group.as_str());
            let group = if pom.group.is_empty() { inherited } else { &pom.group };
            let is_said = |group: &str| !group.is_empty() && !group.contains("${");
            let is_group = !is_said(group) || !is_said(&wanted.group) || group == wanted.group;
            !wanted.artifact.is_empty() && is_group
        })
    }

    /// The parent in the repository: where `relativePath` leads, if it is the one that is meant.
    fn parent_of(&self, pom: &Pom) -> Option<&Rc<Pom>> {
        let up = pom.parent.as_ref()?;
        // Where the path does not lead to it, Maven looks for it in the reactor.
        let in_reactor = || self.by_artifact.get(&up.artifact)?.iter().find(|other| other.path != pom.path);
        if up.place.is_empty() {
            return in_reactor();
        }
        let place = join(&pom.folder, &up.place);
        let folder = join(&pom.folder, up.place.trim_end_matches("pom.xml"));
        let found = self.poms.get(&place).or_else(|| self.poms.get(folder.trim_end_matches('/')));
        found.filter(|found| found.artifact == up.artifact).or_else(in_reactor)
    }

    /// The folders that the modules of `pom` lead to, and theirs in turn.
    fn led_to(&self, pom: &Pom) -> HashSet<String> {
        let mut found = HashSet::new();
        let mut open = vec![pom];
        while let Some(pom) = open.pop() {
            for module in &pom.modules {
                let place = join(&pom.folder, module.trim_end_matches("pom.xml"));
                let next = self.poms.get(&place);
                if found.insert(place) {
                    open.extend(next.map(Rc::as_ref));
                }
            }
        }
        found
    }

    /// What Maven reads before any source: the POMs of the reactor and of the parents, and the folder `.mvn`, from the
    /// folder of the build.
    pub fn files_of_maven(&self, repo: &Repo, module: &Module) -> Vec<String> {
        let reactor = module.reactor.as_str();
        let root = self.poms.get(reactor);
        let listed = root.map(|root| self.led_to(root)).unwrap_or_default();
        let is_listed = |pom: &&Rc<Pom>| listed.contains(&pom.folder);
        let all = self.poms.values().filter(is_listed).chain(root).map(Rc::as_ref).chain(&module.chain);
        let mut paths: Vec<String> = all.map(|pom| relative_to(&pom.path, reactor)).collect();
        if repo.has_folder(&join(reactor, ".mvn")) {
            paths.push(".mvn".into());
        }
        paths.sort();
        paths.dedup();
        paths
    }
}

/// What the build of a module needs of the repository.
#[derive(Debug, Default)]
struct Needs {
    /// Whether it needs any other module.
    is_any: bool,
    /// The folders of modules that only the configuration of a plugin names, as annotation processors or as archives to
    /// unpack: `--also-make` does not follow it, so that they have to be named to Maven.
    named: BTreeSet<String>,
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
