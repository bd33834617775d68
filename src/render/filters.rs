//! Filters: how a value from a repository becomes part of a Dockerfile without becoming an instruction or shell code.

use crate::plan::model::python::LiftedPin;
use crate::plan::{Command, Mount, Script, Substitution, Word};
use crate::shell::quote;
use crate::text::is_hidden;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tera::{Kwargs, State, Tera, Value};

use crate::plan::Variable;
use crate::render::bundle::{Setting, Told};

/// Registers all filters.
pub fn register(tera: &mut Tera) {
    tera.register_filter("json", |value: Value, _: Kwargs, _: &State| to_json(&value));
    tera.register_filter("sh", |text: &str, _: Kwargs, _: &State| printable(text).map(quote));
    tera.register_filter("glob", |text: &str, _: Kwargs, _: &State| printable(text).map(glob));
    tera.register_filter("env", |text: &str, _: Kwargs, _: &State| printable(text).map(env));
    tera.register_filter("variable", |text: &str, _: Kwargs, _: &State| variable(text).map(str::to_owned));
    tera.register_filter("path", |text: &str, _: Kwargs, _: &State| printable(text).map(path));
    tera.register_filter("words", |words: Vec<String>, _: Kwargs, _: &State| in_shell(&words));
    tera.register_filter("copy", |value: Value, _: Kwargs, _: &State| copy(&value));
    tera.register_filter("script", |value: Value, _: Kwargs, _: &State| script(&value, " \\\n && "));
    tera.register_filter("chain", |value: Value, _: Kwargs, _: &State| script(&value, " && "));
    tera.register_filter("symbol", |text: &str, _: Kwargs, _: &State| symbol(text).map(str::to_owned));
    tera.register_filter("comment", |text: &str, _: Kwargs, _: &State| comment(text));
    tera.register_filter("substitution", |value: Value, _: Kwargs, _: &State| substitution(&value));
    tera.register_filter("pinned", |value: Value, _: Kwargs, _: &State| pinned(&read(&value)?));
    tera.register_filter("lift", |value: Value, _: Kwargs, _: &State| lift(&read(&value)?));
    tera.register_filter("hcl", |text: &str, _: Kwargs, _: &State| printable(text).map(hcl));
    tera.register_filter("compose", |text: &str, _: Kwargs, _: &State| printable(text).map(compose));
    tera.register_filter("setting", |value: Value, _: Kwargs, _: &State| setting(&value));
    tera.register_filter("pattern", |text: &str, _: Kwargs, _: &State| printable(text).map(str::to_owned));
}

/// A value of the plan as its type.
fn read<T: DeserializeOwned>(value: &Value) -> tera::TeraResult<T> {
    let broken = |error: serde_json::Error| tera::Error::message(error.to_string());
    serde_json::from_value(serde_json::to_value(value).map_err(broken)?).map_err(broken)
}

/// Refuses text that could break out of its line.
fn printable(text: &str) -> tera::TeraResult<&str> {
    if text.chars().any(is_hidden) {
        return Err(tera::Error::message(format!("`{}` contains a hidden character", text.escape_debug())));
    }
    Ok(text)
}

/// The exec form: a JSON array on one line.
fn to_json(value: &Value) -> tera::TeraResult<String> {
    let json: serde_json::Value =
        serde_json::to_value(value).map_err(|error| tera::Error::message(error.to_string()))?;
    Ok(match json {
        serde_json::Value::Array(items) => {
            let items: Vec<String> = items.iter().map(serde_json::Value::to_string).collect();
            format!("[{}]", items.join(", "))
        }
        other => other.to_string(),
    })
}

/// A name of files with `*` for anything, which the shell completes: all but the stars is one word of it.
fn glob(text: &str) -> String {
    let quoted = |part: &str| if part.is_empty() { String::new() } else { quote(part) };
    text.split('*').map(quoted).collect::<Vec<_>>().join("*")
}

/// The value of an ENV instruction: Docker expands `$` there.
fn env(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,*".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    let mut quoted = String::from("\"");
    for c in text.chars() {
        if matches!(c, '"' | '\\' | '$') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.push('"');
    quoted
}

/// The name of a variable, in an ENV instruction or a shell.
fn variable(text: &str) -> tera::TeraResult<&str> {
    if Variable::is_name(text) {
        return Ok(text);
    }
    Err(tera::Error::message(format!("`{}` is no name of a variable", text.escape_debug())))
}

/// A path of a COPY in JSON form: Docker expands `$`, takes quotes away, and matches `*`, `?` and `[` there.
fn path(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if matches!(c, '$' | '*' | '?' | '[' | '\\' | '\'' | '"') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    serde_json::Value::String(escaped).to_string()
}

/// A command of a POSIX shell from its words.
fn in_shell(words: &[String]) -> tera::TeraResult<String> {
    let words: Vec<String> = words.iter().map(|word| printable(word).map(quote)).collect::<tera::TeraResult<_>>()?;
    Ok(words.join(" "))
}

