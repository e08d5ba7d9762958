//! What went wrong with a request, in our words: the client talks of its insides.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::time::Duration;

use super::addresses::NoAddress;
use super::{FetchError, Stage, trust};

/// Finds the cause of a failed request that can be named. `connecting` is the time that may take.
pub fn explain(error: &reqwest::Error, host: &str, connecting: Duration) -> FetchError {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(current) = cause {
        if let Some(found) = name(current, error.is_connect(), host, connecting) {
            return found;
        }
        cause = current.source();
    }
    match (error.is_timeout(), error.is_connect()) {
        (true, _) => FetchError::Timeout { waiting_for: Stage::Connection, allowed: connecting },
        (false, true) => connect(host, "it cannot be reached"),
        (false, false) => FetchError::CutOff,
    }
}

fn name(cause: &(dyn Error + 'static), is_connect: bool, host: &str, connecting: Duration) -> Option<FetchError> {
    if let Some(error) = cause.downcast_ref::<io::Error>() {
        // Errors of TLS travel inside errors of the connection.
        return match error.get_ref() {
            Some(inside) => name(inside, is_connect, host, connecting),
            None => name_io(error.kind(), is_connect, host, connecting),
        };
    }
    if let Some(error) = cause.downcast_ref::<rustls::Error>() {
        return Some(FetchError::Tls { host: host.to_owned(), reason: trust::explain(error) });
    }
    if let Some(error) = cause.downcast_ref::<NoAddress>() {
        let host = host.to_owned();
        return Some(match error {
            NoAddress::Unknown => FetchError::Dns { host },
            NoAddress::Private => FetchError::PrivateAddress { host },
        });
    }
    let error = cause.downcast_ref::<hyper::Error>()?;
    let is_nonsense = error.is_parse() || error.is_parse_too_large();
    is_nonsense.then(|| FetchError::Broken { reason: "it is not HTTP, or its headers are endless".to_owned() })
}

fn name_io(kind: ErrorKind, is_connect: bool, host: &str, connecting: Duration) -> Option<FetchError> {
    match kind {
        ErrorKind::ConnectionRefused => Some(connect(host, "it refuses the connection")),
        ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable => Some(connect(host, "no route leads there")),
        ErrorKind::TimedOut if is_connect => {
            Some(FetchError::Timeout { waiting_for: Stage::Connection, allowed: connecting })
        }
        _ if is_connect => Some(connect(host, "it closed the connection")),
        _ => Some(FetchError::CutOff),
    }
}

fn connect(host: &str, reason: &str) -> FetchError {
    FetchError::Connect { host: host.to_owned(), reason: reason.to_owned() }
}
