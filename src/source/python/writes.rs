//! Where the program writes, as far as its source says it with literal paths.

use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{DictItem, Expr, ExprCall, ExprDict, InterpolatedStringElement, Stmt};

use crate::evidence::Fact;
use crate::path::{join, parent};
use crate::source::python::modules::Module;
use crate::source::python::syntax;

/// Calls whose first argument is a folder that they make.
const MAKE_FOLDER: &[&str] = &["os.makedirs", "os.mkdir", "makedirs", "pathlib.Path.mkdir"];
/// Classes and functions whose first argument is a file that they write.
const WRITE_FILE: &[&str] = &[
    "FileHandler",
    "RotatingFileHandler",
    "TimedRotatingFileHandler",
    "WatchedFileHandler",
    "sqlite3.connect",
    "aiosqlite.connect",
    "TinyDB",
    "PicklePersistence",
];
/// What settings that name a folder end with.
const FOLDERS: &[&str] = &["dir", "directory", "folder", "path", "root"];
/// What is in front of that where the folder is written to.
const KINDS: &[&str] = &[
    "media",
    "upload",
    "uploads",
    "data",
    "log",
    "logs",
    "output",
    "download",
    "downloads",
    "cache",
    "storage",
    "attach",
    "attachments",
    "backup",
    "backups",
    "sessions",
];

/// Folders that a module writes to: relative to the folder on Python's path (empty for that folder itself), or absolute.
pub fn folders(module: &Module) -> Vec<Fact<String>> {
    let mut writes = Writes { module, found: Vec::new() };
    for statement in &module.statements {
        writes.visit_stmt(statement);
    }
    writes.found.retain(|fact| is_plain(&fact.value));
    writes.found
}

struct Writes<'a> {
    module: &'a Module,
    found: Vec<Fact<String>>,
}

impl Writes<'_> {
    fn folder(&mut self, expr: &Expr, at: usize) {
        if let Some(path) = path_of(expr, self.module, 0).filter(|path| !path.is_empty()) {
            self.found.push(Fact::new(path, self.module.document.evidence_at(at)));
        }
    }

    /// A setting names a folder, or a file by its extension.
    fn setting(&mut self, expr: &Expr, at: usize) {
        let path = path_of(expr, self.module, 0).unwrap_or_default();
        if path.rsplit('/').next().is_some_and(|last| last.trim_start_matches('.').contains('.')) {
            self.file(expr, at);
        } else {
            self.folder(expr, at);
        }
    }

    fn file(&mut self, expr: &Expr, at: usize) {
        if let Some(path) = path_of(expr, self.module, 0).filter(|path| !path.is_empty() && !path.starts_with(':')) {
            let folder =
                if path.starts_with('/') && parent(&path).is_empty() { "/".into() } else { parent(&path).to_owned() };
            self.found.push(Fact::new(folder, self.module.document.evidence_at(at)));
        }
    }

    /// A handler in a configuration of `logging`: `{"class": "logging.FileHandler", "filename": …}`.
    fn handler(&mut self, table: &ExprDict) {
        let value = |key: &str| {
            let is_key = |it: &&DictItem| it.key.as_ref().and_then(syntax::text).as_deref() == Some(key);
            table.items.iter().find(is_key).map(|it| &it.value)
        };
        let class = value("class").and_then(syntax::text);
        if let Some(file) = value("filename").filter(|_| class.is_some_and(|class| class.ends_with("FileHandler"))) {
            self.file(file, syntax::start(file));
        }
    }

    fn call(&mut self, call: &ExprCall) {
        let name = syntax::dotted(&call.func).unwrap_or_default();
        let last = name.rsplit('.').next().unwrap_or_default();
        let at = usize::from(call.range_start);
        let first = call.arguments.args.first();
        let keyword = |wanted: &str| {
            call.arguments
                .keywords
                .iter()
                .find(|it| it.arg.as_ref().is_some_and(|it| it.as_str() == wanted))
                .map(|it| &it.value)
        };
        if let Some(first) = first.filter(|_| MAKE_FOLDER.contains(&name.as_str())) {
            self.folder(first, at);
        } else if let Expr::Attribute(attribute) = call.func.as_ref()
            && attribute.attr.as_str() == "mkdir"
        {
            self.folder(&attribute.value, at);
        } else if let Some(first) = first
            .or(keyword("filename"))
            .filter(|_| WRITE_FILE.contains(&name.as_str()) || WRITE_FILE.contains(&last) || last == "basicConfig")
        {
            self.file(first, at);
        } else if name == "logger.add"
            && let Some(first) = first.filter(|first| matches!(first, Expr::StringLiteral(_)))
        {
            self.file(first, at);
        } else if name == "open"
            && let Some(first) = first
        {
            let mode = call.arguments.args.get(1).or(keyword("mode")).and_then(syntax::text).unwrap_or_default();
            if mode.starts_with(['w', 'a', 'x']) || mode.contains('+') {
                self.file(first, at);
            }
        }
    }
}