/// What follows RUN: the mounts, each on a line of its own, and the commands, each run where the one before succeeded.
fn script(value: &Value, separator: &str) -> tera::TeraResult<String> {
    let script: Script = read(value)?;
    let mounts = script.mounts.iter().map(mount).collect::<tera::TeraResult<Vec<String>>>()?;
    let commands = script.commands.iter().map(command).collect::<tera::TeraResult<Vec<String>>>()?;
    let indentation = if mounts.is_empty() { "" } else { " \\\n    " };
    Ok(format!("{}{indentation}{}", mounts.join(" \\\n    "), commands.join(separator)))
}

/// A mount of a RUN, as its flag.
fn mount(mount: &Mount) -> tera::TeraResult<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./@+$".contains(c);
    let value = |text: &str| {
        if text.chars().all(is_plain) {
            return Ok(text.to_owned());
        }
        Err(tera::Error::message(format!("`{}` can't stand in a mount", text.escape_debug())))
    };
    Ok(match mount {
        Mount::Cache { id, target, is_locked } => {
            let sharing = if *is_locked { ",sharing=locked" } else { "" };
            format!("--mount=type=cache,id={},target={}{sharing}", value(id)?, value(target)?)
        }
        Mount::Secret { id, target: None } => format!("--mount=type=secret,id={}", value(id)?),
        Mount::Secret { id, target: Some(target) } => {
            format!("--mount=type=secret,id={},target={}", value(id)?, value(target)?)
        }
    })
}

/// A command with the variables that it alone is given.
fn command(command: &Command) -> tera::TeraResult<String> {
    let mut words = Vec::new();
    for variable in &command.environment {
        words.push(format!("{}={}", variable.name, word(&variable.value)?));
    }
    for text in &command.words {
        words.push(word(text)?);
    }
    Ok(words.join(" "))
}

/// A word of a command, as the shell wants it.
fn word(word: &Word) -> tera::TeraResult<String> {
    match word {
        Word::Text(text) => printable(text).map(quote),
        Word::Expansion(text) => Ok(text.clone()),
        Word::Secret(id) => Ok(format!("\"$(cat {})\"", quote(printable(&format!("/run/secrets/{id}"))?))),
    }
}

/// A name or a plain value in double quotes of a shell: anything that could mean more there is refused.
fn symbol(text: &str) -> tera::TeraResult<&str> {
    if text.chars().all(|c| c.is_ascii_alphanumeric() || "_./-".contains(c)) {
        return Ok(text);
    }
    Err(tera::Error::message(format!("`{}` can't stand in quotes", text.escape_debug())))
}

/// A COPY in the plan: its sources and last its destination, or both by their names.
#[derive(Deserialize)]
#[serde(untagged)]
enum Paths {
    List(Vec<String>),
    Copy { sources: Vec<String>, target: String },
}

