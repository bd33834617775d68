fn main() {
    println!("worked");
}
