//! What the source asks for while it compiles: the history of the repository, features, files that are not there yet.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::catalog::{is_rust_compiler_variable, rust_compiler_variable_set, rust_git};
use crate::evidence::{Evidence, Fact};
use crate::languages::node::front_end::{self, FrontEnd};
use crate::languages::rust::entrypoint::{Entrypoint, sources_of};
use crate::languages::rust::manifest::Cargo;
use crate::path::{file_name, is_inside, join, join_inside, parent};
use crate::repo::Repo;
use crate::source::{Call, Coverage, EmbeddedFile, Index, Sources, Value};
use crate::text::is_variable;

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
    /// Variables that the compiler puts into the program, and that nothing in the repository gives it.
    pub variables: Vec<Fact<String>>,
    /// The file of variables that a macro reads while the program is compiled, and stops without: `dotenv!("KEY")`.
    pub environment_file: Option<Fact<String>>,
    /// The variables that it takes from there.
    pub file_variables: Vec<Fact<String>>,
    /// What is compiled in of the output of front ends.
    embedded: Vec<String>,
}

/// The file of variables that macros read, in the folder that is compiled in or above.
const ENVIRONMENT_FILE: &str = ".env";
/// The secret of the build that it is.
pub const ENVIRONMENT_SECRET: &str = "env";

/// A question to git while the program compiles.
#[derive(Debug)]
pub struct History {
    /// Where it is asked.
    pub evidence: Evidence,
    /// Whether nothing is made of an answer that fails.
    pub is_needed: bool,
}

impl BuildNeeds {
    /// Whether the output of a front end is compiled in.
    pub fn embeds(&self, wanted: &str) -> bool {
        self.embedded.iter().any(|path| is_inside(path, wanted))
    }

    /// Whether the build fails without the history of the repository.
    pub fn needs_history(&self) -> bool {
        self.history.as_ref().is_some_and(|history| history.is_needed)
    }
}

/// Reads it from the packages that the program is made from, itself first.
pub fn read(repo: &Repo, sources: &Sources, parts: &[&Cargo], entrypoint: &Entrypoint) -> BuildNeeds {
    let mut needs = BuildNeeds::default();
    let mut wanted: Vec<(Fact<String>, bool)> = Vec::new();
    for (position, part) in parts.iter().enumerate() {
        let name = part.manifest.text(&["package", "build"]).map_or_else(|| "build.rs".to_owned(), |fact| fact.value);
        let script = sources.get(&join(&part.folder, &name));
        // what a build script names above its package lies there: `compile_protos("../protos/chat.proto")`
        for text in script.iter().flat_map(|file| &file.texts).filter(|text| text.text.starts_with("../")) {
            let place = join_inside(&part.folder, &text.text).filter(|it| repo.has(it) || repo.has_folder(it));
            wanted.extend(script.iter().zip(place).map(|(file, place)| (file.fact(place, &text.place), true)));
        }
        let code = sources_of(repo, sources, &parts[position..=position], parts[0]);
        let asked =
            script.iter().filter_map(|file| script_history(file)).chain(code.iter().filter_map(|it| macro_history(it)));
        let known = needs.history.take();
        needs.history = known.into_iter().chain(asked).max_by_key(|history| history.is_needed);
        if position == 0 {
            needs.feature = script.iter().chain(&code).find_map(|file| feature(part, file));
        }
        let given = script.as_deref().map_or_else(|| Some(Vec::new()), given_variables);
        for file in code.iter().filter(|file| !file.is_test) {
            let is_part = is_declared(file, &code);
            if let Some(given) = given.as_ref().filter(|_| is_part) {
                needs.want_variables(file, given);
            }
            for embedded in file.files.iter().filter(|embedded| !embedded.is_read_at_run_time) {
                let Some(path) = embedded.path.path().filter(|path| path.base.is_some()) else { continue };
                match path.in_repository(file.path(), &part.folder) {
                    Some(place) if !is_part && !repo.has(&place) && !repo.has_folder(&place) => {}
                    Some(place) => wanted.push((file.fact(place, &embedded.place), true)),
                    None if !is_part => {}
                    None => needs.outside.push(file.fact(path.path, &embedded.place)),
                }
            }
        }
    }
    // the folder comes before what lies in it
    let mut opened: Vec<&Fact<String>> = entrypoint.opened.iter().collect();
    opened.sort_by_key(|fact| fact.value.matches('/').count());
    for fact in opened {
        let paths = [&parts[0].folder, ""].map(|folder| join(folder, &fact.value));
        let is_wanted = |path: &String| wanted.iter().any(|(known, _)| is_inside(path, &known.value));
        if paths.iter().any(|path| repo.has(path) || repo.has_folder(path) || is_wanted(path)) {
            continue;
        }
        let makes = |path: &&String| front_end::find(repo, path).is_some_and(|found| found.output == **path);
        if !is_output(&fact.value) && !paths.iter().any(|path| makes(&path)) {
            continue;
        }
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
            Some(found) if is_whole(repo, &found) => {
                needs.embedded.extend(is_compiled_in.then(|| found.wanted.clone()));
                needs.front_ends.push(found);
            }
            _ if is_compiled_in => needs.absent.push(fact),
            Some(_) => needs.unserved.push(fact),
            None => {}
        }
    }
    let folders: Vec<&str> = needs
        .compiled_in
        .iter()
        .chain(&entrypoint.files)
        .chain(&entrypoint.placed_files)
        .map(|fact| fact.value.as_str())
        .collect();
    let sheets = front_end::assets(repo, &folders);
    let is_new = |sheet: &FrontEnd| !needs.front_ends.iter().any(|known| known.folder == sheet.folder);
    let sheets: Vec<FrontEnd> = sheets.into_iter().filter(|sheet| is_new(sheet) && is_whole(repo, sheet)).collect();
    needs.front_ends.extend(sheets);
    needs
}

