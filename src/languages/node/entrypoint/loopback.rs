//! Servers that only their own machine reaches, and the edit of their source that opens them.

use regex::Captures;

use crate::evidence::Fact;
use crate::languages::node::manifest::Package;
use crate::languages::rebound::Rebound;
use crate::languages::source::{Sources, find_in};
use crate::pattern;

/// Where the source lets a server listen on the loopback only, and what to edit where that is within a line.
pub fn find(sources: &Sources, package: &Package) -> Option<Fact<Option<Rebound>>> {
    let is_fastify = ["fastify", "@nestjs/platform-fastify"].iter().any(|name| package.depends_on(name));
    stated(sources).or_else(|| named(sources)).or_else(|| is_fastify.then(|| silent(sources)).flatten())
}

/// The address where it listens: `app.listen(3000, "localhost")`.
fn stated(sources: &Sources) -> Option<Fact<Option<Rebound>>> {
    let listens = pattern!(r#"(?:\.listen|\bserve)\s*\([^;)]{0,80}["'](?:127\.0\.0\.1|localhost)["']"#);
    // Not where it stands in for a variable: `host: process.env.HOST || "localhost"`.
    let is_fixed = |text: &str| !text.rsplit([',', ':']).next().is_some_and(|argument| argument.contains("env"));
    sources.find(listens, |captures| is_fixed(&captures[0]).then(|| opened(&captures[0])))
}

/// A constant that it listens on: `const hostname = "127.0.0.1"`.
fn named(sources: &Sources) -> Option<Fact<Option<Rebound>>> {
    let constant = pattern!(
        r#"\b(?:const|let|var)\s+(\w*(?i:host|hostname|host_name|address))\s*=\s*["'](?:127\.0\.0\.1|localhost)["']"#
    );
    // Its arguments as far as a text, which may name the constant only to say it.
    let listens = pattern!(r#"\.listen\s*\((?:[^;"'`()]|\([^()"'`]*\)){0,120}"#);
    sources.documents().iter().find_map(|document| {
        find_in(document, constant, |captures| {
            let is_it = |word: &str| word == &captures[1];
            let words = |text: &str| text.split(|c: char| !c.is_alphanumeric() && c != '_').any(is_it);
            listens.find_iter(document.text()).any(|call| words(call.as_str())).then(|| opened(&captures[0]))
        })
    })
}

/// No address at all, which Fastify takes for the loopback: `app.listen({ port: 3000 })`, `app.listen(3000)`.
fn silent(sources: &Sources) -> Option<Fact<Option<Rebound>>> {
    let object = pattern!(r"\b((?:fastify|server|app)\.listen\s*\(\s*\{)([^{}]*)\}");
    let number = pattern!(
        r#"\b((?:fastify|server|app)\.listen\s*\(\s*(?:[\w.\s?|'"+!]|\([^()]*\))+?)(\s*(?:\)|,\s*(?:\(|async\b|function\b|\w+\s*=>)))"#
    );
    let inside = |captures: &Captures| {
        let is_silent = !captures[2].contains("host") && !captures[2].contains("path");
        is_silent.then(|| Rebound::within_line(&captures[1], format!("{} host: \"0.0.0.0\",", &captures[1])))
    };
    let behind = |captures: &Captures| {
        let is_port = pattern!(r"(?i)port|\d").is_match(&captures[1]) && !captures[1].contains("host");
        is_port.then(|| Rebound::within_line(&captures[0], format!("{}, \"0.0.0.0\"{}", &captures[1], &captures[2])))
    };
    sources.find(object, inside).or_else(|| sources.find(number, behind))
}

/// The same with all interfaces.
fn opened(from: &str) -> Option<Rebound> {
    Rebound::within_line(from, pattern!(r"127\.0\.0\.1|localhost").replace(from, "0.0.0.0").into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::Document;

    fn made(text: &str) -> Option<String> {
        let sources = Sources::of(vec![Document::new("server.js", text)]);
        stated(&sources).or_else(|| named(&sources)).or_else(|| silent(&sources))?.value.map(|edit| edit.to)
    }

    #[test]
    fn what_listens_on_the_loopback_is_opened() {
        let cases = [
            ("app.listen(3000, 'localhost')", ".listen(3000, '0.0.0.0'"),
            ("app.listen(process.env.PORT || 80, 'localhost')", ".listen(process.env.PORT || 80, '0.0.0.0'"),
            ("const hostname = '127.0.0.1';\nserver.listen(port, hostname, () => {});", "const hostname = '0.0.0.0'"),
            ("const HOST = 'localhost'\napp.listen({ port: Number(PORT), host: HOST })", "const HOST = '0.0.0.0'"),
            ("await app.listen({ port: 3000 })", "app.listen({ host: \"0.0.0.0\","),
            ("await app.listen(process.env.PORT ?? 3000);", "app.listen(process.env.PORT ?? 3000, \"0.0.0.0\")"),
            ("app.listen(config.get('PORT'))", "app.listen(config.get('PORT'), \"0.0.0.0\")"),
            ("fastify.listen(3000, (err) => {", "fastify.listen(3000, \"0.0.0.0\", ("),
        ];
        for (text, to) in cases {
            let found = made(text).unwrap_or_default();
            assert!(found.ends_with(to), "{text}: {found}");
        }
        for text in [
            "app.listen({ port, host: HOST })",
            "app.listen(3000, host)",
            "app.listen({ port: 3000, host: process.env.HOST || 'localhost' })",
            "const hostname = 'localhost'; fetch(hostname)",
            "const host = 'localhost'; web.listen(80, () => console.log(`http://${host}`))",
        ] {
            assert_eq!(made(text), None, "{text}");
        }
    }
}
