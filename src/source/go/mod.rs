//! What one source file says: its package, imports, embedded files, and every literal with what it is given to.

pub mod constraint;
mod lexer;
mod libraries;
mod parser;
mod reader;

pub use parser::index;

use crate::path::parent;
use crate::source::LARGEST_FILE;
use crate::source::go::constraint::Target;
use crate::source::go::lexer::{Kind, Token, tokens};
use crate::source::go::reader::Reader;

/// The function that adds subcommands to a command.
pub const ADD_COMMAND: &str = "AddCommand";

/// Text with the line it stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// The text.
    pub value: String,
    /// One-based line.
    pub line: u32,
}

/// A string or number with what it is given to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Literal {
    /// The value.
    pub value: String,
    /// One-based line.
    pub line: u32,
    /// The function that it is an argument of, or the type that it is a field of: `http.ListenAndServe`.
    pub call: String,
    /// Which argument of it.
    pub position: usize,
    /// The field, variable or map key that gets it; empty where there is none.
    pub name: String,
    /// The field, variable or map key that gets what it is in.
    pub outer: String,
    /// The function whose body it is in; empty outside of all.
    pub within: String,
    /// The literals before it in the same call, or in the call that this one is chained to.
    pub before: Vec<String>,
}

impl Literal {
    /// The function's or type's own name, without its package.
    pub fn function(&self) -> &str {
        self.call.rsplit('.').next().unwrap_or_default()
    }

    /// The variable that a literal is the fallback of: `getEnv("PORT", "8080")`.
    pub fn environment(&self) -> Option<String> {
        let name = self.before.first().filter(|it| is_variable(it))?;
        self.is_environment().then(|| name.clone())
    }

    /// What a struct tag says for a key.
    pub fn tag(&self, key: &str) -> Option<&str> {
        let text = &self.value;
        let start = text.match_indices(key).find_map(|(at, _)| {
            let is_word = at == 0 || !matches!(text.as_bytes()[at - 1], b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'_');
            (is_word && text[at + key.len()..].starts_with(":\"")).then_some(at)
        })?;
        text[start + key.len() + 2..].split('"').next()
    }

    /// Whether it is given to a function that reads the environment.
    pub fn is_environment(&self) -> bool {
        let function = self.function().to_lowercase();
        function.contains("env") || function == "lookup"
    }

    /// The flag whose default this literal is.
    pub fn flag(&self) -> Option<String> {
        let function = self.function();
        let defines =
            ["Int", "String", "Uint", "Default", "Value", "TCP"].iter().any(|start| function.starts_with(start))
                || function.ends_with("Flag");
        let name = self.before.first()?;
        let is_name = name.len() > 1
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.' | '_'));
        (defines && is_name).then(|| name.clone())
    }
}

/// The arguments of a call that may open a port: names and literals, one list an argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The function, with its package or receiver.
    pub name: String,
    /// One-based line.
    pub line: u32,
    /// The function whose body it is in.
    pub within: String,
    /// Names and literals of each argument.
    pub arguments: Vec<Vec<Piece>>,
}

impl Call {
    /// The function's own name, without its package or receiver.
    pub fn function(&self) -> &str {
        self.name.rsplit('.').next().unwrap_or_default()
    }

    /// Whether it is one of those that may open a port.
    pub fn may_open(&self) -> bool {
        self.function() != ADD_COMMAND
    }
}

/// A part of an argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A name, with dots.
    Name(String),
    /// A literal.
    Literal(String),
}

/// A source file.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// From the root of the repository.
    pub path: String,
    /// The package clause.
    pub package: String,
    /// Import paths.
    pub imports: Vec<Occurrence>,
    /// Patterns of `//go:embed`.
    pub embeds: Vec<Occurrence>,
    /// The line of `func main`; zero where there is none.
    pub main: u32,
    /// Whether a constraint names cgo, so that there are two ways to build the package.
    pub minds_cgo: bool,
    /// Literals in code that a person wrote.
    pub literals: Vec<Literal>,
    /// Calls whose name is one of those asked for.
    pub calls: Vec<Call>,
    /// Names in lists of subcommands of subcommands.
    pub nested: Vec<String>,
}

