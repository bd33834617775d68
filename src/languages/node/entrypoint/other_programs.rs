//! Other programs in the package of a server: files that open a port, that nothing imports and that are not what is started.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::analysis::Program;
use crate::analysis::listen::{listeners, may_open};
use crate::languages::node::entrypoint::imports::{candidates, relative};
use crate::path::{file_name, parent};
use crate::source::{Index, Language};

/// The files without those of other programs, and without what only these import. `started` is the file that is started;
/// `is_served` says that a framework opens the port, so that no file of the source has to.
pub fn left_out(files: Vec<Rc<Index>>, started: Option<&str>, is_served: bool, packages: &[String]) -> Vec<Rc<Index>> {
    let is_suspect = |file: &Rc<Index>| Some(file.path()) != started && !file.is_test && may_open(file);
    if !files.iter().any(is_suspect) {
        return files;
    }
    let importers = importers(&files);
    let opens =
        |file: &Rc<Index>| may_open(file) && !listeners(&Program::new([Rc::clone(file)], packages.to_vec())).is_empty();
    let is_other = |(at, file): &(usize, &Rc<Index>)| {
        is_suspect(file) && importers[*at].is_empty() && opens(file) && !is_named(file, &files)
    };
    let mut dropped: HashSet<usize> = files.iter().enumerate().filter(is_other).map(|(at, _)| at).collect();
    if dropped.is_empty() {
        return files;
    }
    loop {
        let is_of_dropped =
            |at: &usize| !importers[*at].is_empty() && importers[*at].iter().all(|it| dropped.contains(it));
        let more: Vec<usize> = (0..files.len())
            .filter(|at| !dropped.contains(at) && Some(files[*at].path()) != started)
            .filter(is_of_dropped)
            .collect();
        if more.is_empty() {
            break;
        }
        dropped.extend(more);
    }
    let left: Vec<Rc<Index>> =
        files.iter().enumerate().filter(|(at, _)| !dropped.contains(at)).map(|(_, file)| Rc::clone(file)).collect();
    // where nothing else opens a port, one of these is the server after all
    if is_served || left.iter().any(opens) { left } else { files }
}

/// For each file, the positions of those that import it, tests aside. An import by an alias counts for each file that it can mean.
fn importers(files: &[Rc<Index>]) -> Vec<Vec<usize>> {
    let places: HashMap<&str, usize> = files.iter().enumerate().map(|(at, file)| (file.path(), at)).collect();
    let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, file) in files.iter().enumerate() {
        let name = stem(file.path());
        by_name.entry(if name == "index" { stem(parent(file.path())) } else { name }).or_default().push(at);
    }
    let mut found = vec![Vec::new(); files.len()];
    for (from, file) in files.iter().enumerate().filter(|(_, file)| !file.is_test) {
        for import in &file.imports {
            let relative = relative(file.path(), &import.module);
            let mut meant: Vec<usize> = match (relative, import.module.split_once('/')) {
                (Some(target), _) => {
                    candidates(&target).find_map(|it| places.get(it.as_str()).copied()).into_iter().collect()
                }
                (None, Some((_, end))) => {
                    let named = by_name.get(stem(end)).into_iter().flatten().copied();
                    let is_meant =
                        |path: &str| candidates(end).any(|it| path == it || path.ends_with(&format!("/{it}")));
                    named.filter(|at| is_meant(files[*at].path())).collect()
                }
                (None, None) => Vec::new(),
            };
            meant.retain(|to| *to != from);
            for to in meant {
                found[to].push(from);
            }
        }
    }
    found
}

/// The name of a file up to its first dot.
fn stem(path: &str) -> &str {
    file_name(path).split('.').next().unwrap_or_default()
}

/// Whether another file names this one as a path, such as that of a process which it starts: `fork("./server.js")`.
fn is_named(file: &Index, files: &[Rc<Index>]) -> bool {
    let own = stem(file.path());
    let is_path = |text: &str| {
        (text.starts_with('.') || Language::of(text).is_some()) && !text.contains(' ') && stem(text) == own
    };
    let mut others = files.iter().filter(|other| other.path() != file.path());
    others.any(|other| other.texts.iter().any(|literal| is_path(&literal.text)))
}
