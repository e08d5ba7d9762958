//! A desk of the program itself in a directory of its own, at any time of any year.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use ressort::commands::run::open_desk;
use ressort::config::{Feed, Settings, StateAddress, Target, load_feeds};
use ressort::pipeline::{self, Desk, Parsers};
use ressort::report::Report;
use ressort::shelf::Shelf;
use serde_json::Value;

pub struct Office {
    directory: tempfile::TempDir,
    pub desk: Desk,
}

impl Office {
    /// A desk with these settings, written as in `ressort.toml`.
    pub async fn with(settings: &str) -> Office {
        let directory = tempfile::tempdir().unwrap();
        let feeds = directory.path().join("feeds");
        std::fs::create_dir(&feeds).unwrap();
        let file = directory.path().join("ressort.toml");
        std::fs::write(&file, settings).unwrap();
        let settings = Settings {
            publish: Target::Directory(directory.path().join("out")),
            state: StateAddress::Sqlite(directory.path().join("ressort.db")),
            allow_private_addresses: true,
            feeds,
            ..Settings::load(&file).unwrap_or_else(|problems| panic!("{problems}"))
        };
        let desk = open_desk(settings, Parsers::default()).await.unwrap();
        Office { directory, desk }
    }

    pub async fn new() -> Office {
        Office::with("base_url = 'https://feeds.example.org/'").await
    }

    /// The same office after its state was lost.
    pub async fn without_state(self) -> Office {
        let state = self.directory.path().join("ressort.db");
        self.with_settings(|_| std::fs::remove_file(state).unwrap()).await
    }

    /// The same office with other settings.
    pub async fn with_settings(self, change: impl FnOnce(&mut Settings)) -> Office {
        let Office { directory, desk } = self;
        let mut settings = desk.settings.clone();
        desk.store.close().await;
        change(&mut settings);
        Office { directory, desk: open_desk(settings, Parsers::default()).await.unwrap() }
    }

    /// What the built-in server would hand out from now on.
    pub fn open_shelf(&mut self) -> Shelf {
        let shelf = Shelf::new(self.desk.settings.publish.clone(), &self.desk.vitals);
        shelf.put_out(self.feeds().iter());
        self.desk.shelf = Some(shelf.clone());
        shelf
    }

    /// Takes a definition away.
    pub fn undefine(&self, name: &str) {
        std::fs::remove_file(self.directory.path().join(format!("feeds/{name}.toml"))).unwrap();
    }

    /// Writes a definition and reads it.
    pub fn define(&self, name: &str, text: &str) -> Feed {
        std::fs::write(self.directory.path().join(format!("feeds/{name}.toml")), text).unwrap();
        self.feeds().into_iter().find(|feed| feed.id.as_str() == name).unwrap()
    }

    /// Writes two definitions, and reads the first one.
    pub fn define_first(&self, name: &str, text: &str, other: &str, other_text: &str) -> Feed {
        std::fs::write(self.directory.path().join(format!("feeds/{other}.toml")), other_text).unwrap();
        self.define(name, text)
    }

    pub fn feeds(&self) -> Vec<Feed> {
        load_feeds(&self.desk.settings.feeds, &self.desk.settings).unwrap_or_else(|problems| panic!("{problems}"))
    }

    pub async fn refresh(&self, feed: &Feed, now: DateTime<Utc>) -> Report {
        pipeline::refresh(feed, &self.desk, now).await
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.directory.path().join("out").join(path)
    }

    /// A published file.
    #[track_caller]
    pub fn text(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    #[track_caller]
    pub fn json(&self, path: &str) -> Value {
        serde_json::from_str(&self.text(path)).unwrap()
    }

    /// The entries of a published JSON Feed.
    #[track_caller]
    pub fn items(&self, feed: &str) -> Vec<Value> {
        self.json(&format!("{feed}/feed.json"))["items"].as_array().unwrap().clone()
    }
}
