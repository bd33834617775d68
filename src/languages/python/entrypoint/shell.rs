//! Lines of shell, as far as they can be understood without one: simple commands and their words.

use std::collections::BTreeMap;

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

/// Splits at `&&`, `||`, `;` and `|`, outside quotes.
pub fn simple_commands(text: &str) -> Vec<String> {
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
    parts.into_iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// The words of a simple command; nothing where a shell would have to work out more than a variable. An option whose value
/// is known to nobody is left away, so that the program's own default holds.
pub fn words(text: &str, variables: &Variables) -> Option<Command> {
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
                word.push_str(&variable(&mut letters, variables)?);
                open = true;
            }
            (None | Some('"'), '`') => return None,
            (None, '>' | '<') => {
                // the number of a stream belongs to the redirection
                if word.chars().all(|c| c.is_ascii_digit()) {
                    word.clear();
                }
                break;
            }
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
    let mut words = words.into_iter().skip_while(|word| word == "exec" || word == "env" || word == "nohup").peekable();
    while let Some((name, value)) = words.peek().and_then(|word| word.split_once('=')) {
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            break;
        }
        if !value.contains(UNKNOWN) {
            command.environment.push((name.to_owned(), value.to_owned()));
        }
        words.next();
    }
    command.words = known(words)?;
    Some(command)
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
fn variable(letters: &mut std::iter::Peekable<std::str::Chars>, variables: &Variables) -> Option<String> {
    let mut name = String::new();
    let mut default = None;
    match letters.peek() {
        Some('(') => return None,
        Some('{') => {
            letters.next();
            let inner: String = letters.by_ref().take_while(|c| *c != '}').collect();
            let end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(inner.len());
            let (variable, rest) = inner.split_at(end);
            variable.clone_into(&mut name);
            default = [":-", "-", ":=", "="].iter().find_map(|operator| rest.strip_prefix(operator)).map(str::to_owned);
        }
        // nothing is passed on to the script of a container
        Some('@' | '*') => {
            letters.next();
            return Some(String::new());
        }
        Some(c) if "#?0123456789".contains(*c) => {
            letters.next();
        }
        _ => {
            while let Some(c) = letters.peek().filter(|c| c.is_ascii_alphanumeric() || **c == '_') {
                name.push(*c);
                letters.next();
            }
        }
    }
    if name.ends_with("PORT") {
        return Some("$PORT".into());
    }
    if let Some(value) = variables.get(&name) {
        return Some(value.clone());
    }
    let Some(default) = default else { return Some(UNKNOWN.into()) };
    let default = default.trim_matches(['"', '\'']);
    match default.strip_prefix('$') {
        Some(other) => variable(&mut other.chars().peekable(), variables),
        None => Some(default.to_owned()),
    }
}

/// What `export NAME=value` and `NAME=value` set; nothing for other commands.
pub fn assignments(text: &str, variables: &Variables) -> Vec<(String, String)> {
    let text = text.strip_prefix("export ").unwrap_or(text);
    words(text, variables)
        .filter(|command| command.words.is_empty())
        .map(|command| command.environment)
        .unwrap_or_default()
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
        set.extend(assignments("DEFAULT=app.main:app", &set));
        set.extend(assignments("export MODULE=${MODULE:-$DEFAULT}", &set));
        assert_eq!(words("gunicorn \"$MODULE\"", &set).unwrap().words, ["gunicorn", "app.main:app"]);
        assert_eq!(simple_commands("a && b 'x && y'; c"), ["a", "b 'x && y'", "c"]);
    }
}
