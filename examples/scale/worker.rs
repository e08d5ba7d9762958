//! A `ressort` process, what it says and what it uses.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

/// Clock ticks a second in `/proc`: 100 on every Linux that runs today.
const TICKS: f64 = 100.0;

/// A directory with definitions, and the program that works on it.
pub struct Office {
    pub directory: PathBuf,
    pub state: String,
    program: PathBuf,
}

impl Office {
    /// Writes `count` definitions.
    pub fn new(
        directory: PathBuf,
        state: String,
        schedule: &str,
        sections: impl Iterator<Item = String>,
    ) -> anyhow::Result<Office> {
        // target/release/examples/scale → target/release/ressort
        let own = std::env::current_exe()?;
        let program = own.ancestors().nth(2).context("examples lie two directories deep")?.join("ressort");
        ensure!(
            program.is_file(),
            "there is no {}; build it first: cargo build --release --features full",
            program.display()
        );
        std::fs::create_dir_all(directory.join("feeds"))?;
        for (number, url) in sections.enumerate() {
            std::fs::write(
                directory.join(format!("feeds/feed-{number:05}.toml")),
                format!("url = \"{url}\"\nschedule = \"{schedule}\"\ntime_zone = \"UTC\"\n"),
            )?;
        }
        Ok(Office { directory, state, program })
    }

    pub fn out(&self) -> PathBuf {
        self.directory.join("out")
    }

    /// Starts the program.
    pub fn start(&self, arguments: &[&str]) -> anyhow::Result<Worker> {
        let started = Instant::now();
        let mut child = Command::new(&self.program)
            .args(arguments)
            .args(["--state", &self.state, "--out"])
            .arg(self.out())
            .current_dir(&self.directory)
            .env("RESSORT_ALLOW_PRIVATE_ADDRESSES", "1")
            // As behind a web server; by the port of each process alone all files would differ.
            .env("RESSORT_BASE_URL", "http://127.0.0.1:8080/")
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let stderr = child.stderr.take().context("it is piped")?;
        let said: Arc<Mutex<Vec<(Duration, String)>>> = Arc::default();
        let heard = said.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                heard.lock().unwrap_or_else(PoisonError::into_inner).push((started.elapsed(), line));
            }
        });
        Ok(Worker { child, said })
    }
}

/// A running process; it is killed when this is dropped.
pub struct Worker {
    child: Child,
    said: Arc<Mutex<Vec<(Duration, String)>>>,
}

impl Worker {
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// When it said this, counted from its start.
    pub fn when_said(&self, words: &str) -> Option<Duration> {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.iter().find(|(_, line)| line.contains(words)).map(|(when, _)| *when)
    }

    /// How many lines hold this.
    pub fn count_said(&self, words: &str) -> usize {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.iter().filter(|(_, line)| line.contains(words)).count()
    }

    /// User and system time so far.
    pub fn cpu(&self) -> anyhow::Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid()))?;
        let (_, rest) = stat.rsplit_once(')').context("a process has a name")?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let ticks: f64 = fields[11].parse::<f64>()? + fields[12].parse::<f64>()?;
        Ok(Duration::from_secs_f64(ticks / TICKS))
    }

    /// Memory in use now, and at most so far, in megabytes.
    pub fn memory(&self) -> anyhow::Result<(u64, u64)> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid()))?;
        let value = |name: &str| -> anyhow::Result<u64> {
            let line = status.lines().find(|line| line.starts_with(name)).context("as proc(5) says")?;
            Ok(line.split_whitespace().nth(1).context("as proc(5) says")?.parse::<u64>()? / 1024)
        };
        Ok((value("VmRSS")?, value("VmHWM")?))
    }

    /// Kills it as a power cut does.
    pub fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to end, and waits.
    pub fn end(mut self) -> anyhow::Result<()> {
        Command::new("kill").arg(self.pid().to_string()).status()?;
        self.child.wait()?;
        Ok(())
    }

    /// Waits for it to end by itself.
    pub fn wait(mut self) -> anyhow::Result<i32> {
        Ok(self.child.wait()?.code().unwrap_or(-1))
    }

    pub fn has_ended(&mut self) -> anyhow::Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How many feeds are published.
pub fn published(out: &Path) -> usize {
    let feeds = std::fs::read_dir(out).into_iter().flatten().flatten();
    feeds.filter(|entry| entry.path().join("feed.json").is_file()).count()
}
