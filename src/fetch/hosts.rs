//! Politeness: one request at a time and host, a gap between two, pauses that hosts ask for.
//!
//! A host is asked by one [`Turn`] at a time. What it said (its robots.txt, until when it wants
//! peace) is its [`HostState`], which the caller keeps between runs.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use tokio::sync::{OwnedMutexGuard, Semaphore, SemaphorePermit};
use tokio::time::Instant;
use url::{Host as UrlHost, Url};

use super::FetchError;
use super::pauses::{LONGEST_PAUSE, SHORTEST_PAUSE, backoff};
use super::reservation::ReservedParts;
use super::robots::{RobotsFailure, RobotsRecord};
use crate::config::FetchSettings;

/// A site does not notice one request every two seconds while thirty articles are read.
const DEFAULT_GAP: Duration = Duration::from_secs(2);

/// The longest `Crawl-delay` that is kept to; beyond it no section of thirty articles could be
/// read in a quarter of an hour.
const LONGEST_CRAWL_DELAY: Duration = Duration::from_secs(30);

/// How long to wait before the second try of a request that failed.
const BEFORE_SECOND_TRY: Duration = Duration::from_secs(5);
/// The same on this machine, where nobody is spared by waiting.
const BEFORE_SECOND_TRY_ON_LOOPBACK: Duration = Duration::from_millis(50);

/// More hosts than this are not remembered; those that nobody asks any more are let go.
const MOST_HOSTS: usize = 4096;

/// What a host said, kept between runs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct HostState {
    pub robots: Option<RobotsRecord>,
    /// Why robots.txt could not be read the last time. Not kept: a new run asks again.
    #[serde(skip)]
    pub robots_failed: Option<RobotsFailure>,
    /// What the site's file of reservations said; absent until it was asked for.
    #[serde(default)]
    pub reserved: Option<ReservedParts>,
    /// Nothing is asked before this time.
    pub paused_until: Option<DateTime<Utc>>,
    /// How often in a row the host said "too many requests" without saying how long to wait.
    #[serde(default)]
    pub refusals: u32,
}

/// The name a host's state is kept under: the host, and the port if it is an unusual one.
pub fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// All hosts, and how many may be asked at once.
pub struct Hosts {
    hosts: Mutex<HashMap<String, Arc<Host>>>,
    /// Whether the state of any of them changed since somebody asked which.
    are_changed: Arc<AtomicBool>,
    gap: Option<Duration>,
    connections: Semaphore,
}

struct Host {
    name: String,
    gap: Duration,
    before_second_try: Duration,
    /// When the last request ended. Whoever holds the lock has the turn; it is handed on in
    /// the order of asking.
    queue: Arc<tokio::sync::Mutex<Option<Instant>>>,
    memory: Mutex<Memory>,
    /// The same as [`Hosts::are_changed`].
    are_changed: Arc<AtomicBool>,
}

#[derive(Default)]
struct Memory {
    state: HostState,
    is_changed: bool,
}

impl Hosts {
    pub fn new(settings: &FetchSettings) -> Hosts {
        Hosts {
            hosts: Mutex::default(),
            are_changed: Arc::default(),
            gap: settings.host_gap.map(|gap| gap.0),
            connections: Semaphore::new(settings.connections.clamp(1, Semaphore::MAX_PERMITS)),
        }
    }

    /// Takes over what is remembered of a host, unless something newer is known.
    pub fn recall(&self, name: &str, state: HostState) {
        let host = self.host(name, || Url::parse(&format!("http://{name}/")).is_ok_and(|url| is_loopback(&url)));
        let mut memory = host.memory();
        if !memory.is_changed {
            memory.state = state;
        }
    }

    /// What is known of a host.
    pub fn state(&self, name: &str) -> Option<HostState> {
        let host = lock(&self.hosts).get(name).cloned()?;
        Some(host.memory().state.clone())
    }

    /// The hosts whose state changed since the last call.
    pub fn take_changed(&self) -> Vec<(String, HostState)> {
        // Asked after each refresh, of which most change nothing, and there are thousands of hosts.
        if !self.are_changed.swap(false, Ordering::AcqRel) {
            return Vec::new();
        }
        let hosts: Vec<Arc<Host>> = lock(&self.hosts).values().cloned().collect();
        let mut changed: Vec<(String, HostState)> = hosts
            .iter()
            .filter_map(|host| {
                let mut memory = host.memory();
                std::mem::take(&mut memory.is_changed).then(|| (host.name.clone(), memory.state.clone()))
            })
            .collect();
        changed.sort_by(|a, b| a.0.cmp(&b.0));
        changed
    }

    /// The pause between two requests to the host of an address.
    pub fn gap(&self, url: &Url) -> Duration {
        self.host_at(url).gap()
    }

