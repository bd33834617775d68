//! What is said of folders that the application writes, and of a database that lies in none.

use crate::analysis::Setting;
use crate::catalog::file_names;
use crate::evidence::{Evidence, Warning};
use crate::path::file_name;

/// That a folder belongs to the application, which writes it, or for which a compose file keeps it. `is_shared` says that files of the
/// repository lie in it, which a volume would hide.
pub fn written_folder(folder: &str, is_shared: bool, evidence: &Evidence) -> Warning {
    let (what, hint) = if is_shared {
        (", beside files of the repository", "let it keep its data in a folder of its own, which can be a volume")
    } else {
        (" and is a volume", "keep it with `docker run --volume`")
    };
    let is_composed = file_names().compose.iter().any(|name| name == file_name(&evidence.path));
    let says = if is_composed { "the compose file keeps" } else { "the application writes" };
    let message = format!("{says} `{folder}`; it belongs to the user of the container{what}");
    Warning::new(message).at(evidence.clone()).hint(hint)
}

/// That a database in a file lies where no volume keeps it, with what tells the program another place.
pub fn lost_database(file: &str, setting: Option<&Setting>, evidence: &Evidence) -> Warning {
    let message = format!("it keeps its database in `{file}`, which no volume holds: it is lost with the container");
    let hint = match setting {
        Some(Setting::Variable(name)) => format!("mount a volume, and let `{name}` say a place in it"),
        Some(Setting::Flag(flag)) => format!("mount a volume, and let `{flag}` say a place in it"),
        None => "keep it in a folder of its own, such as `data`, which can be a volume".to_owned(),
    };
    Warning::new(message).at(evidence.clone()).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_a_volume_unless_files_of_the_repository_lie_in_it() {
        let evidence = Evidence::new("server.js", 3, "mkdirSync('data')");
        let own = written_folder("data", false, &evidence);
        assert!(own.message.starts_with("the application writes `data`") && own.message.ends_with("is a volume"));
        assert_eq!(own.hint.as_deref(), Some("keep it with `docker run --volume`"));
        assert_eq!(own.evidence, Some(evidence.clone()));
        let composed = written_folder("data", false, &Evidence::file("shop/compose.yaml"));
        assert!(
            composed.message.starts_with("the compose file keeps `data`") && composed.message.ends_with("is a volume")
        );
        let shared = written_folder("data", true, &evidence);
        assert!(shared.message.ends_with("beside files of the repository"), "{}", shared.message);
        assert!(!shared.message.contains("volume") && shared.hint.unwrap().contains("a folder of its own"));
    }

    #[test]
    fn what_moves_a_database_is_named_where_something_does() {
        let hint = |setting: Option<Setting>| {
            lost_database("shop.db", setting.as_ref(), &Evidence::file("server.js")).hint.unwrap()
        };
        assert!(hint(Some(Setting::Variable("DB_PATH".into()))).contains("`DB_PATH`"));
        assert!(hint(Some(Setting::Flag("--db".into()))).contains("`--db`"));
        assert!(hint(None).contains("a folder of its own"));
    }
}
