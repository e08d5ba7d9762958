//! The mistakes people make most, each with what is said, and proof that the hint works.

use std::net::TcpListener;

use super::newsroom::{Newspaper, Newsroom, Run, now};
use crate::support::{Answer, Running, Site};

/// What a row of the table works with.
struct Place {
    newsroom: Newsroom,
    site: Running,
    paper: Newspaper,
}

impl Place {
    async fn new() -> Place {
        let script =
            "<!doctype html><html lang=de><body><div id=root></div><script src=/app.js></script></body></html>";
        let writes = format!("document.getElementById('root').innerHTML = {}", serde_json::Value::from(list()));
        let login = "<!doctype html><html lang=de><head><title>Anmelden</title></head><body><form><input name=a>\
                     <input type=password><button>Anmelden</button></form></body></html>";
        let plain = "<!doctype html><html lang=de><head><title>Über uns</title></head><body><p>Wir sind eine kleine Zeitung \
                     in einem kleinen Tal und schreiben über alles, was hier geschieht.</p></body></html>";
        let site = Site::new()
            .page("/app/", script)
            .on("/app.js", Answer::new(200).header("content-type", "text/javascript").body(writes))
            .page("/login/", login)
            .page("/about/", plain)
            .page("/private/", plain)
            .on(
                "/robots.txt",
                Answer::new(200).header("content-type", "text/plain").body("User-agent: *\nDisallow: /private/\n"),
            )
            .on("/feed.pdf", Answer::new(200).header("content-type", "application/pdf").body("%PDF-1.7"))
            .on("/blocked/", Answer::new(403))
            .on("/broken/", Answer::new(500));
        let articles = NUMBERS.map(|number| (format!("/politik/haushalt-{number}.html"), article(number)));
        let site = articles.fold(site, |site, (path, html)| site.page(&path, &html)).start();
        Place { newsroom: Newsroom::new(), site, paper: Newspaper::start(now()).await.unwrap() }
    }

    fn url(&self, path: &str) -> String {
        self.site.url(path).to_string()
    }

    fn run(&self, arguments: &[&str]) -> Run {
        self.newsroom.ressort(arguments)
    }

    /// Adds a page of the site after it has become one that can be read.
    fn opened(&self, path: &str) -> Run {
        self.site.set(path, Answer::html(list()));
        self.run(&["add", &self.url(path), "--yes"])
    }

    /// The place with such a definition.
    fn with(&self, more: &str) -> &Place {
        self.newsroom.define("politik", &format!("url = \"{}\"\n{more}", self.paper.section()));
        self
    }
}

/// A dozen articles, as a section lists them.
fn list() -> String {
    let teaser = |number: usize| {
        format!(
            "<article><h2><a href=\"/politik/haushalt-{number}.html\">Der Rat streitet über den Haushalt, Teil {number}</a></h2>\
             <p>In der Sitzung vom Abend ging es um den Teil {number} von zwölf.</p></article>"
        )
    };
    let teasers: String = NUMBERS.map(teaser).collect();
    format!(
        "<!doctype html><html lang=de><head><title>Politik</title></head><body><nav><a href=/>Start</a></nav>\
         <main><h1>Politik</h1>{teasers}</main></body></html>"
    )
}

fn article(number: usize) -> String {
    let paragraph = |at: usize| {
        format!(
            "<p>Im Teil {number} trug die Kämmerin den Absatz {at} vor, und der Rat stritt lange darüber, ob das Geld für die \
             Brücke, die Schule und den Bus {number}{at} auch im nächsten Jahr noch reichen werde.</p>"
        )
    };
    let text: String = (1..8).map(paragraph).collect();
    format!(
        "<!doctype html><html lang=de><head><title>Teil {number}</title></head><body><article><h1>Der Rat streitet über den \
         Haushalt, Teil {number}</h1><time datetime=2026-02-05T08:00:00+01:00>5. Februar 2026</time>{text}</article></body></html>"
    )
}

const NUMBERS: std::ops::Range<usize> = 7_001_001..7_001_013;

/// A mistake: what is done, its exit code, what is said, what is hinted at, and what happens when
/// the hint is followed.
struct Mistake {
    called: &'static str,
    made: fn(&Place) -> Run,
    code: i32,
    said: &'static str,
    hint: &'static str,
    mended: fn(&Place) -> Run,
}

