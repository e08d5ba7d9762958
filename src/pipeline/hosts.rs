//! What hosts said (robots.txt, requested pauses), from the store to the fetcher and back.

use url::Url;

use super::Desk;
use crate::config::Feed;
use crate::fetch::{HostState, host_of};
use crate::report::Trouble;
use crate::store::StoreError;

/// Tells the fetcher what is remembered of a host, unless it knows the host already. Where workers
/// share the state another one may have been told something since.
pub async fn recall(desk: &Desk, url: &Url) -> Result<(), Trouble> {
    let host = host_of(url);
    if !desk.store.is_shared() && desk.fetcher.host_state(&host).is_some() {
        return Ok(());
    }
    if let Some(record) = desk.store.host(&host).await? {
        match serde_json::from_str::<HostState>(&record) {
            Ok(state) => desk.fetcher.recall(&host, state),
            // Written by another version: the host is asked again.
            Err(error) => tracing::debug!("{host}: {error}"),
        }
    }
    Ok(())
}

/// Whether an article may be asked for at a host other than its section's: where workers share the
/// state, only if no other one is at that host.
pub async fn take(desk: &Desk, feed: &Feed, url: &Url) -> Result<bool, Trouble> {
    let host = host_of(url);
    if !desk.store.is_shared() || host == host_of(&feed.url) {
        return Ok(true);
    }
    Ok(desk.store.hold_host(&host).await?)
}

/// Keeps what hosts said meanwhile.
pub async fn remember(desk: &Desk) -> Result<(), Trouble> {
    for (host, state) in desk.fetcher.changed_hosts() {
        let record = serde_json::to_string(&state).map_err(StoreError::from)?;
        desk.store.save_host(&host, &record).await?;
    }
    Ok(())
}
