//! Whether a server answers as it should: by HTTP, by gRPC's own health service, or by taking a connection.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a server of an unknown protocol is given to close the connection.
const SILENCE: Duration = Duration::from_secs(2);
/// How much of an answer is read, in bytes.
const LONGEST: u64 = 1024 * 1024;

/// What is asked, and what is wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Question<'a> {
    /// The HTTP path; without one the port has to take a connection.
    pub path: Option<&'a str>,
    /// The HTTP status; any of 2xx or 3xx where none is wanted.
    pub status: Option<u16>,
    /// Whether gRPC's health service is asked instead.
    pub is_grpc: bool,
    /// A text that the answer must hold.
    pub expected: Option<&'a str>,
}

/// Asks once.
///
/// # Errors
/// What was answered instead, in a sentence without its full stop.
pub fn ask(address: &str, question: &Question<'_>) -> Result<(), String> {
    let broken = |error: std::io::Error| error.to_string();
    if question.is_grpc {
        return grpc(address).map_err(broken)?;
    }
    let bytes = answer(address, question).map_err(broken)?;
    let text = String::from_utf8_lossy(&bytes);
    let Some(path) = question.path else {
        return if bytes.is_empty() { Err("the connection is closed at once".into()) } else { Ok(()) };
    };
    let status = text.strip_prefix("HTTP/").and_then(|rest| rest.split_whitespace().nth(1)?.parse::<u16>().ok());
    let Some(status) = status else { return Err(format!("`{path}` is not answered over HTTP")) };
    let is_good = question.status.map_or((200..400).contains(&status), |wanted| wanted == status);
    if !is_good {
        return Err(format!("`{path}` answers with {status}"));
    }
    match question.expected {
        Some(expected) if !text.contains(expected) => Err(format!("the answer to `{path}` does not hold `{expected}`")),
        _ => Ok(()),
    }
}

/// What a server says to a request of HTTP; something must listen, which an engine's proxy tells only by not closing the
/// connection at once.
fn answer(address: &str, question: &Question<'_>) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(if question.path.is_some() { PATIENCE } else { SILENCE }))?;
    let path = question.path.unwrap_or("/");
    // in one piece: a server may close before it has read a second one
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut bytes = Vec::new();
    match stream.take(LONGEST).read_to_end(&mut bytes) {
        // a server of another protocol waits for more
        Err(error) if question.path.is_none() && is_timeout(&error) => return Ok(b"open".to_vec()),
        // one that keeps the connection has said all
        Err(error) if bytes.is_empty() || !is_timeout(&error) => return Err(error),
        _ => {}
    }
    Ok(bytes)
}

fn is_timeout(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

/// The types of frames of HTTP/2 that are of use here (RFC 9113, section 6).
mod frame {
    pub const DATA: u8 = 0;
    pub const HEADERS: u8 = 1;
    pub const RESET: u8 = 3;
    pub const SETTINGS: u8 = 4;
    pub const GO_AWAY: u8 = 7;
    pub const ACKNOWLEDGED: u8 = 1;
    pub const END_STREAM: u8 = 1;
    pub const END_HEADERS: u8 = 4;
}

/// The health of a server by `grpc.health.v1.Health/Check`, for the whole of it: `SERVING`, or why not.
fn grpc(address: &str) -> std::io::Result<Result<(), String>> {
    /// An empty `HealthCheckRequest`: not compressed, of no bytes.
    const REQUEST: [u8; 5] = [0; 5];
    /// A `HealthCheckResponse` whose field 1 is `SERVING`.
    const SERVING: [u8; 7] = [0, 0, 0, 0, 2, 0x08, 0x01];
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut headers = Vec::new();
    for (name, value) in [
        (":method", "POST"),
        (":scheme", "http"),
        (":path", "/grpc.health.v1.Health/Check"),
        (":authority", "localhost"),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
    ] {
        // a literal that is not indexed, with a new name (RFC 7541, section 6.2.2); none is longer than 126 bytes
        headers.push(0);
        for text in [name, value] {
            headers.push(u8::try_from(text.len()).unwrap_or_default());
            headers.extend(text.as_bytes());
        }
    }
    // in one piece: a server may answer and go before it has read a second one
    let mut question = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    question.extend(framed(frame::SETTINGS, 0, 0, &[]));
    question.extend(framed(frame::HEADERS, frame::END_HEADERS, 1, &headers));
    question.extend(framed(frame::DATA, frame::END_STREAM, 1, &REQUEST));
    stream.write_all(&question)?;
    let mut message = Vec::new();
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head)?;
        let (kind, flags) = (head[3], head[4]);
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = Vec::new();
        (&mut stream).take(u64::from(length)).read_to_end(&mut payload)?;
        match kind {
            frame::SETTINGS if flags & frame::ACKNOWLEDGED == 0 => {
                // a server that has said all need not hear it
                let _ = stream.write_all(&framed(frame::SETTINGS, frame::ACKNOWLEDGED, 0, &[]));
            }
            frame::DATA => message.extend(payload),
            frame::RESET | frame::GO_AWAY => return Ok(Err("its health service refuses the question".into())),
            _ => {}
        }
        if message.len() >= SERVING.len() {
            let is_serving = message.starts_with(&SERVING);
            return Ok(if is_serving { Ok(()) } else { Err("its health service does not say `SERVING`".into()) });
        }
        if matches!(kind, frame::DATA | frame::HEADERS) && flags & frame::END_STREAM != 0 {
            return Ok(Err("it has no health service of gRPC".into()));
        }
    }
}

