//! What the source says about ports, interfaces, health routes and folders that are written.

use oxc_allocator::Allocator;
use oxc_parser::Parser;
use oxc_span::SourceType;

use crate::evidence::{Evidence, Fact};
use crate::languages::node::entrypoint::{loopback, required, written};
use crate::languages::node::manifest::Package;
use crate::languages::rebound::Rebound;
use crate::languages::services::is_of_a_service;
use crate::languages::source::Sources;
use crate::path::{file_name, join};
use crate::pattern;
use crate::plan::Variable;
use crate::repo::{Document, Repo};

/// What the source of an application says.
#[derive(Debug, Default)]
pub struct SourceFacts {
    /// The port that it listens on.
    pub port: Option<Fact<u16>>,
    /// Whether it takes the port from the variable PORT.
    pub reads_port: Option<Evidence>,
    /// The variables that it takes its interface from.
    pub interfaces: Vec<String>,
    /// Where it binds the loopback interface only, and what to edit.
    pub loopback: Option<Fact<Option<Rebound>>>,
    /// An HTTP path that tells that it is healthy.
    pub health: Option<Fact<String>>,
    /// Folders that it writes, absolute or from its own folder.
    pub writable: Vec<Fact<String>>,
    /// Those of them where the repository has files of its own, which a volume would hide.
    pub shared: Vec<String>,
    /// Variables that its modules can't be read without, each with a value that stands for none.
    pub required: Vec<Variable>,
    /// Where it starts a program through a shell.
    pub shell: Option<Evidence>,
    /// Where it uses something that only Bun has.
    pub bun: Option<Evidence>,
    /// The variables that switch off the validation of the environment, which a build does not have.
    pub build_switches: Vec<String>,
    /// Whether it listens at all.
    pub listens: bool,
}

/// Folders whose source does not run in the server.
const OTHER: &[&str] = &[
    "test",
    "tests",
    "__tests__",
    "spec",
    "e2e",
    "cypress",
    "docs",
    "examples",
    "example",
    "scripts",
    "extra",
    "client",
    "frontend",
    "public",
    "static",
    "assets",
    "coverage",
    "stories",
    "migrations",
    "fixtures",
    "node_modules",
    "remix.init",
    "vendor",
];

/// Reads the source of a package; the file that is started comes first.
pub fn read(repo: &Repo, package: &Package, others: &[&str], entry: Option<&str>) -> SourceFacts {
    let skip = if package.folder.is_empty() { 0 } else { package.folder.len() + 1 };
    let first = entry.map(|file| join(&package.folder, file)).filter(|path| repo.has(path));
    let is_source = |file: &str| {
        if first.as_deref() == Some(file) {
            return true;
        }
        let place = &file[skip..];
        let name = file_name(place);
        let ending = name.rsplit('.').next().unwrap_or_default();
        matches!(ending, "js" | "mjs" | "cjs" | "ts" | "mts" | "cts")
            && !name.ends_with(".d.ts")
            && !name.ends_with(".min.js")
            && !name.contains(".test.")
            && !name.contains(".spec.")
            && !name.contains(".config.")
            && !place.split('/').any(|part| part.starts_with('.') || OTHER.contains(&part))
            && !others.iter().any(|other| file.starts_with(other) && file.as_bytes().get(other.len()) == Some(&b'/'))
    };
    let mut files: Vec<&str> = repo.files_under(&package.folder).filter(|file| is_source(file)).collect();
    files.sort_by_key(|file| (first.as_deref() != Some(*file), file.matches('/').count(), *file));
    let documents = Sources::read(repo, files.into_iter()).documents().iter().map(without_comments).collect();
    let sources = Sources::of(documents);
    let mut facts = facts(&sources, package);
    facts.shared = facts
        .writable
        .iter()
        .map(|fact| fact.value.clone())
        .filter(|folder| has_files(repo, package, folder))
        .collect();
    facts
}

/// The text with blanks for comments: what is commented out does not run.
fn without_comments(document: &Document) -> Document {
    let text = document.text();
    let allocator = Allocator::default();
    let kind = SourceType::from_path(document.path()).unwrap_or_default();
    let mut blanked = text.as_bytes().to_vec();
    for comment in &Parser::new(&allocator, text, kind).parse().program.comments {
        let span = comment.span.start as usize..comment.span.end as usize;
        let bytes = blanked.get_mut(span).unwrap_or_default();
        bytes.iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
    }
    Document::new(document.path(), String::from_utf8(blanked).unwrap_or_else(|_| text.to_owned()))
}

/// Whether the repository has more in a folder than what keeps it there, and data.
fn has_files(repo: &Repo, package: &Package, folder: &str) -> bool {
    repo.files_under(&join(&package.folder, folder)).map(file_name).any(|name| {
        let ending = name.rsplit('.').next().unwrap_or_default();
        !name.starts_with(".git") && !name.starts_with(".keep") && !matches!(ending, "db" | "sqlite" | "sqlite3" | "md")
    })
}

