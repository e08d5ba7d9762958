//! The feeds of the demo, for validators that are no Rust.

use crate::newsroom::{Newspaper, Newsroom, now};
use crate::render::samples::hand_over;

#[tokio::test(flavor = "multi_thread")]
async fn writes_samples_of_the_demo() {
    let paper = Newspaper::start(now()).await.unwrap();
    let newsroom = Newsroom::of(&paper);
    for edition in ["demo-morning", "demo-evening"] {
        newsroom.ressort(&["run", "--base-url", "https://feeds.example.org/"]).expect(0);
        hand_over(edition, &newsroom.path("out/politik"));
        paper.next_edition();
    }
}
