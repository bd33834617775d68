//! Which Dockerfile each image has: the usual one, one by name, or those that were written last.

use crate::error::{Error, Result};
use crate::output::Record;
use crate::path::{join, relative_to};
use crate::plan::{CONFIG_FILE, Config, Resolved, Target};
use crate::repo::Repo;

/// The name of a Dockerfile that nobody named otherwise.
const USUAL: &str = "Dockerfile";

/// How the name of a Dockerfile begins that is one of several in its folder.
const NAMED: &str = "Dockerfile.";

/// A target with its Dockerfile, where that is not the usual one.
pub type Placed = (Target, Option<String>);

/// A target with the Dockerfile that its name gives.
pub fn with_dockerfile(target: Target) -> Placed {
    let folder = &target.application.app().folder;
    let file = target.name.as_ref().map(|name| join(folder, &format!("{NAMED}{name}")));
    (target, file)
}

/// A target whose Dockerfile somebody named: what stands behind the dot is the name of its table in `dockgen.toml`.
pub fn at(mut target: Target, file: &str) -> Placed {
    let place = relative_to(file, &target.application.app().folder);
    target.name = place.strip_prefix(NAMED).filter(|name| !name.is_empty()).map(str::to_owned);
    (target, Some(file.to_owned()))
}

/// The Dockerfiles that were written for an application last: each again, with the program that it was made for.
///
/// # Errors
/// When the record or the settings can't be read.
pub fn recorded(repo: &Repo, target: Target) -> Result<Vec<Placed>> {
    let folder = target.application.app().folder.clone();
    let record = Record::read(repo, &folder)?;
    if record.answers.keys().all(|file| file == USUAL) {
        return Ok(vec![(target, None)]);
    }
    let mut all = Vec::new();
    for (file, answers) in &record.answers {
        let own = Target::alone(std::rc::Rc::clone(&target.application), &target.given);
        let (mut own, place) = if file == USUAL { (own, None) } else { at(own, &join(&folder, file)) };
        let config = Config::read(repo, &folder)?.of_program(own.name.as_deref());
        if let Some(binary) = answers.get("binary").filter(|_| own.name.is_some() && !config.is_own("binary")) {
            if own.given.get("binary").is_some_and(|given| given != binary) {
                continue;
            }
            if !own.given.has("binary") {
                own.given.set("binary", Resolved::default(binary.clone()));
            }
        }
        all.push((own, place));
    }
    if all.is_empty() { Ok(vec![(target, None)]) } else { Ok(all) }
}

/// Refuses a table of `dockgen.toml` for a program that there is not: it would be passed over without a word.
///
/// # Errors
/// At the line of the table.
pub fn refuse_unknown(repo: &Repo, targets: &[Target]) -> Result<()> {
    for target in targets {
        let folder = &target.application.app().folder;
        let here = targets.iter().filter(|other| other.application.app().folder == *folder);
        let names: Vec<&str> = here.filter_map(|other| other.name.as_deref()).collect();
        let is_known = |name: &str| names.contains(&name) || repo.has(&join(folder, &format!("{NAMED}{name}")));
        let programs = Config::read(repo, folder)?.programs();
        if let Some(unknown) = programs.into_iter().find(|program| !is_known(&program.value)) {
            let hint = match names.as_slice() {
                [] => "there is one program in this folder: its answers stand at the top of the file".to_owned(),
                names => format!("the programs are {}", names.join(", ")),
            };
            return Err(Error::Manifest {
                path: join(folder, CONFIG_FILE),
                line: unknown.evidence.line,
                column: 1,
                message: format!("there is no program `{}`", unknown.value.escape_debug()),
                hint: Some(hint),
            });
        }
    }
    Ok(())
}
