//! Adds up its arguments; its dependency is a layer of the image's build.

fn main() {
    let sum: u32 = std::env::args().skip(1).filter_map(|word| word.parse::<u32>().ok()).sum();
    println!("the sum is {}", itoa::Buffer::new().format(sum));
}
