//! Makefiles and build scripts: their targets, and their commands with the variables filled in.

use std::collections::BTreeMap;

use crate::path::file_name;

/// A command, which may go over several lines of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The one-based line that it starts on.
    pub line: u32,
    /// Its text, with the variables that the file itself sets.
    pub text: String,
    /// The target or task that it belongs to; empty in a plain script.
    pub target: String,
    /// Whether it depends on a condition.
    pub is_conditional: bool,
}

/// What stands for the value of a function of `make` or of a shell.
pub const COMPUTED: &str = "$()";

/// How deep variables are looked up in variables.
const DEEPEST: usize = 4;

/// How many bytes of values are filled in for one file; variables after that stay as they are written.
const MOST_FILLED: usize = 1 << 20;

/// The commands of a Makefile or of a build script; which of both it is, its path says.
pub fn commands(path: &str, text: &str) -> Vec<Command> {
    let is_make = file_name(path).to_lowercase().contains("makefile");
    let mut variables: BTreeMap<String, String> = BTreeMap::new();
    let mut found: Vec<Command> = Vec::new();
    let mut target = String::new();
    let mut conditions = 0_usize;
    for (line, text) in joined(text) {
        let bare = text.trim();
        if bare.starts_with('#') || bare.is_empty() {
            continue;
        }
        if bare.starts_with("if") && (!is_make || text.starts_with("if")) {
            conditions += 1;
        } else if bare == "fi" || bare.starts_with("endif") {
            conditions = conditions.saturating_sub(1);
        } else if let Some((name, value, adds)) = assignment(bare).filter(|_| !text.starts_with('\t')) {
            let known = variables.entry(name.to_owned()).or_default();
            if conditions == 0 && (known.is_empty() || !adds) {
                value.clone_into(known);
            } else if conditions == 0 {
                known.push(' ');
                known.push_str(value);
            }
        } else if let Some((name, _)) = bare.split_once(':').filter(|(name, _)| is_make && is_target(&text, name)) {
            name.trim().clone_into(&mut target);
        }
        found.push(Command { line, text, target: target.clone(), is_conditional: conditions > 0 });
    }
    let mut left = MOST_FILLED;
    for command in &mut found {
        command.text = filled(&command.text, &variables, DEEPEST, &mut left);
    }
    found
}

/// The files and targets that a Makefile has a rule for, as it writes them.
pub fn targets(text: &str) -> impl Iterator<Item = &str> {
    let rules = text.lines().filter(|line| !line.starts_with(['\t', '#'])).filter_map(|line| line.split_once(':'));
    rules.filter(|(_, rest)| !rest.starts_with('=')).flat_map(|(targets, _)| targets.split_whitespace())
}

/// The lines, those that end with a backslash joined with what follows.
fn joined(text: &str) -> Vec<(u32, String)> {
    let mut all: Vec<(u32, String)> = Vec::new();
    let mut goes_on = false;
    for (line, text) in (1..).zip(text.lines()) {
        let (part, continues) = match text.trim_end().strip_suffix('\\') {
            Some(part) => (part, true),
            None => (text, false),
        };
        match all.last_mut().filter(|_| goes_on) {
            Some((_, whole)) => {
                whole.push(' ');
                whole.push_str(part.trim_start());
            }
            None => all.push((line, part.to_owned())),
        }
        goes_on = continues;
    }
    all
}

fn is_target(text: &str, name: &str) -> bool {
    !text.starts_with(char::is_whitespace)
        && name.trim().chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'))
}

/// `NAME = value`, `NAME := value`, `NAME ?= value`, `NAME += value` or `export NAME=value`; last whether it adds.
fn assignment(text: &str) -> Option<(&str, &str, bool)> {
    let text = text.strip_prefix("export ").unwrap_or(text);
    let (name, value) = text.split_once('=')?;
    let adds = name.ends_with('+');
    let name = name.trim_end_matches([':', '?', '+']).trim();
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then(|| (name, value.trim().trim_matches('"'), adds))
}

/// A text with its variables filled in while `left` bytes of values last; what this file does not set stays.
fn filled(text: &str, variables: &BTreeMap<String, String>, depth: usize, left: &mut usize) -> String {
    let mut whole = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$').filter(|_| depth > 0) {
        whole.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = expression(rest);
        let name = rest[1..length].trim_matches(['(', ')', '{', '}']);
        match variables.get(name) {
            Some(value) if *left > value.len() => {
                *left -= value.len() + 1;
                whole.push_str(&filled(value, variables, depth - 1, left));
            }
            None if name.contains(' ') => whole.push_str(COMPUTED),
            _ => whole.push_str(&rest[..length]),
        }
        rest = &rest[length..];
    }
    whole + rest
}

