//! Commands of a shell, as far as they can be understood without one: their words with variables filled in.

use std::collections::BTreeMap;

use crate::shell::{self, Piece, SimpleCommand, Word};

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

/// Variables that a script sets before it uses them.
pub type Variables = BTreeMap<String, String>;

/// Stands in a word for what only the running container knows.
const UNKNOWN: char = '\u{fffc}';

/// What a simple command is; nothing where a shell would have to work out more than a variable. An option whose value is
/// known to nobody is left away, so that the program's own default holds.
pub fn command(simple: &SimpleCommand, variables: &Variables) -> Option<Command> {
    let mut command = Command::default();
    let mut assigned = simple.assignments.iter().map(Word::assignment).collect::<Option<Vec<_>>>()?;
    let mut words = simple.words.iter().peekable();
    while words.next_if(|word| matches!(word.as_written().as_str(), "exec" | "env" | "nohup")).is_some() {}
    while let Some(assignment) = words.peek().and_then(|word| word.assignment()) {
        assigned.push(assignment);
        words.next();
    }
    for (name, value) in assigned {
        let value = filled(&value, variables)?;
        if !value.contains(UNKNOWN) {
            command.environment.push((name, value));
        }
    }
    let words = words.map(|word| filled(word, variables)).collect::<Option<Vec<String>>>()?;
    command.words = known(words.into_iter())?;
    Some(command)
}

/// The one command that a text is.
pub fn words(text: &str, variables: &Variables) -> Option<Command> {
    command(shell::read(text).commands.first()?, variables)
}

/// A word with what stands for its variables; nothing where a command would have to run for it.
fn filled(word: &Word, variables: &Variables) -> Option<String> {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => Some(text.clone()),
        Piece::Variable { name, default, .. } => Some(variable(name, default.as_deref(), variables)),
        Piece::Computed(text) if text.starts_with("${") => Some(UNKNOWN.into()),
        Piece::Computed(_) => None,
    };
    word.pieces.iter().map(piece).collect()
}

/// The words without those that are not known; nothing where one is known in part.
fn known(words: impl Iterator<Item = String>) -> Option<Vec<String>> {
    let mut found: Vec<String> = Vec::new();
    for word in words.filter(|word| !word.is_empty()) {
        if !word.contains(UNKNOWN) {
            found.push(word);
        } else if word.chars().all(|c| c == UNKNOWN) {
            let is_value = found.last().is_some_and(|last| last.starts_with('-') && !last.contains('='));
            if is_value {
                found.pop();
            }
        } else if let Some(last) = found.last().filter(|last| last.starts_with('-') && !last.contains('=')).cloned() {
            found.retain(|word| *word != last);
        } else if !word.starts_with('-') {
            return None;
        }
    }
    Some(found)
}

/// What stands for a variable: `$PORT` for the port, what the script set, the default where one is given.
fn variable(name: &str, default: Option<&str>, variables: &Variables) -> String {
    // nothing is passed on to the script of a container
    if name == "@" || name == "*" {
        return String::new();
    }
    if name.ends_with("PORT") {
        return "$PORT".into();
    }
    if let Some(value) = variables.get(name) {
        return value.clone();
    }
    let Some(default) = default else { return UNKNOWN.into() };
    let default = default.trim_matches(['"', '\'']);
    match shell::read(default).commands.first().and_then(|command| command.words.first()?.pieces.first().cloned()) {
        Some(Piece::Variable { name, default, .. }) => variable(&name, default.as_deref(), variables),
        _ => default.to_owned(),
    }
}

/// What `export NAME=value` and `NAME=value` set; nothing for other commands.
pub fn assignments(simple: &SimpleCommand, variables: &Variables) -> Vec<(String, String)> {
    let Some(found) = command(simple, variables) else { return Vec::new() };
    match found.words.split_first() {
        None => found.environment,
        Some((program, rest)) if program == "export" => {
            let pair = |word: &String| word.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
            rest.iter().filter_map(pair).collect()
        }
        Some(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_without_a_shell() {
        let none = Variables::new();
        let command =
            words("DEBUG=0 gunicorn -b \"0.0.0.0:${PORT:-80}\" 'app:create()' --workers $N 2>&1", &none).unwrap();
        assert_eq!(command.environment, [("DEBUG".to_owned(), "0".to_owned())]);
        assert_eq!(command.words, ["gunicorn", "-b", "0.0.0.0:$PORT", "app:create()"]);
        assert!(words("run $(nproc)", &none).is_none());
        let passed_on =
            words("exec uvicorn a:app --host $HOST --port $APP_PORT --env-file=$FILE --reload \"$@\"", &none).unwrap();
        assert_eq!(passed_on.words, ["uvicorn", "a:app", "--port", "$PORT", "--reload"]);
        assert!(words("gunicorn $NAME.wsgi", &none).is_none());
        let mut set = Variables::new();
        for command in shell::read("DEFAULT=app.main:app; export MODULE=${MODULE:-$DEFAULT} && sleep 1").commands {
            set.extend(assignments(&command, &set));
        }
        assert_eq!(words("gunicorn \"$MODULE\"", &set).unwrap().words, ["gunicorn", "app.main:app"]);
    }
}
