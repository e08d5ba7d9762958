//! P4: what is taken from published feeds after the state was lost is what was there before.

use super::*;

/// The state of a room, lost.
async fn lost(room: Room) -> Room {
    let Room { directory, desk: before, feed } = room;
    let settings = before.settings.clone();
    before.store.close().await;
    std::fs::remove_file(directory.path().join("ressort.db")).unwrap();
    Room { directory, desk: desk(&settings).await, feed }
}

#[tokio::test]
async fn p4_after_a_lost_state_ids_and_dates_stay_and_no_date_moves_when_texts_are_read_again() {
    for content in ["full", "summary"] {
        // A line that stands on every article and is taken out of all of them.
        let shared = "<p>Dieser Kasten steht unter jedem Artikel des Blattes und gehört zu keinem von ihnen.</p>";
        let page = |number: u32| article_with(number, "", &format!("{}{shared}", text(number)));
        let site = USUAL.fold(paper(), |site, number| site.page(&path(number), &page(number))).start();
        let room = Room::with(&site, &format!("content = '{content}'\n"), |_| {}).await;
        room.refresh(noon()).await;
        room.refresh(noon() + minutes(60)).await;
        let before = room.feed_files();

        let room = lost(room).await;
        room.refresh(noon() + minutes(90)).await;
        assert_eq!(room.feed_files(), before, "{content}: restored");
        // Every article is looked at again, as if its headline had been changed and changed back.
        site.set(
            "/politik/",
            Answer::html(section(USUAL).replace("</h3>", " jetzt</h3>").replace("</a> jetzt", " jetzt</a>")),
        );
        room.refresh(noon() + minutes(120)).await;
        site.set("/politik/", Answer::html(section(USUAL)));
        let asked = site.count(&path(5));
        room.refresh(noon() + minutes(150)).await;
        assert!(site.count(&path(5)) > asked, "not looked at again");
        assert_eq!(room.feed_files(), before, "{content}: read again");
    }
}

/// What is published may lie where others can write. The sanitiser alone stands in between here.
#[tokio::test]
async fn c9_what_was_slipped_into_a_published_feed_is_not_published_again() {
    let site = paper().start();
    let room = Room::of(&site).await;
    room.refresh(noon()).await;
    let mut feed: serde_json::Value = serde_json::from_str(&room.published("feed.json")).unwrap();
    let item = &mut feed["items"][0];
    let attack = "<script>alert(1)</script><p onclick=alert(2)>Eingeschleust.</p><svg onload=alert(3)></svg>\
        <a href=' java&#10;script:alert(4)'>Link</a><img src=x onerror=alert(5)><iframe src=https://evil.example/></iframe>";
    let content = format!("{attack}{}", item["content_html"].as_str().unwrap());
    item["_ressort"]["text"] = serde_json::json!([0, content.len()]);
    item["content_html"] = content.into();
    item["image"] = "javascript:alert(6)".into();
    item["title"] = "<img src=x onerror=alert(7)>".into();
    let id = item["id"].clone();
    std::fs::write(room.path("out/politik/feed.json"), feed.to_string()).unwrap();

    let room = lost(room).await;
    room.refresh(noon() + minutes(30)).await;
    let item = room.items().into_iter().find(|item| item["id"] == id).unwrap();
    let content = item["content_html"].as_str().unwrap();
    assert!(content.contains("<p>Eingeschleust.</p>"), "{content}");
    for bad in ["<script", "onclick", "<svg", "script:", "onerror", "<iframe", "src=\"x\""] {
        assert!(!content.contains(bad), "`{bad}` in {content}");
    }
    assert!(item["image"].as_str().is_none_or(|image| image.starts_with("http")), "{item}");
    for file in [room.published("rss.xml"), room.published("atom.xml"), room.published("index.html")] {
        assert!(!file.contains("<img src=x") && !file.contains("javascript:"), "{file}");
    }
}
