//! Bodies that are large enough for the kernel to send them from pages of its own: what arrives is
//! what was published, whatever happens meanwhile.

use std::fs;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use tempfile::TempDir;

use super::*;

/// A feed on disk in which no part is like another, larger than the buffers of a connection.
fn large(path: &Path, title: &str) -> Vec<u8> {
    let items: String = (0..500_000).map(|item| format!("<item>{title} {item}</item>\n")).collect();
    let unfinished = path.with_extension("unfinished");
    fs::write(&unfinished, &items).unwrap();
    fs::rename(unfinished, path).unwrap();
    items.into_bytes()
}

/// A server that has such a feed: its directory, the file, what is in it, and the server.
fn serving(title: &str) -> (TempDir, PathBuf, Vec<u8>, Server) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("large.xml");
    let body = large(&path, title);
    let manifest = one_feed();
    manifest.put("large.xml", feed(Content::Disk(path.clone())));
    let server = Server::start(manifest, Options::default());
    (directory, path, body, server)
}

#[test]
fn answers_of_every_kind_follow_one_another_on_a_connection() {
    let (_directory, _, want, server) = serving("Headline");
    let mut client = server.connect();
    let etag = client.ask("HEAD", "/large.xml", &[]).header("etag").unwrap().to_owned();
    for _ in 0..3 {
        assert!(client.ask("GET", "/large.xml", &[]).body == want);
        let gzip = client.ask("GET", "/large.xml", &[("accept-encoding", "gzip")]);
        let mut text = Vec::new();
        GzDecoder::new(gzip.body.as_slice()).read_to_end(&mut text).unwrap();
        assert!(gzip.header("content-encoding") == Some("gzip") && text == want);
        let head = client.ask("HEAD", "/large.xml", &[]);
        assert_eq!(head.header("content-length"), Some(want.len().to_string().as_str()));
        assert_eq!(client.ask("GET", "/large.xml", &[("if-none-match", &etag)]).status, 304);
        assert_eq!(client.ask("GET", "/politik/rss.xml", &[]).text(), rss());
    }
    // All asked for at once.
    let paths = ["/large.xml", "/politik/rss.xml", "/large.xml", "/nothing", "/large.xml", "/politik/rss.xml"];
    let requests: String = paths.iter().map(|path| format!("GET {path} HTTP/1.1\r\nhost: a\r\n\r\n")).collect();
    client.send(requests.as_bytes());
    for path in paths {
        let answer = client.read(false).expect("an answer");
        match path {
            "/large.xml" => assert!(answer.body == want),
            "/nothing" => assert_eq!(answer.status, 404),
            _ => assert_eq!(answer.text(), rss()),
        }
    }
}

#[test]
fn what_is_under_way_arrives_as_it_was_when_its_file_changes() {
    let (_directory, path, before, server) = serving("Before");
    let mut under_way: Vec<Client> = (0..3).map(|_| server.connect()).collect();
    let mut begin = |index: usize| {
        let client = &mut under_way[index];
        client.send(b"GET /large.xml HTTP/1.1\r\nhost: a\r\n\r\n");
        // It has begun, and cannot be done: nobody reads it yet.
        client.stream.fill_buf().unwrap();
    };
    begin(0);
    begin(1);
    let after = large(&path, "After");
    server.manifest.put("large.xml", feed(Content::Disk(path.clone())));
    begin(2);
    // Nobody who publishes does this; somebody with an editor may.
    fs::File::options().write(true).open(&path).unwrap().set_len(1000).unwrap();
    for (client, want) in under_way.iter_mut().zip([&before, &before, &after]) {
        assert!(client.read(false).expect("an answer").body == *want);
    }
}

#[test]
fn more_bodies_than_have_pages_arrive_as_well() {
    let directory = tempfile::tempdir().unwrap();
    let manifest = Manifest::default();
    let bodies: Vec<(String, String)> =
        (0..80).map(|number| (format!("{number}.xml"), format!("{number} ").repeat(100_000))).collect();
    for (name, body) in &bodies {
        let path = directory.path().join(name);
        fs::write(&path, body).unwrap();
        manifest.put(name, feed(Content::Disk(path)));
    }
    let server = Server::start(manifest, Options::default());
    let mut client = server.connect();
    for _ in 0..2 {
        for (name, body) in &bodies {
            assert!(client.ask("GET", &format!("/{name}"), &[]).text() == body, "{name}");
        }
    }
}
