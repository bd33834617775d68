//! What can be wanted of any image: over every example, in the library.

use dockgen::check::{Checkable, Finding};
use dockgen::dockerfile::{Body, Dockerfile, images};
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

#[test]
fn every_example_runs_on_every_family_that_is_offered() {
    for example in examples() {
        for family in ["slim", "dhi"] {
            let (text, findings) = match made(&example, &[("family", family)]) {
                Ok(made) => made,
                // a release line that the family does not have is no choice
                Err(dockgen::error::Error::BadAnswer { key, .. }) if key == "family" => continue,
                // an answer of the example is about the images of another family
                Err(dockgen::error::Error::Usage { message, .. }) if message.contains("`--runtime`") => continue,
                Err(dockgen::error::Error::Unsupported { message, .. })
                    if message.contains("linked to an interpreter")
                        || family == "dhi" && message.contains("has no image of java-base") =>
                {
                    continue;
                }
                Err(error) => panic!("{} on {family}: {error}", example.name),
            };
            let base = text.lines().rfind(|line| line.starts_with("FROM ") && line.contains(':')).unwrap();
            let of_family = if family == "dhi" { base.contains("dhi.io/") } else { !base.contains("gcr.io/") };
            assert!(of_family && !text.contains("gcr.io/distroless"), "{}: {text}", example.name);
            let lacks = ["without a shell", "no shell", "a shell is not"];
            assert!(family == "dhi" || lacks.iter().all(|words| !text.contains(words)), "{text}");
            assert_eq!(family == "slim" && !base.contains("node:"), text.contains("useradd"), "{text}");
            let user = if base.contains("node:") { "USER 1000:1000" } else { "USER 65532:65532" };
            assert!(text.contains(user), "{}: {text}", example.name);
            assert!(findings.iter().all(|it| it.severity != dockgen::check::Severity::Error), "{findings:#?}\n{text}");
        }
    }
}

#[test]
fn packages_are_installed_where_there_is_a_package_manager() {
    let started = "const { spawn } = require('child_process')\nspawn('ffmpeg', [])\nspawn('dot', [])\n";
    let scratch = node_server();
    scratch.file("server.js", format!("{started}require('http').createServer().listen(4000)\n"));
    let ran = scratch.run(&["init", "--yes"]);
    ran.ends(
        0,
        &[
            "starts `ffmpeg`, `dot`, which the image does not have",
            "server.js:2",
            "`--family slim`",
            "installs `ffmpeg`, `graphviz`",
        ],
    );
    let ran = scratch.run(&["init", "--yes", "--packages", "git"]);
    ran.ends(2, &["`--packages` is no question of this application"]);
    scratch.run(&["init", "--yes", "--family", "slim"]).ends(0, &[]);
    let text = scratch.read("Dockerfile");
    assert!(text.contains("apt-get install --yes --no-install-recommends ffmpeg graphviz"), "{text}");
    scratch.run(&["init", "--yes", "--family", "slim", "--packages", "none"]).ends(0, &[]);
    assert!(!scratch.read("Dockerfile").contains("graphviz"));
    scratch.run(&["init", "--yes", "--packages", "git;ls"]).ends(2, &["a package of Debian is named by"]);
    scratch.run(&["init", "--yes", "--family", "alpine"]).ends(2, &["`google`, `slim`, `dhi`"]);
}

#[test]
fn the_next_step_of_hardened_images_is_the_login_but_not_to_a_mirror() {
    let scratch = node_server();
    scratch.run(&["init", "--yes", "--family", "dhi"]).ends(0, &["next: docker login dhi.io", "      docker build"]);
    let ran = scratch.run(&["init", "--yes", "--registry", "r.example.org"]);
    ran.ends(0, &["next: docker build"]);
    assert!(!ran.stderr.contains("docker login"), "{ran:?}");
}

