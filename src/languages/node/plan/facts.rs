//! What the build plan takes from the repository, read before any question is asked.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::analysis::Program;
use crate::analysis::subprocesses::subprocesses;
use crate::catalog::node::{Broken, broken, is_registry_token};
use crate::catalog::secrets;
use crate::evidence::{Evidence, Fact};
use crate::languages::node::framework::{self, NextOutput};
use crate::languages::node::manifest::Package;
use crate::languages::node::package_manager::install::Installation;
use crate::languages::node::package_manager::lock_file::older_than;
use crate::languages::node::package_manager::{build_script, install_scripts};
use crate::languages::node::workspace::Workspace;
use crate::path::{join, parent};
use crate::plan::Variable;
use crate::repo::{Document, Repo};
use crate::shell::{self, Piece, SimpleCommand, Word};
use crate::source;

/// What the plan takes from the repository, read before any question is asked.
#[derive(Debug)]
pub struct Facts {
    /// How its workspace is installed.
    pub(super) installation: Rc<Installation>,
    /// The root's own install scripts, to run when the sources are there.
    pub(super) own_scripts: Vec<String>,
    /// The root's install scripts that only a developer needs, where an installation would run them.
    pub(super) dropped_scripts: Vec<String>,
    /// The install scripts of the members that the application needs, each with its member.
    pub(super) member_scripts: Vec<(Package, String)>,
    /// How many folders above the package Next.js starts to trace what its server needs; none where nothing says it.
    pub(super) tracing_root: Option<usize>,
    /// What Next.js is configured to make.
    pub(super) next_output: Option<NextOutput>,
    /// Whether there is a folder of files that Next.js hands out.
    pub(super) has_public: bool,
    /// The variable of a token for a private registry.
    pub(super) token: Option<Fact<String>>,
    /// A variable that stands where such a token does, and is not named for one.
    pub(super) other_token: Option<Fact<String>>,
    /// Whether the schema of Prisma is there and nothing generates its client.
    pub(super) generates_prisma: bool,
    /// The variable that the configuration of Prisma can't be read without, though nothing connects in a build.
    pub(super) generator_variable: Option<String>,
    /// Files of variables that the build puts into pages, and nothing else in them.
    pub(super) public_settings: Vec<String>,
    /// A file of variables that is left out.
    pub(super) settings: Option<Evidence>,
    /// Whether the build script builds pages of Next.js.
    pub(in crate::languages::node) builds_next: bool,
    /// Whether the compiler of Nest is there, and set up.
    pub(in crate::languages::node) has_nest: bool,
    /// Where the build asks git for the history of the repository.
    pub(super) asks_git: Option<Evidence>,
    /// The file that says what Git leaves out, which tools of the build may read; none where there is none.
    pub(super) ignore_file: Option<String>,
    /// Whether the build runs tests.
    pub(super) builds_with_tests: bool,
    /// What an old bundler needs in its surroundings.
    pub(super) old_bundlers: Vec<Variable>,
    /// Dependencies that are too old for any image, each with why.
    pub(super) broken: Vec<(&'static Broken, Evidence)>,
}

impl Facts {
    /// Reads them.
    pub fn read(repo: &Repo, package: &Package, workspace: &Workspace, installation: Rc<Installation>) -> Self {
        let own_scripts = install_scripts::own(&workspace.root);
        let needed = workspace.needed_by(package).into_iter().filter(|member| member.folder != workspace.root.folder);
        let member_scripts = needed
            .flat_map(|member| install_scripts::own(member).into_iter().map(|name| (member.clone(), name)))
            .collect();
        let prisma = package.depends_on("@prisma/client")
            && repo.files_under(&package.folder).any(|file| file.ends_with("schema.prisma"));
        let build = build_script::build_script(package).map_or_else(|| "build".into(), |(name, _)| name);
        let scripted = ["postinstall", &build, "prepare", "prebuild"]
            .iter()
            .any(|name| runs(package, name, "prisma generate") || runs(&workspace.root, name, "prisma generate"));
        let inner = repo
            .files_under(&package.folder)
            .filter(|file| file.ends_with("/package.json") && !workspace.has_members())
            .filter_map(|file| Package::read(repo, parent(file)).ok());
        let inner: Vec<Package> = inner.collect();
        let old_bundlers = framework::of_old_bundlers(&std::iter::once(package).chain(&inner).collect::<Vec<_>>());
        let (public_settings, settings) = files(repo, package, workspace);
        let (tokens, other): (Vec<_>, Vec<_>) =
            tokens(repo, workspace).into_iter().partition(|token| is_registry_token(&token.value));
        Self {
            own_scripts,
            dropped_scripts: if installation.late_scripts {
                Vec::new()
            } else {
                install_scripts::for_developers(&workspace.root)
            },
            installation,
            member_scripts,
            tracing_root: framework::tracing_root(repo, package),
            next_output: framework::next_output(repo, package),
            has_public: repo.has_folder(&join(&package.folder, "public")),
            token: tokens.into_iter().next(),
            other_token: other.into_iter().next(),
            generates_prisma: prisma && !scripted,
            generator_variable: framework::configuration(repo, package, "prisma.config").and_then(|document| {
                let calls = source::read(document).calls;
                let variable =
                    calls.iter().filter(|call| call.name() == "env").find_map(|call| call.positional(0)?.text());
                variable.map(str::to_owned)
            }),
            public_settings,
            settings,
            asks_git: asks_git(repo, package, &build),
            ignore_file: Some(join(&workspace.root.folder, ".gitignore")).filter(|path| repo.has(path)),
            builds_with_tests: ["pre", "", "post"].iter().any(|hook| runs_tests(package, &format!("{hook}{build}"))),
            builds_next: runs(package, &build, "next build"),
            has_nest: package.depends_on("@nestjs/cli") && repo.has(&join(&package.folder, "nest-cli.json")),
            old_bundlers,
            broken: broken()
                .iter()
                .filter_map(|row| {
                    let folder = &workspace.root.folder;
                    Some((row, older_than(repo, folder, package, &row.package, &row.below)?))
                })
                .collect(),
        }
    }
}

impl Facts {
    /// Whether Next.js traces from above the build context, so that its output lies below the name of that.
    pub(super) fn traces_from_above(&self, folder: &str) -> bool {
        let depth = folder.trim_start_matches("/app").split('/').filter(|part| !part.is_empty()).count();
        self.tracing_root.is_some_and(|above| above > depth)
    }

