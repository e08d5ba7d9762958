//! Who may read what: private and public feeds, and what sites reserve (decision 9, rows C11 and S3).

use ressort::config::{Access, Reservations};

use super::super::newsroom::Newsroom;
use super::*;

/// A paper that reserves article 1 by a header, 2 by a `meta`, 3 by its file, 4 and 6 by `noai`.
fn reserving() -> Running {
    let file = format!("[{{\"location\": \"{}\", \"tdm-reservation\": 1}}]", path(3));
    paper()
        .on(&path(1), Answer::html(article(1)).header("tdm-reservation", "1"))
        .page(&path(2), &article_with(2, "<meta name=\"TDM-Reservation\" content=\"1\">", &text(2)))
        .page(&path(4), &article_with(4, "<meta name=robots content=\"index, noai\">", &text(4)))
        .on(&path(6), Answer::html(article(6)).header("x-robots-tag", "noarchive, noai"))
        .on("/.well-known/tdmrep.json", Answer::new(200).header("content-type", "application/json").body(file))
        .start()
}

fn has_text(room: &Room, number: u32) -> bool {
    room.item(number)["content_html"].as_str().unwrap().contains("Absatz 4 des Berichts")
}

#[tokio::test]
async fn c11_reservations_are_read_everywhere_shown_and_obeyed_where_anybody_can_read() {
    let site = reserving();
    let with = async |access, reservations| {
        let room = Room::with(&site, "content = 'full'\n", |settings| {
            (settings.access, settings.reservations) = (access, reservations);
        });
        let room = room.await;
        room.refresh(noon()).await;
        assert!(room.record().await.totals.unwrap().contains(if reservations == Reservations::Skip {
            "\"reserved\":0"
        } else {
            "\"reserved\":5"
        }));
        room
    };
    let room = with(None, Reservations::Excerpt).await;
    assert!((1..=5).all(|number| has_text(&room, number)), "private feeds carry all of it");
    assert_eq!(room.item(3)["_ressort"]["reserved"], true);
    let room = with(Some(Access::Public), Reservations::Excerpt).await;
    assert!([1, 2, 3, 4, 6].iter().all(|number| !has_text(&room, *number)), "a reserved text is public");
    assert!(has_text(&room, 5));
    let room = with(Some(Access::Public), Reservations::Skip).await;
    assert_eq!(room.items().len(), 7);
    let room = with(Some(Access::Public), Reservations::Ignore).await;
    assert!((1..=5).all(|number| has_text(&room, number)));
    assert_eq!(site.count("/.well-known/tdmrep.json"), 4, "once for each of four fresh states");
}

#[tokio::test]
async fn c11_a_file_of_reservations_that_cannot_be_read_is_asked_for_once_a_day_and_harms_nothing() {
    let site = paper().on("/.well-known/tdmrep.json", Answer::new(500)).start();
    let room = Room::of(&site).await;
    for round in 0..5 {
        assert!(room.refresh(noon() + minutes(30 * round)).await.trouble.is_none());
    }
    assert_eq!(site.count("/.well-known/tdmrep.json"), 1);
    room.refresh(noon() + days(1) + minutes(60)).await;
    assert_eq!(site.count("/.well-known/tdmrep.json"), 2);
}

#[tokio::test]
async fn public_feeds_carry_summaries_unless_the_definition_says_otherwise() {
    let site = paper().start();
    let public = Room::with(&site, "", |settings| settings.access = Some(Access::Public)).await;
    let chosen = Room::with(&site, "content = 'full'\n", |settings| settings.access = Some(Access::Public)).await;
    for room in [&public, &chosen] {
        room.refresh(noon()).await;
    }
    assert!(!has_text(&public, 5) && has_text(&chosen, 5));
}

#[test]
fn check_says_when_a_public_address_is_configured_without_a_choice() {
    let newsroom = Newsroom::new();
    newsroom.define("politik", "url = 'https://www.example.org/politik/'");
    let check = |more: &[&str]| newsroom.ressort(&[&["check"], more].concat()).expect(0).stderr();
    let said = check(&["--base-url", "https://feeds.example.org/"]);
    assert!(said.contains("1 feeds with full text are to be published at https://feeds.example.org/"), "{said}");
    assert!(said.contains("hint: say `access = \"public\"`"), "{said}");
    assert_eq!(check(&["--base-url", "http://127.0.0.1:8080/"]), "");
    for choice in ["public", "private"] {
        std::fs::write(newsroom.path("ressort.toml"), format!("access = '{choice}'")).unwrap();
        assert_eq!(check(&["--base-url", "https://feeds.example.org/"]), "");
    }
}

#[test]
fn private_feeds_are_not_served_to_the_network_without_a_key() {
    let newsroom = Newsroom::new();
    newsroom.define("politik", "url = 'https://www.example.invalid/politik/'");
    let said = newsroom.ressort(&["serve", "--listen", "0.0.0.0:0"]).expect(2).stderr();
    assert!(said.contains("feeds are private, and 0.0.0.0:0 can be reached by others"), "{said}");
    std::fs::write(newsroom.path("ressort.toml"), "secret_path = 'kurz'").unwrap();
    let said = newsroom.ressort(&["check"]).expect(2).stderr();
    assert!(said.contains("a secret path has 16 to 128 letters") && said.contains("ressort.toml:1:"), "{said}");
}
