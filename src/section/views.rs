//! The candidates of a page as the model sees them.

use super::candidates::Candidate;
use super::declared::Declared;
use super::features::{CardView, KIN, KinView, PageView};
use super::groups::Groups;
use super::item_list;
use super::model::Opinion;
use super::outline::{Outline, Places};
use super::titles;
use crate::entry::normalised;
use crate::html::Document;

/// One view for each candidate.
pub(super) fn views(
    document: &Document,
    declared: &Declared<'_>,
    outline: &Outline<'_>,
    candidates: &[Candidate],
    cards: &[usize],
    groups: &[Groups; KIN],
    opinions: &[Opinion],
) -> Vec<PageView> {
    let card_views: Vec<CardView> =
        candidates.iter().zip(cards).map(|(candidate, &card)| card_view(outline, candidate, card)).collect();
    let flag = |holds: bool| if holds { 1.0 } else { 0.0 };
    let of_cards = |read: fn(&CardView) -> f32| -> Vec<f32> { card_views.iter().map(read).collect() };
    let width = |candidate: &Candidate| titles::width(&candidate.title.text);
    let place = |candidate: &Candidate| outline.slots[candidate.home].places;
    let in_menu =
        |places: Places| places.has(Places::NAV) || places.has(Places::FOOTER) || places.has(Places::PAGE_HEADER);
    let titled = |candidate: &Candidate| flag(candidate.title.origin >= titles::Origin::Class);
    let title: Vec<f32> = opinions.iter().map(|opinion| opinion.title).collect();
    let address: Vec<f32> = opinions.iter().map(|opinion| opinion.address).collect();
    let headings: Vec<f32> = candidates.iter().map(titled).collect();
    let pictures = of_cards(|card| if card.has_picture { 1.0 } else { 0.0 });
    let letters = of_cards(|card| (card.letters as f32 / 200.0).min(1.5));
    let widths: Vec<f32> = candidates.iter().map(|candidate| (width(candidate) as f32 / 40.0).min(2.0)).collect();
    let main: Vec<f32> = candidates.iter().map(|candidate| flag(place(candidate).has(Places::MAIN))).collect();
    let menu: Vec<f32> = candidates.iter().map(|candidate| flag(in_menu(place(candidate)))).collect();
    let means = groups.each_ref().map(|groups| {
        [&title[..], &address, &headings, &pictures, &widths, &letters, &main, &menu].map(|values| groups.means(values))
    });
    let near = near(candidates, &title);
    let below = below(candidates);
    let listed = item_list::keys(document, &declared.data);
    let page_has_main = outline.slots.iter().any(|slot| slot.name == "main");
    let own_path = document.url.path().trim_end_matches('/');
    let first_part = document.url.path().split('/').find(|part| !part.is_empty());
    let view = |at: usize| {
        let candidate = &candidates[at];
        let (slot, places) = (&outline.slots[candidate.home], place(candidate));
        let path = candidate.url.path();
        PageView {
            link: opinions[at].link,
            title: title[at],
            address: address[at],
            width: width(candidate),
            origin: candidate.title.origin,
            card: card_views[at],
            boxes: slot.boxes,
            is_nav: places.has(Places::NAV),
            is_footer: places.has(Places::FOOTER),
            is_aside: places.has(Places::ASIDE),
            is_page_header: places.has(Places::PAGE_HEADER),
            is_main: places.has(Places::MAIN),
            is_hidden: places.has(Places::HIDDEN),
            is_related: outline.ancestors(candidate.home).take(4).any(|at| outline.slots[at].tokens.is_related),
            has_link_in_menu: candidate.links.iter().any(|&link| in_menu(outline.slots[link].places)),
            page_has_main,
            is_same_host: candidate.is_same_host,
            is_media: candidate.address.tells.is_media,
            links: candidate.links.len(),
            below: below[at],
            is_above_page: candidate.is_same_host && own_path.starts_with(path.trim_end_matches('/')),
            is_in_section: first_part.is_some_and(|part| path.split('/').find(|own| !own.is_empty()) == Some(part)),
            is_listed: !listed.is_empty() && listed.contains(&normalised(&candidate.url)),
            has_date: candidate.address.tells.has_date,
            has_service_part: candidate.address.tells.has_service_part,
            has_number: candidate.address.tells.number_digits >= 5,
            kin: std::array::from_fn(|kind| {
                let means = &means[kind];
                KinView {
                    size: groups[kind].size(at),
                    title: means[0][at],
                    address: means[1][at],
                    heading: means[2][at],
                    picture: means[3][at],
                    width: means[4][at],
                    letters: means[5][at],
                    main: means[6][at],
                    menu: means[7][at],
                }
            }),
            template_share: groups[KIN - 1].size(at) as f32 / candidates.len() as f32,
            neighbours: near[at],
        }
    };
    (0..candidates.len()).map(view).collect()
}

fn card_view(outline: &Outline<'_>, candidate: &Candidate, card: usize) -> CardView {
    CardView {
        has_heading: !outline.within(&outline.headings, card).is_empty(),
        has_picture: !outline.within(&outline.pictures, card).is_empty(),
        has_time: !outline.within(&outline.dates, card).is_empty(),
        is_article: outline.slots[card].places.has(Places::ARTICLE),
        is_ad: [card, candidate.home].iter().any(|&at| outline.slots[at].tokens.is_ad),
        letters: outline.letters(card).saturating_sub(candidate.title.text.len()),
        is_link: card == candidate.home,
    }
}

/// The mean over the two candidates before and the two after each, in document order.
pub(super) fn near(candidates: &[Candidate], values: &[f32]) -> Vec<f32> {
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_by_key(|&at| candidates[at].home);
    let mut near = vec![0.0; values.len()];
    for (place, &at) in order.iter().enumerate() {
        let around = (place.saturating_sub(2)..(place + 3).min(order.len())).filter(|&other| other != place);
        let (sum, count) = around.fold((0.0, 0.0), |(sum, count), other| (sum + values[order[other]], count + 1.0));
        near[at] = if count > 0.0 { sum / count } else { values[at] };
    }
    near
}

/// For each candidate how many others lie below its address.
fn below(candidates: &[Candidate]) -> Vec<usize> {
    let path = |candidate: &Candidate| {
        format!("{}{}", candidate.url.host_str().unwrap_or_default(), candidate.url.path().trim_end_matches('/'))
    };
    let paths: Vec<String> = candidates.iter().map(path).collect();
    let mut sorted: Vec<&str> = paths.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    let mut bound = String::new();
    let mut before = |path: &str, next: char| {
        bound.clear();
        bound.push_str(path);
        bound.push(next);
        sorted.partition_point(|other| *other < bound.as_str())
    };
    // What begins with `path/` stands before `path0`.
    paths.iter().map(|path| before(path, '0') - before(path, '/')).collect()
}
