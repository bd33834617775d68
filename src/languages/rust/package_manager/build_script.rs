//! What the source asks for while it compiles: the history of the repository, features, files that are not there yet.

use crate::evidence::{Evidence, Fact};
use crate::languages::front_end::{self, FrontEnd};
use crate::languages::rust::entrypoint::SourceFacts;
use crate::languages::rust::manifest::Cargo;
use crate::languages::source::{Sources, find_in};
use crate::path::{join, parent};
use crate::pattern;
use crate::repo::{Document, Repo};

/// What the build needs beside the source.
#[derive(Debug, Default)]
pub struct BuildNeeds {
    /// Where the build asks git for the commit or the version.
    pub history: Option<History>,
    /// A feature without which the package does not compile.
    pub feature: Option<Fact<String>>,
    /// Front ends whose output is compiled in or served.
    pub front_ends: Vec<FrontEnd>,
    /// Files and folders of the repository that are compiled in.
    pub compiled_in: Vec<Fact<String>>,
    /// Files that are compiled in and lie outside of the repository, as the source names them.
    pub outside: Vec<Fact<String>>,
    /// Files and folders that are compiled in and that neither the repository nor a build of it has.
    pub absent: Vec<Fact<String>>,
    /// Folders that are served and that a front end makes which can't be built here.
    pub unserved: Vec<Fact<String>>,
}

/// A question to git while the program compiles.
#[derive(Debug)]
pub struct History {
    /// Where it is asked.
    pub evidence: Evidence,
    /// Whether nothing is made of an answer that fails.
    pub is_needed: bool,
}

impl BuildNeeds {
    /// Whether the build fails without the history of the repository.
    pub fn needs_history(&self) -> bool {
        self.history.as_ref().is_some_and(|history| history.is_needed)
    }
}

/// Reads it from the packages that the program is made from, itself first.
pub fn read(repo: &Repo, parts: &[&Cargo], source: &SourceFacts) -> BuildNeeds {
    let mut needs = BuildNeeds::default();
    let mut wanted: Vec<(Fact<String>, bool)> = Vec::new();
    for part in parts {
        let script = repo.read_optional(&join(&part.folder, "build.rs"));
        let inside = join(&part.folder, "src/");
        let code = Sources::read(
            repo,
            repo.files_under(&part.folder).filter(|file| file.starts_with(&inside) && file.ends_with(".rs")),
        );
        let documents = || script.iter().chain(code.documents());
        let asked = documents().filter_map(history).max_by_key(|history| history.is_needed);
        let known = needs.history.take();
        needs.history = known.into_iter().chain(asked).max_by_key(|history| history.is_needed);
        if needs.feature.is_none() && part.folder == parts[0].folder {
            needs.feature = documents().find_map(|document| feature(part, document));
        }
        for (fact, folder) in embedded(part, &code) {
            match within(folder, &fact.value) {
                Some(path) => wanted.push((Fact::new(path, fact.evidence), true)),
                None => needs.outside.push(fact),
            }
        }
    }
    for fact in source.opened.iter().filter(|fact| is_output(&fact.value)) {
        let paths = [&parts[0].folder, ""].map(|folder| join(folder, &fact.value));
        if paths.iter().any(|path| repo.has_folder(path)) {
            continue;
        }
        let makes = |path: &&String| front_end::find(repo, path).is_some_and(|found| found.output == **path);
        let path = paths.iter().find(makes).unwrap_or(&paths[0]);
        wanted.push((Fact::new(path.clone(), fact.evidence.clone()), false));
    }
    for (fact, is_compiled_in) in wanted {
        if repo.has(&fact.value) || repo.has_folder(&fact.value) {
            if is_compiled_in {
                needs.compiled_in.push(fact);
            }
            continue;
        }
        if needs.has(&fact.value) {
            continue;
        }
        match front_end::find(repo, &fact.value) {
            Some(found) if is_whole(repo, &found) => needs.front_ends.push(found),
            _ if is_compiled_in => needs.absent.push(fact),
            Some(_) => needs.unserved.push(fact),
            None => {}
        }
    }
    needs
}

impl BuildNeeds {
    fn has(&self, path: &str) -> bool {
        self.front_ends.iter().any(|known| known.wanted == path || path.starts_with(&format!("{}/", known.wanted)))
            || self.absent.iter().any(|known| known.value == path)
    }
}

