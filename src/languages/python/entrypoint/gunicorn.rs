//! What gunicorn's own configuration says of where it listens.

use crate::evidence::{Evidence, Fact};
use crate::languages::python::entrypoint::Context;
use crate::languages::python::entrypoint::invocation::Invocation;
use crate::path::join;

/// Files that gunicorn is configured by, where the command line names none.
const CONFIGURATIONS: &[&str] =
    &["gunicorn.conf.py", "gunicorn_conf.py", "gunicorn_config.py", "etc/gunicorn.py", "config/gunicorn.py"];

/// Whether a configuration file could say what the command line does not.
pub fn is_configured(context: &Context, invocation: &Invocation) -> bool {
    let folder = &context.project.manifests.folder;
    invocation.arguments.iter().any(|word| word.starts_with("-c") || word.starts_with("--config"))
        || CONFIGURATIONS.iter().any(|name| context.repo.has(&join(folder, name)))
}

/// The line by which gunicorn's configuration says where to listen.
fn bound(context: &Context, name: &str) -> Option<Fact<String>> {
    let document = context.repo.read_optional(&join(&context.project.manifests.folder, name))?;
    let line = document.find_stated(|line| line.trim_start().starts_with("bind"))?;
    Some(line.map(str::to_owned))
}

/// The port that gunicorn's own configuration binds to.
pub fn configured_port(context: &Context) -> Option<(u16, Option<Evidence>)> {
    CONFIGURATIONS.iter().find_map(|name| {
        let line = bound(context, name)?;
        let digits: Vec<u16> =
            line.value.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
        digits.into_iter().rev().find(|port| *port >= 80).map(|port| (port, Some(line.evidence)))
    })
}

/// A configuration that binds to a socket file or to the loopback keeps everybody out: the command line overrides it.
pub fn open(context: &Context, invocation: &mut Invocation) {
    let words = &invocation.arguments;
    let says = |names: &[&str]| words.iter().position(|word| names.contains(&word.as_str()));
    let is_gunicorn = invocation.module().is_some_and(|module| module.split('.').next() == Some("gunicorn"));
    if !is_gunicorn || says(&["--bind", "-b"]).is_some() {
        return;
    }
    let named = says(&["-c", "--config"]).and_then(|index| words.get(index + 1));
    let line = named.and_then(|name| bound(context, name.trim_start_matches("file:")));
    if line.is_some_and(|line| ["unix:", "127.0.0.1", "localhost"].iter().any(|local| line.value.contains(local))) {
        invocation.arguments.extend(["--bind".to_owned(), "0.0.0.0:$PORT".to_owned()]);
    }
}
