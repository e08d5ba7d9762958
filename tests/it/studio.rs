//! The studio: over HTTP, and in a real browser.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::newsroom::{Newspaper, Newsroom, now};

/// `ressort serve`, running.
struct Serving {
    child: Child,
    address: String,
}

impl Serving {
    fn start(newsroom: &Newsroom, more: &[&str]) -> Serving {
        let arguments = [&["serve", "--listen", "127.0.0.1:0"], more].concat();
        let mut command = newsroom.command(&arguments);
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        let mut child = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let line = lines.find_map(|line| line.ok().filter(|line| line.contains("serving "))).expect("it serves");
        // What it says later must not fill the pipe.
        std::thread::spawn(move || lines.count());
        let address = line.rsplit(' ').next().unwrap().to_owned();
        Serving { child, address }
    }

    /// Status, head and body of an answer.
    fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> (u16, String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let host = if headers.contains("host: ") { String::new() } else { format!("host: {}\r\n", self.address) };
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\n{host}{headers}connection: close\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), head.to_lowercase(), body.to_owned())
    }

    fn get(&self, path: &str) -> String {
        let (status, _, body) = self.ask("GET", path, "", "");
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    fn post(&self, path: &str, fields: &[(&str, &str)]) -> String {
        let (status, _, body) =
            self.ask("POST", path, "content-type: application/x-www-form-urlencoded\r\n", &form(fields));
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    fn key(&self) -> String {
        value_of(&self.get("/studio"), "key")
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended on its own.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// The value of a hidden field.
fn value_of(page: &str, name: &str) -> String {
    let rest = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_else(|| panic!("no {name}: {page}"));
    rest.split('"').next().unwrap().to_owned()
}

fn definition_of(page: &str) -> String {
    let rest = page.split("name=\"definition\"").nth(1).unwrap().split_once('>').unwrap().1;
    rest.split("</textarea>")
        .next()
        .unwrap()
        .replace("&quot;", "\"")
        .replace("&#x2f;", "/")
        .replace("&#x27;", "'")
        .replace("&gt;", ">")
}

fn count_of(page: &str) -> usize {
    page.split("id=\"count\">").nth(1).unwrap().split('<').next().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kind_of_card_is_taken_out_and_the_feed_is_saved() {
    let paper = Newspaper::start(now()).await.unwrap();
    let newsroom = Newsroom::new();
    let serving = Serving::start(&newsroom, &[]);
    let key = serving.key();
    let page = serving.post("/studio/look", &[("key", &key), ("address", &paper.section())]);
    assert_eq!(count_of(&page), 14, "{page}");
    let view = page.split("/studio/view/").nth(1).unwrap().split('"').next().unwrap();
    let drawn = serving.get(&format!("/studio/view/{view}"));
    assert!(drawn.matches("data-r-state=\"in\"").count() >= 13, "{drawn}");
    assert_eq!(drawn.matches("<script").count(), 1, "scripts of the site: {drawn}");
    assert!(!drawn.contains("href=\"http"), "live links: {drawn}");

    paper.requests();
    let look = value_of(&page, "look");
    let definition = definition_of(&page);
    let kind = page.split("id-Teaser-el--blockStyle</code>").nth(1).unwrap();
    let kind = kind.split("exclude:").nth(1).unwrap().split('"').next().unwrap();
    let (exclude, include) = (format!("exclude:{kind}"), format!("include:{kind}"));
    let change = [("key", key.as_str()), ("look", &look), ("definition", &definition), ("do", &exclude)];
    let page = serving.post("/studio/change", &change);
    assert_eq!(paper.requests(), 0, "a click asked the site again");
    assert!(count_of(&page) < 14, "{page}");
    let excluded = definition_of(&page);
    assert!(
        excluded.ends_with("\n[select]\nexclude = \"div.id-LinkOverlay.id-Teaser-el.id-Teaser-el--blockStyle\"\n"),
        "{excluded}"
    );
    let look = value_of(&page, "look");
    let change = [("key", key.as_str()), ("look", &look), ("definition", &excluded), ("do", &include)];
    let page = serving.post("/studio/change", &change);
    assert_eq!(count_of(&page), 14);
    assert_eq!(definition_of(&page), definition);

    let save = [("key", key.as_str()), ("look", &look), ("definition", &excluded), ("name", "talbote")];
    let page = serving.post("/studio/save", &save);
    assert!(page.contains("talbote&#x2f;rss.xml") || page.contains("talbote/rss.xml"), "{page}");
    assert_eq!(std::fs::read_to_string(newsroom.path("feeds/talbote.toml")).unwrap(), excluded);
    newsroom.ressort(&["check"]).expect(0);
    // It is refreshed without a restart.
    let begun = Instant::now();
    while !newsroom.path("out/talbote/rss.xml").exists() {
        assert!(begun.elapsed() < Duration::from_secs(30), "the saved feed is not refreshed");
        std::thread::sleep(Duration::from_millis(100));
    }
    // A definition that is there is never written over.
    let page = serving.post("/studio/save", &save);
    assert!(page.contains("it is there already"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_element_of_an_article_becomes_a_field() {
    let paper = Newspaper::start(now()).await.unwrap();
    let newsroom = Newsroom::new();
    let serving = Serving::start(&newsroom, &[]);
    let key = serving.key();
    let page = serving.post("/studio/look", &[("key", &key), ("address", &paper.section())]);
    let read = page.split("value=\"read:").nth(2).unwrap().split('"').next().unwrap().replace("&#x2f;", "/");
    let (look, definition) = (value_of(&page, "look"), definition_of(&page));
    let wish = format!("read:{read}");
    let page =
        serving.post("/studio/change", &[("key", &key), ("look", &look), ("definition", &definition), ("do", &wish)]);
    assert!(page.contains("comes from") && page.contains("Neun Stunden, drei Unterbrechungen"), "{page}");
    let view = page.split("/studio/view/").nth(2).unwrap().split('"').next().unwrap();
    let drawn = serving.get(&format!("/studio/view/{view}"));
    let element =
        drawn.split("id-StoryElement-kicker\" data-r-element=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let (look, wish) = (value_of(&page, "look"), format!("field:lede:{element}"));
    let page =
        serving.post("/studio/change", &[("key", &key), ("look", &look), ("definition", &definition), ("do", &wish)]);
    assert!(
        definition_of(&page).contains("[article]\nlede = \"p.id-StoryElement-kicker\""),
        "{}",
        definition_of(&page)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_there_is_can_be_changed_unless_somebody_else_did_meanwhile() {
    let paper = Newspaper::start(now()).await.unwrap();
    let newsroom = Newsroom::new();
    let written = format!("# Ours\nurl = \"{}\" # since May\n\n[keep]\nentries = 9 # few\n", paper.section());
    newsroom.define("talbote", &written);
    let serving = Serving::start(&newsroom, &[]);
    let key = serving.key();
    assert!(serving.get("/studio").contains("<option>talbote</option>"));
    let page = serving.post("/studio/open", &[("key", &key), ("feed", "talbote")]);
    assert_eq!(count_of(&page), 14);
    let (opened, definition) = (value_of(&page, "opened"), definition_of(&page).replace("entries = 9", "entries = 12"));
    let opened = opened.replace("&#x2f;", "/").replace("&#x3d;", "=");
    let save = [("key", key.as_str()), ("opened", &opened), ("definition", &definition), ("name", "talbote")];
    let page = serving.post("/studio/save", &save);
    assert!(page.contains("Saved as"), "{page}");
    let now = std::fs::read_to_string(newsroom.path("feeds/talbote.toml")).unwrap();
    assert_eq!(now, written.replace("entries = 9 # few", "entries = 12 # few"));
    // The same form once more: the file is not what was opened.
    let page = serving.post("/studio/save", &save);
    assert!(page.contains("talbote.toml was changed meanwhile"), "{page}");
    assert_eq!(std::fs::read_to_string(newsroom.path("feeds/talbote.toml")).unwrap(), now);
    for wrong in ["../talbote", "none"] {
        let page = serving.post("/studio/open", &[("key", &key), ("feed", wrong)]);
        assert!(page.contains("cannot be"), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_in_the_studio_are_explained() {
    let newsroom = Newsroom::new();
    let serving = Serving::start(&newsroom, &[]);
    let key = serving.key();
    let said = serving.post("/studio/look", &[("key", &key), ("address", "merkur")]);
    assert!(said.contains("is not an address") && said.contains("ressort add merkur-politik"), "{said}");
    let said = serving.post("/studio/look", &[("key", &key), ("address", "http://127.0.0.1:9/")]);
    assert!(said.contains("no connection to 127.0.0.1"), "{said}");
    let said = serving.post("/studio/save", &[("key", &key), ("definition", "titel = 1"), ("name", "a")]);
    assert!(said.contains("the definition has a mistake"), "{said}");
    let said = serving
        .post("/studio/save", &[("key", &key), ("definition", "url = 'https://example.org/'"), ("name", "../a")]);
    assert!(said.contains("cannot be the name of a feed"), "{said}");
    assert_eq!(std::fs::read_dir(newsroom.path("feeds")).unwrap().count(), 0);
}

#[test]
fn the_studio_is_closed_to_strangers() {
    let newsroom = Newsroom::new();
    let serving = Serving::start(&newsroom, &[]);
    let key = serving.key();
    let ask = |headers: &str, body: &str| serving.ask("POST", "/studio/save", headers, body).0;
    let good = form(&[("key", &key), ("definition", "url = 'https://example.org/'"), ("name", "a")]);
    let without_key = form(&[("definition", "url = 'https://example.org/'"), ("name", "a")]);
    // A page elsewhere that sends a form, one that points its own name here, one without the key.
    assert_eq!(ask("origin: https://evil.example\r\n", &good), 403);
    assert_eq!(ask("host: evil.example\r\n", &good), 403);
    assert_eq!(ask("", &without_key), 403);
    assert_eq!(serving.ask("GET", "/studio", "host: evil.example\r\n", "").0, 403);
    assert_eq!(serving.ask("GET", "/studio/view/1", "", "").0, 404);
    assert_eq!(ask("", &"a".repeat(100_000)), 413);
    assert_eq!(std::fs::read_dir(newsroom.path("feeds")).unwrap().count(), 0);
    let (_, head, _) = serving.ask("GET", "/studio", "", "");
    for wanted in ["content-security-policy: default-src 'none'", "frame-ancestors 'none'", "cache-control: no-store"] {
        assert!(head.contains(wanted), "{head}");
    }

    let guarded = Serving::start(&newsroom, &["--password", "geheim", "--state", "other.db"]);
    assert_eq!(guarded.ask("GET", "/studio", "", "").0, 401);
    let known = "authorization: Basic YTpnZWhlaW0=\r\nhost: feeds.example.org\r\n";
    assert_eq!(guarded.ask("GET", "/studio", known, "").0, 200);
}

#[test]
fn inspect_writes_the_original_beside_the_result() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let paper = runtime.block_on(Newspaper::start(now())).unwrap();
    let newsroom = Newsroom::new();
    let said = newsroom.ressort(&["inspect", "--html", "section.html", &paper.section()]).expect(0).stdout();
    assert_eq!(said, "section.html: open it in a browser\n");
    let page = std::fs::read_to_string(newsroom.path("section.html")).unwrap();
    for wanted in ["data-r-state=&quot;in&quot;", "The feed: 14 articles", "Blocks of the page", "sandbox"] {
        assert!(page.contains(wanted), "`{wanted}` is missing");
    }
    assert!(!page.contains("/studio/"), "the page needs no server");
    let json = newsroom.ressort(&["inspect", "--json", &paper.section()]).expect(0).stdout();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let article = json["teasers"][1]["url"].as_str().unwrap();
    newsroom.ressort(&["inspect", "--as", "article", "--html", "article.html", article]).expect(0);
    let page = std::fs::read_to_string(newsroom.path("article.html")).unwrap();
    for wanted in ["As it will be read", "comes from", "json-ld", "Neun Stunden, drei Unterbrechungen"] {
        assert!(page.contains(wanted), "`{wanted}` is missing");
    }
}

/// What the browser test needs, or why it is skipped.
fn browser() -> Result<(String, String), &'static str> {
    let found = |name: &str| {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).map(|directory| directory.join(name)).find(|file| file.is_file())
    };
    let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/screens/node_modules");
    let chromium = ["chromium", "chromium-browser", "google-chrome"].iter().find_map(|name| found(name));
    match (chromium, found("node"), modules.join("playwright-core").is_dir()) {
        (None, ..) => Err("no Chromium"),
        (_, None, _) => Err("no node"),
        (.., false) => Err("no playwright-core (tests/screens/run installs it)"),
        (Some(chromium), ..) => Ok((chromium.display().to_string(), modules.display().to_string())),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_makes_a_feed_by_clicking_in_a_real_browser() {
    let (chromium, modules) = match browser() {
        Ok(found) => found,
        Err(missing) => {
            assert!(std::env::var_os("RESSORT_REQUIRE_TOOLS").is_none(), "{missing}");
            println!("{missing}: nothing is tested");
            return;
        }
    };
    let paper = Newspaper::start(now()).await.unwrap();
    let newsroom = Newsroom::new();
    let serving = Serving::start(&newsroom, &[]);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // The screens in docs/ are taken anew only when asked for: each has another port in it.
    let screens =
        if std::env::var_os("UPDATE").is_some() { root.join("docs/screens") } else { newsroom.path("screens") };
    let drive = |script: &str, argument: &str| -> serde_json::Value {
        let output = Command::new("node")
            .arg(root.join("tests/studio").join(script))
            .args([&format!("http://{}/", serving.address), argument, &chromium])
            .arg(&screens)
            .env("NODE_PATH", &modules)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let seen = drive("studio.cjs", &paper.section());
    assert_eq!(seen["findings"], serde_json::json!([]), "errors or barriers in the pages");
    assert_eq!(seen["found"], 14);
    assert!(seen["outlined"].as_u64().unwrap() >= 13, "{seen}");
    assert_eq!(seen["scripts_of_the_site"], 1, "only ours");
    let left = seen["left"].as_u64().unwrap() as usize;
    assert!((1..14).contains(&left), "{seen}");
    assert!(seen["definition"].as_str().unwrap().contains("[select]\nexclude = "), "{seen}");
    assert!(seen["text"].as_str().unwrap().len() > 500, "{seen}");
    assert!(seen["pointed"].as_str().unwrap().contains("[article]\nlede = "), "{seen}");
    let saved = std::fs::read_to_string(newsroom.path("feeds/talbote.toml")).unwrap();
    assert_eq!(saved.trim(), seen["saved"].as_str().unwrap().trim());
    assert!(!saved.contains("lede"), "the field was made automatic again: {saved}");
    // The feed is as expected: what was left in the studio, without the excluded kind.
    newsroom.ressort(&["run", "talbote", "--state", "other.db", "--out", "made"]).expect(0);
    let feed = std::fs::read(newsroom.path("made/talbote/feed.json")).unwrap();
    let feed: serde_json::Value = serde_json::from_slice(&feed).unwrap();
    assert_eq!(feed["items"].as_array().unwrap().len(), left);
    let unwanted = seen["unwanted"].as_str().unwrap();
    for item in feed["items"].as_array().unwrap() {
        assert!(!unwanted.contains(item["title"].as_str().unwrap()), "{} is still in the feed", item["title"]);
    }

    // Later somebody writes a comment into it, and takes another kind out in the studio.
    newsroom.define("talbote", &format!("# Mine\npages = 1 # enough\n{saved}"));
    let again = drive("reopen.cjs", "talbote");
    assert_eq!(again["findings"], serde_json::json!([]), "errors or barriers in the pages");
    assert_eq!(again["found"].as_u64().unwrap() as usize, left);
    assert!(again["left"].as_u64() < again["found"].as_u64(), "{again}");
    let changed = std::fs::read_to_string(newsroom.path("feeds/talbote.toml")).unwrap();
    assert!(changed.starts_with("# Mine\npages = 1 # enough\n") && changed.len() > saved.len() + 30, "{changed}");
    assert_eq!(changed.trim(), again["saved"].as_str().unwrap().trim());
    newsroom.ressort(&["check"]).expect(0);
}