const fn mistake(
    called: &'static str,
    made: fn(&Place) -> Run,
    code: i32,
    said: &'static str,
    hint: &'static str,
    mended: fn(&Place) -> Run,
) -> Mistake {
    Mistake { called, made, code, said, hint, mended }
}

const MISTAKES: [Mistake; 28] = [
    mistake(
        "no address at all",
        |at| at.run(&["add", "merkur"]),
        2,
        "`merkur` is not an address",
        "did you mean `ressort add merkur-politik`?",
        |at| at.run(&["add", "merkur-politik", "--unseen", "--yes"]),
    ),
    mistake(
        "an address of another kind",
        |at| at.run(&["add", "ftp://example.org/"]),
        2,
        "`ftp:` is neither `http:` nor `https:`",
        "copy the address of the section from your browser",
        |at| at.run(&["catalogue", "spiegel"]),
    ),
    mistake(
        "a name that does not exist",
        |at| at.run(&["add", "https://name.invalid/politik/"]),
        1,
        "the name `name.invalid` cannot be resolved",
        "check the address, and whether this machine has a name server",
        |at| at.run(&["add", &at.paper.section(), "--yes"]),
    ),
    mistake(
        "offline, or nobody there",
        |at| at.run(&["add", "http://127.0.0.1:9/politik/"]),
        1,
        "no connection to 127.0.0.1",
        "is this machine online, and does the address open in a browser?",
        |at| at.run(&["add", &at.paper.section(), "--yes"]),
    ),
    mistake(
        "a page that is not there",
        |at| at.run(&["add", &at.url("/missing/")]),
        1,
        "the page does not exist (status 404)",
        "the section may have moved; open it in a browser and copy its address",
        |at| at.run(&["add", &at.paper.section(), "--yes"]),
    ),
    mistake(
        "a page that lists nothing",
        |at| at.run(&["add", &at.url("/about/")]),
        1,
        "no articles found on",
        "shows what was found and left out",
        |at| at.run(&["inspect", &at.url("/about/")]),
    ),
    mistake(
        "an article in the place of its section",
        |at| at.run(&["add", &article_of(at)]),
        1,
        "is not the section but an article",
        "name the section the article stands in",
        |at| at.run(&["add", &at.paper.section(), "--yes"]),
    ),
    mistake(
        "a login page",
        |at| at.run(&["add", &at.url("/login/")]),
        1,
        "is not the section but a login",
        "ressort reads what anybody can read",
        |at| at.opened("/login/"),
    ),
    mistake(
        "a page of scripts, without a browser",
        |at| Run::of(at.newsroom.command(&["add", &at.url("/app/")]).env("PATH", "/nowhere")),
        1,
        "is empty without JavaScript",
        "install Chromium",
        |at| {
            let mut command = at.newsroom.command(&["add", &at.url("/app/"), "--yes"]);
            Run::of(command.env("PATH", std::env::var_os("PATH").unwrap_or_default()))
        },
    ),
    mistake(
        "a page that robots.txt closes",
        |at| at.run(&["add", &at.url("/private/")]),
        1,
        "robots.txt of 127.0.0.1 does not allow /private/",
        "the site does not want this page to be read by programs",
        |at| {
            at.site.set("/robots.txt", Answer::new(404));
            at.opened("/private/")
        },
    ),
    mistake(
        "a site that refuses",
        |at| at.run(&["add", &at.url("/blocked/")]),
        1,
        "the site refuses us (status 403)",
        "ressort does not evade refusals",
        |at| at.opened("/blocked/"),
    ),
    mistake(
        "a site with a fault",
        |at| at.run(&["add", &at.url("/broken/")]),
        1,
        "the site has an error (status 500)",
        "it is asked again by itself",
        |at| at.opened("/broken/"),
    ),
    mistake(
        "a file that is no page",
        |at| at.run(&["add", &at.url("/feed.pdf")]),
        1,
        "the answer is not a page but `application/pdf`",
        "name the page that lists the articles",
        |at| at.run(&["add", &at.paper.section(), "--yes"]),
    ),
    mistake(
        "an address on this machine",
        |at| Run::of(at.newsroom.command(&["add", &at.paper.section()]).env_remove("RESSORT_ALLOW_PRIVATE_ADDRESSES")),
        1,
        "127.0.0.1 is a private address",
        "RESSORT_ALLOW_PRIVATE_ADDRESSES=1",
        |at| at.run(&["add", &at.paper.section(), "--yes"]),
    ),
    mistake(
        "a home page",
        |at| at.run(&["add", &format!("http://{}/", at.paper.address)]),
        2,
        "is a home page; it leads to these sections",
        "name one: `ressort add",
        |at| at.run(&["add", &at.paper.section(), "--yes"]),
    ),
    mistake(
        "a wrong key",
        |at| at.with("titel = 'x'\n").run(&["run"]),
        2,
        "unknown key `titel`",
        "did you mean `title`?",
        |at| at.with("title = 'x'\n").run(&["run"]),
    ),
    mistake(
        "a wrong cron line",
        |at| at.with("schedule = '0 0 6 * * *'\n").run(&["check"]),
        2,
        "is not a cron line",
        "minute hour day month weekday",
        |at| at.with("schedule = '0 6 * * *'\n").run(&["check"]),
    ),
    mistake(
        "a wrong selector",
        |at| at.with("[select]\ntitle = 'h1['\n").run(&["check"]),
        2,
        "`h1[` is not a CSS selector",
        "selectors are never needed",
        |at| at.with("").run(&["check"]),
    ),
    mistake(
        "a selector that matches nothing",
        |at| {
            at.with("[select]\ntitle = '.gone'\n");
            at.run(&["run"]).expect(0);
            at.run(&["status"])
        },
        1,
        "the selector for title matches nothing on the page any more; the automatic choice stands in",
        "write `title = \"h3.id-Teaser-el-content-headline\"` under `[select]` in feeds/politik.toml",
        |at| {
            at.with("[select]\ntitle = \"h3.id-Teaser-el-content-headline\"\n");
            at.run(&["run"]).expect(0);
            at.run(&["status"])
        },
    ),
    mistake(
        "no definitions",
        |at| at.run(&["check", "--feeds", "missing"]),
        2,
        "missing: cannot be read",
        "make one with `ressort add URL`",
        |at| at.run(&["add", &at.paper.section(), "--yes", "--feeds", "missing"]),
    ),
    mistake(
        "a name that is mistyped",
        |at| at.with("").run(&["run", "politk"]),
        2,
        "there is no feed `politk`",
        "did you mean `politik`?",
        |at| at.run(&["run", "politik"]),
    ),
    mistake(
        "output that cannot be written",
        |at| {
            at.with("");
            std::fs::write(at.newsroom.path("full"), "a file in the place of a directory").unwrap();
            at.run(&["run", "--out", "full"])
        },
        1,
        "cannot be written",
        "what was published before still stands",
        |at| at.run(&["run", "--out", "elsewhere"]),
    ),
    mistake(
        "definitions that cannot be written",
        |at| {
            std::fs::write(at.newsroom.path("shut"), "a file in the place of a directory").unwrap();
            at.run(&["add", &at.paper.section(), "--yes", "--feeds", "shut/feeds"])
        },
        1,
        "cannot be written",
        "--feeds DIR",
        |at| at.run(&["add", &at.paper.section(), "--yes", "--feeds", "open"]),
    ),
    mistake(
        "a port that is taken",
        |at| {
            at.with("");
            let taken = TcpListener::bind("127.0.0.1:0").unwrap();
            at.run(&["serve", "--listen", &taken.local_addr().unwrap().to_string()])
        },
        2,
        "the port is taken",
        "choose another with `--listen 127.0.0.1:PORT`",
        |at| Run::until_stopped(&mut at.newsroom.command(&["serve", "--listen", "127.0.0.1:0"])),
    ),
    mistake(
        "a server that anybody could read",
        |at| at.with("").run(&["serve", "--listen", "0.0.0.0:0"]),
        2,
        "feeds are private, and 0.0.0.0:0 can be reached by others",
        "set a password",
        |at| {
            let mut command = at.newsroom.command(&["serve", "--listen", "0.0.0.0:0"]);
            Run::until_stopped(command.env("RESSORT_PASSWORD", "vier Wörter sind genug"))
        },
    ),
    mistake(
        "two instances",
        |at| {
            at.with("");
            at.run(&["run"]).expect(0);
            let state = at.newsroom.path("ressort.db");
            let lock = ressort::store::Lock::take(&state).unwrap();
            let run = at.run(&["run"]);
            lock.release();
            run
        },
        75,
        "another instance (process",
        "wait for it to end, or name another state with `--state`",
        |at| at.run(&["run"]),
    ),
    mistake(
        "a base address without its end",
        |at| {
            std::fs::write(at.newsroom.path("ressort.toml"), "base_url = 'https://feeds.example.org/a'").unwrap();
            at.run(&["check"])
        },
        2,
        "`base_url` must end with `/`",
        "write `base_url = \"https://feeds.example.org/a/\"`",
        |at| {
            std::fs::write(at.newsroom.path("ressort.toml"), "base_url = 'https://feeds.example.org/a/'").unwrap();
            at.with("");
            at.run(&["check"])
        },
    ),
    mistake(
        "a file nobody knows",
        |at| {
            std::fs::write(at.newsroom.path("list.json"), "{}").unwrap();
            at.run(&["import", "list.json"])
        },
        2,
        "it cannot be told what this file is",
        "say so with `--format opml`",
        |at| {
            let outline = format!(
                "<opml version=\"2.0\"><body><outline text=\"Politik\" xmlUrl=\"{}\"/></body></opml>",
                at.url("/rss")
            );
            std::fs::write(at.newsroom.path("list.json"), outline).unwrap();
            at.run(&["import", "list.json", "--format", "opml"])
        },
    ),
];

