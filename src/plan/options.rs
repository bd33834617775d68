//! What can be wanted of the image of any application, in whatever language it is written.

use serde::Serialize;

use crate::catalog::{DebugTools, Family, families, runtime, runtimes};
use crate::error::{Error, Result};
use crate::path::{is_inside, join, relative_to};
use crate::plan::registry::Registries;
use crate::plan::{
    Answers, App, Application, BuildPlan, Choice, IgnoreSection, Question, Resolved, TrustStores, Variable, programs,
};
use crate::repo::Repo;

/// The answers that are the same questions for every application.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ImageOptions {
    /// Where the images are taken from.
    pub registries: Registries,
    /// What somebody has to do before they can take them from there.
    pub login: Option<String>,
    /// Certificates that are trusted; none where nothing is wanted of that.
    pub certificates: Option<Certificates>,
    /// Where the stage for a look inside has its shell from; none where there is no such stage.
    pub debug: Option<DebugTools>,
    /// Whether the image says where it comes from.
    pub has_labels: bool,
    /// How the build is told a time in place of its own; none where that is not wanted.
    pub reproducible: Option<Reproducible>,
    /// The image that reads the Dockerfile.
    pub syntax: Option<String>,
}

/// Certificates that the build and the image trust beside the usual ones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Certificates {
    /// The files, in the build context.
    pub files: Vec<String>,
    /// Where Java looks for the authorities that it trusts; nothing where there is no Java.
    pub stores: Option<TrustStores>,
    /// The variables by which programs find the authorities.
    pub variables: Vec<&'static str>,
}

/// A build that writes a given time in place of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Reproducible {
    /// The variables by which tools are told it that do not read `SOURCE_DATE_EPOCH`, each with what stands in front of the time.
    pub variables: Vec<Variable>,
}

/// The variables that tell the tools of a language the time of `SOURCE_DATE_EPOCH`, where they do not read it. Plugins of Maven take
/// the time of what they make from a property, which is one of its JVM too.
fn time_variables(language: &str) -> Vec<Variable> {
    match language {
        "java" => vec![Variable::new("MAVEN_OPTS", "-Dproject.build.outputTimestamp=")],
        _ => Vec::new(),
    }
}

/// The variables that name a file of authorities to the libraries of a language; those of OpenSSL's read one everywhere.
fn certificate_variables(language: &str) -> Vec<&'static str> {
    match language {
        "node" => vec!["NODE_EXTRA_CA_CERTS"],
        "python" => vec!["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"],
        "java" => Vec::new(),
        _ => vec!["SSL_CERT_FILE"],
    }
}

/// Sees to it that the files of certificates are that, and in the build context.
///
/// # Errors
/// [`Error::BadAnswer`] where one is not there, or holds no certificate or a private key.
pub fn check_certificates(repo: &Repo, app: &App, answers: &Answers) -> Result<()> {
    for file in list(answers, "certificates") {
        let bad = |message: &str| Error::BadAnswer {
            key: "certificates".into(),
            value: file.escape_debug().to_string(),
            message: message.into(),
            hint: "name a file of certificates in PEM, from the folder of the application".into(),
        };
        let path = join(&app.folder, &file);
        let Some(document) = repo.read_existing(&path)? else { return Err(bad("there is no such file")) };
        if document.text().contains("PRIVATE KEY-----") {
            return Err(bad("it holds a private key, which must not get into an image"));
        }
        if !document.text().contains("-----BEGIN CERTIFICATE-----") {
            return Err(bad("it holds no certificate"));
        }
        if !is_inside(&path, &app.context) {
            return Err(bad("it lies outside of the build context"));
        }
    }
    Ok(())
}

/// An answer that is a list.
fn list(answers: &Answers, key: &str) -> Vec<String> {
    let all = answers.some(key).into_iter().flat_map(|text| text.split(','));
    all.map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect()
}

