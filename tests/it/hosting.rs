//! The script that CIs call to publish on static hosts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::newsroom::{Newspaper, now};
use super::support::skip_without;

/// A repository somewhere, and checkouts of it that a CI makes and throws away.
struct Host {
    directory: tempfile::TempDir,
}

impl Host {
    fn new(definitions: &[(&str, String)]) -> Host {
        let host = Host { directory: tempfile::tempdir().unwrap() };
        git(host.path(), &["init", "--quiet", "--bare", "--initial-branch=main", "origin.git"]);
        git(host.path(), &["clone", "--quiet", "origin.git", "home"]);
        let home = host.path().join("home");
        std::fs::create_dir(home.join("feeds")).unwrap();
        for (name, text) in definitions {
            std::fs::write(home.join(format!("feeds/{name}.toml")), text).unwrap();
        }
        git(&home, &["add", "."]);
        git(&home, &["commit", "--quiet", "--message", "Feeds"]);
        git(&home, &["push", "--quiet", "origin", "HEAD:main"]);
        host
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    /// A run of the CI: everything from before is lost but what was pushed. Returns what it said.
    fn run(&self, number: usize) -> String {
        let checkout = self.path().join(format!("checkout-{number}"));
        git(
            self.path(),
            &["clone", "--quiet", "--depth=1", "--branch=main", &self.origin(), checkout.to_str().unwrap()],
        );
        let output = command(&checkout, &script()).output().unwrap();
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(output.status.success(), "{}{}", said(&output.stdout), said(&output.stderr));
        std::fs::remove_dir_all(checkout).unwrap();
        said(&output.stdout)
    }

    fn origin(&self) -> String {
        format!("file://{}", self.path().join("origin.git").display())
    }

    /// What the host hands out: the id of every file's bytes.
    fn published(&self) -> BTreeMap<String, String> {
        let listed = git(&self.path().join("origin.git"), &["ls-tree", "-r", "pages"]);
        let listed = String::from_utf8(listed.stdout).unwrap();
        let named = |line: &str| line.split_once('\t').map(|(blob, name)| (name.to_owned(), blob.to_owned())).unwrap();
        listed.lines().map(named).collect()
    }

    fn file(&self, name: &str) -> Vec<u8> {
        git(&self.path().join("origin.git"), &["show", &format!("pages:{name}")]).stdout
    }

    /// The items of a JSON Feed by their ids.
    fn items(&self, name: &str) -> BTreeMap<String, serde_json::Value> {
        let feed: serde_json::Value = serde_json::from_slice(&self.file(name)).unwrap();
        let items = feed["items"].as_array().unwrap().iter();
        items.map(|item| (item["id"].as_str().unwrap().to_owned(), item.clone())).collect()
    }

    fn commit(&self) -> Vec<u8> {
        git(&self.path().join("origin.git"), &["rev-parse", "pages"]).stdout
    }
}

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/static/publish.sh")
}

fn command(directory: &Path, program: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(directory)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", directory)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .envs([("GIT_AUTHOR_NAME", "T"), ("GIT_AUTHOR_EMAIL", "t@localhost")])
        .envs([("GIT_COMMITTER_NAME", "T"), ("GIT_COMMITTER_EMAIL", "t@localhost")])
        .env("RESSORT", env!("CARGO_BIN_EXE_ressort"))
        .env("RESSORT_ALLOW_PRIVATE_ADDRESSES", "1");
    command
}

fn git(directory: &Path, arguments: &[&str]) -> Output {
    let output = command(directory, Path::new("git")).args(arguments).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ci_that_starts_from_nothing_keeps_ids_dates_and_files() {
    if Command::new("git").arg("--version").output().is_err() {
        skip_without("git");
        return;
    }
    let (paper, quiet) = (Newspaper::start(now()).await.unwrap(), Newspaper::start(now()).await.unwrap());
    let definition = |paper: &Newspaper| format!("url = \"{}\"\ntime_zone = \"Europe/Berlin\"\n", paper.section());
    let host = Host::new(&[("politik", definition(&paper)), ("still", definition(&quiet))]);

    assert_eq!(host.run(1), "published on pages\n");
    let (first, commit) = (host.published(), host.commit());
    assert!(first.contains_key("politik/rss.xml") && first.contains_key("index.html"), "{first:?}");
    assert!(first.keys().all(|name| !name.contains(".db") && !name.starts_with("feeds/")), "{first:?}");

    // The state is lost, and nothing is new: not a byte changes.
    assert_eq!(host.run(2), "nothing changed\n");
    assert_eq!(host.published(), first);
    assert_eq!(host.commit(), commit);

    // The state is lost, and one newspaper has a new edition.
    let before = feed_rs::parser::parse(host.file("politik/atom.xml").as_slice()).unwrap();
    let items_before = host.items("politik/feed.json");
    paper.next_edition();
    assert_eq!(host.run(3), "published on pages\n");
    let after = feed_rs::parser::parse(host.file("politik/atom.xml").as_slice()).unwrap();
    assert_eq!(after.entries.len(), before.entries.len() + 1);
    for old in &before.entries {
        let new = after.entries.iter().find(|entry| entry.id == old.id).expect("the same ids");
        assert_eq!(new.published, old.published, "{}", old.id);
    }
    // One headline was changed; of all others nothing is.
    let items = host.items("politik/feed.json");
    let differing: Vec<_> = items_before.iter().filter(|(id, item)| items.get(*id) != Some(item)).collect();
    assert!(
        differing.len() <= 1,
        "{differing:#?}\n{:#?}",
        differing.iter().map(|(id, _)| items.get(*id)).collect::<Vec<_>>()
    );
    let dates = |items: &BTreeMap<String, serde_json::Value>| -> Vec<(String, serde_json::Value)> {
        items.iter().map(|(id, item)| (id.clone(), item["date_published"].clone())).collect()
    };
    let dates_now = dates(&items);
    assert!(dates(&items_before).iter().all(|date| dates_now.contains(date)));
    let changed: Vec<String> =
        host.published().into_iter().filter(|(name, id)| first.get(name) != Some(id)).map(|(name, _)| name).collect();
    assert!(changed.iter().any(|name| name == "politik/rss.xml"), "{changed:?}");
    assert!(changed.iter().all(|name| !name.starts_with("still/")), "{changed:?}");
    // And once more from nothing.
    let third = host.published();
    assert_eq!(host.run(4), "nothing changed\n");
    assert_eq!(host.published(), third);
    let history = git(&host.path().join("origin.git"), &["rev-list", "--count", "pages"]).stdout;
    assert_eq!(history, b"1\n", "the branch stays small");
}
