//! Pages that are empty without their scripts, read through a browser.
//!
//! Chromium is started for one page, told to print the document after its scripts have run, and
//! ended. Nothing of it is kept. The page has been asked for plainly before, so that robots.txt,
//! pauses, redirects, refusals and "not modified" are dealt with like those of any page; the
//! browser only renders what was found.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Pid, Signal, geteuid, kill_process_group};
use tempfile::TempDir;
use tokio::io::AsyncReadExt;
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;
use url::Url;

use super::addresses::Resolver;
use super::gate::Gate;
use super::{FetchError, Stage};

/// What the browser is called, in the order of trust.
const NAMES: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/// How long the page's own clock runs before it is printed; timers are not waited for in real
/// time (`--virtual-time-budget`).
const PAGE_TIME_MILLISECONDS: u32 = 8000;

/// What is switched off: everything that asks for something the page does not.
const SWITCHES: [&str; 22] = [
    "--headless=new",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-quic",
    "--disable-sync",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--metrics-recording-only",
    "--mute-audio",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
    "--blink-settings=imagesEnabled=false",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-features=Translate,OptimizationHints,MediaRouter,InterestFeedContentSuggestions",
    // Loopback is not excepted from the gate.
    "--proxy-bypass-list=<-loopback>",
    "--window-size=1280,4000",
];

/// Starts browsers, one at a time: each takes 200 MB and more.
pub struct Browser {
    resolver: Arc<Resolver>,
    /// The operator's own proxy, which is used in the place of the gate.
    proxy: Option<Url>,
    user_agent: String,
    longest: Duration,
    turn: Semaphore,
}

impl Browser {
    pub fn new(resolver: Resolver, proxy: Option<Url>, user_agent: String, longest: Duration) -> Browser {
        Browser { resolver: Arc::new(resolver), proxy, user_agent, longest, turn: Semaphore::new(1) }
    }

    /// The document of a page after its scripts have run.
    ///
    /// # Errors
    /// When there is no browser, or it does not come to an end.
    pub async fn render(&self, url: &Url, limit_bytes: usize) -> Result<String, FetchError> {
        let program = find(std::env::var_os("PATH").unwrap_or_default().as_os_str())
            .ok_or_else(|| failed(format!("no {} is installed", NAMES[0])))?;
        let _turn = self.turn.acquire().await.expect("nobody closes the semaphore");
        let gate = Gate::open(self.resolver.clone()).await.map_err(|error| failed(error.kind().to_string()))?;
        let profile = TempDir::new().map_err(|error| failed(format!("no temporary directory: {}", error.kind())))?;
        let mut running = self.start(&program, profile.path(), &gate, url)?;
        let html = tokio::time::timeout(self.longest, running.output(limit_bytes)).await;
        // Ended before its profile is removed, whatever it was doing.
        drop(running);
        match html {
            Ok(html) => html,
            Err(_) => Err(FetchError::Timeout { waiting_for: Stage::Body, allowed: self.longest }),
        }
    }

    fn start(&self, program: &Path, profile: &Path, gate: &Gate, url: &Url) -> Result<Running, FetchError> {
        let proxy = match &self.proxy {
            Some(proxy) => proxy.as_str().trim_end_matches('/').to_owned(),
            None => format!("http://{}", gate.address),
        };
        let mut command = Command::new(program);
        command
            .args(SWITCHES)
            .arg(format!("--proxy-server={proxy}"))
            .arg(format!("--user-data-dir={}", profile.display()))
            .arg(format!("--user-agent={}", self.user_agent))
            .arg(format!("--virtual-time-budget={PAGE_TIME_MILLISECONDS}"))
            .arg("--dump-dom");
        if geteuid().is_root() {
            // Chromium refuses to run as root with its sandbox.
            command.arg("--no-sandbox");
        }
        // `--` would be the end of the switches; an address cannot begin with `-`.
        command.arg(url.as_str()).env("HOME", profile).env_remove("DBUS_SESSION_BUS_ADDRESS");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
        let child = command.spawn().map_err(|error| failed(format!("{}: {}", program.display(), error.kind())))?;
        Ok(Running { child })
    }
}

/// A browser that runs, with all its processes; they end when this is dropped.
struct Running {
    child: Child,
}

impl Running {
    async fn output(&mut self, limit_bytes: usize) -> Result<String, FetchError> {
        let stdout = self.child.stdout.take().expect("was asked for");
        let mut html = Vec::new();
        let read = stdout.take(limit_bytes as u64 + 1).read_to_end(&mut html).await;
        read.map_err(|error| failed(error.kind().to_string()))?;
        if html.len() > limit_bytes {
            return Err(FetchError::TooLarge { limit_bytes });
        }
        if html.iter().all(u8::is_ascii_whitespace) {
            return Err(failed("it printed nothing".to_owned()));
        }
        Ok(String::from_utf8_lossy(&html).into_owned())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let group = self.child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        if let Some(group) = group {
            // Fails only where all of them have ended already.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

/// Whether there is a browser on this machine.
pub fn is_installed() -> bool {
    find(std::env::var_os("PATH").unwrap_or_default().as_os_str()).is_some()
}

fn failed(reason: String) -> FetchError {
    FetchError::Browser { reason }
}

fn find(path: &std::ffi::OsStr) -> Option<PathBuf> {
    let directories: Vec<PathBuf> = std::env::split_paths(path).collect();
    NAMES.iter().find_map(|name| directories.iter().map(|directory| directory.join(name)).find(|file| file.is_file()))
}
