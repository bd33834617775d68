//! A package with binary targets, with its questions.

mod recipe;
mod warnings;

use std::collections::BTreeSet;

use crate::analysis::Setting;
use crate::error::{Error, Result};
use crate::evidence::Fact;
use crate::languages::rust::entrypoint::{self, Entrypoint};
use crate::languages::rust::manifest::{Binary, Cargo, folder_name};
use crate::languages::rust::package_manager::build_script::{self, BuildNeeds};
use crate::languages::rust::package_manager::configuration::{self, Config};
use crate::languages::rust::package_manager::lock_file::{self, LockFiles, Needs};
use crate::languages::rust::plan::recipe::Facts;
use crate::languages::rust::version::{self, Toolchain};
use crate::languages::rust::workspace::{MissingPackage, Workspaces, role};
use crate::plan::NeededFiles;
use crate::plan::{Answers, App, Application, BuildPlan, Choice, Question, Resolved, listen_question, unprivileged};
use crate::shell::quote;
use crate::source::Sources;

/// An application of Cargo.
#[derive(Debug)]
pub struct RustApplication {
    pub(super) app: App,
    pub(super) package: String,
    pub(super) binaries: Vec<Binary>,
    pub(super) entrypoint: Entrypoint,
    pub(super) needs: Needs,
    pub(super) needed_files: NeededFiles,
    pub(super) build: BuildNeeds,
    pub(super) config: Config,
    pub(super) toolchain: Toolchain,
    pub(super) facts: Facts,
    default_run: Option<Fact<String>>,
    /// What is missing so that Cargo could not even start.
    missing_package: Option<MissingPackage>,
}

impl RustApplication {
    /// The application of a package that has binaries; `programs` are all packages that have some.
    pub fn new(
        sources: &Sources,
        locks: &LockFiles,
        workspaces: &Workspaces,
        package: &Cargo,
        binaries: Vec<Binary>,
        programs: &[&Cargo],
    ) -> Self {
        let repo = sources.repo();
        let workspace = workspaces.of(package);
        let parts = workspaces.parts(package);
        let entrypoint = entrypoint::read(repo, sources, &parts, workspace);
        let toolchain = version::read(repo, package, workspace);
        let config = configuration::read(repo, &workspace.folder);
        let mut build = build_script::read(repo, sources, &parts, &entrypoint);
        build.variables.retain(|fact| !config.variables.contains(&fact.value));
        let context = workspaces.context(package, &build.compiled_in);
        let read = entrypoint.files.iter().chain(&entrypoint.placed_files);
        let needed_files = NeededFiles::new(repo, &context, build.compiled_in.iter().chain(read));
        let name = package.name();
        let is_unstable = config.unstable.is_some() || !entrypoint.unstable_features.is_empty();
        let is_nightly = toolchain.is_nightly() || is_unstable;
        let needs = lock_file::needs(repo, locks, workspaces, package, is_nightly);
        let facts = Facts::read(package, workspace);
        let called = name.as_ref().map_or_else(|| folder_name(&package.folder), |name| name.value.as_str());
        let mut app = App {
            language: "rust",
            name: called.to_owned(),
            identity: [called, facts.address.as_deref().unwrap_or_default()].join("\0"),
            folder: package.folder.clone(),
            context,
            role: role(repo, workspaces, package, programs),
            shape: match entrypoint.worker {
                _ if entrypoint.is_server => "Rust server".into(),
                Some(worker) => worker.title.clone(),
                None => "command-line tool".into(),
            },
            facts: Vec::new(),
            unread: sources.unread(&package.folder),
        };
        if let Some(name) = &name {
            app.note("package", name);
        }
        for fact in toolchain.least.iter().chain(&toolchain.pinned) {
            app.note("rust", fact);
        }
        for binary in &binaries {
            app.note("binary", &Fact::new(binary.name.clone(), binary.evidence.clone()));
            for feature in &binary.features {
                app.note("required feature", &Fact::new(feature.clone(), binary.evidence.clone()));
            }
        }
        let features = package.features();
        if !features.is_empty() {
            let list = features.into_iter().collect::<Vec<_>>().join(", ");
            app.note("features", &Fact::new(list, package.manifest.evidence(&["features"])));
        }
        if let Some(port) = entrypoint.listen.port.as_ref().filter(|_| entrypoint.is_server) {
            app.note("port", port);
        }
        app.note_all(&entrypoint.surroundings);
        for front_end in &build.front_ends {
            app.note("front end", &Fact::new(folder_name(&front_end.folder).to_owned(), front_end.evidence.clone()));
        }
        Self {
            package: app.name.clone(),
            app,
            binaries,
            entrypoint,
            needs,
            needed_files,
            build,
            config,
            toolchain,
            facts,
            default_run: package.manifest.text(&["package", "default-run"]),
            missing_package: workspaces.missing_package(repo, package),
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
            several => {
                let named = several.iter().find(|binary| binary.name == self.package);
                named.or_else(|| self.named_in_part()).map(found)
            }
        }
    }

    /// The binary, where it is one of several, that is called by a part of the package's name: `server` of the package `chat-server`.
    pub(super) fn named_in_part(&self) -> Option<&Binary> {
        let is_said = self.default_run.is_some() || self.binaries.iter().any(|it| it.name == self.package);
        if is_said || self.binaries.len() < 2 {
            return None;
        }
        let parts: BTreeSet<&str> = self.package.split(['-', '_']).collect();
        let mut named = self.binaries.iter().filter(|it| parts.contains(it.name.as_str()));
        named.next().filter(|_| named.next().is_none())
    }

