//! Rebuilds the embedded templates when a file is added, which `include_dir` alone does not notice, and writes each table of
//! the catalogue as JSON: people write TOML, and JSON is read in a tenth of the time.

use std::path::{Path, PathBuf};

/// The tables.
const TABLES: &str = "src/catalog";

fn main() {
    println!("cargo::rerun-if-changed=templates");
    println!("cargo::rerun-if-changed={TABLES}");
    let target = std::env::var_os("OUT_DIR").map(PathBuf::from).expect("Cargo names the folder of the output");
    write_tables(Path::new(TABLES), &target.join("catalog"));
}

fn write_tables(from: &Path, into: &Path) {
    std::fs::create_dir_all(into).expect("the output can be written");
    for entry in std::fs::read_dir(from).expect("the tables can be read") {
        let path = entry.expect("the tables can be read").path();
        let target = into.join(path.file_name().expect("an entry of a folder has a name"));
        if path.is_dir() {
            write_tables(&path, &target);
        } else if path.extension().is_some_and(|ending| ending == "toml") {
            let text = std::fs::read_to_string(&path).expect("the tables can be read");
            let table: serde_json::Value =
                toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            std::fs::write(target.with_extension("json"), table.to_string()).expect("the output can be written");
        }
    }
}
