//! An authority made for the test, and the certificates of sites: right ones, and wrong in each of the ways there are.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::crypto::ring::{default_provider, sign::any_supported_type};
use rustls::pki_types::PrivateKeyDer;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

/// What is wrong with a site's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Wrong {
    Expired,
    NotYet,
    Name,
    Issuer,
}

type Made = HashMap<(String, Option<Wrong>), Arc<CertifiedKey>>;
type Issuer = CertifiedIssuer<'static, KeyPair>;

/// Issues certificates; a site's is made when it is first asked for.
pub struct Authority {
    issuer: Issuer,
    stranger: Issuer,
    wrong: Mutex<HashMap<String, Wrong>>,
    made: Mutex<Made>,
}

impl Authority {
    pub fn new() -> Self {
        Self {
            issuer: issuer("An authority of the test"),
            stranger: issuer("Nobody's authority"),
            wrong: Mutex::default(),
            made: Mutex::default(),
        }
    }

    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// From now on the certificate of a site is wrong.
    pub fn spoils(&self, host: &str, wrong: Wrong) {
        self.wrong.lock().unwrap().insert(host.to_owned(), wrong);
    }

    /// TLS of a server that shows the certificate of whatever name it is asked for, `127.0.0.1` where none is.
    pub fn server(self: &Arc<Self>) -> Arc<ServerConfig> {
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(self) as Arc<dyn ResolvesServerCert>);
        Arc::new(config)
    }

    fn certificate(&self, host: &str) -> Arc<CertifiedKey> {
        let wrong = self.wrong.lock().unwrap().get(host).copied();
        let mut made = self.made.lock().unwrap();
        let made = made.entry((host.to_owned(), wrong));
        Arc::clone(made.or_insert_with(|| self.made(host, wrong)))
    }

    fn made(&self, host: &str, wrong: Option<Wrong>) -> Arc<CertifiedKey> {
        let name = if wrong == Some(Wrong::Name) {
            "other.example.org"
        } else {
            host
        };
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        match wrong {
            Some(Wrong::Expired) => params.not_after = date_time_ymd(2021, 1, 1),
            Some(Wrong::NotYet) => params.not_before = date_time_ymd(2200, 1, 1),
            _ => {}
        }
        let issuer = if wrong == Some(Wrong::Issuer) {
            &self.stranger
        } else {
            &self.issuer
        };
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let key = any_supported_type(&key).unwrap();
        Arc::new(CertifiedKey::new(vec![certificate.der().clone()], key))
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authority")
    }
}

impl ResolvesServerCert for Authority {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.certificate(hello.server_name().unwrap_or("127.0.0.1")))
    }
}

fn issuer(name: &str) -> Issuer {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}
