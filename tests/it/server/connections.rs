//! S1, S2 and S6: readers that are slow, many, or still there when the server stops.

use std::process::{Command, Stdio};
use std::time::Instant;

use ressort::config::Settings;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::*;

/// Options with which a test need not wait.
fn hurried() -> Options {
    Options {
        head_timeout: Duration::from_millis(300),
        keep_alive: Duration::from_millis(600),
        write_timeout: Duration::from_millis(500),
        drain: Duration::from_millis(800),
        ..Options::default()
    }
}

#[test]
fn s1_who_says_nothing_or_hardly_anything_is_sent_away() {
    let server = Server::start(one_feed(), hurried());
    assert!(server.connect().is_closed_within(900), "nothing");
    let mut client = server.connect();
    let began = Instant::now();
    let head = b"GET /politik/rss.xml HTTP/1.1\r\nhost: a\r\nx-slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    let sent = head.iter().take_while(|byte| {
        std::thread::sleep(Duration::from_millis(50));
        client.stream.get_mut().write_all(&[**byte]).is_ok()
    });
    assert!(sent.count() < 30 && began.elapsed() < Duration::from_secs(2), "one byte at a time");
    // Whoever is in time is served, again and again.
    let mut client = server.connect();
    for _ in 0..5 {
        std::thread::sleep(Duration::from_millis(200));
        assert_eq!(client.ask("GET", "/politik/rss.xml", &[]).status, 200);
    }
}

#[test]
fn s1_who_does_not_read_is_sent_away() {
    // More than the buffers of both sides can take.
    let manifest = one_feed();
    manifest.put("large.xml", feed(Content::Bytes("x".repeat(40 << 20).into())));
    let server = Server::start(manifest, Options { keep_alive: Duration::from_secs(60), ..hurried() });
    for pause in [1500, 50] {
        let mut client = server.connect();
        client.send(b"GET /large.xml HTTP/1.1\r\nhost: a\r\n\r\n");
        let began = Instant::now();
        let mut received = 0;
        let mut buffer = [0; 1000];
        while began.elapsed() < Duration::from_secs(3) {
            std::thread::sleep(Duration::from_millis(pause));
            match client.stream.get_mut().read(&mut buffer) {
                Ok(0) | Err(_) => break,
                Ok(count) => received += count,
            }
        }
        let mut rest = Vec::new();
        // The connection is cut off, which ends the reading with an error or without.
        let _ = client.stream.read_to_end(&mut rest);
        assert!(received + rest.len() < 40 << 20, "pause of {pause} ms: all was sent");
    }
    let mut client = server.connect();
    assert_eq!(client.ask("GET", "/large.xml", &[]).body.len(), 40 << 20, "who reads gets it all");
}

#[test]
fn s1_connections_are_limited_and_the_limit_recovers() {
    let server = Server::start(one_feed(), Options { connections: 5, ..Options::default() });
    let mut clients: Vec<Client> = (0..5).map(|_| server.connect()).collect();
    for client in &mut clients {
        assert_eq!(client.ask("GET", "/politik/rss.xml", &[]).status, 200);
    }
    let mut sixth = server.connect();
    let answer = sixth.read(false).expect("an answer");
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("10")));
    drop(clients);
    let began = Instant::now();
    while server.connect().ask_or_none() != Some(200) {
        assert!(began.elapsed() < Duration::from_secs(2), "the places are not free again");
    }
}

impl Client {
    /// The status, or `None` where the connection ends instead.
    fn ask_or_none(&mut self) -> Option<u16> {
        let request = b"GET /politik/rss.xml HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
        self.stream.get_mut().write_all(request).ok()?;
        self.read(false).map(|answer| answer.status)
    }
}

/// Tells this test that it is the child: the limit of descriptors holds for a whole process.
const CHILD: &str = "RESSORT_TEST_SERVES_WITH_FEW_DESCRIPTORS";

#[test]
fn s2_without_descriptors_it_neither_spins_nor_stops_for_good() {
    if std::env::var_os(CHILD).is_some() {
        return serve_with_few_descriptors();
    }
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["server::connections::s2_without_descriptors_it_neither_spins_nor_stops_for_good", "--exact"])
        .args(["--nocapture", "--test-threads=1"])
        .env(CHILD, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let address: SocketAddr = lines
        .find_map(|line| line.unwrap().split_once("listens on ").and_then(|(_, address)| address.parse().ok()))
        .expect("the child says where it listens");
    let mut clients: Vec<TcpStream> = (0..100).map(|_| TcpStream::connect(address).unwrap()).collect();
    std::thread::sleep(Duration::from_millis(300));
    let before = cpu_of(child.id());
    std::thread::sleep(Duration::from_secs(1));
    let used = cpu_of(child.id()) - before;
    assert!(used < Duration::from_millis(200), "{used:?} of processor time while there was nothing to do");
    clients.truncate(2);
    std::thread::sleep(Duration::from_millis(1200));
    let mut client = Client::new(TcpStream::connect(address).unwrap());
    assert_eq!(client.ask("GET", "/politik/rss.xml", &[]).status, 200);
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}

fn serve_with_few_descriptors() {
    let hard = getrlimit(Resource::Nofile).maximum;
    setrlimit(Resource::Nofile, Rlimit { current: Some(64), maximum: hard }).unwrap();
    let server = Server::start(one_feed(), Options::default());
    println!("listens on {}", server.address);
    // Until the parent has seen enough.
    let _ = std::io::stdin().read_line(&mut String::new());
}

fn cpu_of(process: u32) -> Duration {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let nanoseconds = tasks
        .filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok())
        .filter_map(|statistics| statistics.split(' ').next()?.parse::<u64>().ok())
        .sum();
    Duration::from_nanos(nanoseconds)
}

#[test]
fn s6_it_listens_on_this_machine_only_unless_told_otherwise() {
    assert!(Settings::default().listen.starts_with("127.0.0.1:"));
}

#[test]
fn s6_a_connection_is_kept_for_a_while() {
    let server = Server::start(one_feed(), hurried());
    let mut client = server.connect();
    assert_eq!(client.ask("GET", "/politik/rss.xml", &[]).status, 200);
    assert!(!client.is_closed_within(300));
    assert!(client.is_closed_within(1500));
}

#[test]
fn s6_stopping_lets_answers_end_but_not_for_long() {
    let manifest = one_feed();
    manifest.put("large.xml", feed(Content::Bytes("x".repeat(40 << 20).into())));
    let mut server = Server::start(manifest, Options { write_timeout: Duration::from_secs(60), ..hurried() });
    let address = server.address;
    let mut idle = server.connect();
    assert_eq!(idle.ask("GET", "/politik/rss.xml", &[]).status, 200);
    let mut reading = server.connect();
    reading.send(b"GET /large.xml HTTP/1.1\r\nhost: a\r\n\r\n");
    let mut stuck = server.connect();
    stuck.send(b"GET /large.xml HTTP/1.1\r\nhost: a\r\n\r\n");
    std::thread::sleep(Duration::from_millis(200));
    let reader = std::thread::spawn(move || reading.read(false).map(|answer| answer.body.len()));
    let began = Instant::now();
    server.stop();
    assert!(began.elapsed() < Duration::from_millis(1600), "{:?}", began.elapsed());
    assert!(idle.is_closed_within(100), "who waits for nothing is not waited for");
    assert_eq!(reader.join().unwrap(), Some(40 << 20), "an answer under way is finished");
    assert!(TcpStream::connect(address).is_err());
}
