//! Says what it was built from, with a dependency that lies in the repository.

fn main() {
    let count = std::env::args().count() - 1;
    println!("commit {}, {} argument(s)", env!("COMMIT"), house_numerals::word(count));
}
