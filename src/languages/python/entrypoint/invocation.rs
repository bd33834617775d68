//! A command line, made to run without a shell and without console scripts, and to listen on every interface.

use crate::catalog::python::{Older, Server, StartedModule, module_of_command, older, started_module, wrapping};
use crate::languages::python::package_manager::Project;
use crate::source::python::syntax::is_python_file;

/// Where the virtual environment lies in the image.
pub const ENVIRONMENT: &str = "/venv";

/// What is started in the image: a program and its arguments; `$PORT` stands for the port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// The program: the interpreter, or a binary of the environment.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<String>,
}

impl Invocation {
    /// The interpreter with these arguments.
    pub fn python(arguments: Vec<String>) -> Self {
        Self { program: format!("{ENVIRONMENT}/bin/python"), arguments }
    }

    /// A server: its own program, or the interpreter.
    pub fn server(server: &Server, arguments: Vec<String>) -> Self {
        if server.program.is_empty() {
            return Self::python(arguments);
        }
        Self { program: format!("{ENVIRONMENT}/bin/{}", server.program), arguments }
    }

    /// The module that it starts, if it does.
    pub fn module(&self) -> Option<&str> {
        match self.arguments.as_slice() {
            [option, module, ..] if option == "-m" => Some(module),
            _ => None,
        }
    }

    /// The same for the versions that are installed: an older one may be started by another module.
    pub fn for_versions(mut self, project: &Project) -> Self {
        let is_older =
            |row: &&Older| self.module() == Some(row.package.as_str()) && project.is_below(&row.package, &row.below);
        if let Some(row) = older().iter().find(is_older) {
            self.arguments[1].clone_from(&row.module);
        }
        self
    }

    /// Takes the number of workers off the command line.
    pub fn take_workers(&mut self) -> Option<String> {
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let words = &self.arguments;
        let (place, value) = words.iter().enumerate().find_map(|(index, word)| match word.as_str() {
            "--workers" | "-w" => Some((index..index + 2, words.get(index + 1)?.as_str())),
            _ => Some((index..index + 1, word.strip_prefix("--workers=").or_else(|| word.strip_prefix("-w"))?)),
        })?;
        let number = is_number(value).then(|| value.to_owned())?;
        self.arguments.drain(place);
        Some(number)
    }

    /// Whether it listens, by what it starts.
    pub fn listens(&self) -> bool {
        let serves = |module: &str| started_module(module).is_some_and(|row| !row.is_worker);
        self.module().is_some_and(serves) || self.program.ends_with("/uwsgi")
    }

    /// Whether it starts a file or module of the repository, which reads the arguments behind.
    pub fn starts_own(&self) -> bool {
        match self.module() {
            Some(module) => started_module(module).is_none(),
            None => self.program.ends_with("/python") && self.arguments.first().is_some_and(|it| is_python_file(it)),
        }
    }

    /// Whether a flag is among its arguments.
    pub fn gives(&self, flag: &str) -> bool {
        self.arguments.iter().any(|word| word.split('=').next() == Some(flag))
    }

