//! Requests straight on the engine's socket, with nothing between: the floor that the program is measured by.

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;

/// One request on a connection of its own; answers the status and how long the body was.
pub(crate) fn ask(socket: &str, method: &str, path: &str, body: &[u8]) -> std::io::Result<(u16, Vec<u8>)> {
    let mut stream = UnixStream::connect(socket)?;
    let head = format!(
        "{method} /v1.41{path} HTTP/1.0\r\nHost: docker\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let text = String::from_utf8_lossy(&answer[..answer.len().min(64)]).into_owned();
    let status = text.split(' ').nth(1).and_then(|it| it.parse().ok()).unwrap_or(0);
    let end = answer.windows(4).position(|it| it == b"\r\n\r\n").map_or(answer.len(), |at| at + 4);
    Ok((status, answer.split_off(end)))
}

/// All of these at once, each on a connection of its own.
pub(crate) fn ask_all(socket: &str, paths: &[&str]) {
    std::thread::scope(|scope| {
        for &path in paths {
            scope.spawn(move || {
                let answer = ask(socket, "GET", path, &[]);
                assert!(answer.is_ok_and(|(status, _)| status == 200), "{path}");
            });
        }
    });
}
