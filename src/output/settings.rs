//! `dockgen.toml` with answers added to it: comments and order stay.

use toml_edit::{DocumentMut, Item, Table, TableLike, value};

use crate::error::Result;
use crate::path::join;
use crate::plan::{CONFIG_FILE, PROGRAMS};
use crate::render::Artifact;
use crate::repo::Repo;

const HEADER: &str = "# Answers that dockgen can't read from the repository. Each key is a flag of `dockgen init`.\n";

/// An answer by its key; nothing where the file loses it.
pub type Kept<'a> = (&'a str, Option<&'a str>);

/// The file in a folder of the repository with these answers, and without those that are nothing; nothing where that
/// changes nothing. `program` is the one of several in the folder that they are for, `pending` the file as another of them
/// is about to change it.
///
/// # Errors
/// When the file can't be read.
pub fn settings(
    repo: &Repo,
    folder: &str,
    program: Option<&str>,
    answers: &[Kept],
    pending: Option<&Artifact>,
) -> Result<Option<Artifact>> {
    let path = join(folder, CONFIG_FILE);
    let document = repo.read_existing(&path)?;
    let old = document.as_ref().map_or("", |document| document.text());
    let before = pending.map_or(old, |pending| pending.text.as_str());
    let header = if before.is_empty() { HEADER } else { "" };
    let Ok(mut document) = before.parse::<DocumentMut>() else { return Ok(None) };
    let has_new = answers.iter().any(|(_, answer)| answer.is_some());
    if let Some(table) = table(&mut document, program, has_new) {
        for answer in answers {
            keep(table, answer);
        }
    }
    let text = if document.is_empty() && before.is_empty() { String::new() } else { format!("{header}{document}") };
    Ok((text != old).then_some(Artifact { path, text }))
}

/// The table of a program, `[programs.NAME]`, or the whole document where it is the only one.
fn table<'a>(document: &'a mut DocumentMut, program: Option<&str>, is_made: bool) -> Option<&'a mut dyn TableLike> {
    let Some(program) = program else { return Some(document.as_table_mut()) };
    if is_made && !document.contains_key(PROGRAMS) {
        let mut programs = Table::new();
        programs.set_implicit(true);
        document.insert(PROGRAMS, Item::Table(programs));
    }
    let programs = document.get_mut(PROGRAMS)?.as_table_like_mut()?;
    if is_made && !programs.contains_key(program) {
        programs.insert(program, Item::Table(Table::new()));
    }
    programs.get_mut(program)?.as_table_like_mut()
}

fn keep(table: &mut dyn TableLike, (key, answer): &Kept) {
    let Some(answer) = answer else {
        table.remove(key);
        return;
    };
    let mut new = answer.parse::<i64>().ok().filter(|_| *key == "port").map_or_else(|| value(*answer), value);
    match table.get_mut(key) {
        Some(item) => {
            if let (Item::Value(old), Item::Value(new)) = (&*item, &mut new) {
                *new.decor_mut() = old.decor().clone();
            }
            *item = new;
        }
        None => {
            table.insert(key, new);
        }
    }
}
