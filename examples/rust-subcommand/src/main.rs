//! A server behind a subcommand that listens on the loopback interface unless told otherwise, and can ask itself for its health.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Prints the greeting and ends.
    Print,
    /// Greets everybody who connects.
    Serve {
        /// The interface to listen on.
        #[arg(long, default_value = "127.0.0.1")]
        host: String,
        #[arg(long, env = "GREETER_PORT", default_value_t = 7070)]
        port: u16,
    },
    /// Ends with 0 when a server answers.
    #[command(name = "healthcheck")]
    Check {
        #[arg(long, env = "GREETER_PORT", default_value_t = 7070)]
        port: u16,
    },
}

const GREETING: &str = if cfg!(feature = "loud") { "GOOD DAY" } else { "good day" };

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Print => println!("{GREETING}"),
        Command::Serve { host, port } => {
            let listener = TcpListener::bind((host.as_str(), port)).expect("the port is free");
            for mut stream in listener.incoming().flatten() {
                let _ = stream.read(&mut [0; 1024]);
                let _ = write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{GREETING}", GREETING.len());
            }
        }
        Command::Check { port } => {
            let is_there = TcpStream::connect(("127.0.0.1", port)).is_ok();
            return if is_there { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        }
    }
    ExitCode::SUCCESS
}
