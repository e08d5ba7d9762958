//! What sites reserve with regard to text and data mining: asked for, read from pages, obeyed.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use url::Url;

use super::{Desk, hosts};
use crate::config::{Access, Reservations, Settings};
use crate::entry::Entry;
use crate::fetch::{Page, Reservation, host_of};
use crate::html::Document;
use crate::report::Trouble;

/// Asks the hosts of these pages for their file of reservations, each once a week.
///
/// # Errors
/// Only when the store does not answer. A host that does not is asked again tomorrow.
pub async fn ask<'a>(desk: &Desk, urls: impl Iterator<Item = &'a Url>, now: DateTime<Utc>) -> Result<(), Trouble> {
    let mut asked = HashSet::new();
    for url in urls {
        if desk.stop.is_cancelled() || !asked.insert(host_of(url)) {
            continue;
        }
        hosts::recall(desk, url).await?;
        if let Err(error) = desk.fetcher.ask_for_reservations(url, now).await {
            tracing::debug!("{}: {error}", host_of(url));
        }
    }
    Ok(())
}

/// Whether an article page is reserved: by a header, the file of its site, or its own `meta`.
pub fn is_reserved(page: &Page, document: &Document) -> bool {
    let metas = document
        .elements()
        .take_while(|element| element.value().name() != "body")
        .filter(|element| element.value().name() == "meta");
    let said = metas.filter_map(|meta| Some(Reservation::of_meta(meta.attr("name")?, meta.attr("content")?)));
    std::iter::once(page.reservation).chain(said).any(|reservation| reservation.tdm || reservation.noai)
}

/// What is published of entries that are reserved. Nobody but the operator reads a private feed.
pub fn obey(settings: &Settings, entries: &mut Vec<Entry>) {
    if settings.access != Some(Access::Public) {
        return;
    }
    match settings.reservations {
        Reservations::Excerpt => {
            entries.iter_mut().filter(|entry| entry.is_reserved).for_each(|entry| entry.html.clear());
        }
        Reservations::Skip => entries.retain(|entry| !entry.is_reserved),
        Reservations::Ignore => {}
    }
}