impl ImageOptions {
    /// What the answers say.
    ///
    /// # Errors
    /// When an answer is none, which the questions have ruled out.
    pub fn read(answers: &Answers) -> Result<Self> {
        let registries = answers.some("registry").map(Registries::parse).transpose().map_err(Error::Defect)?;
        let registries = registries.unwrap_or_default();
        let family = chosen(answers);
        let is_public = |family: &str| {
            let mut images = runtimes().iter().filter(|image| image.family == family);
            images.all(|image| registries.reference(&image.reference) == image.reference)
        };
        let is_wanted = |key: &str| answers.get(key) == Some("yes");
        let debug = family.and_then(|family| family.debug.clone()).filter(|_| is_wanted("debug-target"));
        let login = family.filter(|family| is_public(&family.name)).and_then(|family| family.login.clone());
        Ok(Self {
            registries,
            login,
            certificates: None,
            debug,
            has_labels: is_wanted("labels"),
            reproducible: is_wanted("reproducible").then(Reproducible::default),
            syntax: answers.some("syntax").map(str::to_owned),
        })
    }
}

/// The front end of BuildKit that can be named. A project must not choose another one: it runs before anything of the build.
const SYNTAX: &str = "docker/dockerfile:1";

/// All questions of an application: its own, and those of any image.
///
/// # Errors
/// As [`Application::questions`].
pub fn questions(application: &dyn Application, answers: &Answers) -> Result<Vec<Question>> {
    let mut questions = application.questions(answers)?;
    let version = questions.iter().position(|question| question.key() == "version");
    questions.insert(version.map_or(0, |place| place + 1), family(application, answers));
    if chosen(answers).is_some_and(|family| family.has_shell) {
        let packages = programs::packages(&application.programs(answers)).join(",");
        let packages = if packages.is_empty() { "none".to_owned() } else { packages };
        questions.push(Question::new("packages", Some(Resolved::default(packages))));
    }
    questions.push(Question::new("registry", Some(Resolved::default("none".into()))));
    questions.push(Question::new("certificates", Some(Resolved::default("none".into()))));
    let switch = |key: &str| {
        let choices = ["no", "yes"].map(|value| Choice::new(value, "")).to_vec();
        Question::new(key, Some(Resolved::default("no".into()))).choices(choices)
    };
    if chosen(answers).is_some_and(|family| family.debug.is_some()) {
        questions.push(switch("debug-target"));
    }
    questions.push(switch("labels"));
    questions.push(switch("reproducible"));
    let syntax = ["none", SYNTAX].map(|value| Choice::new(value, "")).to_vec();
    questions.push(Question::new("syntax", Some(Resolved::default("none".into()))).choices(syntax));
    Ok(questions)
}

/// Which families have an image for the application.
fn family(application: &dyn Application, answers: &Answers) -> Question {
    let (language, version) = (application.app().language, answers.get("version").unwrap_or_default());
    let is_offered = |family: &str| {
        let has_kind = runtimes().iter().any(|image| image.family == family && image.kind == language);
        !has_kind || version.is_empty() || runtime(family, language, version).is_some()
    };
    let default = &families()[0].name;
    let offered = families().iter().filter(|family| family.name == *default || is_offered(&family.name));
    let choices = offered.map(|family| Choice::new(&family.name, &family.title)).collect();
    Question::new("family", Some(Resolved::default(default.clone()))).choices(choices)
}

/// The family that is answered.
fn chosen(answers: &Answers) -> Option<&'static Family> {
    families().iter().find(|family| family.name == answers.family())
}

/// The build plan of an application, with what is wanted of any image; every question is answered.
///
/// # Errors
/// As [`Application::plan`].
pub fn plan(application: &dyn Application, answers: &Answers) -> Result<BuildPlan> {
    let mut plan = application.plan(answers)?;
    plan.options = ImageOptions::read(answers)?;
    plan.warnings.extend(application.app().unread.warning());
    let packages = list(answers, "packages");
    let app = application.app();
    let files = list(answers, "certificates");
    if !files.is_empty() {
        let files: Vec<String> = files.iter().map(|file| relative_to(&join(&app.folder, file), &app.context)).collect();
        plan.ignore
            .push(IgnoreSection::new("Certificates that are trusted", files.iter().map(|file| format!("!{file}"))));
        plan.options.certificates = Some(Certificates {
            files,
            stores: plan.last.trust_stores.clone(),
            variables: certificate_variables(app.language),
        });
    }
    if let Some(reproducible) = &mut plan.options.reproducible {
        reproducible.variables = time_variables(app.language);
    }
    plan.warnings.extend(programs::warning(&application.programs(answers), plan.last.has_shell, &packages));
    plan.last.runtime_packages.extend(packages);
    plan.last.runtime_packages.sort();
    plan.last.runtime_packages.dedup();
    Ok(plan)
}