    /// The chosen binary.
    pub(super) fn binary(&self, answers: &Answers) -> &Binary {
        let chosen = answers.get("binary").and_then(|name| self.binaries.iter().find(|binary| binary.name == name));
        chosen.unwrap_or(&self.binaries[0])
    }

    /// The program, with the subcommand that serves and the flags that let others reach it.
    fn default_start(&self, answers: &Answers) -> Resolved<String> {
        let mut words = vec![answers.get("binary").unwrap_or_default().to_owned()];
        let mut evidence = None;
        if self.entrypoint.is_server {
            if let Some(serve) = &self.entrypoint.subcommands.serve {
                words.push(serve.value.clone());
                evidence = Some(serve.evidence.clone());
            }
            words.extend(self.entrypoint.server.iter().flat_map(|server| server.command.clone()));
            // a flag belongs to the program or to the subcommand that serves
            let takes_flags = self.entrypoint.subcommands.is_bare || self.entrypoint.subcommands.serve.is_some();
            if let Some((Setting::Flag(flag), is_address)) = self.entrypoint.interface().filter(|_| takes_flags) {
                let port = answers.some("port").filter(|_| is_address);
                let value = port.map_or_else(|| "0.0.0.0".to_owned(), |port| format!("0.0.0.0:{port}"));
                words.extend([flag.clone(), value]);
                let loopback = self.entrypoint.listen.loopback.as_ref();
                evidence = evidence.or_else(|| loopback.map(|loopback| loopback.evidence.clone()));
            }
            words.extend(self.port_flag(answers));
        }
        let start = words.iter().map(|word| quote(word)).collect::<Vec<_>>().join(" ");
        evidence.map_or_else(|| Resolved::default(start.clone()), |at| Resolved::from(Fact::new(start.clone(), at)))
    }

    /// The flag that sets the port, where another one than its own was chosen and no address holds it already.
    /// Whether a variable or an option tells it its port.
    fn is_told_port(&self) -> bool {
        let by_framework = || self.entrypoint.server.iter().flat_map(|server| server.environment.values());
        self.entrypoint.listen.port_setting.is_some() || by_framework().any(|value| value == "{port}")
    }

    fn port_flag(&self, answers: &Answers) -> Vec<String> {
        let listen = &self.entrypoint.listen;
        let own = listen.port.as_ref().map(|port| port.value.to_string());
        match (&listen.port_setting, answers.some("port")) {
            (Some(Setting::Flag(_)), _) if listen.is_address && self.entrypoint.interface().is_some() => Vec::new(),
            (Some(Setting::Flag(flag)), Some(port)) if own.as_deref() != Some(port) => {
                let address = format!("0.0.0.0:{port}");
                vec![flag.clone(), if listen.is_address { address } else { port.to_owned() }]
            }
            _ => Vec::new(),
        }
    }
}

impl Application for RustApplication {
    fn app(&self) -> &App {
        &self.app
    }

    fn questions(&self, answers: &Answers) -> Result<Vec<Question>> {
        if let Some(MissingPackage { message, evidence, hint }) = self.missing_package.clone() {
            return Err(Error::Unsupported { message, evidence, hint });
        }
        let mut questions = vec![self.toolchain.question()?];
        let choices = self.binaries.iter().map(|binary| Choice::new(&binary.name, binary.evidence.place())).collect();
        let missing = "the package makes several programs, and neither `default-run` nor a name like the package's says which one is meant";
        questions.push(Question::new("binary", self.default_binary()).choices(choices).missing(missing));
        let features = match &self.build.feature {
            Some(feature) => Resolved::from(feature.clone().map(|name| format!("default,{name}"))),
            None => Resolved::default("default".into()),
        };
        if self.facts.has_features {
            questions.push(Question::new("features", Some(features)));
        }
        let port = match &self.entrypoint.listen.port {
            Some(port) if self.entrypoint.is_server => {
                Resolved::from(port.clone().map(|port| unprivileged(port, self.is_told_port())))
            }
            _ if self.entrypoint.is_server => Resolved::default("8080".into()),
            _ => Resolved::default("none".into()),
        };
        questions.push(Question::new("port", Some(port)));
        questions.extend(self.entrypoint.edit().map(listen_question));
        questions.push(Question::new("start", Some(self.default_start(answers))));
        let is_asked = self.entrypoint.is_server && self.entrypoint.subcommands.health.is_none();
        if is_asked && answers.some("port").is_some() {
            let health = self.entrypoint.health.clone();
            let health = health.map_or_else(|| Resolved::default("none".into()), Resolved::from);
            questions.push(Question::new("health", Some(health)));
        }
        let kinds = vec![
            Choice::new("cc", "the C library, OpenSSL and the C++ runtime: what Rust links by default"),
            Choice::new("base", "the C library and OpenSSL; the rest of what is linked is copied"),
            Choice::new("static", "nothing but the program, linked statically with the C library"),
        ];
        questions.push(Question::new("runtime", Some(Resolved::default("cc".into()))).choices(kinds));
        let caches = vec![
            Choice::new("mount", "in cache mounts of the builder, which BuildKit and Buildah have"),
            Choice::new("layer", "in a layer of their own, made by cargo-chef: for builders that keep layers only"),
        ];
        questions.push(Question::new("cache", Some(Resolved::default("mount".into()))).choices(caches));
        Ok(questions)
    }

    fn programs(&self, _: &Answers) -> Vec<Fact<String>> {
        self.entrypoint.programs.clone()
    }

    fn plan(&self, answers: &Answers) -> Result<BuildPlan> {
        recipe::plan(self, answers)
    }
}