/// The flags of a command and of the lists of flags in it: those in the value of a variable or of `-ldflags` stand for
/// themselves, what follows `-tags` or `-X` stays whole.
pub fn flags(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    flags_within(text, DEEPEST, &mut found);
    found
}

fn flags_within(text: &str, depth: usize, found: &mut Vec<String>) {
    let is_name = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || "-_:+?".contains(c));
    for word in words(text) {
        let is_value = found.last().is_some_and(|last| matches!(last.as_str(), "-tags" | "--tags" | "-X"));
        let is_whole = is_value || word.trim_start_matches('-').starts_with("tags=") || word.starts_with("-X=");
        if is_whole || depth == 0 || word.split_whitespace().nth(1).is_none() || word.starts_with('$') {
            found.push(word);
        } else {
            let inner =
                word.split_once('=').filter(|(name, _)| is_name(name)).map_or(word.as_str(), |(_, value)| value);
            flags_within(inner, depth - 1, found);
        }
    }
}

/// The words of a command as a shell splits it, without their quotes; variables and `$(…)` stay as they are. A quote that is
/// not closed goes to the end.
fn words(text: &str) -> Vec<String> {
    let (mut found, mut word, mut is_open, mut quote) = (Vec::new(), String::new(), false, None);
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let length = match c {
            '$' if quote != Some('\'') => expression(&text[at..]).max(1),
            _ => c.len_utf8(),
        };
        let piece = &text[at..at + length];
        at += length;
        match (c, quote) {
            (_, Some(open)) if c == open => quote = None,
            ('\'' | '"', None) => (quote, is_open) = (Some(c), true),
            ('\\', None | Some('"')) => {
                let next = text[at..].chars().next();
                word.extend(next);
                at += next.map_or(0, char::len_utf8);
                is_open = true;
            }
            (_, None) if c.is_whitespace() => {
                found.extend(std::mem::take(&mut is_open).then(|| std::mem::take(&mut word)));
            }
            _ => {
                word.push_str(piece);
                is_open = true;
            }
        }
    }
    found.extend(is_open.then_some(word));
    found
}

/// The length of `$NAME`, `$(…)` or `${…}` at the start of a text.
fn expression(text: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '(' | '{' => depth += 1,
            ')' | '}' if depth > 1 => depth -= 1,
            ')' | '}' if depth == 1 => return at + 1,
            _ if depth == 0 && !(c.is_ascii_alphanumeric() || c == '_') => return at.max(1),
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_targets_and_conditions_are_known() {
        let text = "TAGS ?= netgo,fts5$(if $(MORE),x)\nGO = go\nifeq ($(FIPS),true)\nTAGS += fips\nendif\nbuild: deps\n\t$(GO) build -tags=$(TAGS) \\\n\t  -o ${OUT} .\n";
        let found = commands("Makefile", text);
        let build = found.last().unwrap();
        assert_eq!(build.text.trim(), "go build -tags=netgo,fts5$()  -o ${OUT} .");
        assert_eq!((build.line, build.target.as_str(), build.is_conditional), (7, "build", false));
        assert!(found.iter().any(|it| it.text.contains("fips") && it.is_conditional));
        let values = |n: usize| format!("V{n} = {}", format!("$(V{})", n + 1).repeat(2_000));
        let values: Vec<String> = (0..5).map(values).collect();
        let laughs = commands("Makefile", &format!("{}\nall:\n\t$(V0)\n", values.join("\n")));
        assert!(laughs.iter().map(|it| it.text.len()).sum::<usize>() < 2 * MOST_FILLED);
        for odd in ["a: $", "$(", "x = $(x)", "é$é"] {
            commands("Makefile", odd);
        }
    }

    #[test]
    fn words_are_those_of_a_shell() {
        for (text, expected) in [
            ("a 'b c' \"d\\\"e\" f\\ g", vec!["a", "b c", "d\"e", "f g"]),
            ("a=$(b c) \"$(d \"e\")\" '$(f'", vec!["a=$(b c)", "$(d \"e\")", "$(f"]),
            ("a '' b", vec!["a", "", "b"]),
            ("a 'b c", vec!["a", "b c"]),
            ("é$é $", vec!["é$é", "$"]),
            ("\\", vec![""]),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
        assert_eq!(
            flags("go build -ldflags='-s -X a.b=\"c d\"' -tags 'e f'"),
            ["go", "build", "-s", "-X", "a.b=c d", "-tags", "e f"]
        );
    }
}
