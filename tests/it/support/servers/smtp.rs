//! A mail server (RFC 5321) with STARTTLS (RFC 3207) and AUTH PLAIN (RFC 4954), which takes nothing out of order.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bonafide::config::SmtpTls;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::authority::Authority;

pub const USER: &str = "bonafide";
pub const PASSWORD: &str = "a password: with/all";

/// A message that was taken.
#[derive(Debug, Clone)]
pub struct Taken {
    pub from: String,
    pub to: Vec<String>,
    /// As it came, headers and body; lines end by LF.
    pub message: String,
    /// Whether it came over TLS.
    pub secure: bool,
}

#[derive(Default)]
struct Mailboxes {
    taken: Mutex<Vec<Taken>>,
    /// What is answered to `RCPT` of an address, where that is not 250.
    answers: Mutex<HashMap<String, &'static str>>,
    /// Whether STARTTLS is left out, as somebody on the way would.
    stripped: Mutex<bool>,
}

#[derive(Clone)]
pub struct MailServer {
    pub port: u16,
    tls: SmtpTls,
    boxes: Arc<Mailboxes>,
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

impl MailServer {
    pub async fn start(authority: &Arc<Authority>, tls: SmtpTls) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            port: listener.local_addr().unwrap().port(),
            tls,
            boxes: Arc::default(),
        };
        let (shared, acceptor) = (server.clone(), TlsAcceptor::from(authority.server()));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(shared.clone().serve(stream, acceptor.clone()));
            }
        });
        server
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.boxes.taken.lock().unwrap().clone()
    }

    /// The last message to an address.
    pub fn last_to(&self, address: &str) -> Option<Taken> {
        let taken = self.taken();
        taken
            .into_iter()
            .rev()
            .find(|t| t.to.iter().any(|to| to == address))
    }

    /// What is answered from now on when a message is for an address, such as `550 5.1.1 no such user`.
    pub fn answers(&self, address: &str, answer: &'static str) {
        self.boxes
            .answers
            .lock()
            .unwrap()
            .insert(address.to_owned(), answer);
    }

    pub fn strips_starttls(&self) {
        *self.boxes.stripped.lock().unwrap() = true;
    }

    async fn serve(self, stream: TcpStream, acceptor: TlsAcceptor) -> io::Result<()> {
        if self.tls == SmtpTls::Implicit {
            let stream = acceptor.accept(stream).await?;
            return self.talk(Box::new(stream), true, true).await.map(drop);
        }
        let left = self.talk(Box::new(stream), false, true).await?;
        if let Some(stream) = left {
            let stream = acceptor.accept(stream).await?;
            self.talk(Box::new(stream), true, false).await?;
        }
        Ok(())
    }

    /// Talks until the end, or until TLS is asked for: then it gives the stream back.
    async fn talk(
        &self,
        stream: Box<dyn Stream>,
        secure: bool,
        greets: bool,
    ) -> io::Result<Option<Box<dyn Stream>>> {
        let mut stream = BufReader::new(stream);
        let offers = self.tls == SmtpTls::Starttls && !*self.boxes.stripped.lock().unwrap();
        let needs = self.tls != SmtpTls::None;
        if greets {
            say(&mut stream, "220 mail.test ESMTP").await?;
        }
        let (mut hello, mut known) = (false, !needs);
        let (mut from, mut to) = (None::<String>, Vec::new());
        loop {
            let Some(line) = read(&mut stream).await? else {
                return Ok(None);
            };
            let upper = line.to_ascii_uppercase();
            let answer = if upper.starts_with("EHLO ") {
                hello = true;
                match (secure, offers) {
                    (false, true) => "250-mail.test\r\n250-8BITMIME\r\n250 STARTTLS",
                    (true, _) => "250-mail.test\r\n250-8BITMIME\r\n250 AUTH PLAIN",
                    _ => "250-mail.test\r\n250 8BITMIME",
                }
            } else if upper == "STARTTLS" && offers && !secure && hello {
                say(&mut stream, "220 go ahead").await?;
                // What came before the handshake does not count (CVE-2011-0411).
                if !stream.buffer().is_empty() {
                    return Ok(None);
                }
                return Ok(Some(stream.into_inner()));
            } else if let Some(given) = line.strip_prefix("AUTH PLAIN ") {
                known = secure && given == STANDARD.encode(format!("\0{USER}\0{PASSWORD}"));
                if known {
                    "235 2.7.0 welcome"
                } else {
                    "535 5.7.8 wrong name or password"
                }
            } else if upper.starts_with("MAIL FROM:") {
                match (hello, known) {
                    (false, _) => "503 5.5.1 say hello first",
                    (_, false) => "530 5.7.0 who are you",
                    _ => {
                        from = Some(bracketed(&line));
                        "250 2.1.0 ok"
                    }
                }
            } else if upper.starts_with("RCPT TO:") && from.is_some() {
                let address = bracketed(&line);
                let special = self.boxes.answers.lock().unwrap().get(&address).copied();
                if special.is_none() {
                    to.push(address);
                }
                special.unwrap_or("250 2.1.5 ok")
            } else if upper == "DATA" && !to.is_empty() {
                say(&mut stream, "354 go on").await?;
                let message = data(&mut stream).await?;
                let taken = Taken {
                    from: from.take().unwrap(),
                    to: std::mem::take(&mut to),
                    message,
                    secure,
                };
                self.boxes.taken.lock().unwrap().push(taken);
                "250 2.0.0 taken"
            } else if upper == "RSET" {
                (from, to) = (None, Vec::new());
                "250 2.0.0 ok"
            } else if upper == "QUIT" {
                say(&mut stream, "221 2.0.0 bye").await?;
                return Ok(None);
            } else if upper == "NOOP" {
                "250 2.0.0 ok"
            } else {
                "503 5.5.1 not now"
            };
            say(&mut stream, answer).await?;
        }
    }
}

async fn say(stream: &mut BufReader<Box<dyn Stream>>, answer: &str) -> io::Result<()> {
    stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
    stream.flush().await
}

async fn read(stream: &mut BufReader<Box<dyn Stream>>) -> io::Result<Option<String>> {
    let mut line = String::new();
    if stream.read_line(&mut line).await? == 0 {
        return Ok(None);
    }
    Ok(Some(line.trim_end_matches(['\r', '\n']).to_owned()))
}

/// The lines up to a point that stands alone; one that begins with a point has another before it.
async fn data(stream: &mut BufReader<Box<dyn Stream>>) -> io::Result<String> {
    let mut message = String::new();
    while let Some(line) = read(stream).await? {
        if line == "." {
            break;
        }
        message.push_str(line.strip_prefix('.').unwrap_or(&line));
        message.push('\n');
    }
    Ok(message)
}

fn bracketed(line: &str) -> String {
    let (_, rest) = line.split_once('<').unwrap_or_default();
    rest.split('>').next().unwrap_or_default().to_owned()
}
