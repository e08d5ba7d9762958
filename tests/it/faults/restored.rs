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
