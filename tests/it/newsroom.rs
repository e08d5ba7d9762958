//! What the end-to-end tests work with: the demo newspaper, a directory, and the program itself.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use chrono::{DateTime, Utc};
use feed_rs::model::Feed;

#[path = "../../examples/demo/newspaper/mod.rs"]
pub mod newspaper;

pub use newspaper::Newspaper;

/// When the newspaper of the tests was printed: now, so that its articles are young.
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// A directory with definitions, state and published files, and the program that works on it.
pub struct Newsroom {
    directory: tempfile::TempDir,
}

impl Newsroom {
    pub fn new() -> Newsroom {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join("feeds")).unwrap();
        Newsroom { directory }
    }

    /// A newsroom with one feed, `politik`, of the newspaper.
    pub fn of(paper: &Newspaper) -> Newsroom {
        let newsroom = Newsroom::new();
        newsroom.define("politik", &format!("url = \"{}\"\ntime_zone = \"Europe/Berlin\"\n", paper.section()));
        newsroom
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.directory.path().join(path)
    }

    pub fn define(&self, name: &str, text: &str) {
        std::fs::write(self.path(&format!("feeds/{name}.toml")), text).unwrap();
    }

    /// The program, ready to work here.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ressort"));
        command
            .args(arguments)
            .current_dir(self.directory.path())
            .env_clear()
            .env("RESSORT_ALLOW_PRIVATE_ADDRESSES", "1")
            .env("NO_COLOR", "1");
        command
    }

    /// Runs the program to its end.
    pub fn ressort(&self, arguments: &[&str]) -> Run {
        Run(self.command(arguments).output().unwrap())
    }

    /// Everything that is published, by path.
    pub fn published(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(&self.path("out"), &self.path("out"), &mut files);
        files
    }

    /// The three feed files of `politik`, parsed by another program's parser.
    pub fn feeds(&self) -> [Feed; 3] {
        ["rss.xml", "atom.xml", "feed.json"].map(|name| {
            let bytes = std::fs::read(self.path(&format!("out/politik/{name}"))).unwrap();
            feed_rs::parser::parse(bytes.as_slice()).unwrap_or_else(|error| panic!("{name}: {error}"))
        })
    }
}

fn collect(root: &Path, directory: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(directory).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            files.insert(name, std::fs::read(&path).unwrap());
        }
    }
}

/// A run that ended.
pub struct Run(Output);

impl Run {
    /// Runs a command to its end.
    pub fn of(command: &mut Command) -> Run {
        Run(command.output().unwrap())
    }

    /// Runs what does not end by itself until it listens, and tells it to stop.
    pub fn until_stopped(command: &mut Command) -> Run {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap());
        let mut log = String::new();
        while said.read_line(&mut log).unwrap() > 0 && !log.contains("serving ") {}
        let _ = Command::new("kill").arg(child.id().to_string()).status();
        said.read_to_string(&mut log).unwrap();
        let mut output = child.wait_with_output().unwrap();
        output.stderr = log.into_bytes();
        Run(output)
    }

    pub fn code(&self) -> i32 {
        self.0.status.code().unwrap_or(-1)
    }

    pub fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.0.stdout).into_owned()
    }

    pub fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    /// Expects an exit code, and shows what was said if it is another.
    #[track_caller]
    pub fn expect(self, code: i32) -> Run {
        assert_eq!(self.code(), code, "stdout:\n{}\nstderr:\n{}", self.stdout(), self.stderr());
        self
    }
}
