//! Serves the page that the front end's build makes.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;

fn main() {
    let address = SocketAddr::from(([127, 0, 0, 1], 6060));
    let listener = TcpListener::bind(address).expect("the port is free");
    let folder = Path::new("web/dist");
    for mut stream in listener.incoming().flatten() {
        let _ = stream.read(&mut [0; 1024]);
        let page = std::fs::read_to_string(folder.join("index.html")).unwrap_or_default();
        let _ = write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{page}", page.len());
    }
}