/// Whether a file is part of the program: the root of a crate, or a module that some file declares. Where a file was not
/// understood, it may declare any.
fn is_declared(file: &Index, code: &[Rc<Index>]) -> bool {
    let name = file_name(file.path());
    let module = if name == "mod.rs" { file_name(parent(file.path())) } else { name.trim_end_matches(".rs") };
    let is_root = matches!(name, "main.rs" | "lib.rs") || file.functions.iter().any(|function| function.name == "main");
    let declaration = format!("self::{module}");
    is_root
        || code.iter().any(|other| {
            let names_it =
                |embedded: &EmbeddedFile| embedded.path.path().is_some_and(|path| file_name(&path.path) == name);
            other.coverage == Coverage::Tokens
                || other.imports.iter().any(|import| import.module == declaration)
                || other.files.iter().any(names_it)
        })
}

/// The variables that a build script gives to the compiler; nothing where it makes their names itself.
fn given_variables(script: &Index) -> Option<Vec<String>> {
    let stated = script.texts.iter().flat_map(|literal| literal.text.split("rustc-env=").skip(1));
    let names = stated.map(|rest| rest.split('=').next().unwrap_or_default().to_owned());
    let set = script.calls.iter().filter_map(|call| rust_compiler_variable_set(call.resolved())).map(str::to_owned);
    let names: Vec<String> = names.chain(set).collect();
    names.iter().all(|name| is_variable(name)).then_some(names)
}

