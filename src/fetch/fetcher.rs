//! The story of one page.

use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::StatusCode;
use reqwest::header::{ACCEPT, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER};
use tokio::time::Instant;
use url::Url;

use super::addresses::Names;
use super::answer::{self, Answer};
use super::disk::Disk;
use super::hosts::{Hosts, Turn};
use super::http::{Overflow, Web};
use super::pauses::retry_after;
use super::redirects::Trail;
use super::reservation::{self, ReservedParts};
use super::robots::{self, Before, RobotsFailure, RobotsRecord};
use super::trust::BadAuthorities;
use super::{FetchError, Fetched, HostState, Page, Request, host_of, walls};
use crate::config::{Render, Settings};

/// Gets pages, politely.
pub struct Fetcher {
    source: Source,
    hosts: Hosts,
    largest_page_bytes: usize,
}

/// Where pages come from.
enum Source {
    Web(Box<Web>),
    Disk(Disk),
}

/// The fetcher cannot be made with these settings.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error(transparent)]
    Authorities(#[from] BadAuthorities),
    #[error("the proxy cannot be used")]
    Client,
}

impl Fetcher {
    /// For the open web. Costs under a millisecond: certificates are read when the first secure
    /// connection needs them.
    ///
    /// # Errors
    /// When a file that the settings name cannot be read.
    pub fn new(settings: &Settings) -> Result<Fetcher, SetupError> {
        Fetcher::with_names(settings, Names::System)
    }

    /// For the open web, with names resolved in another way.
    ///
    /// # Errors
    /// As [`Fetcher::new`].
    pub fn with_names(settings: &Settings, names: Names) -> Result<Fetcher, SetupError> {
        Ok(Fetcher::of(Source::Web(Box::new(Web::new(settings, names)?)), settings))
    }

    /// For saved pages, `DIRECTORY/HOST/PATH`: nothing is asked of any site.
    pub fn from_disk(directory: PathBuf, settings: &Settings) -> Fetcher {
        Fetcher::of(Source::Disk(Disk::new(directory)), settings)
    }

    fn of(source: Source, settings: &Settings) -> Fetcher {
        Fetcher { source, hosts: Hosts::new(&settings.fetch), largest_page_bytes: settings.fetch.max_page.0 }
    }

    /// Takes over what an earlier run noted of a host (named as by [`super::host_of`]).
    pub fn recall(&self, host: &str, state: HostState) {
        self.hosts.recall(host, state);
    }

    /// What is known of a host.
    pub fn host_state(&self, host: &str) -> Option<HostState> {
        self.hosts.state(host)
    }

    /// The hosts whose state changed since the last call: to be kept for the next run.
    pub fn changed_hosts(&self) -> Vec<(String, HostState)> {
        self.hosts.take_changed()
    }

    /// The pause between two requests to the host of an address.
    pub fn gap(&self, url: &Url) -> Duration {
        self.hosts.gap(url)
    }

    /// Gets a page.
    ///
    /// # Errors
    /// Why there is none. A failed request has been tried twice where that helps; when to ask
    /// again is the caller's affair.
    pub async fn get(&self, request: Request<'_>) -> Result<Fetched, FetchError> {
        match &self.source {
            Source::Disk(disk) => disk.get(&request),
            Source::Web(web) => self.get_from_web(web, &request).await,
        }
    }