#[test]
fn a_look_inside_is_a_stage_before_the_image() {
    let scratch = node_server();
    scratch.run(&["init", "--yes", "--debug-target"]).ends(0, &["docker build --target debug --tag shop-debug ."]);
    let text = scratch.read("Dockerfile");
    assert!(text.ends_with("\nFROM production\n"), "{text}");
    assert!(scratch.read("dockgen.toml").contains("debug-target = \"yes\""));
    scratch.run(&["check"]).prints(0, &["no findings"]);
    scratch.run(&["init", "--yes", "--debug-target=no", "--labels", "--syntax", "docker/dockerfile:1"]).ends(0, &[]);
    let text = scratch.read("Dockerfile");
    assert!(!text.contains("busybox") && text.starts_with("# syntax=docker/dockerfile:1\n"), "{text}");
    assert!(text.contains("org.opencontainers.image.revision=$REVISION"), "{text}");
    scratch.run(&["check"]).prints(0, &["no findings"]);
    scratch.run(&["init", "--yes", "--debug-target=perhaps"]).ends(2, &["`yes` or `no`"]);
    scratch.run(&["init", "--yes", "--family", "slim", "--debug-target"]).ends(2, &["no question of this application"]);
}

#[test]
fn every_stage_that_runs_something_knows_the_time_that_it_may_write() {
    for example in examples() {
        let (usual, _) = made(&example, &[]).unwrap();
        let (text, findings) = made(&example, &[("reproducible", "yes")]).unwrap();
        assert!(findings.is_empty(), "{}: {findings:#?}", example.name);
        let file = Dockerfile::parse(&text);
        for stage in file.stages() {
            let bodies: Vec<&Body> = file.instructions_of(stage).iter().map(|it| &it.body).collect();
            let runs = bodies.iter().any(|body| matches!(body, Body::Run(_)));
            let knows = matches!(bodies.get(1), Some(Body::Arg(pairs)) if pairs[0].name.value == "SOURCE_DATE_EPOCH");
            assert_eq!(runs, knows, "{}: {text}", example.name);
        }
        let is_java = example.name.starts_with("java-");
        assert_eq!(text.contains("MAVEN_OPTS=-Dproject.build.outputTimestamp=$SOURCE_DATE_EPOCH\n"), is_java, "{text}");
        assert!(!usual.contains("SOURCE_DATE_EPOCH"), "{usual}");
    }
    let scratch = node_server();
    let steps = ["--output type=oci,name=shop,dest=shop.tar,rewrite-timestamp=true .", "docker load --input shop.tar"];
    scratch.run(&["init", "--yes", "--reproducible"]).ends(0, &steps);
}

#[test]
fn certificates_are_trusted_by_what_fetches_and_by_what_runs() {
    let pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    for example in examples().iter().filter(|example| example.path.is_empty()) {
        let (text, findings) = made(example, &[("certificates", "company.pem")]).unwrap();
        assert!(
            text.contains("COPY company.pem /certificates/") || text.contains("/company.pem /certificates/"),
            "{text}"
        );
        let fetching = text.matches("COPY --from=certificates /ca-certificates.crt /etc/ssl/certs/").count();
        assert!(fetching >= 2, "{}: {text}", example.name);
        let last = &text[text.rfind("\nFROM ").unwrap()..];
        assert!(last.contains("certificates"), "{}: {text}", example.name);
        let new: Vec<_> = findings.iter().filter(|it| it.severity == dockgen::check::Severity::Error).collect();
        assert!(new.iter().all(|it| it.rule == "missing-source"), "{new:#?}\n{text}");
    }
    let scratch = node_server();
    scratch.file("company.pem", pem);
    scratch.file("key.pem", format!("{pem}-----BEGIN PRIVATE KEY-----\n"));
    scratch.run(&["init", "--yes", "--certificates", "company.pem"]).ends(0, &[]);
    assert!(scratch.read(".dockerignore").ends_with("!company.pem\n"));
    scratch.run(&["check"]).prints(0, &["no findings"]);
    for (file, message) in [("key.pem", "private key"), ("server.js", "no certificate"), ("absent.pem", "no such file")]
    {
        scratch.run(&["init", "--yes", "--certificates", file]).ends(2, &[message]);
    }
}
