//! Several processes that one script starts side by side, of which an image starts the server.

use crate::evidence::Fact;
use crate::languages::node::manifest::Package;
use crate::shell::{self, Join, SimpleCommand, Word, quote};

/// Options of `concurrently` with a value in the next word.
const VALUED: &[&str] = &[
    "-n",
    "--names",
    "-c",
    "--prefix-colors",
    "-p",
    "--prefix",
    "-l",
    "--prefix-length",
    "-t",
    "--timestamp-format",
    "-s",
    "--success",
    "-m",
    "--max-processes",
    "--name-separator",
    "--restart-tries",
    "--restart-after",
    "--default-input-target",
    "--hide",
];

/// Programs that stand in front of another without changing what it starts.
const IN_FRONT: &[&str] = &["npx", "cross-env", "env", "exec"];

/// The lines of the processes that a line starts side by side: by `concurrently`, by `npm-run-all --parallel`, or by `&`.
///
/// Nothing where it starts one.
pub fn side_by_side(package: &Package, line: &Fact<String>) -> Option<Vec<Fact<String>>> {
    let script = shell::read(&line.value);
    if !script.is_closed || script.is_grouped {
        return None;
    }
    let (first, others) = script.commands.split_first()?;
    if !others.is_empty() {
        let text = |command: &SimpleCommand| line.value.get(command.range.clone()).unwrap_or_default().to_owned();
        let is_beside = others.iter().all(|command| command.join == Join::Background);
        return is_beside.then(|| script.commands.iter().map(|command| line.clone().map(|_| text(command))).collect());
    }
    let words: Vec<String> = first.all_words().map(Word::as_written).collect();
    let is_assignment = |word: &String| word.split_once('=').is_some_and(|(name, _)| !name.starts_with('-'));
    let mut rest = words.iter().skip_while(|word| IN_FRONT.contains(&word.as_str()) || is_assignment(word)).peekable();
    let found: Vec<Fact<String>> = match rest.next()?.as_str() {
        "concurrently" | "conc" => {
            let mut found = Vec::new();
            while let Some(word) = rest.next() {
                if VALUED.contains(&word.as_str()) {
                    rest.next();
                } else if let Some((manager @ ("npm" | "yarn" | "pnpm" | "bun"), name)) = word.split_once(':') {
                    let scripts = scripts(package, name).into_iter();
                    found.extend(scripts.map(|name| line.clone().map(|_| format!("{manager} run {}", quote(&name)))));
                } else if !word.starts_with('-') {
                    found.push(line.clone().map(|_| word.clone()));
                }
            }
            found
        }
        "run-p" => named(package, rest),
        "npm-run-all" | "npm-run-all2" if words.iter().any(|word| matches!(word.as_str(), "-p" | "--parallel")) => {
            named(package, rest)
        }
        _ => return None,
    };
    (found.len() > 1).then_some(found)
}

/// The scripts that `npm-run-all` is given by name.
fn named<'a>(package: &Package, words: impl Iterator<Item = &'a String>) -> Vec<Fact<String>> {
    let names = words.filter(|word| !word.starts_with('-')).flat_map(|word| scripts(package, word));
    names.filter_map(|name| package.script(&name)).collect()
}

/// The scripts that a name with `*` stands for.
fn scripts(package: &Package, name: &str) -> Vec<String> {
    let Some((start, _)) = name.split_once('*') else { return vec![name.to_owned()] };
    package.manifest.names(&["scripts"]).into_iter().filter(|name| name.starts_with(start)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Evidence;
    use crate::repo::Document;

    fn lines(text: &str) -> Option<Vec<String>> {
        let manifest =
            Document::new("package.json", r#"{"scripts": {"dev:a": "node a", "dev:b": "node b", "c": "node c"}}"#);
        let package = Package { folder: String::new(), manifest: manifest.json().unwrap() };
        let line = Fact::new(text.to_owned(), Evidence::file("package.json"));
        let found = side_by_side(&package, &line)?;
        Some(found.into_iter().map(|fact| fact.value).collect())
    }

    #[test]
    fn processes_that_run_at_the_same_time_are_taken_apart() {
        let cases: [(&str, &[&str]); 6] = [
            (
                r#"concurrently "npm run server" "cd client && npm start""#,
                &["npm run server", "cd client && npm start"],
            ),
            (
                r#"npx concurrently -k -n "a,b" -c red,blue npm:dev:* 'tsc -w'"#,
                &["npm run dev:a", "npm run dev:b", "tsc -w"],
            ),
            ("NODE_ENV=production conc npm:c npm:dev:a", &["npm run c", "npm run dev:a"]),
            ("run-p dev:*", &["node a", "node b"]),
            ("npm-run-all --parallel c dev:b", &["node c", "node b"]),
            ("node a.js & npm start --prefix client", &["node a.js", "npm start --prefix client"]),
        ];
        for (text, expected) in cases {
            assert_eq!(
                lines(text).as_deref(),
                Some(expected.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>().as_slice()),
                "{text}"
            );
        }
    }

    #[test]
    fn one_process_or_one_after_the_other_is_not() {
        for text in [
            "node a.js",
            "npm-run-all build c",
            "run-s build c",
            "tsc && node a.js",
            "concurrently 'node a.js'",
            "node concurrently.js a b",
            "node a.js '&'",
        ] {
            assert_eq!(lines(text), None, "{text}");
        }
    }
}
