//! Java, Kotlin and Scala with Maven.

mod application;
mod build;
mod configuration;
mod files;
mod health;
mod listen;
mod mains;
mod model;
mod options;
mod packaging;
mod plan;
mod pom;
mod profile;
mod readme;
mod release;
mod runtime;
mod sources;
mod warnings;
mod writable;

use crate::error::Error;
use crate::evidence::Evidence;
use crate::languages::Language;
use crate::path::{file_name, join, parent};
use crate::plan::{Application, Detection};
use crate::repo::Repo;

use application::{JavaApplication, Refusal};
use model::Poms;
use pom::Pom;

/// The language.
#[derive(Debug)]
pub struct Java;

impl Language for Java {
    fn name(&self) -> &'static str {
        "java"
    }

    fn title(&self) -> &'static str {
        "Java"
    }

    fn detect(&self, repo: &Repo) -> Detection {
        let mut detection = Detection::default();
        let mut poms = Poms::new();
        for file in repo.files().iter().filter(|file| {
            file_name(file) == "pom.xml"
                && !file.contains("src/main/")
                && !file.contains("src/test/")
                && !file.contains("src/it/")
        }) {
            match Pom::read(repo, file) {
                Ok(pom) => {
                    poms.insert(parent(file).to_owned(), pom);
                }
                Err(error) => detection.problems.push((parent(file).to_owned(), error)),
            }
        }
        add_parents_of_other_names(repo, &mut poms);
        let is_module = |pom: &&Pom| file_name(&pom.path) == "pom.xml" && repo.is_asked_for(&pom.folder);
        for folder in poms.values().filter(is_module).map(|pom| &pom.folder) {
            match JavaApplication::new(repo, &poms, folder) {
                Ok(application) => detection.applications.push(Box::new(application) as Box<dyn Application>),
                Err(Refusal::Aggregator) => {}
                Err(Refusal::Error(error)) => detection.problems.push((folder.clone(), *error)),
            }
        }
        detection.problems.extend(gradle(repo, &poms));
        detection
    }
}

/// Parents that lie in files of another name, where a `relativePath` leads to one.
fn add_parents_of_other_names(repo: &Repo, poms: &mut Poms) {
    let places = poms.values().filter_map(|pom| Some(join(&pom.folder, &pom.parent.as_ref()?.place)));
    let is_other = |path: &String| path.ends_with(".xml") && file_name(path) != "pom.xml" && repo.has(path);
    let mut open: Vec<String> = places.filter(is_other).collect();
    while let Some(path) = open.pop() {
        let Ok(pom) = Pom::read(repo, &path) else { continue };
        let above = pom.parent.as_ref().map(|up| join(&pom.folder, &up.place));
        open.extend(above.filter(|path| is_other(path) && !poms.contains_key(path)));
        poms.insert(path, pom);
    }
}

/// Gradle builds without a POM: recognised, and refused.
fn gradle(repo: &Repo, poms: &Poms) -> Vec<(String, Error)> {
    let builds = repo.files().iter().filter(|file| matches!(file_name(file), "build.gradle" | "build.gradle.kts"));
    builds
        .filter(|file| !poms.contains_key(parent(file)))
        .map(|file| {
            let error = Error::Unsupported {
                message: "this is a Gradle build, and dockgen builds Java with Maven only".into(),
                evidence: Some(Evidence::file(join("", file))),
                hint: "add a `pom.xml`, or write the Dockerfile by hand and check it with `dockgen check`".into(),
            };
            (parent(file).to_owned(), error)
        })
        .collect()
}
