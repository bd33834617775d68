//! Files and folders that are not there and that a program ends without as soon as it starts.

use crate::analysis::Program;
use crate::analysis::files::{Used, uses};
use crate::catalog::analysis::FileUse;
use crate::evidence::Fact;
use crate::path::{file_name, is_inside};
use crate::source::Folder;

/// What a program reads below its working folder when it starts and ends without, by the path from there, where neither the
/// repository has it nor the program writes it.
pub fn needed_files(program: &Program, is_there: impl Fn(&str) -> bool) -> Vec<Fact<NeededFile>> {
    let used = uses(program);
    let is_written = |path: &str| {
        let writes = used.iter().filter(|used| matches!(used.how, FileUse::WriteFile | FileUse::WriteFolder));
        writes.into_iter().any(|used| is_inside(path, &used.path.path) || is_inside(&used.path.path, path))
    };
    let is_plain = |path: &str| {
        let is_variables = file_name(path).starts_with(".env");
        !path.is_empty() && !path.starts_with("..") && !is_variables && !path.contains(['*', '{', '$', ':'])
    };
    let is_needed = |used: &&Used| {
        let is_read = matches!(used.how, FileUse::ReadFile | FileUse::ReadFolder);
        let path = &used.path.path;
        is_read && used.path.base == Some(Folder::Working) && is_plain(path) && !is_there(path)
    };
    let mut found: Vec<Fact<NeededFile>> = Vec::new();
    for used in used.iter().filter(is_needed) {
        let is_folder = used.how == FileUse::ReadFolder || !file_name(&used.path.path).contains('.');
        let file = NeededFile { path: used.path.path.clone(), is_folder };
        let is_known = found.iter().any(|known| known.value == file);
        let ends = || program.ends_at_start(used.caller, used.call, used.is_demanded);
        if !is_known && ends() && !is_written(&file.path) {
            found.push(Fact::new(file, used.found.evidence()));
        }
    }
    found
}

/// What a program ends without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeededFile {
    /// Its path from the working folder.
    pub path: String,
    /// Whether it is a folder.
    pub is_folder: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::files::tests::program;

    fn needed(text: &str) -> Vec<String> {
        let found = needed_files(&program("rust", text), |path| path == "there.json");
        found
            .into_iter()
            .map(|fact| format!("{}{}", fact.value.path, if fact.value.is_folder { "/" } else { "" }))
            .collect()
    }

    #[test]
    fn what_a_program_reads_when_it_starts_and_ends_without_is_needed() {
        for text in [
            "fn main() { let it = std::fs::read_to_string(\"data/shop.json\").expect(\"no shop\"); }",
            "fn main() { let it: Shop = serde_json::from_reader(std::fs::File::open(\"data/shop.json\").unwrap()).unwrap(); }",
            "async fn main() -> Result<()> { let it = tokio::fs::read(\"data/shop.json\").await?; Ok(()) }",
            "fn main() { let it = match std::fs::read(\"data/shop.json\") { Ok(it) => it, Err(error) => panic!(\"{error}\") }; }",
            "fn main() { let it = std::fs::read(\"data/shop.json\").unwrap_or_else(|error| { eprintln!(\"{error}\"); std::process::exit(1) }); }",
            "fn main() { let it = read(\"data/shop.json\"); } fn read(path: &str) -> String { std::fs::read_to_string(path).unwrap() }",
            "fn main() -> Result<()> { let it = Shop::read(\"data/shop.json\")?; } impl Shop { fn read(path: &str) -> Result<Self> { let it = std::fs::read_to_string(path)?; } }",
        ] {
            assert_eq!(needed(text), ["data/shop.json"], "{text}");
        }
        assert_eq!(needed("fn main() { for it in std::fs::read_dir(\"sounds\").unwrap() {} }"), ["sounds/"]);
        let wanted = "fn main() -> Result<()> { check()?; } fn check() -> Result<()> { let place = Path::new(\"./sounds\"); if !place.is_dir() { return Err(absent()) } }";
        assert_eq!(needed(wanted), ["sounds/"]);
        assert_eq!(needed("fn main() { if !Path::new(\"shop.toml\").exists() { panic!() } }"), ["shop.toml"]);
        let served =
            "fn main() { warp::serve(it).tls().cert_path(\"tls/a.pem\").key_path(\"tls/a.key\").run(place).await }";
        assert_eq!(needed(served), ["tls/a.pem", "tls/a.key"]);
    }

    #[test]
    fn a_program_that_goes_on_needs_nothing() {
        for text in [
            "fn main() { if let Ok(it) = std::fs::read(\"data/shop.json\") { show(it) } }",
            "fn main() { let it = std::fs::read(\"data/shop.json\").ok(); }",
            "fn main() { let it = std::fs::read_to_string(\"data/shop.json\").unwrap_or_default().parse().unwrap(); }",
            "fn main() { let it = match std::fs::read(\"data/shop.json\") { Ok(it) => it, Err(_) => Vec::new() }; }",
            "fn main() { route(\"/\", get(show)) } fn show() { std::fs::read(\"data/shop.json\").unwrap(); }",
            "fn main() { let it = read().unwrap_or_default(); } fn read() -> Result<String> { std::fs::read_to_string(\"data/shop.json\")? }",
            "fn main() { let place = Path::new(\"sounds\"); if !place.exists() { std::fs::create_dir_all(place).unwrap(); } }",
            "fn main() { if Path::new(\"stop\").exists() { panic!() } }",
            "fn main() { if again { std::fs::read(\"data/shop.json\").unwrap(); } }",
            "fn main() { std::fs::write(\"data/shop.json\", text).unwrap(); std::fs::read(\"data/shop.json\").unwrap(); }",
            "fn main() { std::fs::read(\"there.json\").unwrap(); std::fs::read(\"/etc/hosts\").unwrap(); std::fs::read(\".env\").unwrap(); }",
        ] {
            assert!(needed(text).is_empty(), "{text}: {:?}", needed(text));
        }
    }
}