/// Whether all packages that a front end takes from the repository are there.
fn is_whole(repo: &Repo, front_end: &FrontEnd) -> bool {
    let Some(manifest) = repo.read_optional(&join(&front_end.folder, "package.json")).and_then(|it| it.json().ok())
    else {
        return false;
    };
    let groups = ["dependencies", "devDependencies"];
    let wanted = groups.iter().flat_map(|group| manifest.names(&[group]).into_iter().map(move |name| (*group, name)));
    let mut paths = wanted.filter_map(|(group, name)| {
        manifest.text(&[group, name])?.value.strip_prefix("file:").map(|path| join(&front_end.folder, path))
    });
    paths.all(|path| repo.has_folder(&path) || repo.has(&path))
}

/// The usual names of what a front end's build makes.
fn is_output(path: &str) -> bool {
    matches!(path.rsplit('/').next(), Some("dist" | "build" | "out"))
}

/// Where a file asks for the history of the repository, and whether it fails without.
fn history(document: &Document) -> Option<History> {
    let macros = pattern!(r"\bgit_(?:version|describe)!\([^;]*\)");
    let asks = pattern!(
        r#"Command::new\(\s*"git"|\bvergen(?:_\w+)?::|\bgix::|\bgit2::|"\.git/|\bshadow_rs::|\bgit_(?:version|describe)!"#
    );
    // an old vergen, a macro without a fallback, or an answer that is taken for granted
    let insists = pattern!(
        r#"\bvergen\(|fail_on_error|(?:Command::new\(\s*"git"|\bgit2::Repository::\w+\(|\bgix::\w+\()[^;]{0,300}?(?:\.unwrap\(\)|\.expect\(|\)\?)"#
    );
    let is_script = document.path().ends_with("build.rs");
    let asked = find_in(document, if is_script { asks } else { macros }, |_| Some(()))?;
    let without_fallback = find_in(document, macros, |captures| (!captures[0].contains("fallback")).then_some(()));
    let is_needed = without_fallback.is_some() || is_script && find_in(document, insists, |_| Some(())).is_some();
    Some(History { evidence: asked.evidence, is_needed })
}

/// The first feature of a guard like `#[cfg(not(any(feature = "a", feature = "b")))] compile_error!("…")` that the default
/// ones do not meet.
fn feature(package: &Cargo, document: &Document) -> Option<Fact<String>> {
    let guard = pattern!(
        r#"(?s)#!?\[cfg\(not\(\s*(?:any\()?((?:\s*feature\s*=\s*"[\w-]+"\s*,?)+)\)*\)\s*\]\s*(?:::)?(?:core::|std::)?compile_error!"#
    );
    find_in(document, guard, |captures| {
        let list: Vec<&str> = captures[1].split('"').skip(1).step_by(2).collect();
        let on = package.default_features();
        (!list.iter().any(|name| on.iter().any(|known| known == name)))
            .then(|| list.first().map(|it| (*it).to_owned()))
            .flatten()
    })
}

/// Folders and files that macros compile in, as written, each with the folder that they are seen from.
fn embedded<'a>(package: &'a Cargo, code: &'a Sources) -> Vec<(Fact<String>, &'a str)> {
    let folder = pattern!(
        r#"#\[folder\s*=\s*"(?:\$CARGO_MANIFEST_DIR/)?([^"$]+)"|include_dir!\(\s*"(?:\$CARGO_MANIFEST_DIR/)?([^"$]+)"|static_dir!\(\s*"([^"$]+)""#
    );
    let folders = code.find_all(folder, |captures| {
        let path = (1..captures.len()).find_map(|index| captures.get(index))?.as_str();
        let path = path.trim_start_matches("./").trim_end_matches('/');
        (!path.is_empty()).then(|| path.to_owned())
    });
    let mut found: Vec<(Fact<String>, &str)> =
        folders.into_iter().map(|fact| (fact, package.folder.as_str())).collect();
    let relative = pattern!(r#"include(?:_str|_bytes)?!\s*\(\s*"([^"\\]+)"\s*,?\s*\)"#);
    for document in code.documents() {
        for captures in relative.captures_iter(document.text()) {
            let evidence = document.evidence_at(captures.get(0).map_or(0, |found| found.start()));
            found.push((Fact::new(captures[1].to_owned(), evidence), parent(document.path())));
        }
    }
    found
}

/// A path as seen from the root of the repository; nothing where it leaves that.
fn within(folder: &str, path: &str) -> Option<String> {
    let mut depth = folder.split('/').filter(|part| !part.is_empty()).count();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => depth = depth.checked_sub(1)?,
            _ => depth += 1,
        }
    }
    (!path.starts_with('/')).then(|| join(folder, path))
}
