//! `dockgen.toml` with answers added to it: comments and order stay.

use toml_edit::{DocumentMut, Item, value};

use crate::error::Result;
use crate::path::join;
use crate::plan::CONFIG_FILE;
use crate::render::Artifact;
use crate::repo::Repo;

const HEADER: &str = "# Answers that dockgen can't read from the repository. Each key is a flag of `dockgen init`.\n";

/// The file in a folder of the repository with these answers, and without those that are nothing; nothing where that
/// changes nothing.
///
/// # Errors
/// When the file can't be read.
pub fn settings(repo: &Repo, folder: &str, answers: &[(&str, Option<&str>)]) -> Result<Option<Artifact>> {
    let path = join(folder, CONFIG_FILE);
    let document = repo.read_existing(&path)?;
    let old = document.as_ref().map_or("", |document| document.text());
    let mut table: DocumentMut = match old.parse() {
        Ok(table) => table,
        Err(_) => return Ok(None),
    };
    for (key, answer) in answers {
        match answer {
            Some(answer) => {
                let mut new =
                    answer.parse::<i64>().ok().filter(|_| *key == "port").map_or_else(|| value(*answer), value);
                if let (Some(Item::Value(old)), Item::Value(new)) = (table.get(key), &mut new) {
                    *new.decor_mut() = old.decor().clone();
                }
                table[key] = new;
            }
            None => {
                table.remove(key);
            }
        }
    }
    let header = if document.is_none() { HEADER } else { "" };
    let text = if table.is_empty() && document.is_none() { String::new() } else { format!("{header}{table}") };
    Ok((text != old).then_some(Artifact { path, text }))
}
