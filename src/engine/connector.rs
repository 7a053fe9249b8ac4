//! The ways to an engine: Unix socket, TCP, TLS, and the operator's own `ssh`.

use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::process::Stdio;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;

use super::host::Endpoint;
use super::tls;

/// How long a connection may take to be made. `ssh` has its own, longer one: it may have to log in.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Opens connections to one engine.
#[derive(Clone)]
pub(super) struct Connector {
    way: Arc<Way>,
}

enum Way {
    #[cfg(unix)]
    Unix(PathBuf),
    Tcp(String),
    Tls(String, ServerName<'static>, Arc<ClientConfig>),
    Ssh(Vec<String>),
}

impl Connector {
    /// Prepares the way; nothing is contacted yet.
    pub(super) fn to(endpoint: &Endpoint) -> io::Result<Self> {
        let invalid = |why: &str| io::Error::new(io::ErrorKind::InvalidInput, why.to_owned());
        let (scheme, rest) = endpoint.url.split_once("://").ok_or_else(|| invalid("it has no scheme"))?;
        let way = match scheme {
            #[cfg(unix)]
            "unix" => Way::Unix(PathBuf::from(rest)),
            "tcp" | "http" | "https" => {
                let authority = rest.split('/').next().unwrap_or(rest);
                let port = if endpoint.tls.is_some() { 2376 } else { 2375 };
                let uri: Uri =
                    format!("http://{authority}").parse().map_err(|_| invalid("it is no address"))?;
                let host = uri.host().ok_or_else(|| invalid("it names no host"))?;
                let address = format!("{host}:{}", uri.port_u16().unwrap_or(port));
                match &endpoint.tls {
                    None => Way::Tcp(address),
                    Some(files) => {
                        let name = host.trim_matches(['[', ']']).to_owned();
                        let name =
                            ServerName::try_from(name).map_err(|_| invalid("its host is no server name"))?;
                        Way::Tls(address, name, tls::config(files)?)
                    }
                }
            }
            "ssh" => Way::Ssh(ssh_arguments(rest).ok_or_else(|| invalid("it is no ssh address"))?),
            _ => return Err(invalid("its scheme is not known")),
        };
        Ok(Self { way: Arc::new(way) })
    }

    async fn open(self) -> io::Result<Stream> {
        match &*self.way {
            #[cfg(unix)]
            Way::Unix(path) => Ok(Stream(Box::new(in_time(tokio::net::UnixStream::connect(path)).await?))),
            Way::Tcp(address) => Ok(Stream(Box::new(tcp(address).await?))),
            Way::Tls(address, name, config) => {
                let stream = tcp(address).await?;
                let connector = tokio_rustls::TlsConnector::from(config.clone());
                Ok(Stream(Box::new(in_time(connector.connect(name.clone(), stream)).await?)))
            }
            Way::Ssh(arguments) => Ok(Stream(Box::new(Ssh::start(arguments)?))),
        }
    }
}

async fn tcp(address: &str) -> io::Result<TcpStream> {
    let stream = in_time(TcpStream::connect(address)).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

async fn in_time<T>(work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    tokio::time::timeout(CONNECT_TIMEOUT, work).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// What the Docker CLI gives to `ssh`: your keys, your agent and your `~/.ssh/config` decide the rest.
/// `BatchMode`, since a question could not be answered under the console.
fn ssh_arguments(rest: &str) -> Option<Vec<String>> {
    let (authority, path) = rest.split_once('/').map_or((rest, ""), |(authority, path)| (authority, path));
    let (user, host) = authority.split_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
    let (host, port) = match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) && !port.is_empty() => {
            (host, Some(port))
        }
        _ => (host, None),
    };
    // A host or user that begins with a dash would be read as an option.
    if host.is_empty()
        || host.starts_with('-')
        || user.is_some_and(|user| user.is_empty() || user.starts_with('-'))
    {
        return None;
    }
    let mut arguments: Vec<String> =
        ["-o", "ConnectTimeout=30", "-o", "BatchMode=yes", "-T"].map(str::to_owned).to_vec();
    if let Some(user) = user {
        arguments.extend(["-l".to_owned(), user.to_owned()]);
    }
    if let Some(port) = port {
        arguments.extend(["-p".to_owned(), port.to_owned()]);
    }
    arguments.extend(["--".to_owned(), host.trim_matches(['[', ']']).to_owned(), "docker".to_owned()]);
    if !path.is_empty() {
        // `ssh` joins its words into one line for the remote shell.
        arguments
            .extend(["--host".to_owned(), crate::text::shell_quote(&format!("unix:///{path}")).into_owned()]);
    }
    arguments.extend(["system".to_owned(), "dial-stdio".to_owned()]);
    Some(arguments)
}

impl tower_service::Service<Uri> for Connector {
    type Response = TokioIo<Stream>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let opening = self.clone().open();
        Box::pin(async move { opening.await.map(TokioIo::new) })
    }
}

trait Io: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// A connection, whichever way it goes.
pub(super) struct Stream(Box<dyn Io>);

impl Connection for Stream {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

/// A running `ssh … docker system dial-stdio`; it ends with the connection.
struct Ssh {
    _child: Child,
    input: ChildStdin,
    output: ChildStdout,
}

impl Ssh {
    fn start(arguments: &[String]) -> io::Result<Self> {
        let mut child = Command::new("ssh")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| io::Error::other(format!("ssh could not be started: {error}")))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("ssh has no standard input or output"));
        };
        Ok(Self { _child: child, input, output })
    }
}

impl AsyncRead for Ssh {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.output).poll_read(cx, buf)
    }
}

impl AsyncWrite for Ssh {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.input).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.input).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.input).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::ssh_arguments;

    #[test]
    fn ssh_gets_what_the_docker_cli_gives_it() {
        let words = |url| ssh_arguments(url).map(|words| words[5..].join(" "));
        assert_eq!(words("root@droplet").unwrap(), "-l root -- droplet docker system dial-stdio");
        assert_eq!(
            words("droplet:2222/run/user/1/docker.sock").unwrap(),
            "-p 2222 -- droplet docker --host unix:///run/user/1/docker.sock system dial-stdio"
        );
        for hostile in ["-oProxyCommand=x", "-x@droplet", "@droplet", ""] {
            assert_eq!(words(hostile), None, "{hostile}");
        }
        assert!(words("h/a;rm -rf b").unwrap().contains("'unix:///a;rm -rf b'"));
    }
}