    /// Whether nothing is made beside the build when the sources are there.
    pub(super) fn makes_nothing(&self) -> bool {
        !self.installation.late_scripts && !self.generates_prisma
    }
}

/// Whether a script runs a command, itself or by a script that it names.
fn runs(package: &Package, script: &str, command: &str) -> bool {
    reached(package, script).iter().any(|fact| fact.value.contains(command))
}

/// Whether a script runs tests, itself or by a script that it names.
fn runs_tests(package: &Package, script: &str) -> bool {
    let runners = ["test", "jest", "mocha", "ava", "tap", "karma"];
    let is_runner = |word: &str| runners.contains(&word) || word.contains("test");
    reached(package, script).iter().any(|fact| fact.value.split_whitespace().any(is_runner))
}

/// A script and those that it names, each once.
fn reached(package: &Package, script: &str) -> Vec<Fact<String>> {
    let (mut open, mut seen, mut found) = (vec![script.to_owned()], BTreeSet::new(), Vec::new());
    while let Some(name) = open.pop() {
        if let Some(fact) = package.script(&name).filter(|_| seen.insert(name)) {
            open.extend(fact.value.split_whitespace().map(str::to_owned));
            found.push(fact);
        }
    }
    found
}

/// Where the script that builds a package, one that it names, or the settings of its bundler start git.
fn asks_git(repo: &Repo, package: &Package, build: &str) -> Option<Evidence> {
    let scripts = [build.to_owned(), format!("pre{build}"), format!("post{build}")];
    let all = scripts.iter().flat_map(|name| reached(package, name));
    let of_scripts = all.into_iter().find(|fact| starts_git(&fact.value)).map(|fact| fact.evidence);
    of_scripts.or_else(|| {
        let settings = repo.names_in(&package.folder).filter(|name| name.contains(".config."));
        settings.filter_map(|name| repo.read_optional(&join(&package.folder, name))).find_map(|document| {
            let program = Program::of([Rc::new(source::read_bounded(document).ok()?)]);
            let started = subprocesses(&program).into_iter().find(|it| it.program.as_deref() == Some("git"))?;
            started.evidence
        })
    })
}

/// Whether a script has a command of git.
fn starts_git(script: &str) -> bool {
    let script = shell::read(script);
    let words = script.commands.iter().flat_map(SimpleCommand::all_words);
    let is_computed = words.flat_map(|word| &word.pieces).any(|piece| match piece {
        Piece::Computed(text) => text.trim_start_matches(['$', '(', '`']).trim_start().starts_with("git "),
        _ => false,
    });
    let first = |command: &SimpleCommand| command.words.first().map(Word::as_written);
    is_computed || script.commands.iter().any(|command| first(command).as_deref() == Some("git"))
}

/// The variables that `.npmrc` or `.yarnrc.yml` take tokens from.
fn tokens(repo: &Repo, workspace: &Workspace) -> Vec<Fact<String>> {
    let documents =
        [".npmrc", ".yarnrc.yml"].iter().filter_map(|name| repo.read_optional(&join(&workspace.root.folder, name)));
    let of = |document: Document| -> Vec<Fact<String>> {
        let variables = document.lines().filter_map(|(number, line)| Some((number, variable_of_token(line)?)));
        variables.map(|(number, variable)| Fact::new(variable, document.evidence_line(number))).collect()
    };
    documents.flat_map(of).collect()
}

/// The variable that a line of such a file takes a token from: `//host/:_authToken=${NAME}`, `npmAuthToken: "${NAME:-}"`.
fn variable_of_token(line: &str) -> Option<String> {
    let (key, value) = line.split_once('=').filter(|(key, _)| key.contains("_authToken")).or(line.split_once(':'))?;
    let is_token = key.trim_end().ends_with("_authToken") || key.trim() == "npmAuthToken";
    let value = value.trim().trim_start_matches(['"', '\'']).strip_prefix("${").filter(|_| is_token)?;
    let name: String = value.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    Variable::is_name(&name).then_some(name)
}

/// What bundlers read in a build for production.
const NAMES: &[&str] = &[".env", ".env.production"];
/// Others that only the program needs, where none of those is there.
const OTHER_NAMES: &[&str] = &[".env.prod", ".env.development", ".env.dev", ".env.local"];

/// The files of a package and of the root of its workspace: those for the build, and one that only the program needs.
pub fn files(repo: &Repo, package: &Package, workspace: &Workspace) -> (Vec<String>, Option<Evidence>) {
    let mut folders = vec![package.folder.as_str()];
    if workspace.root.folder != package.folder {
        folders.push(&workspace.root.folder);
    }
    let read = |names: &'static [&'static str]| {
        let places = folders.iter().flat_map(move |folder| names.iter().map(|name| join(folder, name)));
        let says =
            |document: &Document| document.lines().any(|(_, it)| it.contains('=') && !it.trim().starts_with('#'));
        places.filter_map(|path| repo.read_optional(&path)).filter(says)
    };
    let is_public = |document: &Document| secrets().variables.are_public(document.text());
    let (public, other): (Vec<_>, Vec<_>) = read(NAMES).partition(is_public);
    let is_for_program = |document: &Document| public.is_empty() && !is_public(document);
    let other = other.into_iter().next().or_else(|| read(OTHER_NAMES).find(is_for_program));
    let public = public.iter().map(|document| document.path().to_owned()).collect();
    (public, other.map(|document| Evidence::file(document.path())))
}

#[cfg(test)]
mod tests {
    use super::variable_of_token;

    #[test]
    fn a_token_is_told_from_other_settings() {
        for line in [
            "//r.example/:_authToken=${TOKEN}",
            "_authToken = ${TOKEN}",
            "    npmAuthToken: \"${TOKEN:-}\"",
            "npmAuthToken: ${TOKEN}",
        ] {
            assert_eq!(variable_of_token(line).as_deref(), Some("TOKEN"), "{line}");
        }
        for line in
            ["//r.example/:_authToken=secret", "registry=${HOST}", "npmAuthIdent: ${TOKEN}", "_authToken=$TOKEN", ""]
        {
            assert_eq!(variable_of_token(line), None, "{line}");
        }
    }
}
