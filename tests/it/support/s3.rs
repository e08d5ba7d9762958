//! A server of the test's own that speaks S3: moto's (<https://docs.getmoto.org/en/latest/docs/server_mode.html>).

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::skip_without;

/// A running server with one bucket, `feeds`; it ends when this is dropped.
pub struct S3 {
    server: Child,
    port: u16,
    client: reqwest::Client,
}

impl S3 {
    /// `None`, and a line that says so, where none is installed.
    pub async fn start() -> Option<S3> {
        // Given back at once; another test is unlikely to be given it within a second.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Command::new("moto_server")
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(server) = server else {
            skip_without("moto_server");
            return None;
        };
        // Nothing here is encrypted, but the client wants a provider.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // Objects are private; the server wants somebody to ask, and does not look who.
        let asker = (
            "authorization".parse().unwrap(),
            "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request".parse().unwrap(),
        );
        let client =
            reqwest::Client::builder().no_proxy().default_headers([asker].into_iter().collect()).build().unwrap();
        let s3 = S3 { server, port, client };
        for _ in 0..300 {
            if let Ok(answer) = s3.client.put(s3.url("")).send().await {
                assert!(answer.status().is_success(), "{answer:?}");
                return Some(s3);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the S3 server does not answer");
    }

    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// What a reader gets for an object, with the headers.
    pub async fn get(&self, path: &str) -> reqwest::Response {
        self.client.get(self.url(path)).send().await.unwrap()
    }

    /// What somebody else puts into the bucket.
    pub async fn put(&self, path: &str, text: &'static str) {
        self.client.put(self.url(path)).body(text).send().await.unwrap().error_for_status().unwrap();
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/feeds/{path}", self.port)
    }
}

impl Drop for S3 {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
