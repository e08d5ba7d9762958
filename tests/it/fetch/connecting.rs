//! F1–F3 and F8: names, connections, certificates, addresses.

use std::net::{IpAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use ressort::config::ProxyAddress;
use ressort::fetch::addresses::Names;
use ressort::fetch::{Class, Follow, Stage};

use super::*;
use crate::support::{Answer, Authority, Running, Site};

fn names(answer: impl Fn(&str) -> Vec<IpAddr> + Send + Sync + 'static) -> Names {
    Names::Given(Arc::new(answer))
}

#[tokio::test]
async fn f1_a_name_that_cannot_be_resolved_is_a_failure_of_its_own() {
    let fetcher = Fetcher::with_names(&settings(), names(|_| Vec::new())).unwrap();
    let error = failure(&fetcher, &"http://news.invalid/politik/".parse().unwrap()).await;
    assert_eq!(error, FetchError::Dns { host: "news.invalid".to_owned() });
    assert!(error.is_transient());
}

#[tokio::test]
async fn f2_a_refused_connection_is_tried_twice() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let (fetcher, connections) = counting_connections();
    let began = Instant::now();
    let error = failure(&fetcher, &format!("http://localhost:{port}/").parse().unwrap()).await;
    assert_eq!(error.to_string(), "no connection to localhost: it refuses the connection");
    assert!(began.elapsed() < Duration::from_secs(1));
    assert_eq!(connections.load(Ordering::Relaxed), 2);
}

/// A fetcher for which `localhost` is 127.0.0.1, and how often it asked for that: once for each
/// connection.
fn counting_connections() -> (Fetcher, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let counted = names(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        vec!["127.0.0.1".parse().unwrap()]
    });
    (Fetcher::with_names(&settings(), counted).unwrap(), asked)
}

#[tokio::test]
async fn f2_a_host_that_drops_connections_is_tried_once_more() {
    // The first connection is closed before an answer, the second one answers.
    let site = Site::new().in_turn("/a", [Answer::raw(""), Answer::html("<p>a")]).start();
    assert_eq!(get(&fetcher(), &site.url("/a")).await.unwrap().text, "<p>a");
    assert_eq!(site.count("/a"), 2);
}

#[tokio::test]
async fn f2_the_other_address_family_is_tried() {
    let site = Site::new().page("/a", "<p>a").start();
    let both = names(|_| vec!["::1".parse().unwrap(), "127.0.0.1".parse().unwrap()]);
    let fetcher = Fetcher::with_names(&settings(), both).unwrap();
    assert_eq!(get(&fetcher, &site.url_as("news.test", "/a")).await.unwrap().text, "<p>a");
}

#[tokio::test]
async fn f2_a_host_that_does_not_accept_times_out() {
    // A backlog of one that is full: further connections get no answer.
    let socket = socket_with_full_backlog();
    let (fetcher, connections) = counting_connections();
    let began = Instant::now();
    let error = failure(&fetcher, &socket.url).await;
    assert!(matches!(error, FetchError::Timeout { waiting_for: Stage::Connection, .. }), "{error}");
    assert!(began.elapsed() < Duration::from_secs(6));
    assert_eq!(connections.load(Ordering::Relaxed), 2, "tried once more");
}

struct FullSocket {
    url: Url,
    _open: (tokio::net::TcpListener, Vec<std::net::TcpStream>),
}

fn socket_with_full_backlog() -> FullSocket {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(0).unwrap();
    let address = listener.local_addr().unwrap();
    let connections = (0..4)
        .filter_map(|_| std::net::TcpStream::connect_timeout(&address, Duration::from_millis(100)).ok())
        .collect();
    FullSocket { url: format!("http://localhost:{}/", address.port()).parse().unwrap(), _open: (listener, connections) }
}

#[tokio::test]
async fn f3_only_trusted_certificates_are_believed() {
    let authority = Authority::new();
    let file = authority.file();
    let mut trusting = settings();
    trusting.fetch.authorities = Some(file.path().to_owned());

    async fn check(config: Arc<rustls::ServerConfig>, settings: &Settings, want: Result<&str, &str>) {
        let site = Site::new().page("/a", "<p>a").start_secure(config);
        let got = get(&Fetcher::new(settings).unwrap(), &site.url("/a")).await;
        let got = got.map(|page| page.text).map_err(|error| (error.class(), error.to_string()));
        let want = want
            .map(str::to_owned)
            .map_err(|reason| (Class::Tls, format!("no secure connection to 127.0.0.1: {reason}")));
        assert_eq!(got, want);
        let asked = usize::from(want.is_ok());
        assert_eq!(site.count("/a"), asked);
    }
    check(authority.server("127.0.0.1"), &trusting, Ok("<p>a")).await;
    check(authority.expired_server("127.0.0.1"), &trusting, Err("its certificate has expired")).await;
    check(authority.server("news.test"), &trusting, Err("its certificate is for another host")).await;
    let unknown = "its certificate is signed by nobody this system trusts";
    check(Authority::new().server("127.0.0.1"), &trusting, Err(unknown)).await;
}

