//! Which files a repository holds.

use std::path::Path;

use ignore::gitignore::GitignoreBuilder;
use ignore::{Match, WalkBuilder};

use crate::repo::{Root, file};

/// Which folders a walk leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skipped {
    /// Version control and installed packages: what nothing that is built is read from.
    Installed,
    /// Those, and what tools make and keep: what holds no source.
    Generated,
}

/// Version control and installed packages.
const INSTALLED: &[&str] = &[".git", "node_modules"];

/// What tools make and keep.
const GENERATED: &[&str] = &[
    ".hg",
    ".svn",
    "bower_components",
    "__pycache__",
    ".venv",
    "venv",
    ".tox",
    ".nox",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".gradle",
    ".idea",
    ".vscode",
    ".next",
    ".nuxt",
    ".turbo",
    ".svelte-kit",
    ".terraform",
];

/// Folders deeper than this are not looked at.
const DEEPEST: usize = 40;

/// The sorted paths of the regular files below `root`, and of links to files inside it.
pub fn files(root: &Path) -> Vec<String> {
    let walk = below(root, Skipped::Generated).max_depth(Some(DEEPEST)).build();
    let mut files: Vec<String> = walk
        .flatten()
        .filter(|entry| match entry.file_type() {
            Some(kind) if kind.is_symlink() => links_to_file_inside(entry.path(), root),
            Some(kind) => kind.is_file(),
            None => false,
        })
        .filter_map(|entry| inside(entry.path(), root))
        .collect();
    files.sort_unstable();
    files
}

/// A walk over all that lies below a folder, but for the folders that are left out; links are not followed.
pub fn below(root: &Path, skipped: Skipped) -> WalkBuilder {
    let mut walk = WalkBuilder::new(root);
    walk.standard_filters(false).follow_links(false).filter_entry(move |entry| {
        let is_folder_below = entry.depth() > 0 && entry.file_type().is_some_and(|kind| kind.is_dir());
        let is_installed = || entry.file_name().to_str().is_some_and(|name| INSTALLED.contains(&name));
        let is_generated = || skipped == Skipped::Generated && is_generated(entry.path(), entry.file_name());
        !(is_folder_below && (is_installed() || is_generated()))
    });
    walk
}

/// Whether version control leaves out a path below `root`, by the `.gitignore` files from the repository down to it: something
/// makes such a file.
pub fn is_left_out(root: &Path, path: &str) -> bool {
    let Ok(root) = root.canonicalize() else { return false };
    let full = root.join(path);
    let top = Root::of(&root).folder;
    let folders = full.ancestors().skip(1).take_while(|folder| folder.starts_with(&top));
    // the nearest file that says anything decides
    for folder in folders {
        let Ok(text) = file::text(&top, &folder.join(".gitignore"), Path::new(".gitignore")) else { continue };
        let mut rules = GitignoreBuilder::new(folder);
        for line in text.lines() {
            // a pattern that is none says nothing
            let _ = rules.add_line(None, line);
        }
        let Ok(rules) = rules.build() else { continue };
        match rules.matched_path_or_any_parents(&full, false) {
            Match::None => {}
            decided => return decided.is_ignore(),
        }
    }
    false
}

/// Cargo's and Maven's `target` is a cache only beside its manifest; it is a plain name anywhere else.
fn is_generated(path: &Path, name: &std::ffi::OsStr) -> bool {
    let Some(name) = name.to_str() else { return false };
    let beside = |manifest: &str| path.parent().is_some_and(|folder| folder.join(manifest).is_file());
    GENERATED.contains(&name) || name == "target" && (beside("Cargo.toml") || beside("pom.xml"))
}

fn links_to_file_inside(path: &Path, root: &Path) -> bool {
    path.canonicalize().is_ok_and(|target| target.starts_with(root) && target.is_file())
}

/// The path of what a walk from `root` found, as [`relative`] gives it: the walk puts names behind the root, so no part is compared.
fn inside(path: &Path, root: &Path) -> Option<String> {
    let (Some(path), Some(root)) = (path.to_str(), root.to_str()) else { return relative(path, root) };
    let inside = path.strip_prefix(root)?.trim_start_matches(std::path::MAIN_SEPARATOR);
    Some(if std::path::MAIN_SEPARATOR == '/' { inside.to_owned() } else { inside.replace('\\', "/") })
}

/// `path` relative to `root` with `/` between folders; nothing where a name is not UTF-8.
pub fn relative(path: &Path, root: &Path) -> Option<String> {
    let relative = path.strip_prefix(root).ok()?.to_str()?;
    Some(if std::path::MAIN_SEPARATOR == '/' { relative.to_owned() } else { relative.replace('\\', "/") })
}

/// Whether the file's run bit is set; always, where there is no such bit.
pub fn is_executable(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::metadata(path).is_ok_and(|data| data.permissions().mode() & 0o111 != 0)
    }
    #[cfg(not(unix))]
    path.is_file()
}
