//! The modules of a repository: their workspace, the folders that they replace, and the folder that a build of one needs.

use std::collections::HashSet;

use crate::error::{Error, Result};
use crate::evidence::{Evidence, Fact};
use crate::languages::go::manifest::{ModFile, stated};
use crate::languages::go::version::Version;
use crate::languages::go::workspace::go_work;
use crate::path::{file_name, is_named, join, parent, relative_to};
use crate::repo::Repo;
use crate::source::go::is_left_out;

/// A module, or a folder of Go files that are in none.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each says another thing about the files that are there")]
pub struct Module {
    /// From the root of the repository.
    pub folder: String,
    /// The module's path.
    pub path: String,
    /// Its `go.mod`.
    pub file: ModFile,
    /// Whether there is a `go.sum`.
    pub has_sum: bool,
    /// A required module of which `go.sum` has the sum of the manifest alone, so that a build stops at it.
    pub unsummed: Option<Fact<String>>,
    /// Whether its dependencies are in a `vendor` folder.
    pub vendored: bool,
    /// The folder of the `go.work` that uses it.
    pub workspace: Option<String>,
    /// Whether the build would find a `go.work` that does not use it or that it does not need, so that workspaces are off.
    pub beside_workspace: bool,
    /// The modules that lie in this repository, this one among them: path and folder.
    pub locals: Vec<(String, String)>,
    /// The folder that holds everything that a build needs.
    pub context: String,
    /// `go.mod`, `go.sum` and `go.work` files that fix the dependencies.
    pub manifests: Vec<String>,
    /// The version that the files ask for, at least.
    pub floor: Option<Fact<Version>>,
    /// Whether there is no `go.mod`.
    pub is_loose: bool,
}

impl Module {
    /// The name that people call it by: the last part of its path that is no version, without a top-level domain.
    pub fn name(&self) -> String {
        let mut parts: Vec<&str> = self.path.split('/').filter(|part| !part.is_empty()).collect();
        let is_version =
            |part: &str| part.len() > 1 && part.starts_with('v') && part[1..].chars().all(|c| c.is_ascii_digit());
        if parts.len() > 1 && parts.last().is_some_and(|part| is_version(part)) {
            parts.pop();
        }
        let name = match parts.as_slice() {
            [domain] => domain.split('.').next().unwrap_or(domain),
            [.., last] => last.rsplit_once(".v").map_or(*last, |(name, _)| name),
            [] => file_name(&self.folder),
        };
        if name.is_empty() { "app".into() } else { name.to_owned() }
    }

    /// The folder of an imported package, where it lies in this repository.
    pub fn folder_of(&self, import: &str) -> Option<String> {
        self.locals
            .iter()
            .filter_map(|(path, folder)| {
                let rest = import.strip_prefix(path.as_str())?;
                (rest.is_empty() || rest.starts_with('/')).then(|| (path.len(), join(folder, rest)))
            })
            .max()
            .map(|(_, folder)| folder)
    }

    /// Where a folder of the build context lies in the build stage: below GOPATH, where dependencies without a module are
    /// found there only.
    pub fn in_image(&self, path: &str) -> String {
        let root = if self.is_loose && self.vendored { format!("/go/src/{}", self.path) } else { "/src".to_owned() };
        match relative_to(path, &self.context).as_str() {
            "." => root,
            inside => format!("{root}/{inside}"),
        }
    }

    /// Whether it needs modules that are not in this repository.
    pub fn has_dependencies(&self) -> bool {
        let local = |path: &str| self.locals.iter().any(|(it, _)| it == path);
        self.file.requires.iter().any(|require| !local(&require.value))
    }
}

/// The folder of every module of the repository.
pub fn folders(repo: &Repo) -> Vec<String> {
    let files = repo.files().iter().filter(|path| is_named(path, "go.mod") && !is_left_out(path));
    files.map(|path| parent(path).to_owned()).collect()
}

/// Reads the module in a folder.
///
/// # Errors
/// When a file of it can't be read, or names a folder that is not there.
pub fn read(repo: &Repo, folder: &str) -> Result<Module> {
    let document = repo.read(&join(folder, "go.mod"))?;
    let file = ModFile::read(&document)?;
    let Some(path) = file.module.as_ref().map(|fact| fact.value.clone()) else {
        return Err(document.error_at(
            0,
            "it names no `module`",
            Some("`go mod init NAME` makes one that does".into()),
        ));
    };
    let mut module = Module {
        folder: folder.to_owned(),
        has_sum: repo.has(&join(folder, "go.sum")),
        unsummed: unsummed(repo, folder, &file),
        vendored: repo.has(&join(folder, "vendor/modules.txt")),
        locals: vec![(path.clone(), folder.to_owned())],
        context: folder.to_owned(),
        path,
        ..Module::default()
    };
    let mut versions: Vec<(Version, Evidence)> = stated(&file).into_iter().collect();
    module.replaced(repo, folder, &file)?;
    if let Some(place) = go_work::above(repo, folder) {
        let work = ModFile::read(&repo.read(&join(&place, "go.work"))?)?;
        let is_used = work.uses.iter().any(|it| join(&place, &it.value) == folder);
        if is_used && go_work::is_needed(repo, folder, &file, &place, &work) {
            module.join_workspace(repo, &place, &work)?;
            versions.extend(stated(&work));
        } else {
            module.beside_workspace = shared_folder(&module.context, &place) == module.context;
        }
    }
    module.floor = versions
        .into_iter()
        .max_by_key(|(version, _)| *version)
        .map(|(version, evidence)| Fact::new(version, evidence));
    module.file = file;
    module.collect_manifests(repo);
    Ok(module)
}

