//! A command to start that names a file or a module which is not there.

use crate::error::{Error, Result};
use crate::path::{file_name, join, parent};
use crate::plan::{Answers, App};
use crate::repo::Repo;
use crate::shell;
use crate::text::is_near;

/// The endings of files that an interpreter is given as they stand, and those that a compiler makes them of.
const SOURCES: &[(&str, &[&str])] =
    &[("js", &["ts", "tsx", "jsx"]), ("mjs", &["mts"]), ("cjs", &["cts"]), ("ts", &[]), ("mts", &[]), ("py", &[])];

/// Refuses a start that somebody gave and that names what the repository lacks and no build makes: `node sever.js`, `uvicorn
/// mian:app`.
///
/// # Errors
/// [`Error::BadAnswer`] that names the file, and one with a name that is near.
pub fn check_start(repo: &Repo, app: &App, answers: &Answers) -> Result<()> {
    let Some(start) = answers.resolved("start").filter(|answer| answer.source.is_given()) else { return Ok(()) };
    let words = shell::words(&start.value).unwrap_or_default();
    for word in words.iter().filter(|word| !word.starts_with(['-', '/'])) {
        let absent = absent_file(repo, &app.folder, word).or_else(|| absent_module(repo, &app.folder, word));
        let Some(path) = absent else { continue };
        let near = near(repo, &app.folder, &path);
        let hint = near.map_or_else(
            || "name a file of the repository, from the folder of the application".to_owned(),
            |near| format!("`{near}` is there: is that meant?"),
        );
        return Err(Error::BadAnswer {
            key: "start".into(),
            value: start.value.escape_debug().to_string(),
            message: format!("there is no file `{}`", path.escape_debug()),
            hint,
        });
    }
    Ok(())
}

/// The file that a word names, where it is neither there nor made by a build: its folder is there, no source of it is, and no
/// script of the package names it.
fn absent_file(repo: &Repo, folder: &str, word: &str) -> Option<String> {
    let path = word.trim_start_matches("./");
    let (stem, ending) = path.rsplit_once('.')?;
    let (_, sources) = SOURCES.iter().find(|(known, _)| *known == ending)?;
    let full = join(folder, path);
    let is_plain = !path.contains("..") && !path.contains('*') && !path.starts_with("node_modules/");
    let is_placed = parent(path).is_empty() || repo.has_folder(parent(&full));
    let is_made = sources.iter().any(|source| repo.has(&join(folder, &format!("{stem}.{source}"))))
        || repo.read_optional(&join(folder, "package.json")).is_some_and(|it| it.text().contains(file_name(path)));
    (is_plain && is_placed && !is_made && !is_there(repo, folder, path)).then(|| path.to_owned())
}

/// The file of a module of Python that a word names with an object in it, `shop.main:app`, where no folder has it. One of a package
/// that is installed begins with a folder which the repository lacks.
fn absent_module(repo: &Repo, folder: &str, word: &str) -> Option<String> {
    let (module, object) = word.split_once(':')?;
    let is_name =
        |name: &str| name.starts_with(|c: char| c.is_alphabetic() || c == '_') && name.chars().all(is_of_name);
    let object = object.split(['(', '.']).next()?;
    if !is_name(object) || !module.split('.').all(is_name) || !repo.files_under(folder).any(|it| it.ends_with(".py")) {
        return None;
    }
    let path = module.replace('.', "/");
    let (file, package) = (format!("{path}.py"), format!("{path}/__init__.py"));
    let first = module.split('.').next()?;
    let is_own = first == module
        || repo.has_folder(&join(folder, first))
        || repo.has_folder(&join(folder, &format!("src/{first}")));
    (is_own
        && !is_there(repo, folder, &file)
        && !is_there(repo, folder, &package)
        && !repo.has_folder(&join(folder, &path)))
    .then_some(file)
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether a file lies below the folder at this path, or at one that ends with it: another working folder may be meant.
fn is_there(repo: &Repo, folder: &str, path: &str) -> bool {
    let end = format!("/{path}");
    repo.has(&join(folder, path)) || repo.has(path) || repo.files_under(folder).any(|file| file.ends_with(&end))
}

/// A file in the same folder whose name differs by a slip.
fn near(repo: &Repo, folder: &str, path: &str) -> Option<String> {
    let place = join(folder, parent(path));
    let name = file_name(path);
    let mut names = repo.names_in(&place).filter(|other| is_near(other, name) || other.eq_ignore_ascii_case(name));
    names.next().map(|other| join(parent(path), other))
}
