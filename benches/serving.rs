//! The built-in server beside nginx: requests a second, and processor time for each.
//!
//! `cargo bench --bench serving` needs `wrk` and `nginx` (Debian: `nginx-light wrk`). Both
//! servers hand out one feed of 153 kB on disk, plain, compressed beforehand, and as "not
//! modified", in turns, over 16 connections on loopback. nginx has one worker; ours is what
//! `ressort serve` starts, which has one thread.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use ressort::server::{Content, File, Manifest, NO_CONTENT_POLICY, Options, start};
use tempfile::TempDir;

const ROUNDS: usize = 7;
const SECONDS: &str = "2s";
const NGINX_PORT: u16 = 8481;

fn main() {
    let directory = TempDir::new().expect("a temporary directory");
    let path = directory.path().join("rss.xml");
    fs::write(&path, feed()).expect("writable");
    let Some(nginx) = Nginx::start(&path) else {
        println!("no nginx");
        return;
    };
    let servers: [(&str, u16, u32); 2] =
        [("nginx", NGINX_PORT, nginx.worker()), ("ressort", start_ours(path), std::process::id())];
    for (what, header) in [("plain", None), ("gzip", Some("accept-encoding: gzip")), ("304", None)] {
        let mut rows: [Vec<(f64, f64)>; 2] = Default::default();
        for _ in 0..ROUNDS {
            for ((_, port, process), rows) in servers.iter().zip(&mut rows) {
                let url = format!("http://127.0.0.1:{port}/rss.xml");
                let known = (what == "304").then(|| format!("if-none-match: {}", etag_of(*port)));
                let before = cpu_seconds(*process);
                let Some((requests, per_second)) = wrk(&url, known.as_deref().or(header)) else {
                    println!("no wrk");
                    return;
                };
                rows.push((per_second, (cpu_seconds(*process) - before) / requests * 1e6));
            }
        }
        for ((name, ..), rows) in servers.iter().zip(&rows) {
            println!(
                "{what:5} {name:7} {:7.0} requests/s, {:5.1} µs CPU each",
                median(rows.iter().map(|row| row.0)),
                median(rows.iter().map(|row| row.1))
            );
        }
        // Within one round, so that what else the machine does weighs on both.
        let ratio = |of: fn(&(f64, f64)) -> f64| {
            let mut ratios: Vec<f64> =
                rows[1].iter().zip(&rows[0]).map(|(ours, theirs)| of(ours) / of(theirs)).collect();
            ratios.sort_by(f64::total_cmp);
            format!("{:.2} ({:.2} to {:.2})", ratios[ROUNDS / 2], ratios[0], ratios[ROUNDS - 1])
        };
        println!("{what:5} ressort over nginx: {} requests/s, {} CPU", ratio(|row| row.0), ratio(|row| row.1));
    }
}

/// Text that compresses as news does: words of a few thousand, none in a pattern.
fn feed() -> Vec<u8> {
    let mut seed = 7_u64;
    let mut feed = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"><channel>");
    while feed.len() < 153_000 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let word = seed >> 52;
        feed += &format!("{}{} ", ["Wort", "ein", "der", "Rat"][(word % 4) as usize], word / 3);
    }
    feed += "</channel></rss>\n";
    feed.into_bytes()
}

/// Starts what `ressort serve` starts; returns its port.
fn start_ours(path: PathBuf) -> u16 {
    let manifest = Manifest::default();
    let file = File {
        media_type: "application/rss+xml; charset=utf-8",
        max_age: Duration::from_secs(300),
        modified: chrono::DateTime::UNIX_EPOCH,
        policy: NO_CONTENT_POLICY,
        for_all_origins: true,
        content: Content::Disk(path),
    };
    manifest.put("rss.xml", file);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    start(listener, Arc::new(manifest), Options::default(), std::future::pending()).expect("a thread");
    port
}

