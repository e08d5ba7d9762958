//! Telling others how feeds are doing: a POST when one falls ill or recovers, and a sign of life.
//!
//! The addresses are the operator's own and may well be private, so nothing is checked here that
//! is checked for sites. What fails is logged and changes nothing: feeds do not depend on it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};
use serde::Serialize;
use url::Url;

use super::{SetupError, trust};
use crate::config::Settings;
use crate::health::{Health, State};

/// A receiver that takes longer is not waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Tells others. Cheap to copy.
#[derive(Clone)]
pub struct Messenger {
    client: Client,
    webhook: Option<Url>,
    ping: Option<Url>,
}

/// What the webhook is sent, as JSON.
#[derive(Debug, Serialize)]
pub struct Message<'a> {
    pub feed: &'a str,
    /// The section page.
    pub url: &'a str,
    pub before: State,
    #[serde(flatten)]
    pub health: Health,
    pub at: DateTime<Utc>,
}

impl Messenger {
    /// A messenger, if the settings name somebody to tell.
    ///
    /// # Errors
    /// When the certificates that the settings name cannot be read.
    pub fn new(settings: &Settings) -> Result<Option<Messenger>, SetupError> {
        let address = |address: &Option<crate::config::Address>| address.as_ref().map(|address| address.0.clone());
        let (webhook, ping) = (address(&settings.notify.webhook), address(&settings.notify.ping));
        if webhook.is_none() && ping.is_none() {
            return Ok(None);
        }
        let client = Client::builder()
            .tls_backend_preconfigured(trust::client_config(settings.fetch.authorities.as_deref())?)
            .user_agent(concat!("ressort/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .timeout(PATIENCE)
            .no_proxy()
            .build()
            .map_err(|_| SetupError::Client)?;
        Ok(Some(Messenger { client, webhook, ping }))
    }

    /// Tells the webhook that a feed is in another state.
    pub async fn tell(&self, message: &Message<'_>) {
        let Some(url) = &self.webhook else { return };
        let body = serde_json::to_string(message).expect("strings and dates always serialise");
        let request = self.client.post(url.clone()).header(CONTENT_TYPE, "application/json").body(body);
        send(request, "webhook", url).await;
    }

    /// Gives a sign of life: that all went well, or that something failed.
    pub async fn ping(&self, is_well: bool) {
        let Some(url) = &self.ping else { return };
        let mut url = url.clone();
        if !is_well && let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push("fail");
        }
        send(self.client.get(url.clone()), "ping", &url).await;
    }
}

/// The address itself stays out of the log: whoever knows it can send to it.
async fn send(request: RequestBuilder, what: &str, url: &Url) {
    let host = url.host_str().unwrap_or_default();
    match request.send().await {
        Ok(answer) if answer.status().is_success() => {}
        Ok(answer) => tracing::warn!("the {what} at {host} answers with status {}", answer.status().as_u16()),
        Err(error) if error.is_timeout() => tracing::warn!("the {what} at {host} does not answer"),
        Err(_) => tracing::warn!("the {what} at {host} cannot be reached"),
    }
}
