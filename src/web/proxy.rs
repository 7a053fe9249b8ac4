//! The way through a proxy, where this process's environment names one.

use std::net::IpAddr;

use bytes::Bytes;
use http::header::{HOST, HeaderValue, PROXY_AUTHORIZATION};
use http::{Method, Request, Uri};
use http_body_util::{Empty, Full};
use hyper::upgrade::Upgraded;
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::{WebError, open, said};

/// A proxy that was named for an address.
pub(super) struct Proxy {
    /// `host:port`.
    address: String,
    authorization: Option<HeaderValue>,
}

/// The proxy for an address; none where none is named, or the address is excepted. A proxy that cannot be used is an
/// error: whoever names one may not want us to go past it.
pub(super) fn of(uri: &Uri) -> Result<Option<Proxy>, WebError> {
    if uri.host().is_none_or(is_this_machine) {
        return Ok(None);
    }
    named(&Matcher::from_env(), uri)
}

fn named(matcher: &Matcher, uri: &Uri) -> Result<Option<Proxy>, WebError> {
    let Some(found) = matcher.intercept(uri) else { return Ok(None) };
    let unusable = |why: &str| WebError::Proxy(why.to_owned());
    if found.uri().scheme_str() != Some("http") {
        return Err(unusable("only those at http:// addresses can be used"));
    }
    let host = found.uri().host().ok_or_else(|| unusable("its address names no host"))?;
    let port = found.uri().port_u16().unwrap_or(80);
    Ok(Some(Proxy { address: format!("{host}:{port}"), authorization: found.basic_auth().cloned() }))
}

/// As for the programs around Docker, which are written in Go: what is on this machine is never asked through a proxy.
fn is_this_machine(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|it| it.is_loopback())
}

impl Proxy {
    /// Opens a connection to it.
    pub(super) async fn open(&self) -> Result<TcpStream, WebError> {
        open(&self.address).await.map_err(|error| WebError::Proxy(error.to_string()))
    }

    /// Makes a request one to the proxy: with the whole address, but for a user and a password in it.
    pub(super) fn ask_for(&self, request: &mut Request<Full<Bytes>>, uri: &Uri) -> Result<(), WebError> {
        let authority = uri.authority().map_or("", http::uri::Authority::as_str);
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let path = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        *request.uri_mut() = format!("http://{host}{path}").parse().map_err(|_| WebError::Address)?;
        if let Some(it) = &self.authorization {
            request.headers_mut().insert(PROXY_AUTHORIZATION, it.clone());
        }
        Ok(())
    }

    /// Lets it connect us with `host:port`, and says nothing else to it.
    pub(super) async fn tunnel(&self, to: &str) -> Result<TokioIo<Upgraded>, WebError> {
        let broken = |error: hyper::Error| WebError::Proxy(said(&error));
        let mut request = Request::builder().method(Method::CONNECT).uri(to).header(HOST, to);
        if let Some(it) = &self.authorization {
            request = request.header(PROXY_AUTHORIZATION, it);
        }
        let request = request.body(Empty::<Bytes>::new()).map_err(|_| WebError::Address)?;
        let stream = TokioIo::new(self.open().await?);
        let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await.map_err(broken)?;
        let asking = async {
            let answer = sender.send_request(request).await.map_err(broken)?;
            if !answer.status().is_success() {
                return Err(WebError::Proxy(format!("it answered {}", answer.status().as_u16())));
            }
            hyper::upgrade::on(answer).await.map_err(broken)
        };
        // Driven here and not by a task, so that nothing of it outlives a time-out. A refusal ends it at once.
        let driving = async { connection.with_upgrades().await.map_err(broken) };
        let (tunnel, ()) = tokio::try_join!(asking, driving)?;
        Ok(TokioIo::new(tunnel))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(matcher: &Matcher, uri: &str) -> Result<Option<String>, String> {
        let proxy = named(matcher, &uri.parse().unwrap()).map_err(|error| error.to_string())?;
        Ok(proxy.map(|it| it.address))
    }

    #[test]
    fn a_proxy_is_used_where_one_is_named_and_the_host_not_excepted() {
        let matcher =
            Matcher::builder().http("http://p.example:3128").https("q.example").no("odoo.example,.corp");
        let matcher = matcher.build();
        assert_eq!(of(&matcher, "http://chat.example/x"), Ok(Some("p.example:3128".to_owned())));
        assert_eq!(of(&matcher, "https://chat.example/x"), Ok(Some("q.example:80".to_owned())));
        assert_eq!(of(&matcher, "https://odoo.example/web/health"), Ok(None));
        assert_eq!(of(&matcher, "http://chat.corp/"), Ok(None));
        assert_eq!(of(&Matcher::builder().build(), "http://chat.example/"), Ok(None));
    }

    #[test]
    fn one_that_cannot_be_used_is_not_gone_past() {
        let matcher = Matcher::builder().all("socks5://p.example:1080").build();
        let why = "the proxy: only those at http:// addresses can be used".to_owned();
        assert_eq!(of(&matcher, "https://chat.example/"), Err(why));
    }

    #[test]
    fn this_machine_is_never_asked_through_one() {
        for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "[::1]"] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in ["localhost.example", "10.0.0.1", "128.0.0.1", "[::2]"] {
            assert!(!is_this_machine(host), "{host}");
        }
    }
}