fn facts(sources: &Sources, package: &Package) -> SourceFacts {
    let number = |text: &str| text.parse::<u16>().ok().filter(|port| *port > 0);
    let from_environment = pattern!(
        r#"(?:process\.env|Bun\.env|\benv)(?:\.PORT|\[\s*["']PORT["']\s*\])[^\n;]{0,24}?(?:\|\||\?\?|:)\s*["'`]?(\d{2,5})\b"#
    );
    let listens =
        pattern!(r#"\.listen\s*\(\s*(?:\{\s*(?:host\s*:\s*["'][^"']*["']\s*,\s*)?port\s*:\s*)?["']?(\d{2,5})\b"#);
    let named = pattern!(
        r#"(?i)\b(?:const|let|var)\s+(?:\w*_)?port\s*(?::\s*\w+\s*)?=\s*(?:[^\n;]{0,60}?(?:\|\||\?\?)\s*)?["'`]?(\d{2,5})\b"#
    );
    let defaulted = pattern!(
        r#"(?i)\bport['"]?\s*[:=,]\s*(?:\{[^}]{0,80}?default\s*:\s*)?(?:[^\n,;]{0,60}?(?:\|\||\?\?)\s*)?["'`]?(\d{4,5})\b"#
    );
    // A schema of the environment: `PORT: z.coerce.number().default(8080)`, `PORT: port({ default: 3000 })`.
    let declared = pattern!(
        r#"(?i)\bport["']?\s*:[^;,{}]{0,120}?(?:\.(?:default|optional|catch)\(\s*["']?|\{\s*(?:dev)?default\s*:\s*["']?)(\d{2,5})\b"#
    );
    // A variable of another name, and a property that ends like one.
    let own_name = pattern!(
        r#"\b(?:API|SERVER|APP|HTTP|WEB|LISTEN|NODE|SERVICE|BACKEND)_PORT\b[^\n;]{0,24}?(?:\|\||\?\?|:)\s*["'`]?(\d{2,5})\b"#
    );
    let said = |pattern| sources.find(pattern, |captures| number(&captures[1]));
    // What is only called a port may be another service's, to which the server is a client.
    let own = |port: &u16| !is_of_a_service(*port);
    let called = |pattern| sources.find(pattern, |captures| number(&captures[1]).filter(own));
    let port = [from_environment, listens]
        .into_iter()
        .find_map(said)
        .or_else(|| [declared, named, defaulted, own_name].into_iter().find_map(called));
    // However it is read, a variable of that name is the port.
    let reads_port = sources.any(pattern!(r"(?:^|[^\w$])PORT\b"));
    let mut interfaces: Vec<String> = sources
        .find_all(
            pattern!(
                r#"(?:\benv\.|\benv\[["']|\b(?:get|getOrThrow|env)(?:<\w+>)?\(["'])(HOST|HOSTNAME|BIND_ADDRESS|LISTEN_ADDRESS|LISTEN_HOST|SERVER_HOST|BIND_HOST)\b|\b(HOST)\s*:\s*(?:z|Joi|Type|v|t|Env|host|str|envalid)\b|\{[^{}]*\b(HOST)\b[^{}]*\}\s*=\s*(?:process\.)?env\b"#
            ),
            |captures| captures.iter().skip(1).flatten().next().map(|name| name.as_str().to_owned()),
        )
        .into_iter()
        .map(|fact| fact.value)
        .collect();
    interfaces.sort();
    interfaces.dedup();
    let health = sources.find(
        pattern!(r#"\b(?:app|server|fastify|application)\.get\(\s*["'`](/(?:api/)?(?:health|healthz|healthcheck|health-check|ping|livez|readyz|status))["'`]"#),
        |captures| Some(captures[1].to_owned()),
    );
    SourceFacts {
        port,
        reads_port,
        interfaces,
        loopback: loopback::find(sources, package),
        health,
        writable: written::folders(sources, &package.folder),
        shared: Vec::new(),
        required: required::variables(sources),
        shell: sources.any(pattern!(
            r"(?:^|[^.\w])(?:\w*(?:child_?process|cp)\.)?exec(?:Sync)?\s*\(\s*[`'\x22]|shell\s*:\s*true"
        )),
        bun: sources.any(pattern!(r#"\bBun\.\w+|from\s+["']bun(?::\w+)?["']|["']bun:\w+["']"#)),
        build_switches: build_switches(sources),
        listens: sources.any(pattern!(r"\.listen\s*\(|\.bindAsync\s*\(|Bun\.serve|\bserve\s*\(")).is_some(),
    }
}

fn build_switches(sources: &Sources) -> Vec<String> {
    let switch = pattern!(r"\bskipValidation\s*:[^;,]{0,80}?process\.env\.(\w+)");
    let mut names: Vec<String> = sources
        .find_all(switch, |captures| Some(captures[1].to_owned()))
        .into_iter()
        .map(|fact| fact.value)
        .filter(|name| !name.starts_with("NODE_") && !name.starts_with("npm_"))
        .collect();
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(text: &str) -> Option<u16> {
        let document = without_comments(&Document::new("server.js", text));
        let package = Package { folder: String::new(), manifest: Document::new("package.json", "{}").json().unwrap() };
        facts(&Sources::of(vec![document]), &package).port.map(|fact| fact.value)
    }

    #[test]
    fn the_port_of_a_client_or_in_a_comment_is_not_the_servers() {
        for text in [
            "new Redis({ host, port: 6379 }); app.listen(process.env.PORT)",
            "// app.listen(8081)\napp.listen(process.env.PORT)",
            "/* const port = 4000;\n app.listen(port) */",
        ] {
            assert_eq!(port(text), None, "{text}");
        }
        assert_eq!(port("app.listen(4000) // not 3000"), Some(4000));
        assert_eq!(port("const url = 'http://x//y'; app.listen(4000)"), Some(4000));
    }
}
