//! One program of a module, with all that its source says.

use crate::languages::front_end;
use crate::languages::go::cgo::{self, Needs};
use crate::languages::go::command_line;
use crate::languages::go::embed::{self, Absent};
use crate::languages::go::files::{self, Files};
use crate::languages::go::generate;
use crate::languages::go::listen::{self, Port};
use crate::languages::go::module::Module;
use crate::languages::go::packages::{Closure, Packages, command_name, is_standard};
use crate::languages::go::served::{self, Built};
use crate::languages::{Fact, is_beside_the_point};
use crate::repo::{file_name, relative_to};

/// Frameworks by the import that shows them, and what a program with one is called.
const FRAMEWORKS: &[(&str, &str)] = &[
    ("github.com/gin-gonic/gin", "Gin server"),
    ("github.com/labstack/echo", "Echo server"),
    ("github.com/gofiber/fiber", "Fiber server"),
    ("github.com/go-chi/chi", "chi server"),
    ("github.com/beego/beego", "Beego server"),
    ("github.com/gorilla/mux", "Gorilla server"),
    ("github.com/zeromicro/go-zero", "go-zero server"),
    ("github.com/go-kratos/kratos", "Kratos server"),
    ("github.com/kataras/iris", "Iris server"),
    ("github.com/valyala/fasthttp", "fasthttp server"),
    ("connectrpc.com/connect", "Connect server"),
    ("google.golang.org/grpc", "gRPC server"),
];

/// Folders of programs that help to develop another.
const HELPERS: &[&str] = &[
    "gen",
    "generate",
    "generator",
    "mage",
    "magefiles",
    "devtools",
    "dev",
    "build",
    "seed",
    "seeder",
    "bench",
    "internal/tools",
    "_examples",
    "ent",
    "script",
    "codegen",
];
/// Folder names that say nothing about the program in them.
const NAMELESS: &[&str] = &["app", "main", "src", "cmd", "."];

/// A program.
#[derive(Debug, Clone)]
pub struct Program {
    /// From the root of the repository.
    pub folder: String,
    /// How users pick it: unique in its module.
    pub label: String,
    /// The name of the executable.
    pub name: String,
    /// `func main`.
    pub main: Fact<String>,
    /// Whether it helps to develop another one, or is a sample.
    pub is_aside: bool,
    /// The call that makes it a server.
    pub server: Option<Fact<String>>,
    /// What it is.
    pub shape: String,
    /// The subcommand that serves.
    pub serving: Option<Fact<String>>,
    /// The port that it opens.
    pub port: Option<Port>,
    /// What it needs of C.
    pub needs: Needs,
    /// Files that it reads and writes.
    pub files: Files,
    /// Files that it embeds, from the root of the repository.
    pub embedded: Vec<String>,
    /// Embedded files that are absent, and that no front end makes.
    pub absent: Vec<Absent>,
    /// Front ends that make files that it embeds or reads.
    pub front_ends: Vec<Built>,
    /// Commands that make source which is not there.
    pub generators: Vec<Fact<String>>,
    /// Packages that it imports from its own module and that are not there.
    pub missing: Vec<Fact<String>>,
    /// Whether it imports anything that is neither Go's own nor in this repository.
    pub has_dependencies: bool,
}

/// Reads the program whose `func main` is `main`.
pub fn read(packages: &mut Packages, module: &Module, main: &Fact<String>) -> Program {
    let folder = main.value.clone();
    let mut closure = packages.closure(module, &folder);
    let server = listen::server(packages, &closure);
    let files = files::files(packages, &closure, &module.folder, server.is_some());
    let port = match server {
        Some(_) => listen::port(packages, &closure, &files),
        None => None,
    };
    let repo = packages.repo();
    let mut front_ends = match server {
        Some(_) => served::served(packages, &closure, &files.base),
        None => Vec::new(),
    };
    let mut absent = Vec::new();
    for missing in embed::absent(packages, &closure) {
        match front_end::find(repo, &missing.place) {
            Some(found) => served::add(&mut front_ends, found, false),
            None => absent.push(missing),
        }
    }
    let inside = relative_to(&folder, &module.folder);
    let name = command_name(module, &folder);
    Program {
        label: name.clone(),
        name: executable(&name),
        main: main.clone(),
        is_aside: is_aside(&inside),
        shape: shape(&closure, server.is_some()),
        needs: cgo::needs(packages, &closure),
        files,
        embedded: embed::embedded(packages, &closure),
        has_dependencies: closure.imports.keys().any(|import| !is_standard(import)),
        serving: server.is_some().then(|| command_line::serving(packages, &closure)).flatten(),
        generators: generate::commands(repo, module, &mut closure, main),
        missing: closure.missing,
        server,
        port,
        absent,
        front_ends,
        folder,
    }
}

fn is_aside(inside: &str) -> bool {
    inside != "."
        && (is_beside_the_point(inside)
            || inside.split('/').any(|part| {
                HELPERS.contains(&part)
                    || part.starts_with("gen-")
                    || part.starts_with("generate-")
                    || part.ends_with("-gen")
                    || part.ends_with("example")
            }))
}

fn shape(closure: &Closure, is_server: bool) -> String {
    let framework = FRAMEWORKS.iter().find(|(import, _)| closure.imports.keys().any(|it| it.starts_with(import)));
    match framework {
        Some((_, title)) if is_server => (*title).to_owned(),
        _ if is_server => "HTTP server".into(),
        _ => "command-line program".into(),
    }
}

/// A file name from any text.
fn executable(name: &str) -> String {
    let clean: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '-' }).collect();
    let clean = clean.trim_matches(['.', '-']);
    if clean.is_empty() { "app".into() } else { clean.to_owned() }
}

/// Gives every program a label of its own, and a lone program in a folder without a telling name the module's.
pub fn label(programs: &mut [Program], module: &Module) {
    let lone = programs.iter().filter(|program| !program.is_aside).count() == 1;
    let names: Vec<String> = programs.iter().map(|program| program.name.clone()).collect();
    for program in programs {
        if lone && !program.is_aside && NAMELESS.contains(&file_name(&program.folder)) {
            program.name = executable(&module.name());
            program.label.clone_from(&program.name);
        } else if names.iter().filter(|name| **name == program.name).count() > 1 {
            program.label = relative_to(&program.folder, &module.folder);
        }
    }
}

/// The program that is most likely meant: one that is alone, at the root, or named like the module; a lone server.
pub fn preferred<'a>(programs: &'a [Program], module: &Module) -> Option<&'a Program> {
    let all: Vec<&Program> = programs.iter().filter(|program| !program.is_aside).collect();
    let name = module.name();
    let rules: [&dyn Fn(&Program) -> bool; 6] = [
        &|_| true,
        &|it| it.folder == module.folder,
        &|it| it.name == name || file_name(&it.folder) == file_name(&module.folder),
        &|it| {
            it.name.replace(['-', '_'], "") == name.replace(['-', '_'], "")
                || it.name == format!("{name}d")
                || it.name == format!("{name}-server")
        },
        &|it| {
            matches!(
                it.name.as_str(),
                "server" | "api" | "app" | "web" | "main" | "http" | "httpserver" | "apiserver" | "api-server"
            )
        },
        &|it| it.server.is_some(),
    ];
    rules.iter().find_map(|rule| {
        let mut fitting = all.iter().filter(|program| rule(program));
        let first = fitting.next()?;
        fitting.next().is_none().then_some(*first)
    })
}
