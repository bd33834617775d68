//! Front ends whose output a program reads when it runs, and where each output goes.

use crate::analysis::texts::texts;
use crate::catalog::{go_files, go_names};
use crate::languages::go::entrypoint::runtime_files::relative;
use crate::languages::go::workspace::packages::{Closure, Packages};
use crate::languages::node::front_end::{self, FrontEnd};
use crate::path::join;
use crate::plan::StageCopy;
use crate::plan::front_end_stage_name;
use crate::repo::Repo;

/// A front end, and whether its output is read when the program runs rather than embedded.
#[derive(Debug, Clone)]
pub struct FrontEndOutput {
    /// The front end, with one output.
    pub front_end: FrontEnd,
    /// Whether the program reads it when it runs.
    pub is_read: bool,
}

/// Adds an output, unless it is part of one that is there already. What is embedded is there for what reads it, too.
pub fn add(all: &mut Vec<FrontEndOutput>, front_end: FrontEnd, is_read: bool) {
    let holds = |outer: &FrontEnd, inner: &FrontEnd| {
        let rest = inner.wanted.strip_prefix(&outer.wanted);
        inner.folder == outer.folder && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if !all.iter().any(|it| (is_read || !it.is_read) && holds(&it.front_end, &front_end)) {
        all.retain(|it| !((it.is_read || !is_read) && holds(&front_end, &it.front_end)));
        all.push(FrontEndOutput { front_end, is_read });
    }
}

/// The front ends whose output the program reads when it runs, by the paths in its source.
pub fn served(packages: &mut Packages, closure: &Closure, base: &str) -> Vec<FrontEndOutput> {
    let repo = packages.repo();
    let mut found = Vec::new();
    for folder in &closure.folders {
        for source in &packages.package(folder).sources {
            for path in source.index.texts.iter().filter_map(|text| relative(&text.text)) {
                let Some((wanted, place)) = output_in(repo, base, &path) else { continue };
                if let Some(front_end) = front_end::find(repo, &wanted).filter(|it| it.folder == place) {
                    add(&mut found, front_end, true);
                }
            }
        }
    }
    found
}

/// Folders and files that the program is to serve or read and that are not there, from the root of the repository.
pub fn absent(packages: &mut Packages, closure: &Closure, base: &str) -> Vec<String> {
    let repo = packages.repo();
    let mut found = Vec::new();
    for folder in &closure.folders {
        for source in &packages.package(folder).sources {
            let named = texts(&source.index).into_iter().filter(|text| {
                go_files().readers.iter().any(|reader| reader == text.function()) && text.text().contains('/')
            });
            let paths = named.filter_map(|text| Some(join(base, &relative(text.text())?)));
            found.extend(paths.filter(|path| !repo.has(path) && !repo.has_folder(path)));
        }
    }
    found
}

/// Adds the stylesheets that packages make in folders that the program embeds, or reads when it runs.
pub fn add_stylesheets(all: &mut Vec<FrontEndOutput>, repo: &Repo, embedded: &[String], read: &[&str]) {
    let embedded: Vec<&str> = embedded.iter().map(String::as_str).collect();
    for (folders, is_read) in [(embedded.as_slice(), false), (read, true)] {
        for sheet in front_end::assets(repo, folders) {
            if !all.iter().any(|known| known.front_end.folder == sheet.folder) {
                add(all, sheet, is_read);
            }
        }
    }
}

/// The part of a path that is an output of the front end in the folder above it, and that folder.
fn output_in(repo: &Repo, base: &str, path: &str) -> Option<(String, String)> {
    let parts: Vec<&str> = path.split('/').collect();
    (1..parts.len()).filter(|at| go_names().outputs.iter().any(|name| name == parts[*at])).find_map(|at| {
        let place = join(base, &parts[..at].join("/"));
        let wanted = join(&place, parts[at]);
        (repo.has(&join(&place, "package.json")) && !repo.has_folder(&wanted)).then_some((wanted, place))
    })
}

/// One front end for each folder: each is built once, whatever is taken from it.
pub fn stages(all: &[FrontEndOutput]) -> Vec<&FrontEnd> {
    let mut found: Vec<&FrontEnd> = Vec::new();
    for built in all {
        if !found.iter().any(|it| it.folder == built.front_end.folder) {
            found.push(&built.front_end);
        }
    }
    found
}

/// What is copied from the stages, of what is read or of what is embedded.
pub fn copies(
    all: &[FrontEndOutput],
    is_read: bool,
    made: impl Fn(&str) -> String,
    target: impl Fn(&str) -> String,
) -> Vec<StageCopy> {
    let stages = stages(all);
    let wanted = all.iter().filter(|built| built.is_read == is_read);
    let copy = |built: &FrontEndOutput| {
        let index = stages.iter().position(|it| it.folder == built.front_end.folder)?;
        Some(StageCopy {
            stage: front_end_stage_name(index),
            from: built.front_end.with_end(made(&built.front_end.output)),
            to: built.front_end.with_end(target(&built.front_end.wanted)),
        })
    };
    wanted.filter_map(copy).collect()
}
