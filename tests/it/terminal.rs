//! A person's first minute, typed into a real terminal (tmux). `UPDATE=1` keeps the screens in
//! `docs/first-minute.md`.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::newsroom::{Newspaper, Newsroom, now};

/// A terminal of 100 columns with a shell in it.
struct Terminal {
    socket: String,
}

impl Terminal {
    fn open(directory: &Path) -> Terminal {
        let socket = format!("ressort-test-{}", std::process::id());
        let terminal = Terminal { socket };
        let program = Path::new(env!("CARGO_BIN_EXE_ressort")).parent().unwrap();
        let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
        let shell = format!(
            "env -i PATH='{path}' HOME='{}' TERM=xterm-256color NO_COLOR=1 LANG=C.UTF-8 PS1='$ ' \
             RESSORT_ALLOW_PRIVATE_ADDRESSES=1 bash --norc --noprofile",
            directory.display()
        );
        terminal.tmux(&[
            "-f",
            "/dev/null",
            "new-session",
            "-d",
            "-x",
            "100",
            "-y",
            "50",
            "-c",
            &directory.display().to_string(),
            &shell,
        ]);
        terminal.tmux(&["set-option", "-g", "history-limit", "2000"]);
        terminal
    }

    fn tmux(&self, arguments: &[&str]) -> String {
        let output = Command::new("tmux").args(["-u", "-L", &self.socket]).args(arguments).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Types a line, waits until it says what is expected, and returns what stands there.
    fn types(&self, line: &str, wanted: &str) -> String {
        self.tmux(&["send-keys", "-l", line]);
        self.tmux(&["send-keys", "Enter"]);
        self.sees(wanted)
    }

    fn sees(&self, wanted: &str) -> String {
        let begun = Instant::now();
        loop {
            let screen = self.tmux(&["capture-pane", "-p", "-S", "-200"]);
            if screen.contains(wanted) {
                return screen.trim_end().to_owned();
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "`{wanted}` does not appear:\n{screen}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn clear(&self) {
        self.tmux(&["send-keys", "-R", "C-l"]);
        self.tmux(&["clear-history"]);
        std::thread::sleep(Duration::from_millis(200));
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_minute_from_a_clone_to_a_subscribed_feed() {
    let has = |tool: &str| Command::new(tool).arg("-V").output().is_ok();
    if !has("tmux") || !has("git") {
        assert!(std::env::var_os("RESSORT_REQUIRE_TOOLS").is_none(), "no tmux or no git");
        println!("no tmux or no git: nothing is tested");
        return;
    }
    let paper = Newspaper::start(now()).await.unwrap();
    let home = format!("http://{}/", paper.address);
    let newsroom = Newsroom::new();
    let terminal = Terminal::open(&newsroom.path("."));
    let begun = Instant::now();
    let mut screens: Vec<(&str, String)> = Vec::new();

    let root = env!("CARGO_MANIFEST_DIR");
    terminal.types(&format!("git clone -q '{root}' ressort && cd ressort && echo clon''ed"), "\ncloned");
    terminal.clear();
    terminal.types(&format!("ressort add {home}"), "Which one?");
    screens.push(("The address of a newspaper: which section?", terminal.sees("Which one?")));
    terminal.clear();
    terminal.types("1", "Write feeds/127-0-0-1-politik.toml? [Y/n]");
    screens.push(("What was found, and what the text will be", terminal.sees("[Y/n]")));
    terminal.clear();
    terminal.types("", "JSON Feed  http");
    screens.push(("The definition is written", terminal.sees("JSON Feed  http")));
    terminal.clear();
    terminal.types("ressort run 127-0-0-1-politik; ressort status 127-0-0-1-politik", "all well");
    screens.push(("The first run", terminal.sees("all well")));
    terminal.clear();
    terminal.types(
        "rm feeds/fr-politik.toml feeds/merkur-politik.toml; ressort serve --listen 127.0.0.1:0 &",
        "serving http",
    );
    let served = terminal.sees("serving http");
    let base = served.split("serving ").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    terminal.clear();
    let feed = format!("{base}127-0-0-1-politik/atom.xml");
    // A word that is typed in two parts is not on the screen before it is said.
    let (subscribe, title) = match Command::new("newsboat").arg("-V").output().is_ok() {
        true => (
            format!("echo {feed} > urls; newsboat -q -u urls -c reader.db -x reload print-unread; echo subscri''bed"),
            "A feed reader subscribes to it",
        ),
        false => (format!("curl -s {feed} | grep -o '<title>[^<]*' | head -5; echo subscri''bed"), "The feed"),
    };
    terminal.types(&subscribe, "\nsubscribed");
    screens.push((title, terminal.sees("\nsubscribed")));
    let seconds = begun.elapsed().as_secs();
    terminal.types("kill %1; wait", "");

    let said: Vec<&str> = screens.iter().map(|(_, screen)| screen.as_str()).collect();
    assert!(said[0].contains(" 1  Politik") && said[0].contains("Wirtschaft"), "{}", said[0]);
    for wanted in ["found       14 articles", "breadcrumb  Startseite › Politik", "[image]", "words in"] {
        assert!(said[1].contains(wanted), "`{wanted}` is missing:\n{}", said[1]);
    }
    assert!(said[2].contains("Written."), "{}", said[2]);
    assert!(said[3].contains("14 new") && said[3].contains("ok           14"), "{}", said[3]);
    assert!(said[4].contains("14 unread articles") || said[4].matches("<title>").count() >= 4, "{}", said[4]);
    assert!(seconds < 60, "the first minute took {seconds} seconds");

    if std::env::var_os("UPDATE").is_some() {
        let mut page = format!(
            "# The first minute\n\nTyped into a real terminal by a test (`tests/it/terminal.rs`), against the demo newspaper: from a \
             fresh clone to a feed\nthat any reader can subscribe to in {seconds} seconds. Building the program once, before it \
             (`cargo install --path .`), takes a few\nminutes and is not counted. `UPDATE=1 cargo test --test it terminal` takes the screens anew.\n"
        );
        for (title, screen) in &screens {
            page += &format!("\n## {title}\n\n```text\n{screen}\n```\n");
        }
        let page = page
            .replace("^L", "")
            .replace(&paper.address.to_string(), "talbote.example")
            .replace(&base, "http://127.0.0.1:8080/");
        let page: String = page.lines().map(|line| format!("{}\n", line.trim_end())).collect();
        std::fs::write(Path::new(root).join("docs/first-minute.md"), page).unwrap();
    }
}