/// The sources and destination of a COPY: as words where they are plain, in JSON form where they are not.
fn copy(value: &Value) -> tera::TeraResult<String> {
    let words = match read(value)? {
        Paths::List(words) => words,
        Paths::Copy { sources, target } => sources.into_iter().chain([target]).collect(),
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./@+".contains(c);
    // a first word with a dash would be an option
    if words.iter().all(|word| word.chars().all(plain) && !word.starts_with('-')) {
        return Ok(words.join(" "));
    }
    let words: Vec<String> = words.iter().map(|word| printable(word).map(path)).collect::<tera::TeraResult<_>>()?;
    Ok(format!("[{}]", words.join(", ")))
}

/// The expression of `sed` that replaces a text by another, whatever marks they hold.
fn substitution(value: &Value) -> tera::TeraResult<String> {
    let Substitution { from, to, .. } = read(value)?;
    let is_free = |mark: &&char| !from.contains(**mark) && !to.contains(**mark);
    let mark = ['|', '#', '@', '%', '~'].iter().find(is_free).copied().unwrap_or('|');
    let literal = |text: &str, special: &[char]| -> String {
        text.chars().flat_map(|c| special.contains(&c).then_some('\\').into_iter().chain([c])).collect()
    };
    let from = literal(&from, &['\\', '.', '*', '[', ']', '^', '$', mark]);
    let to = literal(&to, &['\\', '&', mark]);
    Ok(format!("s{mark}{from}{mark}{to}{mark}"))
}

/// The extended regular expression of a pinned version in a list of requirements: the package in any spelling, with its
/// extras, and the version to its end.
fn pinned(pin: &LiftedPin) -> tera::TeraResult<String> {
    let package = printable(&pin.package)?.replace(['-', '_', '.'], "[-_.]");
    let version: String = printable(&pin.from)?
        .chars()
        .flat_map(|c| matches!(c, '.' | '*' | '+').then_some('\\').into_iter().chain([c]))
        .collect();
    let is_plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.+!*".contains(c));
    if !is_plain(&pin.package) || !is_plain(&pin.from) || !is_plain(&pin.to) {
        return Err(tera::Error::message(format!("`{}` is no pinned version", pin.package.escape_debug())));
    }
    Ok(format!(r"^ *({package}(\[[^]]*\])?) *==+ *{version}([^.+0-9a-z]|$)"))
}

/// The expression of `sed` that lifts a pinned version.
fn lift(pin: &LiftedPin) -> tera::TeraResult<String> {
    Ok(format!(r"s/{}/\1=={}\3/I", pinned(pin)?, pin.to))
}

/// A text of HCL: `${` and `%{` begin an expression there.
fn hcl(text: &str) -> String {
    serde_json::Value::from(text.replace("${", "$${").replace("%{", "%%{")).to_string()
}

/// A text of a compose file: YAML, in which Compose expands `$`.
fn compose(text: &str) -> String {
    serde_json::Value::from(text.replace('$', "$$")).to_string()
}

/// A variable of a container in a compose file. One without a value is passed on where it is set.
fn setting(value: &Value) -> tera::TeraResult<String> {
    let broken = |error: serde_json::Error| tera::Error::message(error.to_string());
    let setting: Setting = serde_json::from_value(serde_json::to_value(value).map_err(broken)?).map_err(broken)?;
    let name = variable(&setting.name)?;
    Ok(match &setting.value {
        Told::Text(text) => format!("{name}: {}", compose(printable(text)?)),
        Told::Required(missing) => {
            format!("{name}: {}", serde_json::Value::from(format!("${{{name}:?{}}}", printable(missing)?)))
        }
        Told::Optional => format!("{name}:"),
    })
}

/// Text in a comment: on one line, whatever it holds.
fn comment(text: &str) -> String {
    text.chars().map(|c| if is_hidden(c) { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(script: &Script) -> tera::TeraResult<String> {
        super::script(&Value::from_serializable(script), " \\\n && ")
    }

    #[test]
    fn a_script_prints_mounts_then_commands() {
        let install = Command::new(["npm", "ci"]).with("TOKEN", Word::Secret("npm".into()));
        let script = Script::new([install, Command::new(["npm", "run", "it's"]).word(Word::expansion("\"$ARCH\""))])
            .mount(Mount::Cache { id: "npm".into(), target: "/root/.npm".into(), is_locked: true })
            .mount(Mount::Secret { id: "npm".into(), target: None });
        let expected = "--mount=type=cache,id=npm,target=/root/.npm,sharing=locked \\\n    \
                        --mount=type=secret,id=npm \\\n    \
                        TOKEN=\"$(cat /run/secrets/npm)\" npm ci \\\n \
                        && npm run 'it'\\''s' \"$ARCH\"";
        assert_eq!(printed(&script).unwrap(), expected);
        assert_eq!(printed(&Script::new([Command::new(["true"])])).unwrap(), "true");
    }

    #[test]
    fn a_copy_is_a_list_or_the_type_of_the_plan() {
        let plan = crate::plan::Copy { sources: vec!["a".into(), "b c".into()], target: "/d/".into() };
        assert_eq!(copy(&Value::from_serializable(&plan)).unwrap(), r#"["a", "b c", "/d/"]"#);
        assert_eq!(copy(&Value::from_serializable(&vec!["a", "/d"])).unwrap(), "a /d");
        assert!(copy(&Value::from_serializable(&1)).is_err());
    }

    #[test]
    fn a_symbol_is_refused_where_quotes_would_not_hold_it() {
        assert_eq!(symbol("example.com/a-b/c.Version_2").unwrap(), "example.com/a-b/c.Version_2");
        for text in ["a b", "$a", "`a`", "a\"", "a'", "a\\", "a\n", "é"] {
            assert!(symbol(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_text_is_replaced_whatever_marks_it_holds() {
        let expression = |from: &str, to: &str| {
            let value = Substitution { file: "a.js".into(), from: from.into(), to: to.into() };
            substitution(&Value::from_serializable(&value)).unwrap()
        };
        assert_eq!(expression("a.b('*')", "a&b"), r"s|a\.b('\*')|a\&b|");
        assert_eq!(expression("x || y", "x | z"), "s#x || y#x | z#");
        assert_eq!(expression("|#@%~", "^$"), r"s|\|#@%~|^$|");
    }

    #[test]
    fn a_pinned_version_is_known_to_its_end() {
        let pin = |package: &str, from: &str, to: &str| LiftedPin {
            file: "requirements.txt".into(),
            package: package.into(),
            from: from.into(),
            to: to.into(),
        };
        let known = pin("typing-extensions", "4.0.*", "4.1.1");
        let pattern = r"^ *(typing[-_.]extensions(\[[^]]*\])?) *==+ *4\.0\.\*([^.+0-9a-z]|$)";
        assert_eq!(pinned(&known).unwrap(), pattern);
        assert_eq!(lift(&known).unwrap(), format!(r"s/{pattern}/\1==4.1.1\3/I"));
        assert!(lift(&pin("a", "1", "2/e;id")).is_err() && pinned(&pin("a|b", "1", "2")).is_err());
    }

    #[test]
    fn a_script_refuses_what_would_break_out() {
        assert!(printed(&Script::new([Command::new(["a\nRUN b"])])).is_err());
        let mount = Mount::Cache { id: "a,target=/etc".into(), target: "/x".into(), is_locked: false };
        assert!(printed(&Script::default().mount(mount)).is_err());
    }
}
