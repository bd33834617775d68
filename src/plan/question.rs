//! Questions as data: a key is the flag, the `dockgen.toml` key, the JSON field and the documentation row at once.

use serde::Serialize;

use crate::error::{Error, Result};
use crate::plan::{Registries, Resolved};
use crate::shell::{self, Piece, SimpleCommand, Word};

/// What may be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One of the choices of the question.
    Choice,
    /// Any text; the choices are proposals. `none` where nothing is wanted.
    Text,
    /// A TCP port from 1 to 65535, or `none`.
    Port,
    /// The path of a URL, with a query if need be, or `none`.
    HttpPath,
    /// A program and its arguments, which no shell reads.
    CommandLine,
    /// What stands in for the registries of public images, or `none`.
    Registry,
    /// Names of Debian packages, or `none`.
    Packages,
    /// `yes` or `no`; the flag alone says yes.
    Switch,
}

impl Kind {
    /// What is wrong with an answer of this kind, and an example of a right one; nothing where it is right.
    fn refusal(self, value: &str) -> Option<(String, &'static str)> {
        if self == Self::Registry {
            let hint = "e.g. `--registry registry.example.org/proxy`, or `--registry docker.io=registry.example.org/hub,gcr.io=…`";
            return Registries::parse(value).err().map(|message| (message, hint));
        }
        self.fixed_refusal(value).map(|(message, hint)| (message.to_owned(), hint))
    }

    fn fixed_refusal(self, value: &str) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Port if value != "none" && !value.parse::<u16>().is_ok_and(|port| port > 0) => {
                Some(("a port is a number from 1 to 65535, or `none`", "e.g. `--port 8080`"))
            }
            Self::HttpPath if value != "none" && !is_http_path(value) => Some((
                "a path begins with a slash and has only characters of a URL, or is `none`",
                "e.g. `--health /healthz`",
            )),
            Self::Packages if !value.split(',').all(|name| is_package(name.trim())) => Some((
                "a package of Debian is named by lower-case letters, digits, `+`, `-` and `.`",
                "e.g. `--packages ffmpeg,git`",
            )),
            Self::Switch if !matches!(value, "yes" | "no") => {
                Some(("the answer is `yes` or `no`", "the flag alone says yes"))
            }
            Self::CommandLine if has_shell_operator(value) => Some((
                "operators such as `&&`, `|`, `;` and `>` are for a shell, and the image has none",
                "name one program with its arguments; what runs before it belongs to the build, or is a job of its own",
            )),
            _ => None,
        }
    }
}

/// Whether a text can be the name of a package: Debian's policy, 5.6.7.
fn is_package(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    name.len() > 1 && name.starts_with(plain) && name.chars().all(|c| plain(c) || "+-.".contains(c))
}

/// Whether a text is an absolute path of RFC 3986, with or without a query.
fn is_http_path(text: &str) -> bool {
    text.starts_with('/') && text.chars().all(|c| c.is_ascii_alphanumeric() || "-._~%!$&'()*+,;=:@/?".contains(c))
}

/// Whether a command line has an operator of a shell that is not quoted, or a command within it.
fn has_shell_operator(text: &str) -> bool {
    let script = shell::read(text);
    let is_computed = |word: &Word| word.pieces.iter().any(|piece| matches!(piece, Piece::Computed(_)));
    script.has_operators
        || script
            .commands
            .iter()
            .any(|command| !command.redirections.is_empty() || command.all_words().any(is_computed))
}

/// The words of a command line that is started as it stands; `example` is one, for the hint.
///
/// # Errors
/// [`Error::BadAnswer`] where a quote is not closed, nothing is there, or a shell would have to put in a variable.
pub fn exec_words(text: &str, example: &str) -> Result<Vec<String>> {
    let bad = |message: String, hint: String| Error::BadAnswer {
        key: "start".into(),
        value: text.escape_debug().to_string(),
        message,
        hint,
    };
    let words = shell::words(text).ok_or_else(|| {
        bad("a quote is not closed, or nothing is there".into(), format!("e.g. `--start '{example}'`"))
    })?;
    let script = shell::read(text);
    let pieces = script.commands.iter().flat_map(SimpleCommand::all_words).flat_map(|word| &word.pieces);
    let name = pieces.into_iter().find_map(|piece| match piece {
        Piece::Variable { name, .. } => Some(name),
        _ => None,
    });
    match name {
        None => Ok(words),
        Some(name) => Err(bad(
            format!("nothing puts a value in the place of `${name}`: the image has no shell"),
            "write the value; the program can read the variable itself".into(),
        )),
    }
}