    /// As a person would type it.
    pub fn text(&self) -> String {
        let program = self.program.rsplit('/').next().unwrap_or(&self.program).to_owned();
        std::iter::once(program)
            .chain(
                self.arguments
                    .iter()
                    .map(|word| if word.contains("$PORT") { word.clone() } else { crate::shell::quote(word) }),
            )
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// How much these words, as a person types them, are what an application is started with: a server 2, a program or worker
/// 1, anything else 0.
pub fn rank(words: &[String]) -> u8 {
    let Some(name) = started_by(words) else { return 0 };
    match started_module(&name) {
        _ if is_worker(words) => 1,
        Some(row) if !serves(row, words) => 0,
        Some(_) => 2,
        None if matches!(name.as_str(), "uwsgi" | "waitress-serve") => 2,
        None => u8::from(is_python_file(&name) && name != "manage.py"),
    }
}

/// Whether these words have the subcommand that serves, where the program has others: `flask run`, not `flask db upgrade`.
fn serves(row: &StartedModule, words: &[String]) -> bool {
    let subcommands = row.serve.iter().chain(&row.development);
    row.serve.is_none() || subcommands.into_iter().any(|name| words.contains(name))
}

/// Whether these words start what works in the background and never listens.
pub fn is_worker(words: &[String]) -> bool {
    started_by(words).and_then(|name| started_module(&name)).is_some_and(|row| row.is_worker)
}

/// The name of what these words start, whatever wraps it.
fn started_by(words: &[String]) -> Option<String> {
    let mut words = words.to_vec();
    strip_wrappers(&mut words);
    let first = words.iter().find(|word| !matches!(word.as_str(), "python" | "python3" | "-m"))?;
    Some(first.rsplit('/').next().unwrap_or(first).to_owned())
}

/// Turns the words of a command line into what can be started without a shell; nothing where that is not known.
pub fn resolve(words: &[String], project: &Project) -> Option<Invocation> {
    let mut words: Vec<String> = words.to_vec();
    strip_wrappers(&mut words);
    let first = words.first()?.clone();
    let name = first.rsplit('/').next().unwrap_or(&first).to_owned();
    words.retain(|word| !is_detaching(word, &name));
    let rest = words.split_off(1);
    let is_python = name == "python" || name.starts_with("python3") || name.starts_with("python2");
    let arguments = if is_python {
        let rest: Vec<String> =
            rest.into_iter().skip_while(|word| matches!(word.as_str(), "-u" | "-B" | "-O" | "-OO" | "-I")).collect();
        match rest.first().map(String::as_str) {
            None | Some("-c") => return None,
            _ => rest,
        }
    } else if let Some(module) = module_of_command(&name) {
        ["-m".to_owned(), module.to_owned()].into_iter().chain(rest).collect()
    } else if is_python_file(&name) {
        std::iter::once(first.trim_start_matches("./").to_owned()).chain(rest).collect()
    } else if name == "uwsgi" {
        return Some(Invocation { program: format!("{ENVIRONMENT}/bin/uwsgi"), arguments: rest });
    } else if project.manifests.scripts.iter().any(|script| script.value.0 == name) {
        std::iter::once(format!("{ENVIRONMENT}/bin/{name}")).chain(rest).collect()
    } else {
        return None;
    };
    Some(listening(Invocation::python(arguments)))
}

/// Takes away what is in front of the command: `poetry run`, `uv run --frozen`, `ddtrace-run`.
fn strip_wrappers(words: &mut Vec<String>) {
    loop {
        let wrapping = wrapping(words);
        if wrapping == 0 {
            return;
        }
        words.drain(..wrapping);
        while words.first().is_some_and(|word| word.starts_with('-')) {
            words.remove(0);
        }
    }
}

/// Whether a word sends the program into the background, where its container would end.
fn is_detaching(word: &str, program: &str) -> bool {
    matches!(word, "--daemon" | "--daemonize" | "--detach" | "--background")
        || word == "-D" && matches!(program, "gunicorn" | "celery")
}

/// The same with development options taken out, and told to listen on every interface.
fn listening(mut invocation: Invocation) -> Invocation {
    let Some(module) = invocation.module().map(str::to_owned) else {
        return invocation;
    };
    let Some(row) = started_module(&module) else { return invocation };
    let mut arguments: Vec<String> = Vec::new();
    let mut given = std::mem::take(&mut invocation.arguments).into_iter();
    while let Some(word) = given.next() {
        match word.as_str() {
            "--reload" | "--debug" | "--dev" => {}
            "--reload-dir" | "--uds" | "--ssl-keyfile" | "--ssl-certfile" if module == "uvicorn" => {
                given.next();
            }
            "dev" if row.development.as_deref() == Some("dev") => arguments.extend(row.serve.clone()),
            _ => arguments.push(loopback(&word)),
        }
    }
    let has = |names: &[&str]| {
        arguments.iter().any(|word| {
            names.iter().any(|name| {
                word == name
                    || word.strip_prefix(name).is_some_and(|rest| {
                        rest.starts_with('=') || name.len() == 2 && !name.starts_with("--") && !rest.is_empty()
                    })
            })
        })
    };
    match (&row.bind, &row.host, &row.port) {
        (Some(bind), ..) if !has(&[bind, "-b", "-c", "--config"]) => {
            arguments.extend([bind.clone(), "0.0.0.0:$PORT".to_owned()]);
        }
        (None, Some(host), Some(port)) => {
            let (no_host, no_port) = (!has(&[host, "-h", "-H", "-b", "--bind"]), !has(&[port, "-p", "-P"]));
            let runs = row.serve.as_ref().is_none_or(|serve| arguments.contains(serve));
            if runs && no_host {
                arguments.extend([host.clone(), "0.0.0.0".to_owned()]);
            }
            if runs && no_port {
                arguments.extend([port.clone(), "$PORT".to_owned()]);
            }
        }
        _ => {}
    }
    invocation.arguments = arguments;
    invocation
}

/// An address of the container's own loopback becomes every interface's.
fn loopback(word: &str) -> String {
    for local in ["127.0.0.1", "localhost"] {
        if word == local {
            return "0.0.0.0".into();
        }
        if let Some(rest) = word.strip_prefix(local).filter(|rest| rest.starts_with(':')) {
            return format!("0.0.0.0{rest}");
        }
        for option in ["--host=", "--bind=", "-b=", "-b"] {
            if let Some(rest) = word.strip_prefix(option).and_then(|rest| rest.strip_prefix(local)) {
                return format!("{option}0.0.0.0{rest}");
            }
        }
    }
    word.to_owned()
}

/// The port that an invocation states, if it states a number.
pub fn stated_port(invocation: &Invocation) -> Option<u16> {
    let words = &invocation.arguments;
    words.iter().enumerate().find_map(|(index, word)| {
        let value = match word.as_str() {
            "--port" | "-p" | "--bind" | "-b" | "--server.port" | "--http" | "--http-socket" => {
                words.get(index + 1)?.as_str()
            }
            _ => ["--port=", "--bind=", "-b", "-p", "--server.port=", "--listen="]
                .iter()
                .find_map(|option| word.strip_prefix(option))?,
        };
        value.rsplit(':').next()?.parse().ok().filter(|port| *port > 0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::python::started_modules;

    fn resolved(text: &str) -> String {
        let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        resolve(&words, &Project::default()).unwrap().text()
    }

    #[test]
    fn commands_run_by_the_interpreter_and_listen_everywhere() {
        assert_eq!(
            resolved("poetry run uvicorn main:app --reload"),
            "python -m uvicorn main:app --host 0.0.0.0 --port $PORT"
        );
        assert_eq!(resolved("gunicorn app:app -b 127.0.0.1:5000"), "python -m gunicorn app:app -b 0.0.0.0:5000");
        assert_eq!(
            resolved("gunicorn --config gunicorn.conf.py x.wsgi"),
            "python -m gunicorn --config gunicorn.conf.py x.wsgi"
        );
        assert_eq!(resolved("python3 -u bot.py --quiet"), "python bot.py --quiet");
        assert_eq!(resolved("uwsgi ./etc/uwsgi.ini"), "uwsgi ./etc/uwsgi.ini");
        let words: Vec<String> = ["make", "run"].map(str::to_owned).to_vec();
        assert!(resolve(&words, &Project::default()).is_none());
    }

    #[test]
    fn every_module_of_the_table_is_told_where_to_listen_and_others_are_not() {
        for row in started_modules() {
            let serve = row.serve.as_ref().map(|word| format!(" {word}")).unwrap_or_default();
            let text = |module: &str| resolved(&format!("python -m {module}{serve} x"));
            let options = match (&row.bind, &row.host, &row.port) {
                (Some(bind), ..) => format!(" {bind} 0.0.0.0:$PORT"),
                (_, Some(host), Some(port)) => format!(" {host} 0.0.0.0 {port} $PORT"),
                _ => String::new(),
            };
            assert_eq!(text(&row.name), format!("python -m {}{serve} x{options}", row.name));
            let other = format!("{}x", row.name);
            assert_eq!(text(&other), format!("python -m {other}{serve} x"));
            let listens = |name: &str| Invocation::python(vec!["-m".into(), name.into()]).listens();
            assert!(listens(&row.name) != row.is_worker && !listens(&other), "{}", row.name);
            assert!(
                is_worker(std::slice::from_ref(&row.name)) == row.is_worker && !is_worker(&[other]),
                "{}",
                row.name
            );
        }
    }

    #[test]
    fn the_number_of_workers_is_taken_off() {
        for text in ["--workers 4", "--workers=4", "-w 4", "-w4"] {
            let words: Vec<String> = format!("gunicorn {text} x").split(' ').map(str::to_owned).collect();
            let mut invocation = resolve(&words, &Project::default()).unwrap();
            assert_eq!(invocation.take_workers().as_deref(), Some("4"));
            assert_eq!(invocation.text(), "python -m gunicorn x --bind 0.0.0.0:$PORT");
            assert_eq!(invocation.take_workers(), None);
        }
    }

    #[test]
    fn what_wraps_or_detaches_is_left_out() {
        assert_eq!(
            resolved("ddtrace-run python -m gunicorn --daemon x.wsgi"),
            "python -m gunicorn x.wsgi --bind 0.0.0.0:$PORT"
        );
        assert_eq!(
            resolved("gosu web newrelic-admin run-program gunicorn -D x"),
            "python -m gunicorn x --bind 0.0.0.0:$PORT"
        );
        assert_eq!(resolved("python shop.py --quiet --daemon"), "python shop.py --quiet");
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert!(is_worker(&words("uv run celery -A x worker")) && !is_worker(&words("uv run gunicorn x")));
    }
}
