//! Java, Kotlin and Scala with Maven.

mod application;
mod configuration;
mod health;
mod mains;
mod model;
mod packaging;
mod plan;
mod pom;
mod profile;
mod release;
mod runtime;
mod sources;

use crate::error::Error;
use crate::languages::{Application, Detection, Evidence, Language};
use crate::repo::{Repo, file_name, join, parent};

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
            match Pom::read(repo, parent(file)) {
                Ok(pom) => {
                    poms.insert(parent(file).to_owned(), pom);
                }
                Err(error) => detection.problems.push((parent(file).to_owned(), error)),
            }
        }
        for folder in poms.keys().filter(|folder| repo.is_asked_for(folder)) {
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