impl BuildNeeds {
    /// Takes the variables that macros of a file put into the program, but for those that Cargo, the build script or a file of
    /// variables give.
    fn want_variables(&mut self, file: &Index, given: &[String]) {
        let from_file = |call: &&Call| call.name() == "dotenv!";
        let places: BTreeSet<u32> = file.calls.iter().filter(from_file).map(|call| call.place.start).collect();
        if let Some(call) = file.calls.iter().find(from_file).filter(|_| self.environment_file.is_none()) {
            self.environment_file = Some(file.fact(ENVIRONMENT_FILE.to_owned(), &call.place));
        }
        for read in file.environment.iter().filter(|read| read.is_of_build && read.is_required) {
            let name = &read.variable;
            if places.contains(&read.place.start) {
                self.file_variables.push(file.fact(name.clone(), &read.place));
                continue;
            }
            let is_new = !self.variables.iter().any(|known| known.value == *name);
            if is_new && is_variable(name) && !is_rust_compiler_variable(name) && !given.contains(name) {
                self.variables.push(file.fact(name.clone(), &read.place));
            }
        }
    }

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

/// Where a build script asks for the history of the repository, and whether it fails without: an answer that is taken for
/// granted, a vergen of old, a vergen that is told to fail.
fn script_history(script: &Index) -> Option<History> {
    let runs_git = |call: &&Call| {
        (call.path == "Command.new" || call.is("*.Command.new"))
            && call.positional(0).and_then(Value::text) == Some("git")
    };
    let run = script.calls.iter().find(runs_git).map(|call| call.place);
    let import = script.imports.iter().find(|import| {
        let name = import.module.split("::").next().unwrap_or_default();
        rust_git().crates.iter().any(|known| known == name)
    });
    let place = run.or_else(|| import.map(|import| import.place))?;
    let text = script.document().text();
    let is_taken = |call: &Call| {
        let path = call.resolved();
        let is_git = ["Command.new()", "git2.Repository", "gix."].iter().any(|part| path.contains(part));
        let is_tried = text.get(call.place.end as usize..).is_some_and(|rest| rest.starts_with('?'));
        is_git && (matches!(call.name(), "unwrap" | "expect") || is_tried)
    };
    let is_needed =
        script.calls.iter().any(|call| is_taken(call) || call.path == "vergen" || call.name() == "fail_on_error");
    Some(History { evidence: script.evidence(&place), is_needed })
}

/// Where a macro of the source asks for it, which fails unless it has a fallback.
fn macro_history(file: &Index) -> Option<History> {
    let call = file.calls.iter().find(|call| rust_git().macros.iter().any(|name| call.name() == name))?;
    let is_needed = !file.text_at(&call.place).contains("fallback");
    Some(History { evidence: file.evidence(&call.place), is_needed })
}

/// The first feature of a guard like `#[cfg(not(any(feature = "a", feature = "b")))] compile_error!("…")` that the default
/// ones do not meet.
fn feature(package: &Cargo, file: &Index) -> Option<Fact<String>> {
    let on = package.default_features();
    let guards = file.calls.iter().filter(|call| call.name() == "compile_error!");
    guards.into_iter().find_map(|call| {
        let condition = called(call.named("cfg")?, "cfg")?;
        let denied = called(&condition.arguments.first()?.value, "not")?;
        let any = denied.arguments.first().and_then(|argument| called(&argument.value, "any")).unwrap_or(denied);
        let named = any.arguments.iter().filter(|argument| argument.name.as_deref() == Some("feature"));
        let features: Vec<&str> = named.filter_map(|argument| argument.value.text()).collect();
        let is_all = features.len() == any.arguments.len();
        let first =
            features.first().filter(|_| is_all && !features.iter().any(|name| on.iter().any(|it| it == name)))?;
        Some(file.fact((*first).to_owned(), &call.place))
    })
}

/// The call of that name.
fn called<'a>(value: &'a Value, name: &str) -> Option<&'a Call> {
    match value {
        Value::Call(call) if call.path == name => Some(call),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::rust_compiler_variables;
    use crate::repo::Document;

    fn wanted(text: &str, given: &[String]) -> Vec<String> {
        let mut needs = BuildNeeds::default();
        needs.want_variables(&crate::source::read(Document::new("main.rs", text)), given);
        needs.variables.into_iter().map(|fact| fact.value).collect()
    }

    #[test]
    fn every_variable_that_cargo_gives_is_known_and_another_is_wanted() {
        for name in rust_compiler_variables() {
            let own = if name.ends_with('_') { format!("{name}X") } else { name.clone() };
            assert!(wanted(&format!("fn main() {{ env!(\"{own}\"); }}"), &[]).is_empty(), "{own}");
            assert_eq!(wanted(&format!("fn main() {{ env!(\"MY_{own}\"); }}"), &[]), [format!("MY_{own}")]);
        }
        assert!(wanted("fn main() { env!(\"A\"); }", &["A".into()]).is_empty());
        let given = |text: &str| given_variables(&crate::source::read(Document::new("build.rs", text)));
        let text =
            "fn main() { build_data::set_BUILD_TIMESTAMP(); println!(\"cargo:rustc-env=B=1\"); other::set_C(); }";
        assert_eq!(given(text), Some(vec!["B".into(), "BUILD_TIMESTAMP".into()]));
        let text = "use build_data::set_GIT_COMMIT;\nfn main() { set_GIT_COMMIT(); }";
        assert_eq!(given(text), Some(vec!["GIT_COMMIT".into()]));
    }
}
