//! Rebuilds the embedded templates when a file is added: `include_dir` alone does not notice new files.

fn main() {
    println!("cargo::rerun-if-changed=templates");
}
