//! Other programs in the package of a server: files that open a port, that nothing imports and that are not what is started.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::analysis::Program;
use crate::analysis::files::known_folder;
use crate::analysis::listen::{listeners, may_open};
use crate::catalog::node::{has, source as rules};
use crate::languages::node::entrypoint::imports::{candidates, relative};
use crate::path::{file_name, is_inside, join_inside, parent};
use crate::source::{Coverage, Folder, Import, Index, Language, Place, SourcePath, Value};

/// The files without those of other programs, and without what only these import. `started` is the file that is started;
/// `is_served` says that a framework opens the port, so that no file of the source has to. `working` is the working folder.
pub fn left_out(
    files: Vec<Rc<Index>>,
    started: Option<&str>,
    is_served: bool,
    packages: &[String],
    working: &str,
) -> Vec<Rc<Index>> {
    let opens =
        |file: &Rc<Index>| may_open(file) && !listeners(&Program::new([Rc::clone(file)], packages.to_vec())).is_empty();
    let modules = Modules::of(&files, packages);
    let kept = started.filter(|_| !is_served).and_then(|started| modules.loaded(started, working));
    // where what is loaded opens no port, something else loads more than one can see
    if let Some(kept) = kept.filter(|kept| kept.all.iter().any(|at| opens(&files[*at]))) {
        let sure = |at: &usize| kept.sure.contains(at);
        let kept = files.iter().enumerate().filter(|(at, _)| kept.all.contains(at));
        return kept.map(|(at, file)| if sure(&at) { Rc::clone(file) } else { optional(file) }).collect();
    }
    let is_suspect = |file: &Rc<Index>| Some(file.path()) != started && !file.is_test && may_open(file);
    if !files.iter().any(is_suspect) {
        return files;
    }
    let importers = modules.importers();
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

/// The files of a package as modules that import each other.
struct Modules<'a> {
    files: &'a [Rc<Index>],
    packages: &'a [String],
    /// By path, the position of each file.
    places: HashMap<&'a str, usize>,
    /// By name, that of the folder for an index, the positions of the files.
    by_name: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Modules<'a> {
    fn of(files: &'a [Rc<Index>], packages: &'a [String]) -> Self {
        let places = files.iter().enumerate().map(|(at, file)| (file.path(), at)).collect();
        let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, file) in files.iter().enumerate() {
            let name = stem(file.path());
            by_name.entry(if name == "index" { stem(parent(file.path())) } else { name }).or_default().push(at);
        }
        Self { files, packages, places, by_name }
    }

    /// For each file, the positions of those that import it, tests aside.
    fn importers(&self) -> Vec<Vec<usize>> {
        let mut found = vec![Vec::new(); self.files.len()];
        for (from, file) in self.files.iter().enumerate().filter(|(_, file)| !file.is_test) {
            for to in file.imports.iter().flat_map(|import| self.meant(file, &import.module)) {
                if to != from {
                    found[to].push(from);
                }
            }
        }
        found
    }

    /// The files that an import can mean: one by its path, each of its name by an alias.
    fn meant(&self, file: &Index, module: &str) -> Vec<usize> {
        match (relative(file.path(), module), module.split_once('/')) {
            (Some(target), _) => self.at(&target).into_iter().collect(),
            (None, Some((_, end))) => {
                let named = self.by_name.get(stem(end)).into_iter().flatten().copied();
                let is_meant = |path: &str| candidates(end).any(|it| path == it || path.ends_with(&format!("/{it}")));
                named.filter(|at| is_meant(self.files[*at].path())).collect()
            }
            (None, None) => Vec::new(),
        }
    }

    /// The file that a path without an ending is.
    fn at(&self, target: &str) -> Option<usize> {
        candidates(target).find_map(|it| self.places.get(it.as_str()).copied())
    }

    /// The files that the one which is started loads, that one included; nothing where it may load more than one can see: by a name
    /// that is made when it runs, by an alias that leads nowhere here, by a library that looks through folders.
    fn loaded(&self, started: &str, working: &str) -> Option<Loaded> {
        let first = *self.places.get(started)?;
        let mut loaded = Loaded { sure: HashSet::from([first]), all: HashSet::from([first]) };
        let (mut sure, mut optional) = (vec![first], Vec::new());
        // what is surely loaded comes first, so that each file is gone through once as what it is
        while let Some(at) = sure.pop() {
            for (next, is_sure) in self.loads(&self.files[at], working)? {
                if is_sure && loaded.sure.insert(next) {
                    sure.push(next);
                } else if !is_sure {
                    optional.push(next);
                }
            }
        }
        loaded.all.extend(&loaded.sure);
        while let Some(at) = optional.pop() {
            if loaded.all.insert(at) {
                optional.extend(self.loads(&self.files[at], working)?.into_iter().map(|(next, _)| next));
            }
        }
        Some(loaded)
    }

    /// The files that a file loads or names, each with whether it does so without a variable that somebody has to set; nothing where
    /// that can't be told.
    fn loads(&self, file: &Index, working: &str) -> Option<Vec<(usize, bool)>> {
        let is_loader = |import: &Import| has(&rules().loaders, &import.module);
        if file.coverage != Coverage::Whole || file.imports.iter().any(is_loader) {
            return None;
        }
        let mut found = Vec::new();
        for import in file.imports.iter().filter(|import| !import.is_type) {
            let meant = self.meant(file, &import.module);
            if meant.is_empty() && self.is_alias(&import.module) {
                return None;
            }
            let is_sure = !file.is_optional(&import.place);
            found.extend(meant.into_iter().map(|at| (at, is_sure)));
        }
        for call in file.calls.iter().filter(|call| matches!(call.name(), "require" | "import")) {
            let module = call.positional(0).filter(|_| call.receiver().is_empty())?;
            let meant = match module.known_text() {
                Some(module) => self.meant(file, &module),
                None => self.within(&loaded_folder(file, module, working)?).collect(),
            };
            let is_sure = !file.is_optional(&call.place);
            found.extend(meant.into_iter().map(|at| (at, is_sure)));
        }
        let named = file.texts.iter().filter_map(|literal| Some((self.named(file, &literal.text, working)?, literal)));
        found.extend(named.map(|(at, literal)| (at, !file.is_optional(&literal.place))));
        Some(found)
    }

    /// Whether a module has a name that settings of a compiler or of the package explain.
    fn is_alias(&self, module: &str) -> bool {
        let is_of = |package: &String| {
            module.strip_prefix(package.as_str()).is_some_and(|it| it.is_empty() || it.starts_with('/'))
        };
        let is_bare = || self.by_name.contains_key(module);
        let is_package = || self.packages.iter().any(is_of);
        module.starts_with(['#', '~', '@', '$']) && !is_package() || !module.contains('/') && is_bare() && !is_package()
    }

    /// The files below a folder.
    fn within(&self, folder: &str) -> impl Iterator<Item = usize> {
        let files = self.files.iter().enumerate();
        files.filter(move |(_, file)| is_inside(file.path(), folder)).map(|(at, _)| at)
    }

    /// The file that a text names by its path, such as that of a process which is started: `fork("./server.js")`.
    fn named(&self, file: &Index, text: &str, working: &str) -> Option<usize> {
        let is_path = text.starts_with("./") || text.starts_with("../") || Language::of(text).is_some();
        if !is_path || text.contains([' ', '*', ':']) {
            return None;
        }
        let beside = join_inside(parent(file.path()), text).and_then(|target| self.at(&target));
        beside.or_else(|| self.at(&join_inside(working, text)?))
    }
}

/// The files that the one which is started loads.
struct Loaded {
    /// Those that it loads in every start, as far as flags tell.
    sure: HashSet<usize>,
    /// Those and what it loads where somebody sets a variable.
    all: HashSet<usize>,
}

/// A file all of which runs only where somebody sets a variable.
fn optional(file: &Index) -> Rc<Index> {
    let mut file = file.clone();
    let end = u32::try_from(file.document().text().len()).unwrap_or(u32::MAX);
    file.optional.push(Place { end, ..Place::default() });
    Rc::new(file)
}

/// The folder that a module is loaded from whose last part alone is made when the program runs: `require(path.join(__dirname, name))`.
fn loaded_folder(file: &Index, module: &Value, working: &str) -> Option<String> {
    let folder = known_folder(module)?;
    // a module is looked for from its own file
    let base = folder.base.filter(|base| *base != Folder::Working).or(Some(Folder::Source));
    SourcePath { base, ..folder }.in_repository(file.path(), working)
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
