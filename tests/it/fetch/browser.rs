//! Pages read through a browser. Without one installed these tests print so and pass.

use std::process::Command;

use ressort::config::Render;
use ressort::fetch::Class;
use ressort::fetch::addresses::{Names, Reach, Resolver};
use ressort::fetch::browser::Browser;

use super::*;
use crate::support::{Answer, Site};

fn has_browser() -> bool {
    let found = Command::new("chromium").arg("--version").output().is_ok();
    if !found {
        println!("no chromium is installed: nothing is tested");
    }
    found
}

fn patient(settings: Settings) -> Fetcher {
    let fetch = FetchSettings { timeout: Span(Duration::from_secs(60)), ..settings.fetch };
    Fetcher::new(&Settings { fetch, ..settings }).unwrap()
}

async fn render(fetcher: &Fetcher, url: &Url) -> Result<Page, FetchError> {
    match fetcher.get(Request { render: Render::Browser, ..Request::page(url, noon()) }).await? {
        Fetched::Page(page) => Ok(*page),
        Fetched::NotModified => panic!("304 without a condition"),
    }
}

const EMPTY_WITHOUT_SCRIPTS: &str = "<!doctype html><html><body><div id=list></div><script>
    fetch('/teasers.json').then(answer => answer.json()).then(teasers => {
        document.getElementById('list').innerHTML = teasers.map(title => `<a href=/${title}>${title}</a>`).join('');
    });</script></body></html>";

#[tokio::test(flavor = "multi_thread")]
async fn a_page_made_by_scripts_is_read_as_a_visitor_sees_it() {
    if !has_browser() {
        return;
    }
    let teasers = Answer::new(200).header("content-type", "application/json").body("[\"Eins\", \"Zwei\"]");
    let site = Site::new().page("/politik/", EMPTY_WITHOUT_SCRIPTS).on("/teasers.json", teasers).start();
    let page = render(&patient(settings()), &site.url("/politik/")).await.unwrap();
    assert!(page.text.contains("<a href=\"/Eins\">Eins</a>"), "{}", page.text);
    assert_eq!(page.url, site.url("/politik/"));
    let asked: Vec<String> = site.seen().into_iter().map(|seen| seen.path).collect();
    assert_eq!(asked[..2], ["/robots.txt", "/politik/"]);
    assert!(site.seen().iter().all(|seen| seen.header("user-agent").unwrap().starts_with("ressort/")));
}

#[tokio::test]
async fn the_browser_is_not_started_for_what_is_no_page() {
    // With no browser to be found, every one of these would fail in another way.
    let site = Site::new().on("/blocked", Answer::new(403)).on("/known", Answer::html("<p>a").etag("\"1\"")).start();
    let fetcher = fetcher();
    assert_eq!(render(&fetcher, &site.url("/blocked")).await.unwrap_err().class(), Class::Blocked);
    assert_eq!(render(&fetcher, &site.url("/missing")).await.unwrap_err().class(), Class::Missing);
    let url = site.url("/known");
    let known = ressort::fetch::Validators { etag: Some("\"1\"".to_owned()), last_modified: None };
    let request = Request { render: Render::Browser, validators: Some(&known), ..Request::page(&url, noon()) };
    assert_eq!(fetcher.get(request).await, Ok(Fetched::NotModified));
}

#[tokio::test(flavor = "multi_thread")]
async fn f8_a_page_in_the_browser_cannot_reach_private_addresses() {
    if !has_browser() {
        return;
    }
    let inside = Site::new().on("/secret", Answer::html("secret").header("access-control-allow-origin", "*")).start();
    let script = format!(
        "<!doctype html><html><body><p id=a>nothing</p><script>
         for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '2130706433']) {{
             fetch(`http://${{host}}:{}/secret`).then(answer => answer.text()).then(text => {{
                 document.getElementById('a').textContent = text;
             }});
         }}</script></body></html>",
        inside.url("/").port().unwrap()
    );
    // The browser would refuse some of these on its own; that the gate does is tested there.
    // Only public addresses, and the one of the page, as if it were the operator's proxy.
    let site = Site::new().page("/a", &script).start_on("127.0.0.2");
    let resolver = Resolver { names: Names::System, reach: Reach::Public, proxy: Some("127.0.0.2".to_owned()) };
    let browser = Browser::new(resolver, None, "ressort/test".to_owned(), Duration::from_secs(60));
    let text = browser.render(&site.url("/a"), 1 << 20).await.unwrap();
    assert!(text.contains("<p id=\"a\">nothing</p>"), "{text}");
    assert_eq!(inside.connections(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_never_comes_to_an_end_is_given_up_with_all_its_processes() {
    if !has_browser() {
        return;
    }
    let site = Site::new().page("/a", "<script>while (true) {}</script>").start();
    let resolver = Resolver { names: Names::System, reach: Reach::Everywhere, proxy: None };
    let mark = format!("ressort/never-ending-{}", std::process::id());
    let browser = Browser::new(resolver, None, mark.clone(), Duration::from_secs(4));
    assert_eq!(browser.render(&site.url("/a"), 1 << 20).await.unwrap_err().class(), Class::Timeout);
    tokio::time::sleep(Duration::from_millis(500)).await;
    let running = std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|process| std::fs::read(process.ok()?.path().join("cmdline")).ok())
        .filter(|command| String::from_utf8_lossy(command).contains(&mark))
        .count();
    assert_eq!(running, 0);
}