/// Reads a file; nothing where its constraints leave it out.
pub fn read(path: &str, text: &str, target: &Target, listens: &[&str]) -> Option<Source> {
    let mut source = Source { path: path.to_owned(), ..Source::default() };
    let head = header(&mut source, text, target)?;
    if !is_generated(text) && text.len() <= LARGEST_FILE {
        let rest: Vec<Token> = tokens(text).skip(head).collect();
        Reader::new(&mut source, listens).read(&rest);
    } else if text.contains("//go:embed ") {
        tokens(text).for_each(|token| directive(&mut source, &token));
    }
    Some(source)
}

/// Whether the code of a file holds a word, outside of comments and texts.
pub fn mentions(text: &str, word: &str) -> bool {
    tokens(text).any(|token| token.kind == Kind::Word(word))
}

/// The package that a file belongs to, and nothing more; nothing where its constraints leave it out.
pub fn package(text: &str, target: &Target) -> Option<String> {
    let mut source = Source::default();
    let mut words = tokens(text);
    while let Some(token) = words.next() {
        match token.kind {
            Kind::Directive(directive) if !target.takes(directive) => return None,
            Kind::Word("package") => {
                if let Some(Kind::Word(name)) = words.next().map(|token| token.kind) {
                    name.clone_into(&mut source.package);
                }
                return Some(source.package);
            }
            Kind::Directive(_) | Kind::Line => {}
            _ => return None,
        }
    }
    None
}

fn is_generated(text: &str) -> bool {
    text.lines().take(40).any(|line| line.starts_with("// Code generated ") && line.ends_with("DO NOT EDIT."))
}

/// Takes the patterns of a `//go:embed` directive.
pub fn directive(source: &mut Source, token: &Token) {
    let Kind::Directive(text) = token.kind else { return };
    if let Some(patterns) = text.strip_prefix("go:embed ") {
        for value in embed_patterns(patterns) {
            source.embeds.push(Occurrence { value, line: token.line });
        }
    }
}

/// The patterns of one directive, as they follow its name; they may be quoted.
pub fn embed_patterns(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while let Some(first) = rest.chars().next() {
        let (value, length) = match first {
            '"' | '`' => {
                let end = rest[1..].find(first).map_or(rest.len() - 1, |end| end);
                (&rest[1..=end], (end + 2).min(rest.len()))
            }
            _ => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                (&rest[..end], end)
            }
        };
        found.push(value.strip_prefix("all:").unwrap_or(value).to_owned());
        rest = rest[length..].trim_start();
    }
    found
}

/// Constraints, package clause and imports; the number of tokens that they take.
fn header(source: &mut Source, text: &str, target: &Target) -> Option<usize> {
    let mut count = 0;
    let mut in_imports = None;
    let mut previous = "";
    for token in tokens(text) {
        match &token.kind {
            Kind::Directive(directive) if source.package.is_empty() => {
                source.minds_cgo |= directive.contains("cgo");
                if !target.takes(directive) {
                    return None;
                }
            }
            Kind::Word(name) if previous == "package" && source.package.is_empty() => {
                (*name).clone_into(&mut source.package);
            }
            Kind::Word("import") if in_imports.is_none() => in_imports = Some(false),
            Kind::Mark('(') if in_imports == Some(false) => in_imports = Some(true),
            Kind::Mark(')') if in_imports == Some(true) => in_imports = None,
            Kind::Text(path) if in_imports.is_some() => {
                source.imports.push(Occurrence { value: path.to_string(), line: token.line });
                if in_imports == Some(false) {
                    in_imports = None;
                }
            }
            Kind::Word("func" | "var" | "const" | "type") if in_imports.is_none() && !source.package.is_empty() => {
                return Some(count);
            }
            Kind::Directive(text) if text.starts_with("go:embed") => return Some(count),
            _ => {}
        }
        previous = match token.kind {
            Kind::Word(word) => word,
            _ => "",
        };
        count += 1;
    }
    (!source.package.is_empty()).then_some(count)
}

