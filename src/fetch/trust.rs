//! Which certificates are believed: those the system believes, and the operator's own.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use rustls_platform_verifier::Verifier;

/// Reads the system's certificates at the first secure connection and not before: it takes
/// longer than everything else a run does that finds nothing new.
#[derive(Debug)]
struct Trust {
    provider: Arc<CryptoProvider>,
    own: Vec<CertificateDer<'static>>,
    verifier: OnceLock<Result<Verifier, Error>>,
}

/// The file of the operator's certificates cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}: {reason}", path.display())]
pub struct BadAuthorities {
    pub path: PathBuf,
    pub reason: String,
}

/// The configuration of secure connections.
pub fn client_config(authorities: Option<&Path>) -> Result<ClientConfig, BadAuthorities> {
    let own = authorities.map(read).transpose()?.unwrap_or_default();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let trust = Trust { provider: provider.clone(), own, verifier: OnceLock::new() };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider knows TLS 1.2 and 1.3")
        .dangerous() // only in so far as the verifier is named here
        .with_custom_certificate_verifier(Arc::new(trust))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn read(path: &Path) -> Result<Vec<CertificateDer<'static>>, BadAuthorities> {
    let bad = |reason: String| BadAuthorities { path: path.to_owned(), reason };
    let text = std::fs::read(path).map_err(|error| bad(format!("cannot be read: {error}")))?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    match certificates {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(bad("holds no certificates in PEM form".to_owned())),
    }
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.verifier
            .get_or_init(|| Verifier::new_with_extra_roots(self.own.iter().cloned(), self.provider.clone()))
            .as_ref()
            .map_err(Clone::clone)?
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// What is wrong with a secure connection, in our words.
pub fn explain(error: &Error) -> String {
    let what = match error {
        Error::InvalidCertificate(error) => match error {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => "its certificate has expired",
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "its certificate is not valid yet"
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "its certificate is for another host"
            }
            CertificateError::UnknownIssuer => "its certificate is signed by nobody this system trusts",
            CertificateError::Revoked => "its certificate has been revoked",
            _ => "its certificate is not valid",
        },
        Error::General(_) => "this system has no list of trusted certificate authorities",
        Error::AlertReceived(_) | Error::PeerIncompatible(_) => "the site offers no encryption we know",
        Error::InvalidMessage(_) => "the site does not speak TLS on this port",
        _ => "the handshake failed",
    };
    what.to_owned()
}
