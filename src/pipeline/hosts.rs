//! What hosts said (robots.txt, requested pauses), from the store to the fetcher and back.

use url::Url;

use super::Desk;
use crate::fetch::{HostState, host_of};
use crate::report::Trouble;
use crate::store::StoreError;

/// Tells the fetcher what is remembered of a host, unless it knows the host already.
pub async fn recall(desk: &Desk, url: &Url) -> Result<(), Trouble> {
    let host = host_of(url);
    if desk.fetcher.host_state(&host).is_some() {
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

/// Keeps what hosts said meanwhile.
pub async fn remember(desk: &Desk) -> Result<(), Trouble> {
    for (host, state) in desk.fetcher.changed_hosts() {
        let record = serde_json::to_string(&state).map_err(StoreError::from)?;
        desk.store.save_host(&host, &record).await?;
    }
    Ok(())
}
