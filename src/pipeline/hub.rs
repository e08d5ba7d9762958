//! WebSub: the hub is told when a feed really changed, and tells the readers that subscribed to it
//! (<https://www.w3.org/TR/websub/>). Feeds do not depend on it: what fails is logged.

use super::Desk;
use crate::fetch;
use crate::render::{FeedInfo, Format};

/// Tells the hub of the settings that the files of a feed changed.
pub async fn tell(info: &FeedInfo, desk: &Desk) {
    let Some(hub) = &info.hub else { return };
    // What has no public address has no subscribers either.
    let topics: Vec<String> = Format::ALL.iter().filter_map(|format| info.url_of(format.file_name())).collect();
    if !topics.is_empty() {
        fetch::tell_hub(hub, &topics, &desk.settings).await;
    }
}