    /// Waits until it is this request's turn at the host.
    pub async fn turn(&self, url: &Url) -> Turn {
        let host = self.host_at(url);
        let last = host.queue.clone().lock_owned().await;
        if let Some(last) = *last {
            tokio::time::sleep_until(last + host.gap()).await;
        }
        Turn { host, last, has_asked: false }
    }

    /// A place among the requests that may be under way at once.
    pub async fn permit(&self) -> SemaphorePermit<'_> {
        self.connections.acquire().await.expect("nobody closes the semaphore")
    }

    fn host_at(&self, url: &Url) -> Arc<Host> {
        self.host(&host_of(url), || is_loopback(url))
    }

    fn host(&self, name: &str, is_loopback: impl FnOnce() -> bool) -> Arc<Host> {
        let mut hosts = lock(&self.hosts);
        if let Some(host) = hosts.get(name) {
            return host.clone();
        }
        if hosts.len() >= MOST_HOSTS {
            hosts.retain(|_, host| Arc::strong_count(host) > 1 || host.memory().is_changed);
        }
        let is_loopback = is_loopback();
        let gap = self.gap.unwrap_or(if is_loopback { Duration::ZERO } else { DEFAULT_GAP });
        let host = Arc::new(Host {
            name: name.to_owned(),
            gap,
            before_second_try: match is_loopback {
                true => BEFORE_SECOND_TRY_ON_LOOPBACK,
                false => BEFORE_SECOND_TRY.max(gap),
            },
            queue: Arc::default(),
            memory: Mutex::default(),
            are_changed: self.are_changed.clone(),
        });
        hosts.insert(name.to_owned(), host.clone());
        host
    }
}

impl Host {
    fn memory(&self) -> MutexGuard<'_, Memory> {
        lock(&self.memory)
    }

    fn gap(&self) -> Duration {
        let asked_for = self.memory().state.robots.as_ref().and_then(RobotsRecord::crawl_delay);
        self.gap.max(asked_for.unwrap_or_default().min(LONGEST_CRAWL_DELAY))
    }
}

/// Nothing is left half done when a lock is given up by a panic: every change is one assignment.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The right to ask a host. The gap begins when it is given up.
pub struct Turn {
    host: Arc<Host>,
    last: OwnedMutexGuard<Option<Instant>>,
    has_asked: bool,
}

impl Turn {
    pub fn is_for(&self, url: &Url) -> bool {
        self.host.name == host_of(url)
    }

    pub fn name(&self) -> &str {
        &self.host.name
    }

    /// Reads the state without copying it.
    pub fn read<T>(&self, read: impl FnOnce(&HostState) -> T) -> T {
        read(&self.host.memory().state)
    }

    /// Changes what is remembered of the host.
    pub fn remember(&self, change: impl FnOnce(&mut HostState)) {
        let mut memory = self.host.memory();
        let before = memory.state.clone();
        change(&mut memory.state);
        if memory.state != before {
            memory.is_changed = true;
            self.host.are_changed.store(true, Ordering::Release);
        }
    }

    /// Notes that a request goes out.
    pub fn ask(&mut self) {
        self.has_asked = true;
    }

    /// Refuses while the host has a pause.
    pub fn check_pause(&self, now: DateTime<Utc>) -> Result<(), FetchError> {
        match self.read(|state| state.paused_until) {
            // A later time was noted by a clock that was wrong.
            Some(until) if until > now && until <= now + LONGEST_PAUSE => Err(FetchError::Paused { until }),
            _ => Ok(()),
        }
    }

    /// Pauses the host because it said so; returns until when.
    pub fn pause(&self, retry_after: Option<TimeDelta>, now: DateTime<Utc>) -> DateTime<Utc> {
        let refusals = self.read(|state| state.refusals);
        let (pause, refusals) = match retry_after {
            Some(pause) => (pause.clamp(SHORTEST_PAUSE, LONGEST_PAUSE), 0),
            None => {
                let pause = TimeDelta::from_std(backoff(refusals, self.name())).unwrap_or(LONGEST_PAUSE);
                (pause.min(LONGEST_PAUSE), refusals.saturating_add(1))
            }
        };
        let until = now + pause;
        self.remember(|state| {
            state.paused_until = Some(until);
            state.refusals = refusals;
        });
        until
    }

    /// Forgets pauses after an answer that was none of that kind.
    pub fn end_pause(&self) {
        if self.read(|state| state.paused_until.is_some() || state.refusals > 0) {
            self.remember(|state| {
                state.paused_until = None;
                state.refusals = 0;
            });
        }
    }

    /// Waits before the second try.
    pub async fn wait_before_second_try(&self) {
        tokio::time::sleep(self.host.before_second_try).await;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if self.has_asked {
            *self.last = Some(Instant::now());
        }
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(UrlHost::Ipv4(address)) => address.is_loopback(),
        Some(UrlHost::Ipv6(address)) => address.is_loopback(),
        Some(UrlHost::Domain(name)) => name.trim_end_matches('.') == "localhost",
        None => false,
    }
}
