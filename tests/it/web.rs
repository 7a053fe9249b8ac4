//! Health checks and alerts through a proxy on the loopback. No name is looked up here: that is the proxy's part.

use docker_steward::demo::{Container, DemoEngine, World};
use jiff::Timestamp;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::health::ssot;
use crate::support::cli::Desk;

/// A proxy that answers each request for a page, and each wish for a tunnel, with these words; what it was asked, and
/// what then came through the tunnel, is told.
async fn proxy(page: &'static str, tunnel: &'static str) -> (String, mpsc::UnboundedReceiver<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://me:secret@{}", listener.local_addr().unwrap());
    let (tell, told) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let tell = tell.clone();
            tokio::spawn(async move {
                let mut head = vec![0; 8192];
                let read = stream.read(&mut head).await.unwrap();
                head.truncate(read);
                let answer = if head.starts_with(b"CONNECT ") { tunnel } else { page };
                tell.send(head).unwrap();
                stream.write_all(answer.as_bytes()).await.unwrap();
                let mut through = vec![0; 8192];
                let read = stream.read(&mut through).await.unwrap_or(0);
                through.truncate(read);
                if read > 0 {
                    tell.send(through).unwrap();
                }
            });
        }
    });
    (url, told)
}

const PAGE: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
const TUNNEL: &str = "HTTP/1.1 200 Connection established\r\n\r\n";

async fn desk(rest: &str) -> (DemoEngine, Desk) {
    let mut world = World::empty(Timestamp::now());
    world.add_container(Container::new("stranger", "gone:1"));
    let engine = DemoEngine::start(world).await.unwrap();
    let desk = Desk::new(engine.url(), &ssot("confirm", rest));
    (engine, desk)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[tokio::test]
async fn a_check_and_an_alert_go_through_the_proxy_that_is_named() {
    let (url, mut told) = proxy(PAGE, TUNNEL).await;
    let rest = "health:\n  - {name: Odoo, http: \"http://odoo.invalid:8069/web/health?x=1\"}\nalerts:\n  - {slack: \"http://chat.invalid/hook\", on: [drift]}\n";
    let (_engine, desk) = desk(rest).await;
    let desk = desk.with("HTTP_PROXY", &url);
    let ran = desk.run(&["health"]).await;
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let asked = text(&told.recv().await.unwrap());
    assert!(asked.starts_with("GET http://odoo.invalid:8069/web/health?x=1 HTTP/1.1\r\n"), "{asked}");
    assert!(asked.contains("\r\nhost: odoo.invalid:8069\r\n"), "{asked}");
    assert!(asked.contains("\r\nproxy-authorization: Basic bWU6c2VjcmV0\r\n"), "{asked}");

    let ran = desk.run(&["audit", "--alert", "--no-sizes"]).await;
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(text(&told.recv().await.unwrap()).starts_with("POST http://chat.invalid/hook HTTP/1.1\r\n"));
}

#[tokio::test]
async fn what_is_excepted_or_on_this_machine_is_asked_without_it() {
    let (url, mut told) = proxy(PAGE, TUNNEL).await;
    let (direct, mut asked) = proxy(PAGE, TUNNEL).await;
    let address = direct.trim_start_matches("http://me:secret@");
    let rest = format!("health:\n  - {{name: Odoo, http: \"http://{address}/\"}}\n");
    let (_engine, desk) = desk(&rest).await;
    let desk = desk.with("HTTP_PROXY", &url).with("ALL_PROXY", &url);
    assert_eq!(desk.run(&["health"]).await.code, 0);
    let line = text(&asked.recv().await.unwrap());
    assert!(line.starts_with("GET / HTTP/1.1\r\n") && !line.contains("proxy-authorization"), "{line}");
    assert!(told.try_recv().is_err(), "the proxy was asked");
}

#[tokio::test]
async fn https_is_a_tunnel_in_which_the_proxy_sees_nothing() {
    let (url, mut told) = proxy(PAGE, TUNNEL).await;
    let rest = "health:\n  - {name: Odoo, http: \"https://odoo.invalid/web/health?token=SECRET\"}\n";
    let (_engine, desk) = desk(rest).await;
    let desk = desk.with("HTTPS_PROXY", &url);
    let ran = desk.run(&["health"]).await;
    // Nobody speaks TLS at the other end: that is told, and not taken for health.
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("TLS failed"), "{}", ran.out);
    let wish = text(&told.recv().await.unwrap());
    assert!(wish.starts_with("CONNECT odoo.invalid:443 HTTP/1.1\r\n"), "{wish}");
    assert!(wish.contains("Basic bWU6c2VjcmV0") && !wish.contains("SECRET"), "{wish}");
    let hello = told.recv().await.unwrap();
    assert_eq!(hello[0], 22, "a TLS handshake");
    assert!(text(&hello).contains("odoo.invalid") && !text(&hello).contains("SECRET"));
}

#[tokio::test]
async fn a_proxy_that_refuses_or_cannot_be_used_is_told_and_not_gone_past() {
    let refuses = "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
    let (url, _told) = proxy(PAGE, refuses).await;
    let rest = "health:\n  - {name: Odoo, http: \"https://odoo.invalid/web/health\"}\n";
    let (_engine, desk) = desk(rest).await;
    let desk = desk.with("HTTPS_PROXY", &url);
    let ran = desk.run(&["health"]).await;
    assert!(ran.code == 1 && ran.out.contains("the proxy: it answered 407"), "{}", ran.out);
    let desk = desk.with("HTTPS_PROXY", "socks5://127.0.0.1:1");
    let ran = desk.run(&["health"]).await;
    assert!(ran.code == 1 && ran.out.contains("only those at http:// addresses"), "{}", ran.out);
    // A port on which nobody listens.
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let desk = desk.with("HTTPS_PROXY", &format!("http://{gone}"));
    let ran = desk.run(&["health"]).await;
    assert!(ran.code == 1 && ran.out.contains("the proxy: no connection"), "{}", ran.out);
}
