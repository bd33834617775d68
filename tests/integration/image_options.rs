//! What can be wanted of any image: over every example, in the library.

use dockgen::check::{Checkable, Finding};
use dockgen::dockerfile::{Dockerfile, images};
use dockgen::plan::{Answers, Config, Defaults, Resolved, Source};
use dockgen::repo::Repo;
use dockgen::{languages, plan, render};

use crate::scratch::node_server;
use crate::support::{Example, examples};

/// The Dockerfile that an example gets with more answers, and what the check says of it.
pub fn made(example: &Example, answers: &[(&str, &str)]) -> dockgen::error::Result<(String, Vec<Finding>)> {
    let copy = example.copy(|_| true);
    let (repo, folder) = Repo::open(&copy.path().join(&example.path)).unwrap();
    let mut flags = Answers::default();
    let own = example.arguments.chunks(2).map(|pair| (pair[0].trim_start_matches("--"), pair[1].as_str()));
    for (key, value) in own.chain(answers.iter().copied()) {
        flags.set(key, Resolved::new(value.to_owned(), Source::Flag));
    }
    let app = plan::choose(languages::detect(&repo), &folder, copy.path(), &flags, &mut Defaults)?;
    let answers = plan::resolve(app.as_ref(), &flags, &Config::read(&repo, &app.app().folder)?, &mut Defaults)?;
    let artifacts = render::render(app.app(), &plan::plan(app.as_ref(), &answers)?)?;
    let findings = Checkable::of(&repo, &artifacts).check();
    Ok((artifacts.dockerfile.text, findings))
}

#[test]
fn every_image_is_taken_from_the_registry_and_known_there() {
    for example in examples() {
        let (usual, found) = made(&example, &[]).unwrap();
        let (text, findings) = made(&example, &[("registry", "registry.example.org/proxy")]).unwrap();
        let (usual, named) = (images(&Dockerfile::parse(&usual)), images(&Dockerfile::parse(&text)));
        assert_eq!(usual.len(), named.len(), "{}", example.name);
        for (image, copy) in usual.iter().zip(&named) {
            let name = copy.reference.strip_prefix("registry.example.org/proxy/").unwrap_or_else(|| panic!("{text}"));
            assert!(image.reference.ends_with(name.trim_start_matches("library/")), "{name}");
        }
        let rules = |findings: &[Finding]| findings.iter().map(|it| it.rule).collect::<Vec<_>>();
        assert_eq!(rules(&findings), rules(&found), "{}", example.name);
    }
}

#[test]
fn an_option_is_kept_and_shown_where_it_is_another_than_the_usual_one() {
    let scratch = node_server();
    let ran = scratch.run(&["init", "--yes"]);
    ran.ends(0, &[]);
    assert!(!ran.stderr.contains("registry"), "{ran:?}");
    scratch.run(&["init", "--check"]).ends(0, &[]);
    scratch
        .run(&["init", "--yes", "--registry", "r.example.org/hub"])
        .ends(0, &["registry", "r.example.org/hub  flag"]);
    assert!(scratch.read("Dockerfile").contains("FROM r.example.org/hub/library/node:"));
    assert!(scratch.read("dockgen.toml").contains("registry = \"r.example.org/hub\""));
    scratch.run(&["init", "--check"]).ends(0, &[]);
    scratch
        .run(&["init", "--yes", "--registry", "hub"])
        .ends(2, &["`hub` does not begin with the name of a registry", "e.g."]);
}
