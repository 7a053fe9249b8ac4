//! An engine that only pretends: it has whatever a world tells, and answers at once. Nobody keeps a hundred thousand
//! resources to measure what they cost.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;

use crate::many::{Scale, World};

/// Its socket, at which it answers until the program ends.
pub(crate) fn engine(scale: Scale, folder: &Path) -> PathBuf {
    let socket = folder.join("docker.sock");
    let listener = UnixListener::bind(&socket).expect("a socket");
    let world = Arc::new(World::new(scale, Timestamp::now()));
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let world = Arc::clone(&world);
            std::thread::spawn(move || while answer(&stream, &world).is_some() {});
        }
    });
    socket
}

/// Answers one request; none where there is no other after it.
fn answer(mut stream: &UnixStream, world: &World) -> Option<()> {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let request = lines.next()?;
    lines.find(String::is_empty)?;
    let path = request.split(' ').nth(1)?.trim_start_matches("/v1.41");
    let (status, body): (_, &[u8]) = match path.split('?').next()? {
        "/_ping" => ("200 OK", b"OK"),
        "/version" => ("200 OK", VERSION),
        "/info" => ("200 OK", &world.info),
        "/containers/json" => ("200 OK", &world.containers),
        "/images/json" => ("200 OK", &world.images),
        "/volumes" => ("200 OK", &world.volumes),
        "/networks" => ("200 OK", &world.networks),
        "/system/df" => ("200 OK", NO_SIZES),
        "/events" => {
            // Nothing ever happens.
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n").ok()?;
            std::thread::park();
            return None;
        }
        _ => ("404 Not Found", b"{\"message\":\"there is none\"}"),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nApi-Version: 1.41\r\nServer: Docker/20.10.24 (linux)\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    if !request.starts_with("HEAD ") {
        stream.write_all(body).ok()?;
    }
    Some(())
}

const VERSION: &[u8] = br#"{"Version":"20.10.24","ApiVersion":"1.41","MinAPIVersion":"1.12","Os":"linux","Arch":"amd64","Platform":{"Name":""},"Components":[{"Name":"Engine","Version":"20.10.24"}]}"#;
const NO_SIZES: &[u8] = br#"{"LayersSize":0,"Images":[],"Containers":[],"Volumes":[],"BuildCache":[]}"#;
