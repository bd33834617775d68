//! The port that a file of variables gives one, such as the sample that people copy to `.env`.

use crate::catalog::file_names;
use crate::evidence::Fact;
use crate::path::{join, parent};
use crate::repo::Repo;

/// What a sample of the environment gives a variable for a port.
pub fn sample(repo: &Repo, base: &str, variable: &str) -> Option<Fact<u16>> {
    let mut folder = base;
    loop {
        let own = (folder == base).then_some(".env");
        for name in file_names().variable_samples.iter().map(String::as_str).chain(own) {
            let found = given(repo, &join(folder, name), variable);
            if found.is_some() {
                return found;
            }
        }
        if folder.is_empty() {
            return None;
        }
        folder = parent(folder);
    }
}

/// The number that a file of variables gives one.
pub fn given(repo: &Repo, path: &str, variable: &str) -> Option<Fact<u16>> {
    let document = repo.read_optional(path)?;
    let is_it =
        |line: &str| line.trim_start().strip_prefix(variable).is_some_and(|rest| rest.trim_start().starts_with('='));
    let line = document.find_stated(is_it)?;
    let value = line.value.split_once('=')?.1.trim().trim_matches(['"', '\'']);
    Some(Fact::new(number(value)?, line.evidence))
}

/// The port in a value: alone, or at the end of an address to listen on.
pub fn number(value: &str) -> Option<u16> {
    port_number(value).or_else(|| address(value).map(|(_, port)| port))
}

/// The number of a port, alone.
pub fn port_number(text: &str) -> Option<u16> {
    text.parse().ok().filter(|number: &u16| *number >= 80 || *number == 70).filter(|_| text.len() > 1)
}

/// Host and port of an address to listen on.
pub fn address(text: &str) -> Option<(&str, u16)> {
    let (host, port) = text.rsplit_once(':')?;
    let port = port.parse().ok().filter(|port| *port > 0)?;
    matches!(host, "" | "0.0.0.0" | "[::]" | "127.0.0.1" | "localhost" | "[::1]").then_some((host, port))
}
