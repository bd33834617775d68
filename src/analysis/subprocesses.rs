//! The programs that a program starts, which its image must have.

use std::sync::LazyLock;

use crate::analysis::calls::{CallRow, CallRows};
use crate::analysis::{Found, Program};
use crate::catalog::analysis::{Starts, desktop_programs, started_by, starts};
use crate::evidence::{Evidence, Fact};
use crate::path::file_name;
use crate::source::{Call, Index, Language, Value};

/// A program that is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subprocess {
    /// Its name, without its folder; none where the source does not say it.
    pub program: Option<String>,
    /// Whether a shell runs it, which the image must have as well.
    pub is_shell: bool,
    /// The line that starts it; none where a package does.
    pub evidence: Option<Evidence>,
}

static ROWS: LazyLock<CallRows<Starts>> = LazyLock::new(|| CallRows::new(starts()));

impl CallRow for Starts {
    fn language(&self) -> &str {
        &self.language
    }

    fn call(&self) -> &str {
        &self.call
    }
}

/// The programs that are started, each once, in the order of the files; those that packages start come last.
pub fn subprocesses(program: &Program) -> Vec<Subprocess> {
    let mut found: Vec<Subprocess> = Vec::new();
    let mut languages = Vec::new();
    for file in program.sources() {
        let Some(language) = Language::of(file.path()) else { continue };
        if !languages.contains(&language) {
            languages.push(language);
        }
        for call in &file.calls {
            let Some(row) = ROWS.of(language, call).next() else { continue };
            for started in started(program, file, call, row) {
                let is_known =
                    |known: &Subprocess| known.program == started.program && known.is_shell == started.is_shell;
                if !found.iter().any(is_known) {
                    found.push(started);
                }
            }
        }
    }
    for row in started_by() {
        let is_used =
            languages.iter().any(|language| language.name() == row.language) && program.depends_on(&row.package);
        if is_used && !found.iter().any(|known| known.program.as_deref() == Some(&row.program)) {
            found.push(Subprocess { program: Some(row.program.clone()), is_shell: false, evidence: None });
        }
    }
    found
}

/// The name under which a shell is looked for.
pub const SHELL: &str = "sh";

/// What an image must have for these, each once: the programs, and a shell where one runs them; with the line that starts it.
pub fn wanted(subprocesses: &[Subprocess]) -> Vec<Fact<String>> {
    let mut wanted: Vec<Fact<String>> = Vec::new();
    for started in subprocesses {
        let Some(evidence) = &started.evidence else { continue };
        let names = started.is_shell.then(|| SHELL.to_owned()).into_iter().chain(started.program.clone());
        for name in names {
            if !wanted.iter().any(|known| known.value == name) {
                wanted.push(Fact::new(name, evidence.clone()));
            }
        }
    }
    wanted
}

fn started(program: &Program, file: &Index, call: &Call, row: &Starts) -> Vec<Subprocess> {
    let has_shell = row.shell_name.as_ref().and_then(|name| call.named(name));
    let is_shell = row.is_shell || has_shell.is_some_and(|it| it.boolean() == Some(true) || it.text().is_some());
    let evidence = Some(file.evidence(&call.place));
    if row.starts.is_some() {
        return vec![Subprocess { program: row.starts.clone(), is_shell, evidence }];
    }
    let Some(argument) = call.positional_argument(row.program) else { return Vec::new() };
    let value = program.follow(Found::argument(file, call, argument)).value.default_value();
    let text = match value {
        Value::List(values) => values.first().map(Value::known_start),
        other => Some(other.known_start()),
    };
    let text = text.unwrap_or_default();
    let names =
        if is_shell || matches!(value, Value::Text(_)) && text.contains(' ') { commands(&text) } else { vec![text] };
    let names = names.into_iter().filter(|name| is_name(name)).map(|name| file_name(&name).to_owned());
    let names: Vec<String> = names.filter(|name| !is_of_desktop(name)).collect();
    if names.is_empty() {
        return if is_shell { vec![Subprocess { program: None, is_shell, evidence }] } else { Vec::new() };
    }
    names.into_iter().map(|name| Subprocess { program: Some(name), is_shell, evidence: evidence.clone() }).collect()
}

/// The commands of a line for a shell: the first word of each, behind assignments.
fn commands(line: &str) -> Vec<String> {
    let first = |part: &str| {
        let words = part.split_whitespace().map(|word| word.trim_matches(['"', '\'', '(', ')']));
        words.into_iter().find(|word| !word.is_empty() && !word.contains('=')).map(str::to_owned)
    };
    line.split(['|', '&', ';', '\n']).filter_map(first).collect()
}

/// Whether a server does without a program, since only desktops, developers or other systems have it.
fn is_of_desktop(name: &str) -> bool {
    name.ends_with(".exe") || desktop_programs().iter().any(|known| known == name)
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "/._+-".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::files::tests::program;

    fn shown(program: &Program) -> Vec<String> {
        let show =
            |it: Subprocess| format!("{}{}", if it.is_shell { "sh " } else { "" }, it.program.unwrap_or_default());
        subprocesses(program).into_iter().map(|it| show(it).trim_end().to_owned()).collect()
    }

    #[test]
    fn every_row_takes_its_source_and_leaves_the_other() {
        for row in starts() {
            let all = subprocesses(&program(&row.language, &row.takes));
            let name = row.starts.as_deref().unwrap_or("ffmpeg");
            let is_taken = all.iter().any(|it| it.program.as_deref() == Some(name) && it.is_shell == row.is_shell);
            assert!(is_taken, "{}: {} {all:?}", row.call, row.takes);
            let left = subprocesses(&program(&row.language, &row.leaves));
            assert!(left.is_empty(), "{}: {} {left:?}", row.call, row.leaves);
        }
        for row in started_by() {
            let mut with = program(&row.language, "x()");
            with.packages = vec![row.package.clone()];
            assert_eq!(shown(&with), std::slice::from_ref(&row.program), "{}", row.package);
            with.packages = vec![format!("{}-other", row.package)];
            assert!(shown(&with).is_empty(), "{}", row.package);
        }
    }

    #[test]
    fn a_server_does_without_every_program_of_desktops() {
        for name in desktop_programs() {
            assert!(shown(&program("go", &format!("exec.Command(\"{name}\", \"x\")"))).is_empty(), "{name}");
            let other = format!("{name}er");
            assert_eq!(shown(&program("go", &format!("exec.Command(\"{other}\", \"x\")"))), [other]);
        }
    }

    #[test]
    fn programs_are_named_by_what_is_known_of_them() {
        let cases: [(&str, &[&str]); 10] = [
            ("spawn('tool.exe'); spawn('/usr/bin/xdg-open'); exec('open x')", &["sh"]),
            ("execSync('git status | grep x && A=1 dot -T')", &["sh git", "sh grep", "sh dot"]),
            ("exec(command)", &["sh"]),
            ("spawn(command)", &[]),
            ("spawn('/usr/bin/git', ['x'], { shell: true })", &["sh git"]),
            ("spawn(process.env.FFMPEG || 'ffmpeg', [])", &["ffmpeg"]),
            ("const bin = 'dot'; execFile(bin)", &["dot"]),
            ("exec(`convert ${file}`)", &["sh convert"]),
            ("spawn('git'); spawn('git')", &["git"]),
            ("regex.exec('git status')", &[]),
        ];
        for (text, expected) in cases {
            let text = format!("import {{ exec, execSync, spawn, execFile }} from 'child_process'; {text}");
            assert_eq!(shown(&program("javascript", &text)), expected, "{text}");
        }
    }
}
