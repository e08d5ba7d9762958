//! `ressort serve`: refresh every feed on its schedule, and hand out what is published.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::Failure;
use super::run::open_desk;
use crate::cli::Serve;
use crate::config::{Access, Address, Feed, Settings, load_feeds};
use crate::report::Trouble;
use crate::schedule::{self, Feeds};
use crate::server::{self, Options};
use crate::shelf::Shelf;

pub async fn run(arguments: &Serve, mut settings: Settings) -> Result<ExitCode, Failure> {
    settings.listen = arguments.listen.clone().unwrap_or(settings.listen);
    let feeds = load_feeds(&settings.feeds, &settings)?;
    let listener = listen(&settings).await?;
    let address = listener.local_addr().map_err(|error| cannot_listen(&settings.listen, &error))?;
    if settings.base_url.is_none() {
        settings.base_url = Some(local_address(address)?);
    }
    let feeds_directory = settings.feeds.clone();
    let password = settings.password.clone();
    let base_url = settings.base_url.clone().expect("set above");

    let mut desk = open_desk(settings).await?;
    let shelf = Shelf::new(desk.settings.publish.clone());
    shelf.put_out(feeds.iter());
    Arc::get_mut(&mut desk).expect("nobody else has it yet").shelf = Some(shelf.clone());
    super::stop_on_signals(desk.stop.clone());
    let (sender, receiver) = watch::channel(by_name(feeds));
    reload_on_hangup(feeds_directory, desk.settings.clone(), shelf.clone(), sender);

    tracing::info!("serving {} on {address}", base_url.0);
    let options = Options { password, ..Options::default() };
    let served = tokio::spawn(server::serve(listener, shelf.manifest, options, desk.stop.clone().cancelled_owned()));
    let scheduled = schedule::run(desk.clone(), receiver, desk.stop.clone()).await;
    desk.stop.cancel();
    if let Err(error) = served.await {
        tracing::error!("the server ended in a fault: {error}");
    }
    scheduled.map_err(Trouble::from)?;
    if let Some(desk) = Arc::into_inner(desk) {
        desk.store.close().await;
    }
    Ok(ExitCode::SUCCESS)
}

async fn listen(settings: &Settings) -> Result<TcpListener, Failure> {
    let listener =
        TcpListener::bind(&settings.listen).await.map_err(|error| cannot_listen(&settings.listen, &error))?;
    let is_local = listener.local_addr().is_ok_and(|address| address.ip().is_loopback());
    if !is_local && settings.access != Some(Access::Public) && settings.password.is_none() {
        return Err(Failure::usage(
            format!("feeds are private, and {} can be reached by others", settings.listen),
            "set a password (`password` or RESSORT_PASSWORD), listen on 127.0.0.1, or say `access = \"public\"`",
        ));
    }
    Ok(listener)
}

fn cannot_listen(address: &str, error: &std::io::Error) -> Failure {
    let (reason, hint) = match error.kind() {
        std::io::ErrorKind::AddrInUse => (
            "the port is taken".to_owned(),
            "stop what listens there, or choose another with `--listen 127.0.0.1:PORT`",
        ),
        std::io::ErrorKind::PermissionDenied => {
            ("ports below 1024 need privileges".to_owned(), "choose a port above 1023 with `--listen 127.0.0.1:PORT`")
        }
        _ => (error.to_string(), "name an address of this machine and a port, such as `127.0.0.1:8080`"),
    };
    Failure::usage(format!("cannot listen on {address}: {reason}"), hint)
}

/// What readers on this machine use when no public address is configured.
fn local_address(address: SocketAddr) -> Result<Address, Failure> {
    let shown =
        if address.ip().is_unspecified() { format!("localhost:{}", address.port()) } else { address.to_string() };
    format!("http://{shown}/").parse().map_err(|message: String| Failure::usage(message, "set `base_url`"))
}

fn by_name(feeds: Vec<Feed>) -> Arc<Feeds> {
    Arc::new(feeds.into_iter().map(|feed| (feed.id.to_string(), Arc::new(feed))).collect::<HashMap<_, _>>())
}

/// Reads the definitions anew at SIGHUP. If there is a mistake in them, the old ones stay.
fn reload_on_hangup(directory: PathBuf, settings: Settings, shelf: Shelf, feeds: watch::Sender<Arc<Feeds>>) {
    tokio::spawn(async move {
        let mut hangup = signal(SignalKind::hangup()).expect("signals can be listened to");
        while hangup.recv().await.is_some() {
            match load_feeds(&directory, &settings) {
                Ok(loaded) => {
                    tracing::info!("{} definitions read anew", loaded.len());
                    shelf.put_out(loaded.iter());
                    feeds.send_replace(by_name(loaded));
                }
                Err(problems) => tracing::error!("the old definitions stay, the new ones have mistakes:\n{problems}"),
            }
        }
    });
}
