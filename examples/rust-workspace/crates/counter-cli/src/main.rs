fn main() {
    let text: Vec<String> = std::env::args().skip(1).collect();
    println!("{} words", counter::words(&text.join(" ")));
}