impl<'a> Visitor<'a> for Writes<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        let assigned = match statement {
            Stmt::Assign(assign) => assign.targets.first().map(|target| (target, assign.value.as_ref())),
            Stmt::AnnAssign(assign) => assign.value.as_deref().map(|value| (assign.target.as_ref(), value)),
            _ => None,
        };
        if let Some((Expr::Name(name), value)) = assigned
            && is_written_folder(name.id.as_str())
        {
            self.setting(value, syntax::start(value));
        }
        ruff_python_ast::visitor::walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr {
            self.call(call);
        }
        if let Expr::Dict(table) = expr {
            self.handler(table);
        }
        let text = match expr {
            Expr::StringLiteral(literal) => Some(literal.value.to_str().to_owned()),
            Expr::FString(_) => text_of(expr, self.module, 0),
            _ => None,
        };
        if let Some((scheme, path)) = text.as_deref().and_then(|text| text.split_once(":///"))
            && scheme.starts_with("sqlite")
            && !path.is_empty()
            && !path.starts_with([':', '?'])
        {
            let path = if path.starts_with('/') { path.to_owned() } else { join("", path) };
            self.found.push(Fact::new(parent(&path).to_owned(), self.module.document.evidence_at(syntax::start(expr))));
        }
        walk_expr(self, expr);
    }
}

/// Whether a setting of this name says where to write: `UPLOAD_FOLDER`, `shop_data_dir`.
fn is_written_folder(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let mut words = name.rsplit('_');
    let is_folder = words.next().is_some_and(|last| FOLDERS.contains(&last));
    is_folder && words.next().is_some_and(|kind| KINDS.contains(&kind))
}

/// A path that an expression makes of literals and the place of its own file.
fn path_of(expr: &Expr, module: &Module, depth: u32) -> Option<String> {
    if depth > 20 {
        return None;
    }
    let again = |expr: &Expr| path_of(expr, module, depth + 1);
    match expr {
        Expr::StringLiteral(literal) => {
            let text = literal.value.to_str();
            Some(if text.starts_with('/') {
                text.trim_end_matches('/').to_owned()
            } else if text.starts_with("..") {
                return None;
            } else {
                join("", text)
            })
        }
        Expr::FString(_) => Some(joined("", &text_of(expr, module, depth)?)).filter(|path| !path.starts_with("..")),
        Expr::Name(name) if name.id.as_str() == "__file__" => Some(module.file()),
        Expr::Name(_) | Expr::Subscript(_) => module.statements.iter().find_map(|statement| match statement {
            Stmt::Assign(assign) => {
                let same = matches!(assign.targets.as_slice(), [target] if is_same_place(target, expr));
                if same { again(&assign.value) } else { None }
            }
            _ => None,
        }),
        Expr::BinOp(operation) if operation.op == ruff_python_ast::Operator::Div => {
            Some(joined(&again(&operation.left)?, &again(&operation.right)?))
        }
        Expr::Attribute(attribute) if attribute.attr.as_str() == "parent" => {
            Some(parent(&again(&attribute.value)?).to_owned())
        }
        Expr::Call(call) => {
            let name = syntax::dotted(&call.func).unwrap_or_default();
            let first = call.arguments.args.first();
            let default = call.arguments.keywords.iter().find(|it| it.arg.as_ref().is_some_and(|it| it == "default"));
            let default = default.map(|it| &it.value);
            match name.rsplit('.').next().unwrap_or_default() {
                _ if syntax::is_environment_read(&name) => again(default.or(call.arguments.args.get(1))?),
                "Field" => again(default.or(first)?),
                "getcwd" | "cwd" => Some(String::new()),
                "Path" | "PurePath" | "abspath" | "realpath" | "str" | "normpath" => {
                    first.map_or_else(|| Some(String::new()), again)
                }
                "dirname" => Some(parent(&again(first?)?).to_owned()),
                "join" if name.ends_with("path.join") => {
                    call.arguments.args.iter().map(again).reduce(|a, b| Some(joined(&a?, &b?)))?
                }
                _ => match call.func.as_ref() {
                    Expr::Attribute(attribute)
                        if matches!(attribute.attr.as_str(), "resolve" | "absolute" | "expanduser") =>
                    {
                        again(&attribute.value)
                    }
                    _ => None,
                },
            }
        }
        _ => None,
    }
}

