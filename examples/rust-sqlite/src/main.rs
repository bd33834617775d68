use std::ffi::CStr;

fn main() {
    // The version is a constant string of the library.
    let version = unsafe { CStr::from_ptr(libsqlite3_sys::sqlite3_libversion()) };
    println!("SQLite {}", version.to_string_lossy());
}
