//! What is said of a folder that the application writes.

use crate::evidence::{Evidence, Warning};

/// That a folder belongs to the application. `is_shared` says that files of the repository lie in it, which a volume would hide.
pub fn written_folder(folder: &str, is_shared: bool, evidence: &Evidence) -> Warning {
    let (what, hint) = if is_shared {
        (", beside files of the repository", "let it keep its data in a folder of its own, which can be a volume")
    } else {
        (" and is a volume", "keep it with `docker run --volume`")
    };
    let message = format!("the application writes `{folder}`; it belongs to the user of the container{what}");
    Warning::new(message).at(evidence.clone()).hint(hint)
}
