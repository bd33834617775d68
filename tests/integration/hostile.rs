//! Nothing from a repository becomes an instruction or shell code in the output, whatever it is called.

use dockgen::dockerfile::Dockerfile;
use dockgen::error::{Error, Result};
use dockgen::plan::{Answers, Config, Defaults};
use dockgen::repo::Repo;
use dockgen::{languages, plan, render};
use proptest::prelude::*;

use crate::scratch::Scratch;

/// The repositories that a name goes into: with the name, and with what it is written as in that notation.
fn repositories(name: &str) -> Vec<Scratch> {
    let json = serde_json::to_string(name).unwrap();
    let toml = toml::Value::String(name.to_owned()).to_string();
    let xml = name.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    vec![
        Scratch::new([
            ("package.json", format!(r#"{{ "name": {json}, "scripts": {{ "start": "node server.js" }} }}"#)),
            ("server.js", "require('http').createServer().listen(3000)".into()),
        ]),
        Scratch::new([
            ("package.json", r#"{ "private": true, "workspaces": ["apps/*"] }"#.to_owned()),
            (
                "apps/web/package.json",
                format!(r#"{{ "name": {json}, "scripts": {{ "build": "x", "start": "node a.js" }}, "bin": "a.js" }}"#),
            ),
            ("apps/web/a.js", "require('http').createServer().listen(3000)".into()),
        ]),
        Scratch::new([
            ("Cargo.toml", format!("[package]\nname = {toml}\nversion = \"1.0.0\"\nedition = \"2024\"\n")),
            ("src/main.rs", "fn main() {}".into()),
        ]),
        Scratch::new([
            (
                "pom.xml",
                format!("<project><artifactId>{xml}</artifactId><version>1</version><name>{xml}</name></project>"),
            ),
            ("src/main/java/Main.java", "class Main { public static void main(String[] a) {} }".into()),
        ]),
        Scratch::new([
            ("pyproject.toml", format!("[project]\nname = {toml}\nversion = \"1\"\n")),
            ("main.py", "if __name__ == '__main__':\n    print('hello')\n".into()),
        ]),
        Scratch::new([
            ("go.mod", format!("module example.org/{}\n\ngo 1.26\n", name.split_whitespace().next().unwrap_or("x"))),
            ("main.go", "package main\n\nfunc main() {}\n".into()),
        ]),
    ]
}

fn dockerfile(scratch: &Scratch) -> Result<String> {
    let (repo, folder) = Repo::open(scratch.path())?;
    let flags = Answers::default();
    let application = plan::choose(languages::detect(&repo), &folder, scratch.path(), &flags, &mut Defaults)?;
    let answers = plan::resolve(application.as_ref(), &flags, &Config::default(), &mut Defaults)?;
    let plan = plan::plan(application.as_ref(), &answers)?;
    Ok(render::render(application.app(), &plan)?.dockerfile.text)
}

/// The instructions with the words of their commands, the name replaced by a mark.
fn skeleton(text: &str, name: &str) -> Vec<(String, Vec<String>)> {
    let parsed = Dockerfile::parse(text);
    let instructions = parsed.instructions().iter().map(|instruction| {
        let keyword = instruction.keyword.value.to_uppercase();
        let body = &text[instruction.span.start..instruction.span.end];
        // What a shell would make of it; a line that it can't read is kept whole, and then differs.
        let words = shlex::split(&body.replace("\\\n", " ")).unwrap_or_else(|| vec![body.to_owned()]);
        let folded = name.to_lowercase();
        (keyword, words.into_iter().map(|word| word.replace(name, "NAME").replace(&folded, "NAME")).collect())
    });
    instructions.collect()
}

fn stays_harmless(name: &str) {
    for (hostile, harmless) in repositories(name).iter().zip(repositories("harmless")) {
        let wanted = skeleton(&dockerfile(&harmless).unwrap(), "harmless");
        let made = match dockerfile(hostile) {
            Ok(made) => made,
            Err(Error::Defect(message)) => panic!("{name:?}: {message}"),
            Err(_) => continue,
        };
        // A first line of the repository's own could be a parser directive: another image would run the build.
        assert!(made.starts_with("# Made by dockgen: "), "{name:?} changes the first line:\n{made}");
        let keywords = |skeleton: &[(String, Vec<String>)]| {
            skeleton.iter().map(|(keyword, _)| keyword.clone()).collect::<Vec<_>>()
        };
        let found = skeleton(&made, name);
        assert_eq!(keywords(&found), keywords(&wanted), "{name:?} changes the instructions:\n{made}");
        for ((keyword, found), (_, wanted)) in found.iter().zip(&wanted) {
            // A command without the name in it may be another one, for a name that can't stand for a file.
            if keyword == "RUN" && found.iter().any(|word| word.contains("NAME")) {
                assert_eq!(found.len(), wanted.len(), "{name:?} changes a command:\n{made}");
            }
        }
    }
}

#[test]
fn names_that_try_stay_names() {
    let names = [
        "a b",
        "it's",
        "say \"hi\"",
        "$(touch /tmp/pwned)",
        "`touch /tmp/pwned`",
        "{{ runtime_image }}",
        "{% raw %}",
        "x; rm -rf /",
        "x && y",
        "x | y",
        "../../etc",
        "größe",
        "名前",
        "--flag",
        "-x",
        "x\\",
        "$HOME",
        "${PATH}",
        "#comment",
        "<<EOF",
        "a,b",
        "x*y",
        "[abc]",
        "~",
        "!x",
        "%0a",
        "x'$(y)'z",
        "é\u{301}",
        "syntax=localhost:1/evil/frontend:1 x",
        "escape=`",
        "check=skip=all",
    ];
    for name in names {
        stays_harmless(name);
    }
}

#[test]
fn line_breaks_are_refused_or_folded() {
    for name in ["x\nRUN touch /tmp/pwned", "x\r\nUSER root", "x\u{0}y", "x\u{85}y", "x\u{1b}[31m"] {
        for scratch in repositories(&name.replace('\u{0}', "\u{1}")) {
            match dockerfile(&scratch) {
                Ok(text) => assert!(
                    !text.contains("\nRUN touch") && !text.contains("\nUSER root") && !text.contains('\u{1b}'),
                    "{text}"
                ),
                Err(Error::Defect(message)) => panic!("{name:?}: {message}"),
                Err(_) => {}
            }
        }
    }
}

/// The build of a project, by its Dockerfile; what is said where it is refused.
fn built(files: &[(&str, &str)]) -> std::result::Result<String, String> {
    dockerfile(&Scratch::new(files.iter().copied())).map_err(|error| error.to_string())
}

#[test]
fn a_name_that_starts_with_a_dash_is_no_option_of_a_program() {
    let pom = |name: &str| {
        let boot = "<parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId>\
            <version>3.5.0</version></parent><groupId>x</groupId><artifactId>web</artifactId><version>1</version>";
        let plugin = "<plugin><groupId>org.springframework.boot</groupId><artifactId>spring-boot-maven-plugin</artifactId></plugin>";
        format!(
            "<project><modelVersion>4.0.0</modelVersion>{boot}<build><finalName>{name}</finalName><plugins>{plugin}</plugins></build></project>"
        )
    };
    let main = ("src/main/java/Main.java", "class Main { public static void main(String[] a) {} }");
    for (name, expected) in
        [("-eX", "cp /build/target/-eX.jar /"), ("web", "cp /build/target/web.jar /"), ("web*", "-name '*.jar' ")]
    {
        let made = built(&[("pom.xml", &pom(name)), main]).unwrap();
        assert!(made.contains(expected), "{name}: {made}");
    }
    let workspace = r#"{ "name": "all", "devDependencies": { "nx": "^21.0.0" } }"#;
    let project = |name: &str, output: &str| {
        serde_json::json!({ "name": name, "projectType": "application", "targets": { "build": {
            "executor": "@nx/esbuild:esbuild", "options": { "outputPath": output, "main": "apps/api/src/main.ts" } } } })
        .to_string()
    };
    let source = ("apps/api/src/main.ts", "import express from 'express'\nexpress().listen(3000)\n");
    let nx = |name: &str, output: &str| {
        built(&[
            ("package.json", workspace),
            ("nx.json", "{}"),
            ("apps/api/project.json", &project(name, output)),
            source,
        ])
    };
    assert!(nx("api", "dist/api").unwrap().contains("nx build api"));
    assert!(nx("--api", "dist/api").is_err() && nx("api", "../../etc").is_err());
    let main = ("main.py", "if __name__ == '__main__':\n    print('hello')\n");
    let made = built(&[
        ("requirements.txt", "-r -ex.txt\n-r y.txt\npywin32; sys_platform == 'win32'\nflask\n"),
        ("-ex.txt", "numpy==1.21.0\n"),
        ("y.txt", "six\n"),
        main,
    ])
    .unwrap();
    assert!(!made.contains(" -ex.txt") && made.contains("./-ex.txt"), "{made}");
}

#[test]
fn what_can_not_be_set_is_no_variable() {
    for (file, source) in [
        ("server.js", "require('http').createServer().listen(process.env.x$Y || 3000)\n"),
        ("server.js", "require('http').createServer().listen(process.env['A B'] || 3000)\n"),
    ] {
        let manifest = r#"{ "name": "shop", "scripts": { "start": "node server.js" } }"#;
        let made = built(&[("package.json", manifest), (file, source)]).unwrap();
        assert!(made.contains("EXPOSE 3000") && !made.contains("x$Y") && !made.contains("A B"), "{made}");
    }
    let made = built(&[
        ("go.mod", "module example.org/x\n\ngo 1.26\n"),
        ("main.go", "package main\n\nimport (\n\t\"net/http\"\n\t\"os\"\n)\n\nfunc main() { http.ListenAndServe(\":\"+os.Getenv(\"X=1 LD_PRELOAD=/evil PORT\"), nil) }\n"),
    ])
    .unwrap();
    assert!(made.contains("EXPOSE 8080") && !made.contains("LD_PRELOAD"), "{made}");
}

#[test]
fn no_variable_but_the_token_of_a_registry_is_asked_for() {
    let with = |variable: &str| {
        let scratch = Scratch::new([
            ("package.json", r#"{ "name": "shop", "scripts": { "start": "node server.js" } }"#.to_owned()),
            ("server.js", "require('http').createServer().listen(3000)\n".to_owned()),
            (".npmrc", format!("//npm.example.org/:_authToken=${{{variable}}}\n")),
        ]);
        scratch.init("", &[]).unwrap()
    };
    let (made, said) = with("SHOP_NPM_TOKEN");
    assert!(made.contains("--mount=type=secret,id=SHOP_NPM_TOKEN"), "{made}");
    assert!(said.contains("docker build --secret id=SHOP_NPM_TOKEN,env=SHOP_NPM_TOKEN"), "{said}");
    let (made, said) = with("AWS_SECRET_ACCESS_KEY");
    assert!(!made.contains("AWS_SECRET_ACCESS_KEY") && !said.contains("--secret"), "{made}{said}");
    assert!(said.contains("`AWS_SECRET_ACCESS_KEY` is not named for the token of a registry"), "{said}");
}

#[test]
fn names_of_credentials_stay_out_of_every_build_context() {
    const NAMES: &[&str] = &[
        ".env",
        ".env.local",
        ".env.production",
        ".env~",
        ".envrc",
        "env.sh",
        "prod.env",
        "secrets.env",
        "a.pem",
        "a.key",
        "a.p12",
        "a.pfx",
        "a.jks",
        "a.keystore",
        "a.ppk",
        "id_rsa",
        "id_ed25519",
        "id_ecdsa",
        "id_dsa",
        ".aws/credentials",
        ".ssh/config",
        ".netrc",
        ".pypirc",
        ".git-credentials",
        ".dockercfg",
        ".docker/config.json",
        "credentials.json",
        "service-account.json",
        "service-account-prod.json",
        "firebase-adminsdk.json",
        "terraform.tfstate",
        "terraform.tfstate.backup",
        "prod.tfvars",
        ".terraform/x",
        "kubeconfig",
        ".kube/config",
        ".htpasswd",
        ".pgpass",
        ".my.cnf",
        ".vault-token",
        "secrets.yaml",
        "secrets/a.yaml",
        "config/secrets.yml",
        "a.sqlite3",
        "a.db",
        "dump.sql",
        ".dev.vars",
        "local.settings.json",
        "appsettings.Production.json",
        ".bash_history",
        "heapdump.hprof",
        ".gnupg/x",
        ".config/gcloud/x",
        ".git/config",
        ".vscode/settings.json",
        ".idea/x",
    ];
    for example in ["node-express", "python-flask-poetry", "go-server", "java-spring-boot", "rust-server"] {
        let path = crate::support::root().join("examples").join(example).join(".dockerignore");
        let text = std::fs::read_to_string(&path).unwrap();
        let ignored = dockgen::dockerfile::Dockerignore::parse(&text).unwrap();
        let missing: Vec<&&str> = NAMES
            .iter()
            .filter(|name| !ignored.excludes(name) || !ignored.excludes(&format!("deep/below/{name}")))
            .collect();
        assert!(missing.is_empty(), "{example} lets in {missing:?}");
    }
}

#[test]
fn a_release_of_yarn_that_is_not_there_is_refused() {
    let files = |path: &str| {
        [
            ("package.json", r#"{ "name": "shop", "scripts": { "start": "node server.js" } }"#.to_owned()),
            ("server.js", "require('http').createServer().listen(3000)\n".to_owned()),
            ("yarn.lock", "__metadata:\n  version: 8\n".to_owned()),
            (".yarn/releases/yarn-4.1.0.cjs", "\n".to_owned()),
            (".yarnrc.yml", format!("nodeLinker: node-modules\nyarnPath: {path}\n")),
        ]
    };
    let made = Scratch::new(files(".yarn/releases/yarn-4.1.0.cjs")).init("", &[]).unwrap().0;
    assert!(!made.contains("--global"), "{made}");
    let said = Scratch::new(files(".yarn/releases/yarn-4.9.0.cjs")).init("", &[]).unwrap_err();
    assert!(said.contains("`.yarn/releases/yarn-4.9.0.cjs` is not in the repository"), "{said}");
    assert!(said.contains(".yarnrc.yml:2") && said.contains("hint:"), "{said}");
    let said = Scratch::new(files("\u{1b}[2J")).init("", &[]).unwrap_err();
    assert!(said.contains("could not read `.yarnrc.yml`") && !said.contains('\u{1b}'), "{said}");
}

#[test]
fn a_source_with_an_escape_of_another_language_says_the_rest() {
    let source = "fn main() { let x = \"\\u001b\"; std::net::TcpListener::bind(\"0.0.0.0:3000\"); }";
    let index = dockgen::source::read(dockgen::repo::Document::new("main.rs", source));
    assert_eq!(index.coverage, dockgen::source::Coverage::Whole);
    let index = dockgen::source::read(dockgen::repo::Document::new("main.rs", "fn main() { let x = \"\\q\"; "));
    assert_eq!(index.coverage, dockgen::source::Coverage::Tokens);
}

/// Every cache that a build mounts belongs to its project: what another one left there is never taken.
#[test]
fn every_cache_of_the_builder_is_the_projects_own() {
    let mut count = 0;
    let mut folders: Vec<_> = std::fs::read_dir(crate::support::root().join("examples")).unwrap().flatten().collect();
    folders.sort_by_key(std::fs::DirEntry::file_name);
    for folder in folders {
        let mut files = Vec::new();
        dockerfiles(&folder.path(), &mut files);
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            for mount in text.split("--mount=type=cache,").skip(1) {
                let id = mount.strip_prefix("id=").and_then(|id| id.split(',').next()).unwrap_or_default();
                let own = id.trim_end_matches("-$TARGETARCH").rsplit('-').next().unwrap_or_default();
                let is_own = own.len() == 8 && own.chars().all(|c| c.is_ascii_hexdigit());
                assert!(is_own, "{}: `{id}` is shared by all projects", file.display());
                count += 1;
            }
        }
    }
    assert!(count > 80, "{count} caches");
}

fn dockerfiles(folder: &std::path::Path, into: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        match entry.path() {
            path if path.is_dir() => dockerfiles(&path, into),
            path if path.ends_with("Dockerfile") => into.push(path),
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_name_stays_a_name(name in "[a-z$`'\"\\\\;&|<>(){}%# *?!~-]{3,16}") {
        prop_assume!(!name.trim().is_empty());
        stays_harmless(&name);
    }

    /// What the filter `sh` quotes, a real shell reads back.
    #[test]
    fn quoting_survives_a_shell(text in "[^\\x00\r\n]{0,40}") {
        let command = format!("printf %s {}", dockgen::shell::quote(&text));
        let output = std::process::Command::new("/bin/sh").args(["-c", &command]).output().unwrap();
        prop_assert_eq!(String::from_utf8(output.stdout).unwrap(), text);
    }
}
