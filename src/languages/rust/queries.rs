//! Queries that sqlx checks against a database while the program compiles.

use crate::evidence::Evidence;
use crate::languages::rust::manifest::Cargo;
use crate::languages::source::Sources;
use crate::path::join;
use crate::pattern;
use crate::repo::Repo;

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

/// Reads what the queries need; nothing where none is checked.
pub fn read(repo: &Repo, parts: &[&Cargo], workspace: &Cargo, code: &Sources) -> Option<Queries> {
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