#[tokio::test]
async fn f3_a_plain_site_on_a_secure_port_fails_closed() {
    let site = Site::new().page("/a", "<p>a").start();
    let mut url = site.url("/a");
    url.set_scheme("https").unwrap();
    let error = failure(&fetcher(), &url).await;
    assert!(matches!(error.class(), Class::Tls | Class::Connect), "{error}");
    assert_eq!(site.count("/a"), 0);
}

/// The default settings, under which loopback is out of reach.
fn public_settings() -> Settings {
    Settings { allow_private_addresses: false, ..settings() }
}

#[tokio::test]
async fn f8_private_addresses_are_refused_however_they_are_written() {
    let site = Site::new().page("/", "<p>secret").start();
    let fetcher = Fetcher::new(&public_settings()).unwrap();
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[fd00::1]",
        "[fe80::1]",
        "10.0.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "192.168.0.1",
        "0.0.0.0",
        "localhost",
        "localhost.",
        "LOCALHOST",
    ] {
        let error = failure(&fetcher, &site.url_as(host, "/")).await;
        assert_eq!(error.class(), Class::PrivateAddress, "{host}: {error}");
    }
    assert_eq!(site.connections(), 0);
}

#[tokio::test]
async fn f8_names_that_lead_to_private_addresses_are_refused() {
    let site = Site::new().page("/", "<p>secret").start();
    for address in ["127.0.0.1", "::ffff:127.0.0.1", "10.0.0.1", "::1", "fc00::1"] {
        let given = names(move |_| vec![address.parse().unwrap()]);
        let fetcher = Fetcher::with_names(&public_settings(), given).unwrap();
        let error = failure(&fetcher, &site.url_as("news.test", "/")).await;
        assert_eq!(error, FetchError::PrivateAddress { host: "news.test".to_owned() }, "{address}");
    }
    assert_eq!(site.connections(), 0);
}

#[tokio::test]
async fn f8_the_address_that_was_checked_is_the_one_connected_to() {
    // Every connection asks for the name once: there is no second answer that nobody looks at.
    let site = Site::new().on("/", Answer::html("<p>a</body>").unframed()).start();
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    let given = names(move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
        vec!["127.0.0.1".parse().unwrap()]
    });
    let mut hurried = settings();
    hurried.fetch.host_gap = Some(Span(Duration::ZERO));
    let fetcher = Fetcher::with_names(&hurried, given).unwrap();
    for _ in 0..3 {
        get(&fetcher, &site.url_as("news.test", "/")).await.unwrap();
    }
    assert_eq!(asked.load(Ordering::SeqCst), site.connections());

    // And a name that changes its mind is looked at each time.
    let turns = AtomicUsize::new(0);
    let given = names(move |_| match turns.fetch_add(1, Ordering::SeqCst) {
        0 => Vec::new(),
        _ => vec!["127.0.0.1".parse().unwrap()],
    });
    let fetcher = Fetcher::with_names(&public_settings(), given).unwrap();
    let before = site.connections();
    assert_eq!(failure(&fetcher, &site.url_as("rebinding.test", "/")).await.class(), Class::Dns);
    let later = noon() + hours(1);
    let error = get_at(&fetcher, &site.url_as("rebinding.test", "/"), later).await.unwrap_err();
    assert_eq!(error.class(), Class::PrivateAddress);
    assert_eq!(site.connections(), before);
}

/// What becomes of a public page, `http://news.test/a`, of a site that plays a proxy, so that a
/// public address can be "reached" without leaving the machine.
async fn through_proxy(proxy: &Running) -> FetchError {
    let mut settings = public_settings();
    settings.fetch.proxy = Some(ProxyAddress(proxy.url("")));
    let fetcher = Fetcher::new(&settings).unwrap();
    let url = "http://news.test/a".parse().unwrap();
    fetcher.get(Request { follow: Follow::Anywhere, ..Request::page(&url, noon()) }).await.unwrap_err()
}

#[tokio::test]
async fn f8_redirects_to_private_addresses_are_refused() {
    for target in ["http://127.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[::ffff:10.0.0.1]/"] {
        for from in ["http://news.test/a", "http://news.test/robots.txt"] {
            let proxy = Site::new().on(from, Answer::redirect(302, target)).page(target, "<p>secret").start();
            let error = through_proxy(&proxy).await;
            assert_eq!(error.class(), Class::PrivateAddress, "{from} to {target}: {error}");
            assert_eq!((proxy.count(from), proxy.count(target)), (1, 0));
        }
    }
}
