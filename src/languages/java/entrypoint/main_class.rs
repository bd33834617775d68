//! Classes with a main method, and which of them is the application's.

use crate::evidence::Fact;
use crate::languages::java::entrypoint::listen;
use crate::languages::source::{Sources, find_in};
use crate::path::file_name;
use crate::pattern;
use crate::repo::Document;

/// A class with a main method.
#[derive(Debug, Clone)]
pub struct Main {
    /// Its full name, with the line of the method.
    pub class: Fact<String>,
    /// How much it looks like the application.
    rank: Rank,
}

/// What a class with a main method is likely to be, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// A helper, for all that is known.
    Unknown,
    /// It is called as applications are.
    Named,
    /// It opens a port.
    Serves,
    /// It starts a framework.
    Framework,
}

/// Every class with a main method.
pub fn find(code: &Sources) -> Vec<Main> {
    let java = pattern!(
        r"(?m)^[^/*\n]*(?:\bstatic\s+(?:public\s+|final\s+)*void\s+main\s*\(|^\s*(?:public\s+)?void\s+main\s*\(\s*\)\s*\{)"
    );
    let kotlin = pattern!(r"(?m)^(?:suspend\s+)?fun\s+main\s*\(|@JvmStatic\s+fun\s+main\s*\(");
    let scala = pattern!(
        r"\bobject\s+\w+\s+extends\s+(?:[\w.]+\s+with\s+)*(?:App|IOApp|ZIOAppDefault)\b|\bdef\s+main\s*\(|@main\s+def\s"
    );
    let mut found = Vec::new();
    for document in code.documents() {
        let pattern = match document.path().rsplit('.').next() {
            Some("kt") => kotlin,
            Some("scala") => scala,
            _ => java,
        };
        if let Some(fact) = find_in(document, pattern, |_| Some(())) {
            found.push(Main { class: Fact::new(class_of(document), fact.evidence), rank: rank(document) });
        }
    }
    found
}

/// Whether a class of these starts a framework or opens a port.
pub fn has_service(mains: &[Main]) -> bool {
    mains.iter().any(|main| main.rank >= Rank::Serves)
}

/// The one that is evident: of the highest rank, then of Java where Kotlin has its twin, then nearest to the root.
pub fn evident(mains: &[Main]) -> Option<&Main> {
    let best = mains.iter().map(|main| main.rank).max()?;
    let mut left: Vec<&Main> = mains.iter().filter(|main| main.rank == best).collect();
    if left.iter().any(|main| main.class.evidence.path.ends_with(".java")) {
        left.retain(|main| main.class.evidence.path.ends_with(".java"));
    }
    if best > Rank::Unknown {
        let depth = |main: &&Main| main.class.value.split('.').count();
        let nearest = left.iter().map(depth).min()?;
        left.retain(|main| depth(main) == nearest);
    }
    if left.len() == 1 { left.pop() } else { None }
}

/// Whether a file is called as those of applications are.
pub fn is_named_so(file: &str) -> bool {
    let stem = file.rsplit_once('.').map_or("", |(stem, _)| stem);
    let words = ["Application", "App", "Main", "Server", "Cli", "CLI", "Bootstrap", "Launcher"];
    words.iter().any(|word| stem.ends_with(word)) || matches!(stem, "app" | "main" | "server")
}

fn rank(document: &Document) -> Rank {
    let framework = pattern!(
        r"@SpringBootApplication|SpringApplication\.run|runApplication<|\bMicronaut\.(?:run|build)|@QuarkusMain|Quarkus\.run|extends\s+Application<|:\s*Application<|Javalin\.(?:create|start)|WebServer\.(?:builder|create)|embeddedServer\("
    );
    let is = |pattern: &regex::Regex| pattern.is_match(document.text());
    if is(framework) {
        Rank::Framework
    } else if is(listen::server()) {
        Rank::Serves
    } else if is_named_so(file_name(document.path())) {
        Rank::Named
    } else {
        Rank::Unknown
    }
}

/// The class that a framework starts, of the main method or beside it.
pub fn of_framework(code: &Sources) -> Option<Fact<String>> {
    let pattern = pattern!(
        r"@SpringBootApplication|@EnableAutoConfiguration|SpringApplication\.run|runApplication<|extends SpringBootServletInitializer"
    );
    code.documents().iter().find_map(|document| {
        let fact = find_in(document, pattern, |_| Some(()))?;
        Some(Fact::new(class_of(document), fact.evidence))
    })
}

/// The object of Scala that starts something, or the function that does.
fn object(document: &Document) -> Option<String> {
    let starts = [
        pattern!(r"\bobject\s+(\w+)\s+extends\s+(?:[\w.]+\s+with\s+)*(?:App|IOApp|ZIOAppDefault)\b"),
        pattern!(r"@main\s+def\s+(\w+)"),
        pattern!(r"\bobject\s+(\w+)[^{]*\{(?s:.{0,2000}?)\bdef\s+main\s*\("),
    ];
    starts
        .iter()
        .find_map(|pattern| find_in(document, pattern, |captures| Some(captures[1].to_owned())))
        .map(|it| it.value)
}

/// The full name of the class that a file defines.
fn class_of(document: &Document) -> String {
    let package = find_in(document, pattern!(r"(?m)^\s*package\s+([\w.]+)"), |captures| Some(captures[1].to_owned()));
    let stem = file_name(document.path()).rsplit_once('.').map_or("", |(stem, _)| stem);
    let is_top_level = document.path().ends_with(".kt") && !document.text().contains("@JvmStatic");
    let renamed =
        find_in(document, pattern!(r#"(?m)^@file:JvmName\("(\w+)"\)"#), |captures| Some(captures[1].to_owned()));
    let name = match renamed {
        Some(renamed) if is_top_level => renamed.value,
        _ if is_top_level => {
            let mut letters = stem.chars();
            let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
            format!("{first}{}Kt", letters.as_str())
        }
        _ if document.path().ends_with(".scala") => object(document).unwrap_or_else(|| stem.to_owned()),
        _ => stem.to_owned(),
    };
    package.map_or(name.clone(), |package| format!("{}.{name}", package.value))
}
