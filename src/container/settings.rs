//! What a project wants of a test: `[test]` of `dockgen.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::container::checks::CHECKS;
use crate::error::Result;
use crate::repo::Document;

/// What a project wants of a test; a field that is absent is left to the command line, or to what is usual.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct TestSettings {
    /// The port that must answer.
    pub port: Option<u16>,
    /// The HTTP path that must answer.
    pub path: Option<String>,
    /// The HTTP status that is wanted.
    pub status: Option<u16>,
    /// Whether the health service of gRPC must answer.
    pub grpc: bool,
    /// A text that the answer must hold.
    pub expect: Option<String>,
    /// What the application is given on its command line.
    pub arguments: Vec<String>,
    /// Variables of the container.
    pub env: BTreeMap<String, String>,
    /// Files of variables, from the folder of the file.
    pub env_file: Vec<String>,
    /// A compose file with the services that the application needs, from the folder of the file.
    pub compose: Option<String>,
    /// How long it may take until it answers, in seconds.
    pub timeout: Option<u64>,
    /// How long it may take to end after SIGTERM, in seconds.
    pub stop_timeout: Option<u64>,
    /// The memory that it may have, in megabytes.
    pub memory: Option<u64>,
    /// The largest size of the image, in megabytes.
    pub max_size: Option<u64>,
    /// The names of the checks that are left out.
    pub skip: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    test: TestSettings,
}

impl TestSettings {
    /// Reads `[test]` of a `dockgen.toml`.
    ///
    /// # Errors
    /// [`crate::error::Error::Manifest`] where it is no TOML, has a key that there is not, or names a check that there is not.
    pub fn read(document: &Document) -> Result<Self> {
        let file: File = toml::from_str(document.text()).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            document.error_at(offset, error.message().replace('\n', " "), None)
        })?;
        match file.test.skip.iter().find(|name| !CHECKS.iter().any(|check| check.name == name.as_ref())) {
            None => Ok(file.test),
            Some(unknown) => {
                let (offset, unknown) = (unknown.span().start, unknown.as_ref());
                let names: Vec<&str> = CHECKS.iter().map(|check| check.name).collect();
                let hint = format!("the checks are {}", names.join(", "));
                Err(document.error_at(offset, format!("there is no check `{}`", unknown.escape_debug()), Some(hint)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    fn read(text: &str) -> Result<TestSettings> {
        TestSettings::read(&Document::new("dockgen.toml", text))
    }

    #[test]
    fn what_is_wanted_stands_below_test() {
        let found =
            read("port = 3000\n[test]\npath = \"/health\"\nskip = [\"read-only\"]\nenv = { MODE = \"x\" }\n").unwrap();
        assert_eq!((found.path.as_deref(), found.skip[0].as_ref().as_str()), (Some("/health"), "read-only"));
        assert_eq!(found.env["MODE"], "x");
        assert_eq!(read("[check]\nregistries = []\n").unwrap(), TestSettings::default());
    }

    #[test]
    fn what_there_is_not_is_said_with_its_line() {
        let line = |text: &str| match read(text) {
            Err(Error::Manifest { line, message, .. }) => (line, message),
            other => panic!("{other:?}"),
        };
        assert_eq!(line("[test]\nskip = [\n  \"shel\",\n]\n"), (3, "there is no check `shel`".into()));
        assert_eq!(line("[test]\n\npaht = \"/\"\n").0, 3);
        assert_eq!(line("[test]\nport = \"x\"\n").0, 2);
    }
}
