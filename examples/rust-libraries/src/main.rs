//! A program that is linked to the client library of PostgreSQL, and by that to a dozen others.

fn main() {
    // SAFETY: the function takes nothing and only returns a number.
    let version = unsafe { pq_sys::PQlibVersion() };
    println!("libpq {}", version / 10_000);
}