/// What is the same for a question in every application.
#[derive(Debug)]
pub struct Specification {
    /// The key: the flag's name, the key in `dockgen.toml` and in JSON.
    pub key: &'static str,
    /// The value's name in help.
    pub value_name: &'static str,
    /// What the wizard asks.
    pub prompt: &'static str,
    /// What the answer decides, in one sentence.
    pub help: &'static str,
    /// What may be answered.
    pub kind: Kind,
    /// The answers that some application takes, where they can be listed: for help and completions. An application takes
    /// the choices of its own question.
    pub values: &'static [&'static str],
}

/// Every question that any application can have, in the order in which they are asked.
pub const QUESTIONS: &[Specification] = &[
    Specification {
        key: "language",
        value_name: "LANGUAGE",
        prompt: "Which language is it?",
        help: "Language of the application, where a folder holds several: node, java, python, rust or go",
        kind: Kind::Choice,
        values: &["go", "java", "node", "python", "rust"],
    },
    Specification {
        key: "app",
        value_name: "NAME",
        prompt: "Which application goes into the image?",
        help: "Application to containerise, by name or folder, where a repository holds several",
        kind: Kind::Choice,
        values: &[],
    },
    Specification {
        key: "version",
        value_name: "VERSION",
        prompt: "Which version of the language?",
        help: "Version line of the language, e.g. 24 for Node.js or 3.13 for Python",
        kind: Kind::Choice,
        values: &[],
    },
    Specification {
        key: "family",
        value_name: "NAME",
        prompt: "Which family of images does it run on?",
        help: "Family of runtime images: google (distroless), slim (with a shell and apt) or dhi (Docker Hardened Images)",
        kind: Kind::Choice,
        values: &["google", "slim", "dhi"],
    },
    Specification {
        key: "package-manager",
        value_name: "NAME",
        prompt: "Which package manager installs the dependencies?",
        help: "Package manager that installs the dependencies",
        kind: Kind::Choice,
        values: &[
            "npm",
            "pnpm",
            "yarn",
            "bun",
            "pip",
            "pip-project",
            "pip-group",
            "uv",
            "poetry",
            "pdm",
            "pipenv",
            "none",
        ],
    },
    Specification {
        key: "pins",
        value_name: "EDIT",
        prompt: "Does the build lift pinned versions that no maintained Python takes?",
        help: "What the build does about pinned versions that work on no maintained Python: lift or keep",
        kind: Kind::Choice,
        values: &["lift", "keep"],
    },
    Specification {
        key: "binary",
        value_name: "NAME",
        prompt: "Which program is started?",
        help: "Program to build and start, where a project makes several",
        kind: Kind::Choice,
        values: &[],
    },
    Specification {
        key: "features",
        value_name: "LIST",
        prompt: "Which features is it built with?",
        help: "Features of Cargo to build with, separated by commas; `default` stands for the default ones",
        kind: Kind::Text,
        values: &[],
    },
    Specification {
        key: "build",
        value_name: "COMMAND",
        prompt: "How is it built?",
        help: "Build command or script, or none",
        kind: Kind::Text,
        values: &[],
    },
    Specification {
        key: "start",
        value_name: "COMMAND",
        prompt: "What is started?",
        help: "Command that starts the application: a program and its arguments, without a shell",
        kind: Kind::CommandLine,
        values: &[],
    },
    Specification {
        key: "port",
        value_name: "PORT",
        prompt: "Which port does it listen on?",
        help: "TCP port that the application listens on, or none",
        kind: Kind::Port,
        values: &[],
    },
    Specification {
        key: "listen",
        value_name: "EDIT",
        prompt: "Does the build open a server that its source keeps on the loopback?",
        help: "What the build does about a source that lets the server listen on the loopback only: rewrite or keep",
        kind: Kind::Choice,
        values: &["rewrite", "keep"],
    },
    Specification {
        key: "health",
        value_name: "PATH",
        prompt: "Which path tells that it is healthy?",
        help: "HTTP path for a HEALTHCHECK, or none",
        kind: Kind::HttpPath,
        values: &[],
    },
    Specification {
        key: "runtime",
        value_name: "NAME",
        prompt: "Which runtime image?",
        help: "Kind of runtime image that the application is put on",
        kind: Kind::Choice,
        values: &["static", "base", "cc", "jre", "archive", "jlink", "distroless-python", "distroless-cc"],
    },
    Specification {
        key: "tests",
        value_name: "PLACE",
        prompt: "Where are the tests run?",
        help: "Where the tests are run: skip, or stage for a stage `test` of their own",
        kind: Kind::Choice,
        values: &["skip", "stage"],
    },
    Specification {
        key: "cache",
        value_name: "KIND",
        prompt: "Where are dependencies kept between builds?",
        help: "Where dependencies, fetched or compiled, are kept between builds: mount or layer",
        kind: Kind::Choice,
        values: &["mount", "layer"],
    },
    Specification {
        key: "packages",
        value_name: "LIST",
        prompt: "Which Debian packages are installed in the image?",
        help: "Debian packages that the image has, separated by commas, where its family has a package manager",
        kind: Kind::Packages,
        values: &[],
    },
    Specification {
        key: "registry",
        value_name: "PREFIX",
        prompt: "Which registry are the images taken from?",
        help: "Registry, perhaps with a folder, that all images are taken from in place of the public ones; \
               UPSTREAM=PREFIX, with commas between several, for one of them",
        kind: Kind::Registry,
        values: &[],
    },
    Specification {
        key: "certificates",
        value_name: "FILES",
        prompt: "Which certificates are trusted beside the usual ones?",
        help: "Files of certificates in the repository, in PEM, separated by commas, that the build and the image trust",
        kind: Kind::Text,
        values: &[],
    },
    Specification {
        key: "debug-target",
        value_name: "YES",
        prompt: "Is there a stage for a look inside?",
        help: "Add a stage `debug` that is the image with a shell, for `docker build --target debug`",
        kind: Kind::Switch,
        values: &[],
    },
    Specification {
        key: "labels",
        value_name: "YES",
        prompt: "Does the image say where it comes from?",
        help: "Label the image with its source, revision and version, from the build arguments SOURCE, REVISION and VERSION",
        kind: Kind::Switch,
        values: &[],
    },
    Specification {
        key: "reproducible",
        value_name: "YES",
        prompt: "Shall the same sources make the same image at any time?",
        help: "Make the same layers of the same sources at any time: what the build writes is of the time SOURCE_DATE_EPOCH, a build argument",
        kind: Kind::Switch,
        values: &[],
    },
    Specification {
        key: "syntax",
        value_name: "IMAGE",
        prompt: "Which front end reads the Dockerfile?",
        help: "Front end of BuildKit that `# syntax=` names: docker/dockerfile:1, or none",
        kind: Kind::Choice,
        values: &["none", "docker/dockerfile:1"],
    },
];

