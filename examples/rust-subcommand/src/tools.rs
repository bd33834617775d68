//! A second program, which is not built unless its feature is asked for.

fn main() {
    println!("no tools yet");
}
