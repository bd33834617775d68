//! A module, or one program of it, as an application: its questions.

use std::borrow::Cow;
use std::rc::Rc;

use crate::analysis::SourceEdit;
use crate::catalog::{image, images};
use crate::error::{Error, Result};
use crate::evidence::Fact;
use crate::languages::go::entrypoint::{Program, front_end, preferred};
use crate::languages::go::package_manager::BuildSettings;
use crate::languages::go::plan::{self, warnings};
use crate::languages::go::version::Version;
use crate::languages::go::workspace::module::Module;
use crate::path::file_name;
use crate::plan::{
    Answers, App, Application, BuildPlan, Choice, Question, Resolved, Role, Source, Word, listen_question, unprivileged,
};
use crate::source::Unread;

/// An application in Go.
#[derive(Debug)]
pub struct GoApplication {
    /// With the facts of the program that is most likely meant.
    app: App,
    /// How many of its facts, the first ones, are those of all programs.
    shared: usize,
    project: Rc<Project>,
    programs: Vec<Program>,
}

/// What the programs of a module share.
#[derive(Debug)]
pub struct Project {
    /// The module.
    pub module: Module,
    /// How it builds itself.
    pub recipe: BuildSettings,
    /// The version that it is developed with.
    pub pinned: Option<Fact<Version>>,
    /// Its sources that were not read.
    pub unread: Unread,
}

impl GoApplication {
    /// The programs of a module, seen from `folder`.
    pub fn new(project: &Rc<Project>, programs: Vec<Program>, folder: &str, role: Role) -> Self {
        let module = &project.module;
        let main = preferred(&programs, module).or(programs.first());
        let name = match main {
            Some(program) if folder != module.folder => program.label.clone(),
            _ => module.name(),
        };
        let mut app = App {
            language: "go",
            name,
            identity: module.file.module.as_ref().map(|path| path.value.clone()).unwrap_or_default(),
            folder: folder.to_owned(),
            context: module.context.clone(),
            role,
            shape: String::new(),
            facts: Vec::new(),
            unread: project.unread.clone(),
        };
        if let Some(path) = &module.file.module {
            app.note("module", path);
        }
        if let Some(floor) = &module.floor {
            app.note("version", floor);
        }
        if let Some(pinned) = &project.pinned {
            app.note("version", pinned);
        }
        if let Some(tags) = &project.recipe.tags {
            app.note("tags", &tags.clone().map(|tags| tags.join(" ")));
        }
        for set in &project.recipe.sets {
            app.note("linker", &set.clone().map(|set| format!("{}={}", set.name, set.value)));
        }
        for program in &programs {
            app.note("program", &program.main.clone().map(|_| program.label.clone()));
        }
        let shared = app.facts.len();
        if let Some(program) = main {
            program.describe(&mut app);
        }
        Self { app, shared, project: Rc::clone(project), programs }
    }

    fn program(&self, answers: &Answers) -> Option<&Program> {
        match answers.get("binary") {
            Some(label) => self.programs.iter().find(|program| program.label == label),
            None => self.programs.first().filter(|_| self.programs.len() == 1),
        }
    }

    fn version(&self) -> Result<Question> {
        let all =
            images().iter().find(|image| image.id == "go-build").map(|image| image.cycles.clone()).unwrap_or_default();
        let mut offered: Vec<(Version, String)> = all
            .into_iter()
            .filter_map(|cycle| Some((Version::parse(&cycle)?, cycle)))
            .filter(|(version, _)| self.project.module.floor.as_ref().is_none_or(|floor| *version >= floor.value))
            .collect();
        offered.sort();
        offered.reverse();
        let pinned = self.project.pinned.as_ref().and_then(|pinned| {
            let (_, cycle) = offered.iter().find(|(version, _)| *version == pinned.value)?;
            Some(Resolved::new(cycle.clone(), Source::Detected(pinned.evidence.clone())))
        });
        let Some(newest) = offered.first() else {
            let floor = self.project.module.floor.as_ref();
            return Err(Error::Unsupported {
                message: format!(
                    "no maintained image has Go {}",
                    floor.map(|it| it.value.to_string()).unwrap_or_default()
                ),
                evidence: floor.map(|floor| floor.evidence.clone()),
                hint: "lower the `go` or `toolchain` line, or wait for the image of that release".into(),
            });
        };
        // the release line that is nearest to what the project was written for breaks the fewest of its dependencies
        let nearest = offered.last().filter(|_| self.project.module.floor.is_some());
        let (version, cycle) = nearest.unwrap_or(newest);
        let stated = self.project.module.floor.as_ref().filter(|floor| floor.value == *version);
        let default = pinned.unwrap_or_else(|| match stated {
            Some(floor) => Resolved::new(cycle.clone(), Source::Detected(floor.evidence.clone())),
            None => Resolved::default(cycle.clone()),
        });
        Ok(Question::new("version", Some(default))
            .choices(offered.into_iter().map(|(_, cycle)| Choice::new(cycle, "")).collect()))
    }

    fn binary(&self) -> Question {
        let default = preferred(&self.programs, &self.project.module)
            .map(|program| Resolved::new(program.label.clone(), Source::Detected(program.main.evidence.clone())));
        let mut choices: Vec<&Program> = self.programs.iter().collect();
        choices.sort_by_key(|program| (program.is_aside, program.label.clone()));
        let choices = choices.iter().map(|program| {
            let place = program.main.evidence.place();
            Choice::new(&program.label, format!("{} in {place}", program.shape)).aside(program.is_aside)
        });
        Question::new("binary", default)
            .choices(choices.collect())
            .missing("the module has several programs, and none is named like it")
    }
}