    /// Asks what a site reserves with regard to text and data mining, if nobody did within a
    /// week. Pages that come afterwards say so; it costs one request.
    ///
    /// # Errors
    /// When the site cannot be asked now.
    pub async fn ask_for_reservations(&self, url: &Url, now: DateTime<Utc>) -> Result<(), FetchError> {
        let Source::Web(web) = &self.source else { return Ok(()) };
        let Ok(file) = url.join(reservation::FILE) else { return Ok(()) };
        let is_known = |state: &HostState| state.reserved.as_ref().is_some_and(|reserved| reserved.is_fresh(now));
        // Asked before the turn: who only wants to know this need not wait for the gap.
        if self.hosts.state(&host_of(url)).as_ref().is_some_and(is_known) {
            return Ok(());
        }
        let mut turn = self.hosts.turn(url).await;
        if turn.read(is_known) {
            return Ok(());
        }
        turn.check_pause(now)?;
        // A file that cannot be read must not be asked for again with every page.
        turn.remember(|state| state.reserved = Some(ReservedParts::postponed(state.reserved.take(), now)));
        self.obey_robots(web, &mut turn, &file, now).await?;
        let _permit = self.hosts.permit().await;
        turn.ask();
        let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]);
        let reply = web.ask(&file, headers, web.time_allowed()).await?;
        let is_there = reply.status.is_success();
        if reply.status.is_server_error() || reply.status == StatusCode::TOO_MANY_REQUESTS {
            return Err(FetchError::Server { status: reply.status.as_u16() });
        }
        let body = reply.body(reservation::SIZE_LIMIT_BYTES, Overflow::Cut).await?;
        let reserved = ReservedParts::of(is_there.then_some(body.bytes.as_slice()), now);
        turn.remember(|state| state.reserved = Some(reserved));
        Ok(())
    }

    async fn get_from_web(&self, web: &Web, request: &Request<'_>) -> Result<Fetched, FetchError> {
        let mut trail = Trail::new(request.url);
        let mut time_left = web.time_allowed();
        let mut turn: Option<Turn> = None;
        loop {
            let mut current = match turn.take() {
                Some(turn) if turn.is_for(&trail.url) => turn,
                // The old host's turn ends before the new one's begins, so that two requests
                // can never wait for each other.
                other => {
                    drop(other);
                    self.hosts.turn(&trail.url).await
                }
            };
            current.check_pause(request.now)?;
            self.obey_robots(web, &mut current, &trail.url, request.now).await?;
            let started = Instant::now();
            let answer = self.ask_twice(web, &mut current, &trail.url, request, time_left).await?;
            time_left = time_left.saturating_sub(started.elapsed());
            match answer {
                Answer::Page(mut page) => {
                    if request.render == Render::Browser {
                        self.render(web, &mut page).await?;
                    }
                    let is_reserved =
                        |state: &HostState| state.reserved.as_ref().is_some_and(|reserved| reserved.covers(&page.url));
                    page.reservation.tdm |= current.read(is_reserved);
                    return Ok(Fetched::Page(trail.arrive(page)));
                }
                Answer::NotModified => return Ok(Fetched::NotModified),
                Answer::Redirect { to, is_permanent } => trail.step(to, is_permanent, request.follow)?,
            }
            turn = Some(current);
        }
    }

    /// Puts the document that a page's scripts make in the place of the one that was sent.
    async fn render(&self, web: &Web, page: &mut Page) -> Result<(), FetchError> {
        page.text = web.browser.render(&page.url, self.largest_page_bytes).await?;
        page.cut_off = false;
        match walls::is_bot_check(page.text.as_bytes()) {
            true => Err(FetchError::Blocked { status: 200 }),
            false => Ok(()),
        }
    }

    /// Asks, and once more after a short wait if the connection failed, the answer broke off or
    /// the server stumbled.
    async fn ask_twice(
        &self,
        web: &Web,
        turn: &mut Turn,
        url: &Url,
        request: &Request<'_>,
        time_left: Duration,
    ) -> Result<Answer, FetchError> {
        let first = self.ask(web, turn, url, request, time_left).await;
        let is_doubtful = match &first {
            Ok(Answer::Page(page)) => page.cut_off,
            Ok(_) => false,
            Err(error) => error.is_worth_a_second_try(),
        };
        if !is_doubtful {
            return first;
        }
        tracing::debug!(%url, "asking once more");
        // It makes room for the second answer.
        drop(first);
        turn.wait_before_second_try().await;
        self.ask(web, turn, url, request, time_left).await
    }

    async fn ask(
        &self,
        web: &Web,
        turn: &mut Turn,
        url: &Url,
        request: &Request<'_>,
        time_left: Duration,
    ) -> Result<Answer, FetchError> {
        let _permit = self.hosts.permit().await;
        turn.ask();
        let reply = web.ask(url, answer::wanted(request), time_left).await?;
        tracing::debug!(%url, status = reply.status.as_u16(), "asked");
        answer::understand(reply, turn, url, request, self.largest_page_bytes).await
    }

    /// Reads robots.txt if that is due, and asks it.
    async fn obey_robots(&self, web: &Web, turn: &mut Turn, url: &Url, now: DateTime<Utc>) -> Result<(), FetchError> {
        let known = turn.read(|state| robots::before(state.robots.as_ref(), state.robots_failed.as_ref(), now));
        match known {
            Before::Obey => {}
            Before::Refuse(error) => return Err(error),
            Before::Read => match self.read_robots(web, turn, url, now).await {
                Ok(record) => turn.remember(|state| {
                    state.robots = Some(record);
                    state.robots_failed = None;
                }),
                Err(error) => {
                    let failure = RobotsFailure::new(error, turn.name(), now);
                    turn.remember(|state| state.robots_failed = Some(failure.clone()));
                    if !turn.read(|state| robots::may_stand_in(state.robots.as_ref(), now)) {
                        return Err(failure.error);
                    }
                }
            },
        }
        turn.read(|state| state.robots.as_ref().map_or(Ok(()), |record| record.check(url)))
    }

    async fn read_robots(
        &self,
        web: &Web,
        turn: &mut Turn,
        url: &Url,
        now: DateTime<Utc>,
    ) -> Result<RobotsRecord, FetchError> {
        match self.ask_for_robots(web, turn, url, now).await {
            Err(error) if error.is_worth_a_second_try() => {
                turn.wait_before_second_try().await;
                self.ask_for_robots(web, turn, url, now).await
            }
            answer => answer,
        }
    }

    async fn ask_for_robots(
        &self,
        web: &Web,
        turn: &mut Turn,
        url: &Url,
        now: DateTime<Utc>,
    ) -> Result<RobotsRecord, FetchError> {
        let _permit = self.hosts.permit().await;
        let started = Instant::now();
        let mut url = url.join("/robots.txt").map_err(|_| FetchError::Redirects { url: url.clone() })?;
        for _ in 0..=robots::MOST_REDIRECTS {
            let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("text/plain,*/*;q=0.5"))]);
            turn.ask();
            let time_left = web.time_allowed().saturating_sub(started.elapsed());
            let reply = web.ask(&url, headers, time_left).await?;
            let wait = reply.header(RETRY_AFTER).and_then(|value| retry_after(value, now));
            match reply.status.as_u16() {
                200..300 => {
                    let body = reply.body(robots::SIZE_LIMIT_BYTES + 1, Overflow::Cut).await?;
                    return Ok(RobotsRecord::of(Some(&body.bytes), now));
                }
                300..400 => {
                    let to = reply.header(LOCATION).and_then(|location| url.join(location.trim()).ok());
                    let _ = reply.body(answer::ASIDE_BYTES, Overflow::Cut).await; // only to keep the connection
                    match to {
                        Some(to) if matches!(to.scheme(), "http" | "https") && to.has_host() => url = to,
                        _ => return Ok(RobotsRecord::of(None, now)),
                    }
                }
                429 => return Err(FetchError::Paused { until: turn.pause(wait, now) }),
                503 if wait.is_some() => return Err(FetchError::Paused { until: turn.pause(wait, now) }),
                400..500 => {
                    let _ = reply.body(answer::ASIDE_BYTES, Overflow::Cut).await; // only to keep the connection
                    return Ok(RobotsRecord::of(None, now));
                }
                status => return Err(FetchError::Server { status }),
            }
        }
        // RFC 9309 §2.3.1.2: a file behind too many redirects counts as absent.
        Ok(RobotsRecord::of(None, now))
    }
}
