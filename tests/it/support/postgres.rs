//! A PostgreSQL server of the test's own, on a private socket.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::skip_without;

/// A running server; it ends when this is dropped.
pub struct Postgres {
    programs: PathBuf,
    directory: tempfile::TempDir,
    /// PostgreSQL refuses to run as root.
    user: Option<(u32, u32)>,
}

impl Postgres {
    /// Starts a server with an empty database. `None`, and a line that says so, where none is installed.
    pub fn start() -> Option<Postgres> {
        let Some(programs) = programs() else {
            skip_without("PostgreSQL");
            return None;
        };
        let directory = tempfile::tempdir().unwrap();
        let user = rustix::process::geteuid().is_root().then(|| {
            let passwd = std::fs::read_to_string("/etc/passwd").unwrap();
            let line = passwd.lines().find(|line| line.starts_with("postgres:")).expect("the user of PostgreSQL");
            let fields: Vec<&str> = line.split(':').collect();
            (fields[2].parse().unwrap(), fields[3].parse().unwrap())
        });
        if let Some((user, group)) = user {
            std::os::unix::fs::chown(directory.path(), Some(user), Some(group)).unwrap();
        }
        let server = Postgres { programs, directory, user };
        let data = server.data();
        server.run("initdb", &["-D", &data, "-U", "ressort", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C"]);
        server.start_again();
        Some(server)
    }

    /// The address of the database, as it stands in `state`.
    pub fn url(&self) -> String {
        format!("postgres://ressort@localhost/postgres?host={}", self.directory.path().display())
    }

    /// Ends the server as an administrator does who restarts it: open connections are cut.
    pub fn stop(&self) {
        self.run("pg_ctl", &["-D", &self.data(), "-m", "fast", "-w", "stop"]);
    }

    pub fn start_again(&self) {
        let options = format!("-k {} -c listen_addresses= -c fsync=off", self.directory.path().display());
        let log = self.directory.path().join("log").display().to_string();
        self.run("pg_ctl", &["-D", &self.data(), "-w", "-l", &log, "-o", &options, "start"]);
    }

    fn data(&self) -> String {
        self.directory.path().join("data").display().to_string()
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let mut command = Command::new(self.programs.join(program));
        command.args(arguments).current_dir(self.directory.path()).stdin(Stdio::null()).stdout(Stdio::null());
        if let Some((user, group)) = self.user {
            command.uid(user).gid(group);
        }
        let status = command.status().unwrap();
        assert!(status.success(), "{program} {arguments:?}: {status}");
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let mut stop = Command::new(self.programs.join("pg_ctl"));
        stop.args(["-D", &self.data(), "-m", "immediate", "stop"]).stdout(Stdio::null()).stderr(Stdio::null());
        if let Some((user, group)) = self.user {
            stop.uid(user).gid(group);
        }
        // It may have been stopped already.
        let _ = stop.status();
    }
}

/// Where `initdb` lies: Debian keeps each version in a directory of its own, out of `PATH`.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut places: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    places.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    places.extend(std::env::split_paths(&path).map(|place| Path::new(&place).to_owned()));
    places.into_iter().rev().find(|place| place.join("initdb").is_file() && place.join("pg_ctl").is_file())
}