impl Application for GoApplication {
    fn app(&self) -> &App {
        &self.app
    }

    fn chosen(&self, answers: &Answers) -> Cow<'_, App> {
        let Some(program) = self.program(answers).filter(|_| self.programs.len() > 1) else {
            return Cow::Borrowed(&self.app);
        };
        let mut app = self.app.clone();
        app.facts.truncate(self.shared);
        program.describe(&mut app);
        Cow::Owned(app)
    }

    fn questions(&self, answers: &Answers) -> Result<Vec<Question>> {
        let mut questions = vec![self.version()?];
        if self.programs.len() > 1 {
            questions.push(self.binary());
        }
        let Some(program) = self.program(answers) else {
            return Ok(questions);
        };
        questions.push(program.start());
        questions.push(Question::new("port", Some(program.port_answer())));
        questions.extend(program.listen_edit().map(listen_question));
        if program.health_command.is_none() && answers.some("port").is_some() {
            let health = program.health.clone().map_or_else(|| Resolved::default("none".to_owned()), Resolved::from);
            questions.push(Question::new("health", Some(health)));
        }
        questions.push(program.runtimes());
        Ok(questions)
    }

    fn programs(&self, answers: &Answers) -> Vec<Fact<String>> {
        self.program(answers).map(|program| program.started.clone()).unwrap_or_default()
    }

    fn plan(&self, answers: &Answers) -> Result<BuildPlan> {
        let program = self.program(answers).ok_or_else(|| Error::Defect("no program was chosen".into()))?;
        let version = answers.get("version").unwrap_or_default();
        let builder = image("go-build", version).ok_or_else(|| Error::Defect(format!("no image of Go {version}")))?;
        let mut plan = plan::plan(&self.app, &self.project, program, answers, &builder.reference)?;
        warnings::warn_of_version(&mut plan, self.project.pinned.as_ref(), version);
        if matches!(answers.resolved("binary"), Some(Resolved { source: Source::Detected(_), .. })) {
            plan.warnings.extend(warnings::other_programs(&self.project.module, program, &self.programs));
        }
        Ok(plan)
    }
}

impl Program {
    /// The change of the source that lets others than the container itself be heard.
    pub fn listen_edit(&self) -> Option<&SourceEdit> {
        self.port.as_ref()?.edit.as_ref()
    }

    /// Says of an application what this program of it says.
    fn describe(&self, app: &mut App) {
        app.shape.clone_from(&self.shape);
        app.note("packages", &self.main.clone().map(|_| self.packages));
        if let Some(server) = &self.server {
            app.note("server", server);
        }
        if let Some(port) = &self.port {
            let shown =
                port.number.map_or_else(|| port.variable().unwrap_or_default().to_owned(), |number| number.to_string());
            app.note("port", &Fact::new(shown, port.evidence.clone()));
        }
        if let Some(health) = &self.health {
            app.note("health", health);
        }
        app.note_all(&self.surroundings);
        for reason in &self.needs.reasons {
            app.note("cgo", reason);
        }
        for read in self.files.read.iter().chain(&self.files.kept) {
            app.note("reads", read);
        }
        for written in self.files.written.iter().chain(&self.files.written_here) {
            app.note("writes", written);
        }
        for generator in &self.generators {
            let words = generator.value.words.iter().filter_map(Word::text);
            app.note("generates", &generator.clone().map(|_| words.collect::<Vec<_>>().join(" ")));
        }
        for front_end in front_end::stages(&self.front_ends) {
            let place = if front_end.folder.is_empty() { "." } else { &front_end.folder };
            app.note("front end", &Fact::new(file_name(place).to_owned(), front_end.evidence.clone()));
        }
    }

    fn start(&self) -> Question {
        let alone = Resolved::default(self.name.clone());
        let start = match &self.serving {
            Some(word) => {
                Resolved::new(format!("{} {}", self.name, word.value), Source::Detected(word.evidence.clone()))
            }
            None => alone.clone(),
        };
        let mut choices = vec![Choice::new(&start.value, "")];
        if start.value != alone.value {
            choices.push(Choice::new(&alone.value, "without a subcommand"));
        }
        Question::new("start", Some(start)).choices(choices)
    }

    fn port_answer(&self) -> Resolved<String> {
        match &self.port {
            Some(port) => match port.number {
                Some(number) => {
                    let number = unprivileged(number, port.setting.is_some());
                    Resolved::new(number, Source::Detected(port.evidence.clone()))
                }
                None => Resolved::default("8080".into()),
            },
            None => Resolved::default("none".into()),
        }
    }

    fn runtimes(&self) -> Question {
        let needs_more = self.needs.run_packages().iter().any(|name| !name.is_empty());
        let all = [
            ("static", "certificates and time zones, no libc: 2 MB"),
            ("base", "with libc and libssl"),
            ("cc", "with libstdc++ and libgcc too"),
        ];
        let least = match (self.needs.cgo(), needs_more) {
            (false, _) => 0,
            (true, false) => 1,
            (true, true) => 2,
        };
        let default = match self.needs.reasons.first() {
            Some(reason) => Resolved::new(all[least].0.to_owned(), Source::Detected(reason.evidence.clone())),
            None => Resolved::default(all[least].0.to_owned()),
        };
        let choices = all[least..].iter().map(|(name, text)| Choice::new(*name, *text)).collect();
        Question::new("runtime", Some(default)).choices(choices)
    }
}
