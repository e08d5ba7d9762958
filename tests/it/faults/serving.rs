//! `ressort serve` as a process of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::super::newsroom::Newsroom;

pub struct Serving {
    pub child: Child,
    said: Arc<Mutex<Vec<String>>>,
    pub address: String,
}

impl Serving {
    /// Starts it, and waits until it says where it listens.
    pub fn start(newsroom: &Newsroom, arguments: &[&str]) -> Serving {
        let arguments = [&["serve", "--listen", "127.0.0.1:0"], arguments].concat();
        let mut child = newsroom.command(&arguments).stderr(Stdio::piped()).spawn().unwrap();
        let said = Arc::new(Mutex::new(Vec::new()));
        let (lines, stderr) = (said.clone(), BufReader::new(child.stderr.take().unwrap()));
        std::thread::spawn(move || {
            stderr.lines().map_while(Result::ok).for_each(|line| lines.lock().unwrap().push(line))
        });
        let mut serving = Serving { child, said, address: String::new() };
        serving.wait_until("it listens", |serving| serving.said().contains("serving http"));
        let said = serving.said();
        let line = said.lines().find(|line| line.contains("serving http")).unwrap();
        serving.address =
            line.rsplit_once(" on ").unwrap().1.trim_end_matches(['"', '}', ' ']).split('"').next().unwrap().to_owned();
        serving
    }

    pub fn said(&self) -> String {
        self.said.lock().unwrap().join("\n")
    }

    #[track_caller]
    pub fn wait_until(&mut self, what: &str, mut is_so: impl FnMut(&mut Serving) -> bool) {
        let began = Instant::now();
        while !is_so(self) {
            assert!(began.elapsed() < Duration::from_secs(30), "{what}: not within 30 s\n{}", self.said());
            assert!(self.child.try_wait().unwrap().is_none(), "{what}: it ended\n{}", self.said());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Status and body of an answer.
    pub fn get(&self, path: &str, header: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{header}\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        (status, answer.split_once("\r\n\r\n").unwrap().1.to_owned())
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Tells it to stop; how it ended, and how long that took.
    pub fn stop(&mut self) -> (ExitStatus, Duration) {
        let began = Instant::now();
        self.signal(Signal::TERM);
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(began.elapsed() < Duration::from_secs(20), "it does not stop\n{}", self.said());
            std::thread::sleep(Duration::from_millis(10));
        };
        (status, began.elapsed())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended on its own.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