/// The text of an f-string whose values are paths that are known; the folder of the application is `.`.
fn text_of(expr: &Expr, module: &Module, depth: u32) -> Option<String> {
    let Expr::FString(parts) = expr else { return None };
    let text = parts.value.elements().map(|element| match element {
        InterpolatedStringElement::Literal(literal) => Some(literal.value.to_string()),
        InterpolatedStringElement::Interpolation(value) => {
            path_of(&value.expression, module, depth + 1).map(|path| if path.is_empty() { ".".into() } else { path })
        }
    });
    text.collect()
}

/// Whether two expressions are the same name, or the same key of the same thing: `app.config["DATA"]`.
fn is_same_place(one: &Expr, other: &Expr) -> bool {
    match (one, other) {
        (Expr::Name(one), Expr::Name(other)) => one.id == other.id,
        (Expr::Subscript(one), Expr::Subscript(other)) => {
            let key = syntax::text(&one.slice);
            key.is_some()
                && key == syntax::text(&other.slice)
                && syntax::dotted(&one.value) == syntax::dotted(&other.value)
        }
        _ => false,
    }
}

fn joined(base: &str, rest: &str) -> String {
    if rest.starts_with('/') {
        rest.to_owned()
    } else if let Some(base) = base.strip_prefix('/') {
        format!("/{}", join(base, rest))
    } else {
        join(base, rest)
    }
}

/// Whether a folder can be made in an image: no system folder, nothing that a shell or Docker would read otherwise.
fn is_plain(path: &str) -> bool {
    let system =
        ["/tmp", "/var/tmp", "/dev", "/proc", "/sys", "/etc", "/usr", "/bin", "/root", "/lib", "/storage", "/sdcard"];
    path != "/"
        && !system.iter().any(|folder| path == *folder || path.starts_with(&format!("{folder}/")))
        && path.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c))
        && !path.split('/').any(|part| part == "..")
}

#[cfg(test)]
mod tests {
    use crate::repo::Repo;
    use crate::source::python::modules;

    #[test]
    fn literal_paths_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let text = "import os, logging\nfrom pathlib import Path\nBASE = Path(__file__).resolve().parent\nUP = os.environ.get('UP', 'uploads')\nos.makedirs(UP)\n(BASE / 'data').mkdir()\nlogging.FileHandler('logs/a.log')\nURL = 'sqlite:///./app.db'\nopen('/tmp/x', 'w')\nopen('r.txt')\nLOGGING = {'handlers': {'file': {'class': 'logging.handlers.RotatingFileHandler', 'filename': BASE / 'var/x.log'}}}\n";
        std::fs::write(folder.path().join("main.py"), text).unwrap();
        let (repo, _) = Repo::open(folder.path()).unwrap();
        let modules = modules::read(&repo, "", &[]);
        let found: Vec<String> = super::folders(&modules[0]).into_iter().map(|fact| fact.value).collect();
        assert_eq!(found, ["uploads", "data", "logs", "", "var"]);
    }

    #[test]
    fn settings_name_folders_in_many_ways() {
        let folder = tempfile::tempdir().unwrap();
        let text = "import os\nMEDIA_ROOT = env.str('MEDIA_ROOT', '/srv/media')\nclass Settings(BaseSettings):\n    shop_data_folder: str = Field(default='./data')\n    log_level: str = 'info'\napp.config['PLACE'] = os.getenv('PLACE', os.path.join(os.path.dirname(os.path.abspath(__file__)), 'static'))\napp.config['SESSIONS'] = os.path.join(app.config['PLACE'], 'sessions')\nos.makedirs(app.config['SESSIONS'])\nURL = f'sqlite:///{os.path.dirname(os.path.abspath(__file__))}/db/shop.db'\nOTHER = f'sqlite:///{unknown}/x.db'\nLOG_PATH = 'logs/shop.log'\n";
        std::fs::write(folder.path().join("main.py"), text).unwrap();
        let (repo, _) = Repo::open(folder.path()).unwrap();
        let modules = modules::read(&repo, "", &[]);
        let found: Vec<String> = super::folders(&modules[0]).into_iter().map(|fact| fact.value).collect();
        assert_eq!(found, ["/srv/media", "data", "static/sessions", "db", "logs"]);
    }
}
