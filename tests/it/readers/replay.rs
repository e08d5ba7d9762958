//! A week of a section, looked at every hour: headlines and slugs change, articles vanish, come
//! back and show up under further addresses, as often as 138 hourly snapshots of real sections
//! from the turn of the year 2025 showed. Through the whole program; only the time is not real.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Duration, TimeZone, Utc};
use serde_json::Value;

use super::desk::Office;
use super::gazette::{Chance, article_page, card, prose, section_page, sentence};
use crate::support::{Answer, Running, Site};

const HOURS: i64 = 7 * 24;

/// What was counted on a section. Shares are percentages of its articles.
struct Rates {
    new_per_day: u64,
    most_per_hour: u64,
    median_hours: u64,
    headline: u64,
    slug: u64,
    comes_back: u64,
    other_address: u64,
    /// Whether addresses carry the number of the article.
    has_numbers: bool,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_of_changing_headlines_and_returning_articles_leaves_each_article_once() {
    let rates = Rates {
        new_per_day: 31,
        most_per_hour: 6,
        median_hours: 7,
        headline: 26,
        slug: 3,
        comes_back: 39,
        other_address: 43,
        has_numbers: true,
    };
    replay(rates, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_of_changing_slugs_leaves_each_article_once() {
    let rates = Rates {
        new_per_day: 26,
        most_per_hour: 8,
        median_hours: 23,
        headline: 47,
        slug: 14,
        comes_back: 6,
        other_address: 8,
        has_numbers: true,
    };
    replay(rates, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_without_numbers_in_addresses_leaves_each_article_once() {
    let rates = Rates {
        new_per_day: 34,
        most_per_hour: 7,
        median_hours: 17,
        headline: 12,
        slug: 0,
        comes_back: 6,
        other_address: 20,
        has_numbers: false,
    };
    replay(rates, 3).await;
}

/// An article and what becomes of it, hour by hour.
struct Story {
    mark: String,
    number: u64,
    slug: String,
    titles: Vec<(i64, String)>,
    slugs: Vec<(i64, String)>,
    lede: String,
    text: Vec<String>,
    published: DateTime<Utc>,
    /// From and to which hours the section shows it.
    shown: Vec<(i64, i64)>,
    other_address: Option<String>,
}

impl Story {
    fn is_shown(&self, hour: i64) -> bool {
        self.shown.iter().any(|(from, to)| (*from..*to).contains(&hour))
    }

    fn title(&self, hour: i64) -> &str {
        &self.titles.iter().rev().find(|(from, _)| *from <= hour).unwrap_or(&self.titles[0]).1
    }

    fn path(&self, hour: i64, rates: &Rates) -> String {
        let slug = self.slugs.iter().rev().find(|(from, _)| *from <= hour).map_or(&self.slug, |(_, slug)| slug);
        if rates.has_numbers {
            format!("/politik/{slug}-{}.html", self.number)
        } else {
            format!("/politik/{}", self.slug)
        }
    }
}

fn slug_of(title: &str) -> String {
    let plain = title.to_lowercase().replace('ä', "ae").replace('ö', "oe").replace('ü', "ue").replace('ß', "ss");
    plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

fn start() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2025, 12, 29, 5, 7, 0).unwrap()
}

/// Everything that will happen, by chance and always the same.
fn history(rates: &Rates, chance: &mut Chance) -> Vec<Story> {
    let mut stories: Vec<Story> = Vec::new();
    // The page is full when the first look comes.
    for hour in -24..HOURS {
        let new =
            (0..rates.most_per_hour).filter(|_| chance.number(24 * rates.most_per_hour) < rates.new_per_day).count();
        for _ in 0..new {
            let count = stories.len();
            let title = sentence(chance);
            let stays = chance.span(rates.median_hours).clamp(1, 90) as i64;
            let mut shown = vec![(hour, hour + stays)];
            if chance.happens(rates.comes_back) {
                let back = hour + stays + 1 + chance.number(40) as i64;
                shown.push((back, back + 1 + chance.number(8) as i64));
            }
            let during = |chance: &mut Chance| hour + 1 + chance.number(stays as u64) as i64;
            let mark = format!("Aktenzeichen {count:04}");
            let mut text = prose(chance, 4);
            text[3] = format!("{} {mark}.", text[3]);
            stories.push(Story {
                number: 94_157_000 + 13 * count as u64,
                slug: format!("{}-{}", slug_of(&title), ["ein", "zwei", "drei", "vier"][count % 4]),
                slugs: if chance.happens(rates.slug) {
                    vec![(during(chance), slug_of(&sentence(chance)))]
                } else {
                    vec![]
                },
                titles: if chance.happens(rates.headline) {
                    vec![(hour, title), (during(chance), sentence(chance))]
                } else {
                    vec![(hour, title)]
                },
                lede: format!("{}. {}.", sentence(chance), sentence(chance)),
                published: start() + Duration::hours(hour) - Duration::minutes(7 + chance.number(50) as i64),
                other_address: chance.happens(rates.other_address).then(|| match rates.has_numbers {
                    true => {
                        format!("/politik/{}-zr-{}.html", slug_of(&sentence(chance)), 94_157_000 + 13 * count as u64)
                    }
                    false => format!("/politik/{}-gxe", slug_of(&sentence(chance))),
                }),
                mark,
                text,
                shown,
            });
        }
    }
    stories
}

/// Prints the edition of an hour.
fn print(site: &Running, stories: &[Story], rates: &Rates, hour: i64) {
    let date = (start() + Duration::hours(hour)).format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let mut cards = String::new();
    for story in stories.iter().rev().filter(|story| story.is_shown(hour)) {
        let path = story.path(hour, rates);
        let title = story.title(hour);
        cards += &card(&format!("{path}?utm_source=politik"), title, &story.lede);
        let page = article_page(site.url(&path).as_str(), title, &story.lede, &story.text, story.published);
        let page = Answer::html(page).header("date", &date);
        site.set(&format!("{path}?utm_source=politik"), page.clone());
        site.set(&path, page.clone());
        // On every third hour the page links it a second time, in another way.
        if let Some(other) = story.other_address.as_ref().filter(|_| hour % 3 == 0) {
            cards += &card(other, title, &story.lede);
            site.set(other, page);
        }
    }
    site.set("/politik/", Answer::html(section_page("", &cards)).header("date", &date));
}

/// What a reader knows of an item.
#[derive(Debug, Clone, PartialEq)]
struct Remembered {
    id: String,
    published: String,
    updated: String,
}

async fn replay(rates: Rates, seed: u64) {
    let mut chance = Chance(seed);
    let stories = history(&rates, &mut chance);
    let site = Site::new().start();
    let office = Office::new().await;
    let feed = office.define(
        "politik",
        &format!("url = '{}'\ntime_zone = 'Europe/Berlin'\n[keep]\nat_least = '9d'", site.url("/politik/")),
    );
    let mut known: HashMap<String, Remembered> = HashMap::new();
    let mut seen: HashSet<&str> = HashSet::new();
    let mut headlines: BTreeMap<&str, &str> = BTreeMap::new();
    for hour in 0..HOURS {
        print(&site, &stories, &rates, hour);
        let report = office.refresh(&feed, start() + Duration::hours(hour)).await;
        assert!(report.trouble.is_none(), "hour {hour}: {report}");
        for story in stories.iter().filter(|story| story.is_shown(hour)) {
            seen.insert(&story.mark);
            // After three days a headline that is still being tried out is left as it is.
            if hour - story.shown[0].0.max(0) < 72 {
                headlines.insert(&story.mark, story.title(hour));
            }
        }
        let items = office.items("politik");
        let now = remembered(&items);
        assert_eq!(now.len(), items.len(), "hour {hour}: an article is there twice");
        // Nothing that was ever shown is missing, nothing else is there.
        let missing: Vec<_> = seen.iter().filter(|mark| !now.contains_key(**mark)).collect();
        assert!(missing.is_empty(), "hour {hour}: lost {missing:?}");
        assert_eq!(now.len(), seen.len(), "hour {hour}");
        for (mark, before) in &known {
            let after = &now[mark];
            assert_eq!((&after.id, &after.published), (&before.id, &before.published), "hour {hour}: {mark}");
            assert!(after.updated >= before.updated, "hour {hour}: {mark}");
        }
        known = now;
    }
    let [rss, atom, json] = ["rss.xml", "atom.xml", "feed.json"].map(|name| {
        let feed = feed_rs::parser::parse(office.text(&format!("politik/{name}")).as_bytes()).unwrap();
        feed.entries.into_iter().map(|entry| entry.id).collect::<Vec<_>>()
    });
    assert_eq!((&rss, &atom), (&json, &json));
    let ids: HashSet<&String> = json.iter().collect();
    assert_eq!(ids.len(), json.len());
    for item in office.items("politik") {
        let mark = mark_of(&item);
        assert_eq!(item["title"], headlines[mark.as_str()], "{mark} has the headline it was last shown with");
    }
    let changed = stories.iter().filter(|story| story.titles.len() > 1).count();
    println!("{} articles in a week, {changed} with a second headline", json.len());
}

fn remembered(items: &[Value]) -> HashMap<String, Remembered> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let of = |item: &Value| Remembered {
        id: text(&item["id"]),
        published: text(&item["date_published"]),
        updated: text(&item["date_modified"]),
    };
    items.iter().map(|item| (mark_of(item), of(item))).collect()
}

/// Which article an item is, whatever it is called.
fn mark_of(item: &Value) -> String {
    let text = item["content_html"].as_str().unwrap();
    let at = text.find("Aktenzeichen ").unwrap_or_else(|| panic!("no full text: {item}"));
    text[at..at + 17].to_owned()
}
