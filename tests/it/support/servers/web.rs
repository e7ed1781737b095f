//! Websites of many names on two ports, one with TLS and one without.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::serve::Listener;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tower::ServiceExt;

use super::authority::Authority;

type Sites = Arc<Mutex<HashMap<String, Router>>>;

/// Answers each request as the site of its `Host`; a name that is no site gets 421.
#[derive(Clone)]
pub struct WebServer {
    /// Where TLS is spoken.
    pub port: u16,
    /// Where it is not.
    pub plain_port: u16,
    sites: Sites,
    asked: Arc<Mutex<Vec<String>>>,
}

impl WebServer {
    pub async fn start(authority: &Arc<Authority>) -> Self {
        let bound = || TcpListener::bind("127.0.0.1:0");
        let (secure, plain) = (bound().await.unwrap(), bound().await.unwrap());
        let server = Self {
            port: secure.local_addr().unwrap().port(),
            plain_port: plain.local_addr().unwrap().port(),
            sites: Sites::default(),
            asked: Arc::default(),
        };
        let listener = TlsListener::new(secure, TlsAcceptor::from(authority.server()));
        let shared = server.clone();
        let all = Router::new().fallback(move |request: Request| shared.clone().answer(request));
        tokio::spawn(axum::serve(listener, all.clone()).into_future());
        tokio::spawn(axum::serve(plain, all).into_future());
        server
    }

    pub fn site(&self, host: &str, router: Router) {
        self.sites.lock().unwrap().insert(host.to_owned(), router);
    }

    /// Puts a file on a site, beside or in the place of what is there.
    pub fn file(&self, host: &str, path: &str, kind: &'static str, body: &str) {
        let body = body.to_owned();
        let file = get(move || async move { ([(header::CONTENT_TYPE, kind)], body) });
        self.site(host, Router::new().route(path, file));
    }

    /// `host/path` of each request, in order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    async fn answer(self, request: Request) -> Response {
        let host = request.headers().get(header::HOST);
        let host = host.and_then(|h| h.to_str().ok()).unwrap_or_default();
        let host = host.split(':').next().unwrap_or_default().to_owned();
        let asked = format!("{host}{}", request.uri());
        self.asked.lock().unwrap().push(asked);
        let site = self.sites.lock().unwrap().get(&host).cloned();
        match site {
            Some(site) => site.oneshot(request).await.into_response(),
            None => StatusCode::MISDIRECTED_REQUEST.into_response(),
        }
    }
}

/// A redirection.
pub fn redirect(to: &str) -> axum::routing::MethodRouter {
    let to = to.to_owned();
    get(move || async move { (StatusCode::FOUND, [(header::LOCATION, to)], Body::empty()) })
}

/// Connections whose handshake is done; one that is slow holds up no other.
struct TlsListener {
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    address: SocketAddr,
}

impl TlsListener {
    fn new(listener: TcpListener, acceptor: TlsAcceptor) -> Self {
        let address = listener.local_addr().unwrap();
        let (done, ready) = mpsc::channel(16);
        tokio::spawn(async move {
            while let Ok((stream, from)) = listener.accept().await {
                let (acceptor, done) = (acceptor.clone(), done.clone());
                tokio::spawn(async move {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        let _ = done.send((stream, from)).await;
                    }
                });
            }
        });
        Self { ready, address }
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(connection) => connection,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}
