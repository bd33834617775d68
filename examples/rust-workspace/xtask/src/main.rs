fn main() {
    println!("release things");
}
