//! F1, F7, F9 to F16 for a feed as a whole: when it is asked again, in which state it is, and what
//! stays published. What a single request comes to is in `tests/it/fetch/`.

use ressort::entry::{EntryId, key_of_url};
use ressort::health::State;

use super::*;

/// Refreshes after a fault and expects the state, and that nothing published changed.
async fn stays_as_it_was(room: &Room, now: DateTime<Utc>, want: State) -> Report {
    let before = room.feed_files();
    let report = room.refresh(now).await;
    assert_eq!(report.state, want, "{report}");
    assert_eq!(room.feed_files(), before, "a published file changed: {report}");
    report
}

#[tokio::test]
async fn f1_a_feed_that_fails_is_asked_less_and_less_often_but_never_given_up() {
    let site = paper().start();
    let room = Room::of(&site).await;
    room.refresh(noon()).await;
    site.set("/politik/", Answer::new(500));
    let mut now = noon() + days(1);
    let mut pauses = Vec::new();
    for _ in 0..14 {
        stays_as_it_was(&room, now, State::Failing).await;
        let next = room.record().await.next_run.unwrap();
        pauses.push((next - now).num_minutes());
        now = next;
    }
    // A quarter of an hour doubled each time, give or take a fifth, never before the schedule (30 minutes and a
    // tenth of it), and a day at most.
    for (failure, pause) in pauses.iter().enumerate() {
        let base = (15_i64 << failure).min(24 * 60);
        assert!((base * 8 / 10..=(base * 12 / 10).max(36)).contains(pause), "{pauses:?}");
    }
    assert!(pauses[13] >= 19 * 60, "{pauses:?}");
    site.set("/politik/", Answer::html(section(USUAL)));
    assert_eq!(room.refresh(now).await.state, State::Ok);
    assert!(room.record().await.next_run.unwrap() - now <= minutes(34), "the usual schedule again");
}

#[tokio::test]
async fn f1_feeds_that_failed_together_do_not_come_back_together() {
    let site = paper().start();
    let mut pauses = std::collections::BTreeSet::new();
    for name in ["a", "b", "c", "d"] {
        let mut room = Room::of(&site).await;
        room.feed.id = name.parse().unwrap();
        site.set("/politik/", Answer::new(500));
        for minute in 0..4 {
            room.refresh(noon() + minutes(minute)).await;
        }
        pauses.insert((room.record().await.next_run.unwrap() - noon()).num_seconds());
    }
    assert_eq!(pauses.len(), 4, "{pauses:?}");
}

#[tokio::test]
async fn f7_a_section_that_moved_for_good_is_reported_and_the_definition_stays() {
    let site = paper().page("/nachrichten/politik/", &section(USUAL)).start();
    let room = Room::of(&site).await;
    room.refresh(noon()).await;
    let definition = std::fs::read_to_string(room.path("feeds/politik.toml")).unwrap();
    site.set("/politik/", Answer::redirect(301, "/nachrichten/politik/"));
    for round in 1..3 {
        let report = room.refresh(noon() + minutes(30 * round)).await;
        assert_eq!(report.state, State::Changed, "{report}");
        let record = room.record().await;
        assert!(record.message.unwrap().contains("/nachrichten/politik/ for good"));
        assert!(record.hint.unwrap().contains("write `url = "));
    }
    assert_eq!(std::fs::read_to_string(room.path("feeds/politik.toml")).unwrap(), definition);
    assert_eq!(room.items().len(), 12);
}

#[tokio::test]
async fn f9_an_article_that_redirects_keeps_the_address_it_was_found_under() {
    let elsewhere =
        Site::new().page("/zustimmung", &article_with(1, "", "<p>Bitte stimmen Sie zu.</p>")).start_on("127.0.0.9");
    let site = paper()
        .on(&path(1), Answer::redirect(302, &format!("/m{}", path(1))))
        .page(&format!("/m{}", path(1)), &article(1))
        .on(&path(3), Answer::redirect(302, "/m/politik/bericht-80000003.html"))
        .page("/m/politik/bericht-80000003.html", &article(3))
        .on(&path(2), Answer::redirect(302, elsewhere.url("/zustimmung").as_str()))
        .start();
    let room = Room::of(&site).await;
    for round in 0..3 {
        room.refresh(noon() + minutes(60 * round)).await;
    }
    let ids = room.ids();
    assert_eq!(ids.len(), 12);
    // Within the site: the text comes from there, the id from the address that was found.
    let moved = room.item(1);
    assert!(moved["content_html"].as_str().unwrap().contains("des Berichts 1:"));
    let numbered = EntryId::of_key(&key_of_url(&site.url(&path(3)), &room.feed.site));
    assert!(ids.iter().any(|(id, _)| id == numbered.as_str()), "another number took the place of the one found");
    // To another site: a wall, of which nothing is kept.
    let walled = room.item(2);
    assert!(!walled["content_html"].as_str().unwrap().contains("stimmen Sie zu"), "{walled}");
    assert_eq!(elsewhere.count("/zustimmung"), 0);
}

