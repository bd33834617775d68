//! Every reader of text that is written by hand here, as a function of a text: it must end, and not panic.
//!
//! The fuzz targets call them by name; a test of the suite gives each of them texts that it changes at random.

use dockgen::check::Checkable;
use dockgen::dockerfile::{Dockerfile, Dockerignore, Variable, expand};
use dockgen::plan::{Answers, Config, Defaults};
use dockgen::repo::{Document, Repo};
use dockgen::shell::{self, makefile};
use dockgen::{languages, plan, render, source};

/// The readers, by name.
pub const READERS: &[&str] = &[
    "dockerfile",
    "ignore_file",
    "expansion",
    "shell",
    "makefile",
    "javascript",
    "typescript",
    "python",
    "go",
    "java",
    "kotlin",
    "rust",
    "manifest_json",
    "manifest_toml",
    "manifest_yaml",
    "project",
];

/// Files that have a reader of their own in a language, and what stands beside them.
const FILES: &[(&str, &[(&str, &str)])] = &[
    ("package.json", &[("server.js", "require('http').createServer().listen(3000)")]),
    ("Procfile", &[("package.json", "{\"name\": \"x\"}"), ("server.js", "")]),
    (".npmrc", &[("package.json", "{\"scripts\": {\"start\": \"node a.js\"}}"), ("a.js", "")]),
    ("pnpm-workspace.yaml", &[("package.json", "{\"scripts\": {\"start\": \"node a.js\"}}"), ("a.js", "")]),
    ("yarn.lock", &[("package.json", "{\"scripts\": {\"start\": \"node a.js\"}}"), ("a.js", "")]),
    ("pyproject.toml", &[("main.py", "if __name__ == '__main__':\n    print(1)\n")]),
    ("requirements.txt", &[("main.py", "if __name__ == '__main__':\n    print(1)\n")]),
    ("setup.py", &[("main.py", "if __name__ == '__main__':\n    print(1)\n")]),
    ("setup.cfg", &[("main.py", "if __name__ == '__main__':\n    print(1)\n")]),
    ("Pipfile", &[("main.py", "if __name__ == '__main__':\n    print(1)\n")]),
    ("compose.yaml", &[("main.py", "if __name__ == '__main__':\n    print(1)\n"), ("requirements.txt", "flask\n")]),
    ("go.mod", &[("main.go", "package main\n\nfunc main() {}\n")]),
    ("Makefile", &[("main.go", "package main\n\nfunc main() {}\n"), ("go.mod", "module a\n")]),
    (".goreleaser.yml", &[("main.go", "package main\n\nfunc main() {}\n"), ("go.mod", "module a\n")]),
    ("main.go", &[("go.mod", "module a\n")]),
    ("Cargo.toml", &[("src/main.rs", "fn main() {}")]),
    (
        ".cargo/config.toml",
        &[("src/main.rs", "fn main() {}"), ("Cargo.toml", "[package]\nname = \"x\"\nversion = \"1.0.0\"\n")],
    ),
    ("pom.xml", &[("src/main/java/A.java", "class A { public static void main(String[] a) {} }")]),
    ("src/main/resources/application.properties", &[("pom.xml", "<project><artifactId>x</artifactId></project>")]),
    ("src/main/resources/application.yml", &[("pom.xml", "<project><artifactId>x</artifactId></project>")]),
    ("dockgen.toml", &[("go.mod", "module a\n"), ("main.go", "package main\n\nfunc main() {}\n")]),
];

/// Gives a text to the reader of this name.
pub fn read(reader: &str, text: &str) {
    let source = |name: &str| drop(source::read(Document::new(name, text)));
    match reader {
        "dockerfile" => {
            let parsed = Dockerfile::parse(text);
            assert_eq!(parsed.text(), text, "a Dockerfile is read without a loss");
            parsed.dump();
            Checkable::of_text("Dockerfile", text.to_owned()).check();
        }
        "ignore_file" => {
            if let Ok(ignore) = Dockerignore::parse(text) {
                ignore.excludes("a/b.c");
                ignore.excludes(text.lines().next().unwrap_or_default());
            }
        }
        "expansion" => drop(expand(text, '\\', &|name| match name.len() % 3 {
            0 => Variable::Unset,
            1 => Variable::Unknown,
            _ => Variable::Set(name.to_owned()),
        })),
        "shell" => {
            shell::read(text);
            shell::chain(text);
            if let Some(words) = shell::words(text) {
                let again = shell::words(&shell::quote_all(&words));
                assert!(words.is_empty() || again == Some(words), "words are quoted as a shell reads them");
            }
        }
        "makefile" => {
            makefile::commands("Makefile", text);
            makefile::targets(text).count();
            makefile::flags(text);
        }
        "javascript" => source("a.js"),
        "typescript" => source("a.tsx"),
        "python" => source("a.py"),
        "go" => source("a.go"),
        "java" => source("A.java"),
        "kotlin" => source("A.kt"),
        "rust" => source("a.rs"),
        "manifest_json" => manifest(Document::new("a.json", text).json()),
        "manifest_toml" => manifest(Document::new("a.toml", text).toml()),
        "manifest_yaml" => manifest(Document::new("a.yaml", text).yaml()),
        _ => project(text),
    }
}

/// Asks for the line of each key of a manifest.
fn manifest(read: dockgen::Result<dockgen::repo::Manifest>) {
    let Ok(manifest) = read else { return };
    for key in manifest.names(&[]) {
        manifest.evidence(&[key]);
        for inner in manifest.names(&[key]) {
            manifest.evidence(&[key, inner]);
        }
    }
}

/// The whole way from a project to its Dockerfile, with the text as the file that its length points to.
fn project(text: &str) {
    let (name, beside) = FILES[text.len() % FILES.len()];
    let Ok(folder) = tempfile::tempdir() else { return };
    for (path, text) in beside.iter().copied().chain([(name, text)]) {
        let path = folder.path().join(path);
        let _ = path.parent().map(std::fs::create_dir_all);
        let _ = std::fs::write(path, text);
    }
    let Ok((repo, inside)) = Repo::open(folder.path()) else { return };
    let flags = Answers::default();
    let Ok(application) = plan::choose(languages::detect(&repo), &inside, folder.path(), &flags, &mut Defaults) else {
        return;
    };
    let Ok(answers) = plan::resolve(application.as_ref(), &flags, &Config::default(), &mut Defaults) else { return };
    if let Ok(plan) = application.plan(&answers) {
        let _ = render::render(application.app(), &plan);
    }
}