/// The questions that are the same for every image: they have a usual answer, and are shown where another one is given.
const OPTIONS: &[&str] = &["family", "registry", "certificates", "debug-target", "labels", "reproducible", "syntax"];

impl Specification {
    /// Whether it is the same question for every image, with a usual answer.
    pub fn is_option(&self) -> bool {
        OPTIONS.contains(&self.key)
    }
}

/// The specification of a key.
///
/// # Panics
/// Never: a test asks for every key that the code names.
pub fn specification(key: &str) -> &'static Specification {
    QUESTIONS.iter().find(|specification| specification.key == key).unwrap_or(&QUESTIONS[0])
}

/// One thing that can be answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// The answer itself.
    pub value: String,
    /// What it means, for the wizard; may be empty.
    pub description: String,
    /// Whether it is there for others, as a sample or a tool: nobody means it who asks for all.
    #[serde(skip)]
    pub is_aside: bool,
}

impl Choice {
    /// A choice with a description.
    pub fn new(value: impl Into<String>, description: impl Into<String>) -> Self {
        Self { value: value.into(), description: description.into(), is_aside: false }
    }

    /// The same choice, there for others or not.
    #[must_use]
    pub fn aside(self, is_aside: bool) -> Self {
        Self { is_aside, ..self }
    }
}

/// A question of one application.
#[derive(Debug, Clone)]
pub struct Question {
    /// What is the same for it everywhere.
    pub specification: &'static Specification,
    /// What can be answered, or what is proposed.
    pub choices: Vec<Choice>,
    /// The answer that is preselected; nothing where nothing can be established.
    pub default: Option<Resolved<String>>,
    /// What to do when nothing can be established, for the error without a terminal.
    pub missing: String,
    /// Whether `none` is no answer: the application can't start without the value.
    pub is_required: bool,
}