#[tokio::test]
async fn f10_a_restart_asks_with_what_the_site_said_before() {
    let site = paper().on("/politik/", Answer::html(section(USUAL)).etag("\"e 1\"")).start();
    let mut room = Room::of(&site).await;
    room.refresh(noon()).await;
    room = room.restart().await;
    let before = site.seen().len();
    let report = stays_as_it_was(&room, noon() + minutes(30), State::Ok).await;
    assert_eq!((report.progress.new, report.progress.written), (0, 0));
    let asked: Vec<_> = site.seen().split_off(before);
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert_eq!(asked[0].header("if-none-match"), Some("\"e 1\""));
}

#[tokio::test]
async fn f11_a_pause_holds_for_all_feeds_of_the_host_and_over_a_restart() {
    let site = paper().start();
    let mut room = Room::of(&site).await;
    room.refresh(noon()).await;
    site.set("/politik/", Answer::new(429).header("retry-after", "7200"));
    stays_as_it_was(&room, noon() + minutes(30), State::Failing).await;
    assert!(room.record().await.next_run.unwrap() >= noon() + minutes(30 + 120));
    room = room.restart().await;
    let other = ressort::config::Feed { id: "sport".parse().unwrap(), url: site.url("/sport/"), ..room.feed.clone() };
    let before = site.seen().len();
    let report = pipeline::refresh(&other, &room.desk, noon() + minutes(60)).await;
    assert!(report.to_string().contains("asks for a pause"), "{report}");
    assert_eq!(site.seen().len(), before, "the host was asked during its pause");
}

#[tokio::test]
async fn f12_a_site_that_refuses_is_asked_no_faster_and_its_check_is_never_published() {
    let check = "<html><head><title>Just a moment...</title></head><body><p>Checking your browser</p></body></html>";
    for answer in [Answer::new(403), Answer::new(451), Answer::html(check), Answer::new(503).body(check)] {
        let site = paper().start();
        let room = Room::of(&site).await;
        room.refresh(noon()).await;
        site.set("/politik/", answer);
        let before = site.count("/politik/");
        let report = stays_as_it_was(&room, noon() + minutes(30), State::Failing).await;
        assert!(report.to_string().contains("refuses us"), "{report}");
        assert_eq!(site.count("/politik/"), before + 1, "asked again at once");
        assert!(room.record().await.next_run.unwrap() >= noon() + minutes(60), "sooner than the schedule");
    }
}

#[tokio::test]
async fn f13_a_section_that_is_missing_degrades_and_one_that_is_gone_for_three_days_is_disabled() {
    let site = paper().start();
    let room = Room::of(&site).await;
    room.refresh(noon()).await;
    site.set("/politik/", Answer::new(404));
    for day in 1..8 {
        stays_as_it_was(&room, noon() + days(day), State::Degraded).await;
    }
    site.set("/politik/", Answer::html(section(USUAL)));
    assert_eq!(room.refresh(noon() + days(8)).await.state, State::Ok);

    site.set("/politik/", Answer::new(410));
    stays_as_it_was(&room, noon() + days(10), State::Degraded).await;
    stays_as_it_was(&room, noon() + days(11), State::Degraded).await;
    // Three times, but not on three days.
    stays_as_it_was(&room, noon() + days(11) + minutes(60), State::Degraded).await;
    let report = stays_as_it_was(&room, noon() + days(12), State::Disabled).await;
    assert!(report.to_string().contains("gone for good"), "{report}");
    let record = room.record().await;
    assert!(record.next_run.unwrap() > noon() + days(3000), "still asked for");
    assert!(record.hint.unwrap().contains("correct `url`"));
    // Asked for by hand it stays so, or comes back.
    stays_as_it_was(&room, noon() + days(20), State::Disabled).await;
    site.set("/politik/", Answer::html(section(USUAL)));
    assert_eq!(room.refresh(noon() + days(21)).await.state, State::Ok);
}

