//! A name server, over UDP and TCP, that can change its mind, fail and keep silent.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use hickory_resolver::proto::op::{Message, OpCode, ResponseCode};
use hickory_resolver::proto::rr::rdata::TXT;
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};

/// Longest answer over UDP, as most servers have it.
const LONGEST: usize = 1_232;

/// How a name is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    ServFail,
    Refused,
    Silent,
}

#[derive(Default)]
struct Zone {
    /// Answers in turn; the last one stays.
    addresses: Vec<Vec<IpAddr>>,
    texts: Vec<String>,
    alias: Option<String>,
    fault: Option<Fault>,
    asked: HashMap<RecordType, usize>,
}

type Zones = Arc<Mutex<HashMap<String, Zone>>>;

/// Knows the names that it was told, and that there are no others.
#[derive(Clone)]
pub struct NameServer {
    pub address: SocketAddr,
    zones: Zones,
}

impl NameServer {
    pub async fn start() -> Self {
        let (udp, tcp) = loop {
            let udp = UdpSocket::bind("127.0.0.1:0").await.unwrap();
            // The same port may be taken for TCP by another test.
            if let Ok(tcp) = TcpListener::bind(udp.local_addr().unwrap()).await {
                break (udp, tcp);
            }
        };
        let server = Self {
            address: udp.local_addr().unwrap(),
            zones: Zones::default(),
        };
        tokio::spawn(server.clone().over_udp(udp));
        tokio::spawn(server.clone().over_tcp(tcp));
        server
    }

    fn zone(&self, name: &str, change: impl FnOnce(&mut Zone)) {
        let mut zones = self.zones.lock().unwrap();
        change(zones.entry(name.to_ascii_lowercase()).or_default());
    }

    pub fn leads_to(&self, name: &str, addresses: &[IpAddr]) {
        self.zone(name, |z| z.addresses = vec![addresses.to_vec()]);
    }

    /// A name that leads elsewhere each time that it is asked, the last one from then on.
    pub fn leads_in_turn(&self, name: &str, answers: &[&[IpAddr]]) {
        self.zone(name, |z| {
            z.addresses = answers.iter().map(|a| a.to_vec()).collect();
        });
    }

    pub fn says(&self, name: &str, texts: &[&str]) {
        self.zone(name, |z| {
            z.texts = texts.iter().map(ToString::to_string).collect();
        });
    }

    pub fn is_alias(&self, name: &str, of: &str) {
        self.zone(name, |z| z.alias = Some(of.to_owned()));
    }

    pub fn fails(&self, name: &str, fault: Option<Fault>) {
        self.zone(name, |z| z.fault = fault);
    }

    /// How often a name was asked for a kind of record.
    pub fn asked(&self, name: &str, kind: RecordType) -> usize {
        let zones = self.zones.lock().unwrap();
        let zone = zones.get(name);
        zone.and_then(|z| z.asked.get(&kind).copied()).unwrap_or(0)
    }

    async fn over_udp(self, socket: UdpSocket) {
        let mut buffer = [0; 4_096];
        loop {
            let Ok((n, from)) = socket.recv_from(&mut buffer).await else {
                continue;
            };
            let Some(answer) = self.answer(&buffer[..n]) else {
                continue;
            };
            let mut bytes = answer.to_vec().unwrap();
            if bytes.len() > LONGEST {
                bytes = answer.truncate().to_vec().unwrap();
            }
            let _ = socket.send_to(&bytes, from).await;
        }
    }

    async fn over_tcp(self, listener: TcpListener) {
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                continue;
            };
            tokio::spawn(self.clone().conversation(stream));
        }
    }

    async fn conversation(self, mut stream: TcpStream) -> std::io::Result<()> {
        loop {
            let length = stream.read_u16().await?;
            let mut question = vec![0; length.into()];
            stream.read_exact(&mut question).await?;
            if let Some(answer) = self.answer(&question) {
                let bytes = answer.to_vec().unwrap();
                stream
                    .write_u16(u16::try_from(bytes.len()).unwrap())
                    .await?;
                stream.write_all(&bytes).await?;
            }
        }
    }

    fn answer(&self, question: &[u8]) -> Option<Message> {
        let question = Message::from_vec(question).ok()?;
        let query = question.queries.first()?.clone();
        let mut answer = Message::response(question.metadata.id, OpCode::Query);
        answer.metadata.recursion_desired = true;
        answer.metadata.recursion_available = true;
        let mut zones = self.zones.lock().unwrap();
        let mut name = query.name().clone();
        answer.add_query(query.clone());
        loop {
            let text = name.to_ascii().trim_end_matches('.').to_ascii_lowercase();
            let Some(zone) = zones.get_mut(&text) else {
                answer.metadata.response_code = ResponseCode::NXDomain;
                return Some(answer);
            };
            match zone.fault {
                Some(Fault::Silent) => return None,
                Some(Fault::ServFail) => answer.metadata.response_code = ResponseCode::ServFail,
                Some(Fault::Refused) => answer.metadata.response_code = ResponseCode::Refused,
                None => {}
            }
            if zone.fault.is_some() {
                return Some(answer);
            }
            *zone.asked.entry(query.query_type()).or_default() += 1;
            let Some(alias) = zone.alias.clone() else {
                let records = zone.records(query.query_type());
                let records = records
                    .into_iter()
                    .map(|r| Record::from_rdata(name.clone(), 60, r));
                answer.add_answers(records);
                return Some(answer);
            };
            let alias = Name::from_ascii(format!("{alias}.")).unwrap();
            let record = RData::CNAME(hickory_resolver::proto::rr::rdata::CNAME(alias.clone()));
            answer.add_answer(Record::from_rdata(name, 60, record));
            name = alias;
        }
    }
}

impl Zone {
    fn records(&mut self, kind: RecordType) -> Vec<RData> {
        match kind {
            RecordType::A | RecordType::AAAA => self.addresses(kind),
            // A text of more than 255 bytes is more than one string of its record.
            RecordType::TXT => (self.texts.iter())
                .map(|text| {
                    let parts = text.as_bytes().chunks(255).collect();
                    RData::TXT(TXT::from_bytes(parts))
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    fn addresses(&mut self, kind: RecordType) -> Vec<RData> {
        let answer = match self.addresses.len() {
            0 => Vec::new(),
            1 => self.addresses[0].clone(),
            // A name that takes turns does so by its A records; both kinds are asked at once.
            _ if kind == RecordType::A => self.addresses.remove(0),
            _ => Vec::new(),
        };
        let of_kind = answer.into_iter().filter_map(|address| match address {
            IpAddr::V4(v4) if kind == RecordType::A => Some(RData::A(v4.into())),
            IpAddr::V6(v6) if kind == RecordType::AAAA => Some(RData::AAAA(v6.into())),
            _ => None,
        });
        of_kind.collect()
    }
}
