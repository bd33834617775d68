//! Lines of shell, as far as they can be understood without one: simple commands and their words.

use crate::languages::python::commands::Command;

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
    let mut words = words.into_iter().skip_while(|word| word == "exec" || word == "env" || word == "nohup").peekable();
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
        let (variable, default) = inner.split_once(":-").or_else(|| inner.split_once('-')).unwrap_or((&inner, ""));
        let is_port = variable.trim_end_matches(':').ends_with("PORT");
        return Some(if is_port { "$PORT".into() } else { default.trim_matches(['"', '\'']).to_owned() });
    }
    while let Some(c) = letters.peek().filter(|c| c.is_ascii_alphanumeric() || **c == '_') {
        name.push(*c);
        letters.next();
    }
    Some(if name.ends_with("PORT") { "$PORT".into() } else { String::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_without_a_shell() {
        let command = words("DEBUG=0 gunicorn -b \"0.0.0.0:${PORT:-80}\" 'app:create()' --workers $N 2>&1").unwrap();
        assert_eq!(command.environment, [("DEBUG".to_owned(), "0".to_owned())]);
        assert_eq!(command.words, ["gunicorn", "-b", "0.0.0.0:$PORT", "app:create()", "--workers", "2"]);
        assert!(words("run $(nproc)").is_none());
        assert_eq!(simple_commands("a && b 'x && y'; c"), ["a", "b 'x && y'", "c"]);
    }
}
