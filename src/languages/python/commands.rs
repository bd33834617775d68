//! Commands that the project's own files start it with: Procfile, platform files, shell scripts.

use crate::languages::python::project::Project;
use crate::languages::{Evidence, Fact};
use crate::repo::{Document, Repo, join};

/// A command line that a file names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Command {
    /// The process: `web`, `worker`, `release`.
    pub process: String,
    /// The words; `$PORT` stands for the port.
    pub words: Vec<String>,
    /// Variables set in front of it.
    pub environment: Vec<(String, String)>,
    /// The folder it changes to first, below the project's.
    pub folder: String,
}

/// Every command that the files of a folder name, most binding first.
pub fn find(repo: &Repo, project: &Project) -> Vec<Fact<Command>> {
    let mut found = Vec::new();
    let folder = &project.folder;
    let read = |name: &str| repo.read_optional(&join(folder, name));
    if let Some(document) = read("Procfile") {
        for (number, line) in document.lines() {
            let Some((process, text)) = line.split_once(':') else {
                continue;
            };
            let process = process.trim();
            if process.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)) && !process.is_empty() {
                push(
                    repo,
                    folder,
                    process,
                    text,
                    document.evidence_line(number),
                    0,
                    &mut found,
                );
            }
        }
    }
    for (name, keys) in [
        ("render.yaml", "startCommand:"),
        ("railway.json", "\"startCommand\":"),
        ("railway.toml", "startCommand"),
        ("nixpacks.toml", "cmd"),
        ("apprunner.yaml", "command:"),
        ("app.yaml", "entrypoint:"),
    ] {
        let Some(document) = read(name) else { continue };
        let line = document.lines().find_map(|(number, line)| {
            let text = line.trim().trim_start_matches("- ").strip_prefix(keys)?;
            Some((
                number,
                text.trim()
                    .trim_start_matches(['=', ' '])
                    .trim_end_matches(',')
                    .trim()
                    .trim_matches('"')
                    .trim_matches('\'')
                    .to_owned(),
            ))
        });
        if let Some((number, text)) = line {
            push(
                repo,
                folder,
                "web",
                &text,
                document.evidence_line(number),
                0,
                &mut found,
            );
        }
    }
    for name in [
        "start.sh",
        "run.sh",
        "entrypoint.sh",
        "docker-entrypoint.sh",
        "scripts/start.sh",
        "scripts/run.sh",
        "bin/start.sh",
        "bin/start",
        "bin/run",
        "start_server.sh",
    ] {
        if let Some(document) = read(name) {
            script(repo, folder, "web", &document, 1, &mut found);
        }
    }
    found
}

/// The commands of one line of shell: of a chain, the last one that is more than preparation.
fn push(
    repo: &Repo,
    folder: &str,
    process: &str,
    text: &str,
    evidence: Evidence,
    depth: u32,
    found: &mut Vec<Fact<Command>>,
) {
    let mut place = String::new();
    let mut last: Option<Command> = None;
    for part in simple_commands(text) {
        let Some(mut command) = words(&part) else { continue };
        match command.words.first().map(String::as_str) {
            Some("cd") => {
                if let Some(target) = command.words.get(1) {
                    place = join(&place, target);
                }
            }
            None
            | Some(
                "echo" | "set" | "export" | "sleep" | "mkdir" | "pip" | "chmod" | "source" | "." | "wait" | "alembic"
                | "if" | "then" | "fi" | "else" | "done" | "while" | "do" | "exit" | "trap",
            ) => {}
            _ => {
                process.clone_into(&mut command.process);
                command.folder.clone_from(&place);
                last = Some(command);
            }
        }
    }
    let Some(command) = last else { return };
    let first = command.words.first().map_or("", String::as_str);
    let target = match first {
        "bash" | "sh" | "/bin/sh" | "/bin/bash" => command.words.get(1),
        _ if std::path::Path::new(first).extension().is_some_and(|it| it == "sh") => command.words.first(),
        _ => None,
    };
    match target.and_then(|path| repo.read_optional(&join(folder, path))) {
        Some(document) if depth < 3 => script(repo, folder, process, &document, depth + 1, found),
        _ => found.push(Fact::new(command, evidence)),
    }
}