/// Folders that Go itself does not look into, and installed packages.
pub fn is_left_out(path: &str) -> bool {
    parent(path).split('/').any(|part| {
        matches!(part, "vendor" | "testdata") || part.starts_with('_') || part.len() > 1 && part.starts_with('.')
    })
}

/// Whether a file is Go source.
pub fn is_source(path: &str) -> bool {
    path.strip_suffix(".go").is_some()
}

/// The words of a name, lower case: `HTTPPort` gives `http` and `port`.
pub fn name_words(name: &str) -> Vec<String> {
    let mut spaced = String::new();
    let letters: Vec<char> = name.chars().collect();
    for (index, c) in letters.iter().enumerate() {
        let after_lower = index > 0 && letters[index - 1].is_lowercase();
        let before_lower = letters.get(index + 1).is_some_and(|next| next.is_lowercase());
        if c.is_uppercase() && (after_lower || before_lower) {
            spaced.push(' ');
        }
        spaced.push(if c.is_alphanumeric() { *c } else { ' ' });
    }
    spaced.to_lowercase().split_whitespace().map(str::to_owned).collect()
}

/// Functions that open a port, by their own names.
pub const CALLS: &[&str] = &[
    "ListenAndServe",
    "ListenAndServeTLS",
    "Serve",
    "ServeTLS",
    "Listen",
    "ListenTLS",
    "RunTLS",
    "StartTLS",
    "StartServer",
    "Run",
    "Start",
    "ListenAndServeContext",
    "StartAutoTLS",
    "Spin",
    "Execute",
];

/// Whether this is a name as environment variables have.
pub fn is_variable(text: &str) -> bool {
    text.len() > 2
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        let target = Target { cgo: true, tags: &[] };
        read("main.go", text, &target, &["ListenAndServe"]).unwrap()
    }

    #[test]
    fn a_header_gives_package_and_imports() {
        let it = source(
            "// Package main.\npackage main\n\nimport \"fmt\"\nimport (\n\t_ \"a.b/c\"\n\tx \"d\"\n)\n\nfunc main() { fmt.Println(\"import\") }\n",
        );
        assert_eq!(it.package, "main");
        assert_eq!(it.imports.iter().map(|it| it.value.as_str()).collect::<Vec<_>>(), ["fmt", "a.b/c", "d"]);
        assert_eq!(it.main, 10);
        assert!(read("x.go", "//go:build ignore\n\npackage main\n", &Target { cgo: true, tags: &[] }, &[]).is_none());
    }

    #[test]
    fn literals_know_what_they_are_given_to() {
        let it = source(
            "package main\nvar port = flag.Int(\"port\", 8080, \"x\")\nvar a = kingpin.Flag(\"listen\", \"help\").Default(\":9115\").String()\nvar s = &http.Server{\n\tAddr: \":80\",\n}\nfunc f() {\n\tport = \"1\"\n}\n",
        );
        let find = |value: &str| it.literals.iter().find(|it| it.value == value).unwrap().clone();
        assert_eq!((find("8080").call.as_str(), find("8080").before), ("flag.Int", vec!["port".to_owned()]));
        assert_eq!((find(":9115").call.as_str(), find(":9115").before[0].as_str()), ("Default", "listen"));
        assert_eq!((find(":80").call.as_str(), find(":80").name.as_str()), ("http.Server", "Addr"));
        assert_eq!(find("1").name, "port");
    }

    #[test]
    fn calls_that_listen_keep_their_arguments() {
        let it = source("package main\nfunc main() {\n\thttp.ListenAndServe(\":\"+os.Getenv(\"PORT\"), nil)\n}\n");
        let first = &it.calls[0].arguments[0];
        assert_eq!(
            first,
            &[Piece::Literal(":".into()), Piece::Name("os.Getenv".into()), Piece::Literal("PORT".into())]
        );
        assert_eq!(it.calls[0].line, 3);
    }

    #[test]
    fn embedded_patterns_are_read() {
        let it = source("package ui\n\nimport \"embed\"\n\n//go:embed all:build \"a b/*\"\nvar box embed.FS\n");
        assert_eq!(it.embeds.iter().map(|it| it.value.as_str()).collect::<Vec<_>>(), ["build", "a b/*"]);
    }
}
