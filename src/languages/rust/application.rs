//! A package with binary targets, with its questions.

use crate::error::Result;
use crate::languages::rust::manifest::{Binary, Cargo, folder_name, workspace_of};
use crate::languages::rust::native::{self, Needs};
use crate::languages::rust::plan;
use crate::languages::rust::source::{self, SourceFacts};
use crate::languages::rust::toolchain::{self, Toolchain};
use crate::languages::{App, Application, Fact, Role};
use crate::plan::{Answers, BuildPlan, Choice, Question, Resolved};
use crate::repo::Repo;

/// An application of Cargo.
#[derive(Debug)]
pub struct RustApplication {
    pub(super) app: App,
    pub(super) package: String,
    pub(super) binaries: Vec<Binary>,
    pub(super) source: SourceFacts,
    pub(super) needs: Needs,
    pub(super) toolchain: Toolchain,
    pub(super) facts: plan::Facts,
    default_run: Option<Fact<String>>,
}

impl RustApplication {
    /// The application of a package that has binaries.
    pub fn new(repo: &Repo, all: &[Cargo], package: &Cargo, binaries: Vec<Binary>) -> Self {
        let workspace = workspace_of(all, package);
        let source = source::read(repo, package, workspace);
        let toolchain = toolchain::read(repo, package, workspace);
        let name = package.name();
        let mut needs = native::needs(repo, package, workspace);
        needs.build.extend(native::linkers(repo, workspace));
        let mut app = App {
            language: "rust",
            name: name.as_ref().map_or_else(|| folder_name(&package.folder).to_owned(), |name| name.value.clone()),
            folder: package.folder.clone(),
            context: context(all, package, workspace),
            role: role(package, workspace),
            shape: if source.is_server { "Rust server".into() } else { "command-line tool".into() },
            facts: Vec::new(),
        };
        if let Some(name) = &name {
            app.note("package", name);
        }
        for fact in toolchain.least.iter().chain(&toolchain.pinned) {
            app.note("rust", fact);
        }
        for binary in &binaries {
            app.note("binary", &Fact::new(binary.name.clone(), binary.evidence.clone()));
        }
        if let Some(port) = source.port.as_ref().filter(|_| source.is_server) {
            app.note("port", port);
        }
        let facts = plan::Facts::read(repo, package, workspace);
        let package_name = app.name.clone();
        Self {
            app,
            package: package_name,
            binaries,
            source,
            needs,
            toolchain,
            facts,
            default_run: package.manifest.text(&["package", "default-run"]),
        }
    }

    /// The binary that is started unless somebody says otherwise.
    fn default_binary(&self) -> Option<Resolved<String>> {
        if let Some(fact) = &self.default_run {
            return Some(Resolved::from(fact.clone()));
        }
        let found = |binary: &Binary| Resolved::from(Fact::new(binary.name.clone(), binary.evidence.clone()));
        match self.binaries.as_slice() {
            [one] => Some(found(one)),
            several => several.iter().find(|binary| binary.name == self.package).map(found),
        }
    }

    /// The chosen binary.
    pub(super) fn binary(&self, answers: &Answers) -> &Binary {
        let chosen = answers.get("binary").and_then(|name| self.binaries.iter().find(|binary| binary.name == name));
        chosen.unwrap_or(&self.binaries[0])
    }
}

/// The build context: the workspace's root, or the folder above everything that the package depends on by path.
fn context(all: &[Cargo], package: &Cargo, workspace: &Cargo) -> String {
    let mut context = workspace.folder.clone();
    let mut open = vec![package.folder.clone()];
    let mut seen = Vec::new();
    while let Some(folder) = open.pop() {
        if seen.contains(&folder) {
            continue;
        }
        while !(context.is_empty() || folder == context || folder.starts_with(&format!("{context}/"))) {
            context.truncate(crate::repo::parent(&context).len());
        }
        if let Some(cargo) = all.iter().find(|cargo| cargo.folder == folder) {
            open.extend(cargo.path_dependency_folders());
        }
        seen.push(folder);
    }
    context
}

/// Helpers of a workspace: its own build tool, and what `default-members` leaves out.
fn role(package: &Cargo, workspace: &Cargo) -> Role {
    let name = package.name().map(|name| name.value).unwrap_or_default();
    let is_helper = name == "xtask"
        || name.ends_with("-xtask")
        || name.contains("benchmark")
        || name.starts_with("fuzz")
        || name.ends_with("-fuzz");
    let defaults = workspace.default_members();
    let is_left_out = !defaults.is_empty() && !defaults.contains(&package.folder) && package.folder != workspace.folder;
    if is_helper || is_left_out { Role::Auxiliary } else { Role::Application }
}

impl Application for RustApplication {
    fn app(&self) -> &App {
        &self.app
    }

    fn questions(&self, answers: &Answers) -> Result<Vec<Question>> {
        let mut questions = vec![self.toolchain.question()?];
        let choices = self.binaries.iter().map(|binary| Choice::new(&binary.name, binary.evidence.place())).collect();
        let missing = "the package makes several programs, and neither `default-run` nor a name like the package's says which one is meant";
        questions.push(Question::new("binary", self.default_binary()).choices(choices).missing(missing));
        let port = match &self.source.port {
            Some(port) if self.source.is_server => Resolved::from(port.clone().map(|port| port.to_string())),
            _ if self.source.is_server => Resolved::default("8080".into()),
            _ => Resolved::default("none".into()),
        };
        questions.push(Question::new("port", Some(port)));
        let start = Question::new(
            "start",
            Some(Resolved::default(crate::render::sh(answers.get("binary").unwrap_or_default()))),
        );
        questions.push(start);
        let kinds = vec![
            Choice::new("cc", "the C library, OpenSSL and the C++ runtime: what Rust links by default"),
            Choice::new("static", "nothing but the program, linked statically with the C library"),
        ];
        questions.push(Question::new("runtime", Some(Resolved::default("cc".into()))).choices(kinds));
        Ok(questions)
    }

    fn plan(&self, answers: &Answers) -> Result<BuildPlan> {
        plan::plan(self, answers)
    }
}