impl Question {
    /// A question with what the repository says as its default.
    pub fn new(key: &str, default: Option<Resolved<String>>) -> Self {
        Self {
            specification: specification(key),
            choices: Vec::new(),
            default,
            missing: String::new(),
            is_required: false,
        }
    }

    /// Makes `none` no answer where the application can't start without the value.
    #[must_use]
    pub fn required(mut self, is_required: bool) -> Self {
        self.is_required = is_required;
        self
    }

    /// Adds the choices.
    #[must_use]
    pub fn choices(mut self, choices: Vec<Choice>) -> Self {
        self.choices = choices;
        self
    }

    /// Says why nothing could be established, and what would help.
    #[must_use]
    pub fn missing(mut self, text: impl Into<String>) -> Self {
        self.missing = text.into();
        self
    }

    /// The key.
    pub fn key(&self) -> &'static str {
        self.specification.key
    }

    /// Whether this text is an answer.
    ///
    /// # Errors
    /// [`Error::BadAnswer`] that says what would be one.
    pub fn accept(&self, value: &str) -> Result<()> {
        let bad = |message: String, hint: String| {
            Err(Error::BadAnswer { key: self.key().into(), value: value.escape_debug().to_string(), message, hint })
        };
        if value.chars().any(char::is_control) {
            return bad("it contains a control character".into(), "use printable characters only".into());
        }
        if self.is_required && value == "none" {
            let message = format!("what is started needs a {}", self.key());
            return bad(
                message,
                format!("name the one that it shall use: `--{} {}`", self.key(), self.specification.value_name),
            );
        }
        // what the repository says is an answer as it stands: a path on another port, for one
        let is_detected = self.default.as_ref().is_some_and(|default| default.value == value);
        if let Some((message, hint)) = self.specification.kind.refusal(value).filter(|_| !is_detected) {
            return bad(message, hint.into());
        }
        let is_choice = self.choices.iter().any(|choice| choice.value == value);
        if self.specification.kind == Kind::Choice && !self.choices.is_empty() && !is_choice {
            let list: Vec<String> = self.choices.iter().map(|choice| format!("`{}`", choice.value)).collect();
            return bad(
                format!("the choices are {}", list.join(", ")),
                format!("e.g. `--{} {}`", self.key(), self.choices[0].value),
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_a_url_is_told_from_other_text() {
        let question = Question::new("health", None);
        for path in ["/", "/healthz", "/it's", "/health?full=1", "/a%20b/~me", "none"] {
            assert!(question.accept(path).is_ok(), "{path}");
        }
        for other in ["healthz", "", "/a b", "/\"+x", "/a\\b", "/ä", "http://x/", "/a#b"] {
            assert!(question.accept(other).is_err(), "{other}");
        }
    }

    #[test]
    fn packages_are_named_as_debian_names_them() {
        let question = Question::new("packages", None);
        for names in ["none", "git", "ffmpeg,libstdc++6", "a1, b-c.d"] {
            assert!(question.accept(names).is_ok(), "{names}");
        }
        for other in ["", "Git", "git ffmpeg", "git;ls", "--reinstall", "git,"] {
            assert!(question.accept(other).is_err(), "{other}");
        }
    }

    #[test]
    fn a_port_that_is_needed_is_not_none() {
        let question = Question::new("port", None);
        assert!(question.accept("none").is_ok() && question.accept("0").is_err());
        let question = question.required(true);
        assert!(question.accept("none").is_err() && question.accept("8080").is_ok());
    }

    #[test]
    fn a_command_to_start_has_no_operator_of_a_shell() {
        let question = Question::new("start", None);
        for text in ["a && b", "a; b", "a | b", "a & b", "a > log", "a \"$(b)\"", "a `b`", "a || b", "a 2>&1"] {
            assert!(question.accept(text).is_err(), "{text}");
        }
        for text in ["node server.js", "node -e 'a && b; c > `d`'", r"a \& b", r#"a "b;c|d""#, "a --port=$PORT"] {
            assert!(question.accept(text).is_ok(), "{text}");
        }
        assert!(Question::new("build", None).accept("a && b").is_ok());
        assert_eq!(exec_words("a '$PORT' \"b c\"", "a").unwrap(), ["a", "$PORT", "b c"]);
        for text in ["a $PORT", "a --port=${PORT:-1}", "a 'b", ""] {
            assert!(exec_words(text, "a").is_err(), "{text}");
        }
    }
}