struct Nginx {
    process: Child,
    _directory: TempDir,
}

impl Nginx {
    fn start(feed: &Path) -> Option<Nginx> {
        let directory = TempDir::new().expect("a temporary directory");
        let root = directory.path();
        fs::copy(feed, root.join("rss.xml")).expect("writable");
        let mut gzip =
            GzEncoder::new(fs::File::create(root.join("rss.xml.gz")).expect("writable"), Compression::best());
        gzip.write_all(&fs::read(feed).expect("readable")).and_then(|()| gzip.finish().map(drop)).expect("writable");
        fs::set_permissions(root, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("own directory");
        let configuration = format!(
            "daemon off; worker_processes 1; pid {root}/pid; error_log stderr error;
             events {{ worker_connections 1024; }}
             http {{
               access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 1000000000;
               client_body_temp_path {root}/body; proxy_temp_path {root}/proxy; fastcgi_temp_path {root}/fastcgi;
               uwsgi_temp_path {root}/uwsgi; scgi_temp_path {root}/scgi;
               types {{ application/rss+xml xml; }}
               server {{
                 listen 127.0.0.1:{NGINX_PORT}; root {root}; gzip_static on; open_file_cache max=100;
                 add_header x-content-type-options nosniff; add_header cache-control \"public, max-age=300\";
                 add_header access-control-allow-origin *; add_header content-security-policy \"{NO_CONTENT_POLICY}\";
               }}
             }}",
            root = root.display()
        );
        let file = root.join("nginx.conf");
        fs::write(&file, configuration).expect("writable");
        let process = Command::new("/usr/sbin/nginx").arg("-c").arg(&file).stdin(Stdio::null()).spawn().ok()?;
        std::thread::sleep(Duration::from_secs(1));
        Some(Nginx { process, _directory: directory })
    }

    /// The one process that serves.
    fn worker(&self) -> u32 {
        let children = format!("/proc/{0}/task/{0}/children", self.process.id());
        let children = fs::read_to_string(children).expect("nginx runs");
        children.split_whitespace().next().expect("a worker").parse().expect("a number")
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let pid = rustix::process::Pid::from_child(&self.process);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("a running process");
        self.process.wait().expect("an own child");
    }
}

fn etag_of(port: u16) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a server");
    stream.write_all(b"HEAD /rss.xml HTTP/1.0\r\n\r\n").expect("a server");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let line = answer.lines().find(|line| line.to_ascii_lowercase().starts_with("etag:")).expect("an ETag");
    line["etag:".len()..].trim().to_owned()
}

/// Requests made, and how many a second.
fn wrk(url: &str, header: Option<&str>) -> Option<(f64, f64)> {
    let mut command = Command::new("wrk");
    command.args(["-t1", "-c16", "-d", SECONDS, url]);
    if let Some(header) = header {
        command.args(["-H", header]);
    }
    let output = String::from_utf8(command.output().ok()?.stdout).expect("text");
    assert!(!output.contains("Non-2xx") && !output.contains("Socket errors"), "{output}");
    let number = |line: &str| line.split_whitespace().find_map(|word| word.parse::<f64>().ok());
    let requests = output.lines().find(|line| line.contains("requests in")).and_then(number);
    let per_second = output.lines().find(|line| line.starts_with("Requests/sec")).and_then(number);
    Some((requests.expect("a count"), per_second.expect("a rate")))
}

/// What a process has used of the processor, in its own code and the kernel's.
fn cpu_seconds(process: u32) -> f64 {
    let tasks = fs::read_dir(Path::new("/proc").join(process.to_string()).join("task")).expect("a process");
    let nanoseconds: f64 = tasks
        .filter_map(|task| fs::read_to_string(task.ok()?.path().join("schedstat")).ok())
        .filter_map(|statistics| statistics.split(' ').next()?.parse::<f64>().ok())
        .sum();
    nanoseconds / 1e9
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
