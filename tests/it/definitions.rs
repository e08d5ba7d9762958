//! Mistakes in definitions are found before anything is fetched, with file, line, caret and hint.

use super::newsroom::{Newspaper, Newsroom, now};

/// What `ressort run` says of a definition.
#[tokio::test(flavor = "multi_thread")]
async fn shows_file_line_caret_and_hint() {
    let paper = Newspaper::start(now()).await.unwrap();
    let check = |text: &str, wanted: &[&str]| {
        let newsroom = Newsroom::of(&paper);
        newsroom.define("wrong", &format!("url = \"{}\"\n{text}\n", paper.section()));
        let said = newsroom.ressort(&["run"]).expect(2).stderr();
        for wanted in wanted {
            assert!(said.contains(wanted), "`{wanted}` is missing for `{text}`:\n{said}");
        }
        assert!(said.contains("wrong.toml:2:") && said.contains('^'), "{said}");
        assert_eq!(paper.requests(), 0, "something was fetched");
    };
    check("titel = 'x'", &["unknown key `titel`", "hint: did you mean `title`?"]);
    check("schedule = '61 * * * *'", &["`61 * * * *` is not a cron line: `61` is no minute"]);
    check("schedule = '0 0 31 2 *'", &["never comes due"]);
    check("time_zone = 'Europe/Belin'", &["`Europe/Belin` is not a time zone", "did you mean `Europe/Berlin`?"]);
    check("select = { title = 'h1[' }", &["`h1[` is not a CSS selector"]);
    check("select = { title = 'a:has(b)' }", &["not allowed because of their cost"]);
    check("filter = { drop_titles = ['('] }", &["`(` is not a regular expression"]);
    check("language = 'german'", &["`german` is not a language tag"]);
    check("content = 'ful'", &["unknown value `ful`", "did you mean `full`?"]);
    check("keep = { at_least = '14' }", &["`14` is not a length of time"]);
    check("pages = 'two'", &["string \"two\" where u8 is expected"]);
}

#[test]
fn refuses_names_that_are_no_names() {
    let check = |name: &str| {
        let newsroom = Newsroom::new();
        newsroom.define(name, "url = 'https://example.org/'");
        let said = newsroom.ressort(&["check"]).expect(2).stderr();
        assert!(said.contains("cannot be the name of a feed"), "{said}");
    };
    for name in ["Merkur", "a b", ".a", "con", "nul.x", &"a".repeat(100), "sites", "-x", "ä"] {
        check(name);
    }
}

#[test]
fn reports_all_mistakes_at_once() {
    let newsroom = Newsroom::new();
    newsroom.define("a", "");
    newsroom.define("b", "url = 'ftp://example.org/'");
    newsroom.define("c", "url = 'https://example.org/'\nschedule = '* *'");
    let said = newsroom.ressort(&["check"]).expect(2).stderr();
    for wanted in ["the key `url` is missing", "b.toml:1:7", "c.toml:2:12"] {
        assert!(said.contains(wanted), "{said}");
    }
}

#[test]
fn names_what_is_near() {
    let newsroom = Newsroom::new();
    newsroom.define("merkur-politik", "url = 'https://www.merkur.de/politik/'");
    let said = newsroom.ressort(&["run", "merkur-politk"]).expect(2).stderr();
    assert_eq!(said, "error: there is no feed `merkur-politk`\n\nhint: did you mean `merkur-politik`?\n");
    let said = newsroom.ressort(&["check", "--feeds", "missing"]).expect(2).stderr();
    assert!(said.contains("missing: cannot be read") && said.contains("--feeds DIR"), "{said}");
}

#[test]
fn shows_the_next_runs() {
    let newsroom = Newsroom::new();
    newsroom.define("merkur-politik", "url = 'https://www.merkur.de/politik/'\nschedule = '0 6 * * *'");
    let said = newsroom.ressort(&["check"]).expect(0).stdout();
    assert_eq!(said.matches(" 06:00 CE").count(), 3, "{said}");
    assert!(said.contains("1 feed, no mistakes"), "{said}");
}
