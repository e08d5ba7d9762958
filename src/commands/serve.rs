//! `ressort serve`: refresh every feed on its schedule, and hand out what is published.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::run::open_desk;
use super::{Failure, agreement};
use crate::cli::{Global, Serve};
use crate::config::{Access, Address, Feed, Settings, Target, load_feeds};
use crate::pipeline::{Desk, Parsers};
use crate::report::Trouble;
use crate::schedule::{self, Feeds};
use crate::server::{self, Options};
use crate::shelf::Shelf;
use crate::studio::Studio;

pub async fn run(arguments: &Serve, global: &Global, mut settings: Settings) -> Result<ExitCode, Failure> {
    settings.listen = arguments.listen.clone().unwrap_or(settings.listen);
    let feeds = load_feeds(&settings.feeds, &settings)?;
    let listener = listen(&settings).await?;
    let address = listener.local_addr().map_err(|error| cannot_listen(&settings.listen, &error))?;
    if let (Target::Bucket(_), None) = (&settings.publish, &settings.base_url) {
        return Err(Failure::usage(
            format!("feeds in {} need the address under which readers see them", settings.publish),
            "set `base_url` or RESSORT_BASE_URL",
        ));
    }
    if settings.base_url.is_none() {
        settings.base_url = Some(local_address(address)?);
    }
    let secret_path = settings.secret_path.as_ref().map(ToString::to_string);
    let base_url = below_secret(settings.base_url.take().expect("set above"), secret_path.as_deref());
    settings.base_url = Some(base_url.clone());
    let options = Options { password: settings.password.clone(), secret_path, ..Options::default() };

    let desk = open_desk(settings, Parsers::default()).await?;
    let shelf = Shelf::new(desk.settings.publish.clone(), &desk.vitals);
    shelf.put_out(feeds.iter());
    let desk = Arc::new(Desk { shelf: Some(shelf.clone()), ..desk });
    super::stop_on_signals(desk.stop.clone());
    let (sender, receiver) = watch::channel(by_name(feeds));
    let feeds_directory = desk.settings.feeds.clone();
    agreement::announce(&desk, &feeds_directory).await?;
    let (follower, follows) = (desk.clone(), sender.clone());
    let followed = tokio::spawn(async move { agreement::follow(follower, &feeds_directory, follows).await });
    reload_on_hangup(global.clone(), shelf.clone(), &desk, sender);

    tracing::info!("serving {} on {address}", base_url.0);
    // On loopback, or behind a password: whoever comes there may write definitions.
    let has_password = options.password.is_some();
    let studio = (address.ip().is_loopback() || has_password)
        .then(|| Arc::new(Studio::new(Arc::downgrade(&desk), desk.settings.feeds.clone(), has_password)));
    let options = Options { studio, ..options };
    let stop = desk.stop.clone().cancelled_owned();
    let served = listener.into_std().and_then(|listener| server::start(listener, shelf.manifest, options, stop));
    let served = served.map_err(|error| cannot_serve(address, &error))?;
    let scheduled = schedule::run(desk.clone(), receiver, desk.stop.clone()).await;
    desk.stop.cancel();
    if served.await.is_err() {
        tracing::error!("the server ended in a fault");
    }
    if let Err(error) = followed.await {
        tracing::error!("definitions were no longer followed, after a fault: {error}");
    }
    scheduled.map_err(Trouble::from)?;
    desk.store.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn listen(settings: &Settings) -> Result<TcpListener, Failure> {
    let listener =
        TcpListener::bind(&settings.listen).await.map_err(|error| cannot_listen(&settings.listen, &error))?;
    let is_local = listener.local_addr().is_ok_and(|address| address.ip().is_loopback());
    let is_closed = settings.password.is_some() || settings.secret_path.is_some();
    if !is_local && settings.access != Some(Access::Public) && !is_closed {
        return Err(Failure::usage(
            format!("feeds are private, and {} can be reached by others", settings.listen),
            "set a password (`password` or RESSORT_PASSWORD) or a `secret_path`, listen on 127.0.0.1, or say `access = \"public\"`",
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

fn cannot_serve(address: SocketAddr, error: &std::io::Error) -> Failure {
    Failure::Failed { code: 1, message: format!("cannot serve on {address}: {error}"), hint: None }
}

/// What readers on this machine use when no public address is configured.
fn local_address(address: SocketAddr) -> Result<Address, Failure> {
    let shown =
        if address.ip().is_unspecified() { format!("localhost:{}", address.port()) } else { address.to_string() };
    format!("http://{shown}/").parse().map_err(|message: String| Failure::usage(message, "set `base_url`"))
}

/// The address readers see: below the secret path, if there is one.
fn below_secret(base_url: Address, secret_path: Option<&str>) -> Address {
    match secret_path {
        Some(secret) => Address(base_url.0.join(&format!("{secret}/")).expect("letters, digits, `-` and `_`")),
        None => base_url,
    }
}

fn by_name(feeds: Vec<Feed>) -> Arc<Feeds> {
    Arc::new(feeds.into_iter().map(|feed| (feed.id.to_string(), Arc::new(feed))).collect::<HashMap<_, _>>())
}

/// Reads settings and definitions anew at SIGHUP. If there is a mistake in them, the old ones stay.
/// Of the settings those take effect that are defaults of definitions; others need a new start.
fn reload_on_hangup(global: Global, shelf: Shelf, desk: &Arc<Desk>, feeds: watch::Sender<Arc<Feeds>>) {
    // What listens must not keep the desk from being closed.
    let desk = Arc::downgrade(desk);
    let mut hangup = signal(SignalKind::hangup()).expect("signals can be listened to");
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            let loaded = super::settings(&global).and_then(|settings| {
                let loaded = load_feeds(&settings.feeds, &settings)?;
                Ok((settings.feeds, loaded))
            });
            match loaded {
                Ok((directory, loaded)) => {
                    tracing::info!("{} definitions read anew", loaded.len());
                    shelf.put_out(loaded.iter());
                    feeds.send_replace(by_name(loaded));
                    let Some(desk) = desk.upgrade() else { return };
                    if let Err(trouble) = agreement::announce(&desk, &directory).await {
                        tracing::error!("other workers keep the old definitions: {trouble}");
                    }
                }
                Err(failure) => tracing::error!("the old definitions stay, the new ones have mistakes:\n{failure}"),
            }
        }
    });
}
