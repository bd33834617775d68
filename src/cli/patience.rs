//! What takes long says so, and what would take very long is asked for first.

use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use console::{Key, Term};

use crate::cli::stream::{Style, Text, Volume, say, says};
use crate::error::{Error, Result};
use crate::plan::has_manifest;

/// How long nothing is said.
const SILENCE: Duration = Duration::from_secs(1);

/// Does something, and says what it is where it takes longer than a second and somebody watches.
pub fn while_waiting<T>(what: &str, work: impl FnOnce() -> T) -> T {
    if !Term::stderr().is_term() || !says(Volume::Usual) {
        return work();
    }
    let (done, waits) = channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            if waits.recv_timeout(SILENCE) == Err(RecvTimeoutError::Timeout) {
                say(&Text::new().with(Style::Dim, format!("{what} …")).end());
            }
        });
        let result = work();
        drop(done);
        result
    })
}

/// Asks before a whole home folder or disk is walked through: what is meant is a folder in it, and the walk takes long.
///
/// # Errors
/// [`Error::Usage`] where nobody can be asked, [`Error::Interrupted`] where the answer is no.
pub fn agree_to_walk(path: &Path) -> Result<()> {
    let Ok(folder) = path.canonicalize() else { return Ok(()) };
    let home = std::env::home_dir().and_then(|home| home.canonicalize().ok());
    let is_home = home.is_some_and(|home| home == folder);
    let is_everything = folder.parent().is_none();
    if !(is_home || is_everything) || folder.join(".git").exists() || has_manifest(&folder) {
        return Ok(());
    }
    let what = if is_home { "your home folder" } else { "the whole disk" };
    let message = format!("`{}` is {what}, and no project lies directly in it", path.display());
    let term = Term::stderr();
    if !term.is_term() || !console::user_attended() {
        return Err(Error::Usage { message, hint: "go to the folder of the project, or name it".into() });
    }
    say(&Text::new().plain(message).plain(". Look through all of it? ").with(Style::Bold, "y").plain("/n").end());
    match term.read_key() {
        Ok(Key::Char('y')) => Ok(()),
        _ => Err(Error::Interrupted),
    }
}
