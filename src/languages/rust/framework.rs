//! What crates change: programs for another place than a container, queries that are checked while the program compiles,
//! settings whose variables are the names of fields.

use crate::catalog::{rust_servers, rust_unsupported};
use crate::error::Error;
use crate::evidence::Evidence;
use crate::languages::rust::entrypoint::command_line::Argument;
use crate::languages::rust::manifest::Cargo;
use crate::languages::source::Sources;
use crate::path::join;
use crate::pattern;
use crate::repo::Repo;

/// Why no image is made of a package, where the table of crates knows one.
pub fn unsupported(repo: &Repo, package: &Cargo) -> Option<Error> {
    let dependencies = package.dependencies();
    let is_server = rust_servers().iter().any(|server| !server.is_client && dependencies.contains(&server.name));
    let row = rust_unsupported().iter().find(|row| {
        (row.dependency.is_empty() || dependencies.contains(&row.dependency))
            && (row.file.is_empty() || repo.has(&join(&package.folder, &row.file)))
            && (row.metadata.is_empty() || package.manifest.get(&["package", "metadata", &row.metadata]).is_some())
            && !(row.unless_server && is_server)
    })?;
    let name = package.name().map(|name| name.value).unwrap_or_default();
    Some(Error::Unsupported {
        message: format!("`{}` is {}", name.escape_debug(), row.message),
        evidence: package
            .dependency(&row.dependency)
            .or_else(|| (!row.file.is_empty()).then(|| Evidence::file(join(&package.folder, &row.file)))),
        hint: "name the application that runs on a server: `dockgen init PATH`".into(),
    })
}

/// A database that the build can make by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// PostgreSQL.
    Postgresql,
    /// SQLite.
    Sqlite,
}

impl Database {
    /// The name in templates.
    pub fn name(self) -> &'static str {
        match self {
            Self::Postgresql => "postgresql",
            Self::Sqlite => "sqlite",
        }
    }

    /// The Debian packages that provide it.
    pub fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Postgresql => &["postgresql", "postgresql-contrib"],
            Self::Sqlite => &["sqlite3"],
        }
    }
}

/// What the queries need while the program compiles.
#[derive(Debug)]
pub struct Queries {
    /// The first of them.
    pub evidence: Evidence,
    /// Whether the answers of a database are kept in the repository.
    pub has_answers: bool,
    /// The database to make for the build, and the folder of the migrations that make its tables.
    pub database: Option<(Database, String)>,
}

/// What the queries need; nothing where none is checked.
pub fn queries(repo: &Repo, parts: &[&Cargo], workspace: &Cargo, code: &Sources) -> Option<Queries> {
    let checked = pattern!(
        r"\bsqlx::query(?:_as|_scalar|_file|_file_as|_as_unchecked|_unchecked)?!|\bquery(?:_as|_scalar|_file|_file_as)?!\s*[(\{]"
    );
    if !parts.iter().any(|part| part.dependencies().iter().any(|name| name == "sqlx")) {
        return None;
    }
    let evidence = code.any(checked)?;
    let folders: Vec<&str> = parts.iter().map(|part| part.folder.as_str()).chain([workspace.folder.as_str()]).collect();
    let has = |name: &str| {
        let places = folders.iter().map(|folder| join(folder, name));
        places.filter(|path| repo.has(path) || repo.has_folder(path)).count() > 0
    };
    let features: Vec<String> = parts.iter().flat_map(|part| part.dependency_features(workspace, "sqlx")).collect();
    let uses = |name: &str| features.iter().any(|feature| feature == name);
    let database = match (uses("postgres"), uses("sqlite")) {
        (true, _) => Some(Database::Postgresql),
        (_, true) => Some(Database::Sqlite),
        _ => None,
    };
    let migrations = folders.iter().find_map(|folder| {
        let path = join(folder, "migrations");
        let has_tables = repo.files_under(&path).any(|file| file.ends_with(".sql"));
        has_tables.then_some(path)
    });
    Some(Queries { evidence, has_answers: has(".sqlx") || has("sqlx-data.json"), database: database.zip(migrations) })
}

/// The fields of `impl Default`, each with the variable that changes it; none where no prefix is stated.
pub fn prefixed_arguments(code: &Sources) -> Vec<Argument> {
    let prefix =
        code.find(pattern!(r#"\bEnv::prefixed\(\s*"([A-Z][A-Z0-9_]*_)""#), |captures| Some(captures[1].to_owned()));
    let Some(prefix) = prefix else { return Vec::new() };
    let defaults = pattern!(r"\bimpl\s+(?:std::default::)?Default\s+for\s+\w+\s*\{[^{]*\{\s*\w+\s*\{([^{}]*)\}");
    let field =
        pattern!(r#"(?m)^\s*(\w+):\s*(?:String::from\(|Some\()?\s*(?:"([^"\n]*)"|(\d+))(?:\.\w+\(\))?\)?\s*,?\s*$"#);
    let mut found = Vec::new();
    for document in code.documents() {
        for body in defaults.captures_iter(document.text()).filter_map(|captures| captures.get(1)) {
            for captures in field.captures_iter(body.as_str()) {
                let start = captures.get(1).map_or(0, |name| name.start());
                found.push(Argument {
                    name: captures[1].to_lowercase(),
                    flag: None,
                    variable: Some(format!("{}{}", prefix.value, captures[1].to_uppercase())),
                    default: captures.get(2).or(captures.get(3)).map(|value| value.as_str().to_owned()),
                    evidence: document.evidence_at(body.start() + start),
                });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::prefixed_arguments;
    use crate::languages::source::Sources;
    use crate::repo::Document;

    #[test]
    fn the_variable_of_a_field_is_its_name_behind_the_prefix() {
        let text = "impl Default for Config {\n  fn default() -> Self {\n    Self {\n      host: String::from(\"127.0.0.1\"),\n      port: 8020,\n      mode: Mode::Quick,\n    }\n  }\n}\nfigment.merge(Env::prefixed(\"SHOP_\"))";
        let found = prefixed_arguments(&Sources::of(vec![Document::new("main.rs", text)]));
        let read: Vec<_> =
            found.iter().map(|it| (it.variable.as_deref().unwrap(), it.default.as_deref().unwrap())).collect();
        assert_eq!(read, [("SHOP_HOST", "127.0.0.1"), ("SHOP_PORT", "8020")]);
        assert_eq!(found[1].evidence.line, 5);
        let without = Sources::of(vec![Document::new("main.rs", text.replace("Env::prefixed", "of"))]);
        assert!(prefixed_arguments(&without).is_empty());
    }
}