/// The last command of a shell script that starts a Python program.
fn script(repo: &Repo, folder: &str, process: &str, document: &Document, depth: u32, found: &mut Vec<Fact<Command>>) {
    let mut joined = String::new();
    let mut inside = Vec::new();
    for (number, line) in document.lines() {
        let line = line.trim();
        if line.starts_with('#') {
            continue;
        }
        if let Some(part) = line.strip_suffix('\\') {
            joined.push_str(part);
            joined.push(' ');
            continue;
        }
        joined.push_str(line);
        push(
            repo,
            folder,
            process,
            &std::mem::take(&mut joined),
            document.evidence_line(number),
            depth,
            &mut inside,
        );
    }
    let serves = |fact: &&Fact<Command>| crate::languages::python::invocation::is_server(&fact.value.words);
    let chosen = inside.iter().rev().find(serves).cloned();
    found.extend(chosen);
}

/// Splits at `&&`, `||`, `;` and `|`, outside quotes.
fn simple_commands(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quote = None;
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        let separates = quote.is_none() && matches!(c, ';' | '|' | '&');
        if separates {
            while letters.peek().is_some_and(|next| matches!(next, '|' | '&')) {
                letters.next();
            }
            parts.push(String::new());
            continue;
        }
        match quote {
            Some(open) if open == c => quote = None,
            None if matches!(c, '"' | '\'') => quote = Some(c),
            _ => {}
        }
        if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts
        .into_iter()
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect()
}

/// The words of a simple command; nothing where a shell would have to work out more than a variable.
pub fn words(text: &str) -> Option<Command> {
    let mut words: Vec<String> = Vec::new();
    let (mut word, mut open, mut quote) = (String::new(), false, None);
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        match (quote, c) {
            (Some('\''), '\'') | (Some('"'), '"') => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                open = true;
            }
            (None | Some('"'), '\\') => word.extend(letters.next()),
            (None | Some('"'), '$') => {
                word.push_str(&variable(&mut letters)?);
                open = true;
            }
            (None | Some('"'), '`') => return None,
            (None, '>' | '<') => break,
            (None, c) if c.is_whitespace() => {
                if open || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                open = false;
            }
            (_, c) => word.push(c),
        }
    }
    if open || !word.is_empty() {
        words.push(word);
    }
    let mut command = Command::default();
    let mut words = words
        .into_iter()
        .skip_while(|word| word == "exec" || word == "env" || word == "nohup")
        .peekable();
    while let Some((name, value)) = words.peek().and_then(|word| word.split_once('=')) {
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            break;
        }
        command.environment.push((name.to_owned(), value.to_owned()));
        words.next();
    }
    command.words = words.filter(|word| !word.is_empty()).collect();
    Some(command)
}

/// What stands for a variable: `$PORT` for the port, the default where one is given, nothing for others.
fn variable(letters: &mut std::iter::Peekable<std::str::Chars>) -> Option<String> {
    let mut name = String::new();
    if letters.peek() == Some(&'(') {
        return None;
    }
    if letters.peek() == Some(&'{') {
        letters.next();
        let inner: String = letters.by_ref().take_while(|c| *c != '}').collect();
        let (variable, default) = inner
            .split_once(":-")
            .or_else(|| inner.split_once('-'))
            .unwrap_or((&inner, ""));
        let is_port = variable.trim_end_matches(':').ends_with("PORT");
        return Some(if is_port {
            "$PORT".into()
        } else {
            default.trim_matches(['"', '\'']).to_owned()
        });
    }
    while let Some(c) = letters.peek().filter(|c| c.is_ascii_alphanumeric() || **c == '_') {
        name.push(*c);
        letters.next();
    }
    Some(if name.ends_with("PORT") {
        "$PORT".into()
    } else {
        String::new()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_without_a_shell() {
        let command = words("DEBUG=0 gunicorn -b \"0.0.0.0:${PORT:-80}\" 'app:create()' --workers $N 2>&1").unwrap();
        assert_eq!(command.environment, [("DEBUG".to_owned(), "0".to_owned())]);
        assert_eq!(
            command.words,
            ["gunicorn", "-b", "0.0.0.0:$PORT", "app:create()", "--workers", "2"]
        );
        assert!(words("run $(nproc)").is_none());
        assert_eq!(simple_commands("a && b 'x && y'; c"), ["a", "b 'x && y'", "c"]);
    }
}
