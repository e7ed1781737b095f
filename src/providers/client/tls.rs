//! Whom we trust, and what it is that goes wrong between two machines.

use std::error::Error;
use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls::client::Resumption;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{AlertDescription, CertificateError, ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use super::super::{CertificateFault, Failure, Refusal, Trouble};
use super::WHOLE;

/// TLS by `ring`, trusting those whom this machine trusts, and whoever stands in a PEM file.
pub(super) fn config(roots: Option<&Path>) -> Result<ClientConfig, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let more = match roots {
        None => Vec::new(),
        Some(file) => certificates(file)?,
    };
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|e| e.to_string())?;
    let builder = match Verifier::new_with_extra_roots(more, provider) {
        // Named so for verifiers of one's own; this one is the system's.
        Ok(verifier) => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier)),
        // A server that calls nobody can do without.
        Err(error) => {
            tracing::warn!(%error, "this machine trusts nobody's certificates: every call over TLS will be refused");
            builder.with_root_certificates(RootCertStore::empty())
        }
    };
    let mut config = builder.with_no_client_auth();
    // A session that is taken up again shows no certificate, and a proof is to look at it each time.
    config.resumption = Resumption::disabled();
    Ok(config)
}

/// The certificates of a PEM file; at least one.
pub(in super::super) fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let told = |why: String| format!("{}: {why}", file.display());
    let read = CertificateDer::pem_file_iter(file).map_err(|e| told(e.to_string()))?;
    let read: Result<Vec<_>, _> = read.collect();
    let read = read.map_err(|e| told(e.to_string()))?;
    if read.is_empty() {
        return Err(told("it holds no certificate in PEM form".to_owned()));
    }
    Ok(read)
}

/// What an error is about, by its innermost cause that says so.
pub(super) fn failure(at: &str, error: &reqwest::Error) -> Failure {
    cause(at, error)
}

/// The same for any error that has a cause within.
pub(in super::super) fn cause(at: &str, error: &(dyn Error + 'static)) -> Failure {
    let mut last = error.to_string();
    let mut link = Some(error);
    while let Some(error) = link {
        if let Some(tls) = error.downcast_ref::<rustls::Error>() {
            return of_tls(at, tls);
        }
        last = error.to_string();
        let io = error.downcast_ref::<io::Error>();
        if let Some(trouble) = io.and_then(of_io) {
            return Failure::unavailable(at, trouble);
        }
        // The source of an error of `io` is that of what it wraps, which would be left out.
        let within = io.and_then(io::Error::get_ref);
        link = match within {
            Some(within) => Some(within),
            None => error.source(),
        };
    }
    let last: String = last.chars().filter(|c| !c.is_control()).take(120).collect();
    Failure::unavailable(at, Trouble::Connection(last))
}

fn of_io(error: &io::Error) -> Option<Trouble> {
    Some(match error.kind() {
        io::ErrorKind::ConnectionRefused => Trouble::ConnectionRefused,
        io::ErrorKind::TimedOut => Trouble::TimedOut(WHOLE),
        io::ErrorKind::ConnectionReset => Trouble::Connection("it was reset".to_owned()),
        io::ErrorKind::UnexpectedEof => Trouble::Connection("it ended too early".to_owned()),
        _ => return None,
    })
}

fn of_tls(at: &str, error: &rustls::Error) -> Failure {
    let fault = match error {
        rustls::Error::InvalidCertificate(error) => of_certificate(error),
        rustls::Error::NoCertificatesPresented => CertificateFault::Other("it has none".to_owned()),
        // A server that knows no such site says so before it shows a certificate.
        rustls::Error::AlertReceived(AlertDescription::UnrecognisedName) => {
            CertificateFault::WrongName
        }
        other => return Failure::unavailable(at, Trouble::Connection(format!("TLS: {other}"))),
    };
    Failure::refused(at, Refusal::Certificate(fault))
}

fn of_certificate(error: &CertificateError) -> CertificateFault {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            CertificateFault::Expired
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            CertificateFault::NotYetValid
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            CertificateFault::WrongName
        }
        CertificateError::UnknownIssuer => CertificateFault::UnknownIssuer,
        CertificateError::Revoked => CertificateFault::Revoked,
        other => CertificateFault::Other(other.to_string().chars().take(120).collect()),
    }
}
