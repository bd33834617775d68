fn main() -> Result<(), minreq::Error> {
    println!("trusted: {}", minreq::get("https://localhost:8443/").send()?.status_code);
    Ok(())
}
