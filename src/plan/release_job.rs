//! What is to be done at each release, and no start of the image does.

use crate::analysis::migrations::Migrations;
use crate::evidence::Warning;
use crate::path::join;
use crate::plan::{App, BuildPlan};
use crate::repo::Repo;
use crate::shell::{self, Word, quote_all};

/// Where scripts lie that start an application in a container, from its folder.
const FOLDERS: &[&str] = &["", "scripts", "docker", "bin", "deploy", ".docker"];
/// What they are called.
const NAMES: &[&str] =
    &["entrypoint.sh", "docker-entrypoint.sh", "start.sh", "startup.sh", "prestart.sh", "run.sh", "boot.sh"];
/// Words by which tools are told to bring a database up to date.
const MIGRATIONS: &[&str] =
    &["migrate", "db:migrate", "migration:run", "migrate:latest", "migrate:up", "migrate:deploy", "migrations:run"];
/// What `upgrade` is said of where it means a database.
const DATABASES: &[&str] = &["alembic", "db", "database"];

/// What brings the database up to date that the program needs: a script that starts it, else a tool or the program itself; nothing
/// where the plan says so already.
pub fn release_job(repo: &Repo, app: &App, plan: &BuildPlan) -> Option<Warning> {
    if plan.warnings.iter().any(|warning| warning.is_release_job) {
        return None;
    }
    of_script(repo, app).or_else(|| plan.migrations.as_ref().map(Migrations::warning))
}

/// That a script which starts the application brings its database up to date first.
fn of_script(repo: &Repo, app: &App) -> Option<Warning> {
    let places = FOLDERS.iter().flat_map(|folder| NAMES.iter().map(move |name| join(folder, name)));
    let documents = places.filter_map(|place| repo.read_optional(&join(&app.folder, &place)));
    documents.into_iter().find_map(|document| {
        let commands = shell::read(document.text()).commands.into_iter();
        let mut read = commands.map(|command| {
            let words: Vec<String> = command.words.iter().map(Word::as_written).collect();
            (words, command.range.start)
        });
        let (job, start) = read.find(|(words, _)| is_migration(words))?;
        let message = format!("a script runs `{}` before it starts the program; the image does not", quote_all(&job));
        Some(
            Warning::new(message)
                .at(document.evidence_at(start))
                .hint("run it as a job, with the image or from a checkout, at each release"),
        )
    })
}

/// Whether a command brings a database up to date.
fn is_migration(words: &[String]) -> bool {
    let has = |list: &[&str]| words.iter().skip(1).any(|word| list.contains(&word.as_str()));
    let is_said = words.first().is_some_and(|program| matches!(program.as_str(), "echo" | "printf"));
    let is_alembic = words.first().is_some_and(|program| program == "alembic");
    !is_said && (has(MIGRATIONS) || has(&["upgrade"]) && (is_alembic || has(DATABASES)))
}

#[cfg(test)]
mod tests {
    use super::is_migration;
    use crate::shell;

    #[test]
    fn commands_that_bring_a_database_up_to_date_are_told_from_others() {
        let is = |text: &str| is_migration(&shell::words(text).unwrap());
        for text in [
            "npx prisma migrate deploy",
            "alembic upgrade head",
            "poetry run alembic upgrade head",
            "flask db upgrade",
            "litestar --app app.main:app database upgrade",
            "npm run migration:run",
            "./manage.py migrate --noinput",
        ] {
            assert!(is(text), "{text}");
        }
        for text in ["echo migrate", "apt-get upgrade", "python manage.py makemigrations", "node migrate.js", "migrate"]
        {
            assert!(!is(text), "{text}");
        }
    }
}
