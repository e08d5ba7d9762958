//! The one thing that is sent anywhere: word to a WebSub hub that a feed changed.
//!
//! The specification leaves the publisher's side to the hubs; all of them take the form that
//! PubSubHubbub had (<https://pubsubhubbub.github.io/PubSubHubbub/pubsubhubbub-core-0.4.html#publishing>).

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Client;
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use url::Url;
use url::form_urlencoded::Serializer;

use super::trust;
use crate::config::Settings;

/// A hub that takes longer is not waited for; the next change is told again.
const PATIENCE: Duration = Duration::from_secs(5);

/// Tells a hub which of its topics changed, each by itself: not all hubs take several at once.
pub async fn tell_hub(hub: &Url, topics: &[String], settings: &Settings) {
    let name = hub.host_str().unwrap_or_default();
    // The hub is the operator's choice and may be private, so that nothing is checked here that
    // is checked for sites. Feeds change seldom: a client for each time is good enough.
    let Ok(certificates) = trust::client_config(settings.fetch.authorities.as_deref()) else { return };
    let client = Client::builder()
        .tls_backend_preconfigured(certificates)
        .user_agent(concat!("ressort/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .timeout(PATIENCE)
        .no_proxy()
        .build();
    let Ok(client) = client else { return };
    let sent = topics.iter().map(|topic| {
        let form =
            Serializer::new(String::new()).append_pair("hub.mode", "publish").append_pair("hub.url", topic).finish();
        client.post(hub.clone()).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form).send()
    });
    for answer in join_all(sent).await {
        match answer {
            Ok(answer) if answer.status().is_success() => {}
            Ok(answer) => tracing::warn!("the hub at {name} answers with status {}", answer.status().as_u16()),
            Err(error) if error.is_timeout() => tracing::warn!("the hub at {name} does not answer"),
            Err(_) => tracing::warn!("the hub at {name} cannot be reached"),
        }
    }
}