#[tokio::test]
async fn f13_an_article_that_is_gone_stays_as_it_was_published_and_is_not_asked_again() {
    let site = paper().on(&path(12), Answer::new(410)).start();
    let room = Room::of(&site).await;
    room.refresh(printed() + minutes(60)).await;
    let known = room.ids();
    assert_eq!(known.len(), 12, "what was never read is there with its teaser");
    let before = room.item(3);
    site.set(&path(3), Answer::new(410));
    site.set(&path(4), Answer::new(404));
    for round in 1..40 {
        room.refresh(printed() + minutes(60 + 60 * round)).await;
    }
    assert_eq!(room.ids(), known);
    assert_eq!(room.item(3)["content_html"], before["content_html"]);
    assert_eq!(site.count(&path(12)), 1, "an article that never was there");
    assert!(site.count(&path(3)) <= 2, "{} times", site.count(&path(3)));
}

#[tokio::test]
async fn f14_an_answer_that_broke_off_or_is_empty_changes_nothing() {
    let whole = section(USUAL);
    let half = whole[..whole.len() / 3].to_owned();
    for answer in [Answer::new(200), Answer::new(502), Answer::html(half).unframed()] {
        let site = paper().start();
        let room = Room::of(&site).await;
        room.refresh(noon()).await;
        site.set("/politik/", answer);
        let before = site.count("/politik/");
        stays_as_it_was(&room, noon() + minutes(30), State::Failing).await;
        assert_eq!(site.count("/politik/"), before + 2, "tried once more");
    }
    // Cut off at a place where the closing tags were added by somebody else on the way: too few articles.
    let site = paper().start();
    let room = Room::of(&site).await;
    for round in 0..4 {
        room.refresh(noon() + minutes(30 * round)).await;
    }
    site.set("/politik/", Answer::html(section(1..=2)));
    stays_as_it_was(&room, noon() + minutes(150), State::Degraded).await;
}

#[tokio::test]
async fn f15_a_ban_by_robots_stops_a_feed_and_keeps_what_is_published() {
    let site = paper().start();
    let room = Room::of(&site).await;
    room.refresh(noon()).await;
    site.set("/robots.txt", Answer::new(200).body("user-agent: *\ndisallow: /politik/"));
    let before = site.count("/politik/");
    let report = stays_as_it_was(&room, noon() + days(2), State::Failing).await;
    assert!(report.to_string().contains("robots.txt"), "{report}");
    assert_eq!(site.count("/politik/"), before);
}

#[tokio::test]
async fn f16_a_run_reads_no_more_new_articles_than_its_budget() {
    let site = paper().start();
    let room = Room::with(&site, "", |settings| settings.fetch.articles_per_run = 5).await;
    let mut news = Vec::new();
    for round in 0..3 {
        let report = room.refresh(noon() + minutes(30 * round)).await;
        news.push((report.progress.new, report.progress.left));
    }
    assert_eq!(news, [(5, 7), (5, 2), (2, 0)]);
    assert_eq!(room.items().len(), 12);
}

#[tokio::test]
async fn f16_feeds_of_one_schedule_start_at_different_times_within_a_tenth_of_its_period() {
    let site = paper().start();
    let mut starts = std::collections::BTreeSet::new();
    for name in ["a", "b", "c", "d", "e", "f"] {
        let mut room = Room::of(&site).await;
        room.feed.id = name.parse().unwrap();
        room.refresh(noon()).await;
        let late = room.record().await.next_run.unwrap() - (noon() + minutes(30));
        assert!((0..=180).contains(&late.num_seconds()), "{late}");
        starts.insert(late);
        // The same after each run: nothing drifts.
        room.refresh(noon() + minutes(33)).await;
        assert_eq!(room.record().await.next_run.unwrap() - (noon() + minutes(60)), late);
    }
    assert!(starts.len() >= 5, "{starts:?}");
}