/// A frame of HTTP/2 (RFC 9113, section 4.1).
fn framed(kind: u8, flags: u8, number: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap_or_default().to_be_bytes();
    let mut bytes = vec![length[1], length[2], length[3], kind, flags];
    bytes.extend(number.to_be_bytes());
    bytes.extend(payload);
    bytes
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    /// A server that reads what is asked and says this, once.
    fn server(said: &'static [u8]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 512];
            let _ = stream.read(&mut request);
            let _ = stream.write_all(said);
        });
        address
    }

    fn asked(said: &'static [u8], question: Question<'_>) -> Result<(), String> {
        ask(&server(said), &question)
    }

    #[test]
    fn a_status_and_a_text_are_wanted_of_a_path() {
        let healthy = Question { path: Some("/health"), ..Question::default() };
        let ok: &[u8] = b"HTTP/1.1 200 OK\r\n\r\n{\"status\":\"up\"}";
        assert_eq!(asked(ok, healthy), Ok(()));
        assert_eq!(asked(ok, Question { expected: Some("up"), ..healthy }), Ok(()));
        assert!(asked(ok, Question { expected: Some("down"), ..healthy }).unwrap_err().contains("down"));
        let denied: &[u8] = b"HTTP/1.1 401 Unauthorized\r\n\r\n";
        assert_eq!(asked(denied, healthy), Err("`/health` answers with 401".into()));
        assert_eq!(asked(denied, Question { status: Some(401), ..healthy }), Ok(()));
        assert_eq!(asked(b"* OK IMAP", healthy), Err("`/health` is not answered over HTTP".into()));
    }

    #[test]
    fn a_port_without_a_path_has_to_take_a_connection() {
        assert_eq!(asked(b"* OK IMAP", Question::default()), Ok(()));
        assert!(asked(b"", Question::default()).is_err());
    }

    #[test]
    fn the_health_service_of_grpc_is_understood() {
        let question = Question { is_grpc: true, ..Question::default() };
        // settings, headers that nobody reads, and a message of which the last byte is the status
        let serving = b"\0\0\0\x04\0\0\0\0\0\0\0\x01\x01\x04\0\0\0\x01\x88\0\0\x07\0\0\0\0\0\x01\0\0\0\0\x02\x08\x01";
        let stopped = b"\0\0\0\x04\0\0\0\0\0\0\0\x01\x01\x04\0\0\0\x01\x88\0\0\x07\0\0\0\0\0\x01\0\0\0\0\x02\x08\x02";
        let absent = b"\0\0\x01\x01\x05\0\0\0\x01\x88";
        assert_eq!(asked(serving, question), Ok(()));
        assert!(asked(stopped, question).unwrap_err().contains("SERVING"));
        assert!(asked(absent, question).unwrap_err().contains("no health service"));
    }
}