/// The first module that a manifest requires and its `go.sum` has the sum of the manifest alone of.
fn unsummed(repo: &Repo, folder: &str, file: &ModFile) -> Option<Fact<String>> {
    let sums = repo.read_optional(&join(folder, "go.sum"))?;
    let listed: HashSet<(&str, &str)> = sums
        .lines()
        .filter_map(|(_, line)| {
            let mut words = line.split_whitespace();
            Some((words.next()?, words.next()?))
        })
        .collect();
    let is_replaced = |module: &str| file.replaces.iter().any(|replace| replace.value.module == module);
    let is_unsummed = |(module, version): &&(String, String)| {
        let manifest = format!("{version}/go.mod");
        !listed.contains(&(module.as_str(), version.as_str()))
            && listed.contains(&(module.as_str(), manifest.as_str()))
            && !is_replaced(module)
    };
    let (module, _) = file.versions.iter().find(is_unsummed)?;
    file.requires.iter().find(|require| require.value == *module).cloned()
}

impl Module {
    /// Takes in the folders that `replace` names.
    fn replaced(&mut self, repo: &Repo, base: &str, file: &ModFile) -> Result<()> {
        for replace in file.replaces.iter().filter(|replace| replace.value.is_local()) {
            self.local(repo, base, &replace.value.target, &replace.evidence, "replace")?;
        }
        Ok(())
    }

    fn join_workspace(&mut self, repo: &Repo, place: &str, work: &ModFile) -> Result<()> {
        for used in &work.uses {
            self.local(repo, place, &used.value, &used.evidence, "use")?;
        }
        self.replaced(repo, place, work)?;
        self.context = shared_folder(&self.context, place);
        self.vendored = repo.has(&join(place, "vendor/modules.txt"));
        self.has_sum |= repo.has(&join(place, "go.work.sum"));
        self.workspace = Some(place.to_owned());
        Ok(())
    }

    fn local(&mut self, repo: &Repo, base: &str, target: &str, evidence: &Evidence, directive: &str) -> Result<()> {
        let absent = |why: &str| Error::Unsupported {
            message: format!("`{directive}` names `{}`, {why}", target.escape_debug()),
            evidence: Some(evidence.clone()),
            hint: "a build needs every module inside the repository, or published".into(),
        };
        if target.starts_with(['/', '\\']) || leaves(base, target) {
            return Err(absent("which is outside the repository"));
        }
        let folder = join(base, target);
        let document =
            repo.read_optional(&join(&folder, "go.mod")).ok_or_else(|| absent("where there is no go.mod"))?;
        if let Some(path) = ModFile::read(&document)?.module {
            self.context = shared_folder(&self.context, &folder);
            if !self.locals.iter().any(|(_, it)| *it == folder) {
                self.locals.push((path.value, folder));
            }
        }
        Ok(())
    }

    fn collect_manifests(&mut self, repo: &Repo) {
        let mut found: Vec<String> = Vec::new();
        if let Some(place) = &self.workspace {
            found.extend([join(place, "go.work"), join(place, "go.work.sum")]);
        }
        for (_, folder) in &self.locals {
            found.extend([join(folder, "go.mod"), join(folder, "go.sum")]);
        }
        found.retain(|path| repo.has(path));
        self.manifests = found;
    }
}

/// Whether `target`, seen from `base`, lies above the root.
fn leaves(base: &str, target: &str) -> bool {
    let mut depth = base.split('/').filter(|part| !part.is_empty()).count();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." if depth == 0 => return true,
            ".." => depth -= 1,
            _ => depth += 1,
        }
    }
    false
}

/// The deepest folder that holds both.
pub fn shared_folder(a: &str, b: &str) -> String {
    let parts = a.split('/').zip(b.split('/')).take_while(|(a, b)| a == b).map(|(a, _)| a);
    parts.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_has_the_name_that_people_use() {
        for (path, name) in [
            ("github.com/mikefarah/yq/v4", "yq"),
            ("miniflux.app/v2", "miniflux"),
            ("app", "app"),
            ("gopkg.in/x/y.v3", "y"),
            ("a.b/c/v2x", "v2x"),
        ] {
            let module = Module { path: path.into(), ..Module::default() };
            assert_eq!(module.name(), name, "{path}");
        }
    }

    #[test]
    fn folders_are_compared_part_by_part() {
        assert_eq!(shared_folder("internal/trainer", "internal/train"), "internal");
        assert_eq!(shared_folder("a", "b"), "");
        assert!(leaves("a/b", "../../../c") && !leaves("a/b", "../../c"));
    }
}