fn article_of(at: &Place) -> String {
    let json = at.run(&["inspect", "--json", &at.paper.section()]).expect(0).stdout();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    json["teasers"][1]["url"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mistake_is_explained_and_its_hint_works() {
    let mut wrong = Vec::new();
    for row in &MISTAKES {
        let at = Place::new().await;
        let run = (row.made)(&at);
        let said = format!("{}{}", run.stdout(), run.stderr());
        if run.code() != row.code || !said.contains(row.said) || !said.contains(row.hint) {
            wrong.push(format!("{} (exit {}, wanted {}):\n{said}", row.called, run.code(), row.code));
        }
        if said.contains("panicked") || said.contains('\u{1b}') {
            wrong.push(format!("{}: {said}", row.called));
        }
        // Without a browser on the machine, that hint cannot be followed there.
        let is_missing =
            row.hint == "install Chromium" && std::process::Command::new("chromium").arg("--version").output().is_err();
        assert!(!is_missing || std::env::var_os("RESSORT_REQUIRE_TOOLS").is_none(), "Chromium is missing");
        let run = if is_missing { continue } else { (row.mended)(&at) };
        if run.code() != 0 {
            wrong.push(format!("{}: the hint does not work: {}{}", row.called, run.stdout(), run.stderr()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n----\n"));
}

/// Colour is for terminals, and `NO_COLOR` takes it from them too.
#[test]
fn no_color_means_no_color_even_on_a_terminal() {
    let newsroom = Newsroom::new();
    newsroom.define("a", "titel = 'x'");
    // A terminal, by util-linux; other systems have another `script`.
    let on_terminal = |no_color: &str| {
        let line = format!("{} check; true", env!("CARGO_BIN_EXE_ressort"));
        let mut command = std::process::Command::new("script");
        command.args(["-qec", &line, "/dev/null"]).current_dir(newsroom.path("."));
        command.env_clear().env("TERM", "xterm-256color").env("PATH", "/usr/bin:/bin");
        if !no_color.is_empty() {
            command.env("NO_COLOR", no_color);
        }
        command.output().ok().map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    match (on_terminal(""), on_terminal("1")) {
        (Some(with), Some(without)) if with.contains("titel") => {
            assert!(with.contains('\u{1b}'), "{with:?}");
            assert!(!without.contains('\u{1b}') && without.contains("did you mean `title`?"), "{without:?}");
        }
        _ => {
            assert!(std::env::var_os("RESSORT_REQUIRE_TOOLS").is_none(), "`script` of util-linux is missing");
            println!("no `script` of util-linux: nothing is tested");
        }
    }
}
