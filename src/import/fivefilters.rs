//! Site configs of Full-Text RSS and wallabag (<https://help.fivefilters.org/full-text-rss/site-patterns.html>):
//! lines of `directive: value`, in a file named after its host. They become facts about a site.

use std::path::Path;

use super::{Becomes, Imported, any_of, css, css_of_xpath};
use crate::config::{Css, Site};

pub fn import(path: &Path, text: &str) -> Vec<Imported> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let host = stem.trim_start_matches('.').trim_start_matches("www.").to_lowercase();
    let mut lost = Vec::new();
    let mut found: [(&str, Vec<Css>); 5] =
        [("title", vec![]), ("body", vec![]), ("author", vec![]), ("date", vec![]), ("strip", vec![])];
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let Some((directive, value)) = line.split_once(':') else { continue };
        let (directive, value) = (directive.trim(), value.trim());
        match directive {
            "title" | "body" | "author" | "date" | "strip" => {
                let selector = css_of_xpath(value, directive, &mut lost);
                let place = found.iter_mut().find(|(name, _)| *name == directive).expect("one of the five");
                place.1.extend(selector);
            }
            "strip_id_or_class" => {
                // "Matches if the value is part of the id or class".
                let value = value.trim_matches(['"', '\'']).replace('"', "");
                let selector = format!("[id*=\"{value}\"], [class*=\"{value}\"]");
                found[4].1.extend(css(&selector, directive, &mut lost));
            }
            "strip_image_src" => {
                let value = value.trim_matches(['"', '\'']).replace('"', "");
                found[4].1.extend(css(&format!("img[src*=\"{value}\"]"), directive, &mut lost));
            }
            "tidy" | "prune" | "parser" | "autodetect_on_failure" | "insert_detected_image" | "skip_json_ld" => {}
            _ if directive.starts_with("test") || line.starts_with("test ") => {}
            _ => lost.push(format!("{directive}: {}", reason(directive))),
        }
    }
    let [title, body, author, date, strip] = found.map(|(_, selectors)| any_of(selectors));
    let mut site = Site { hosts: vec![host.clone()], ..Site::default() };
    site.article.title = title;
    site.article.body = body;
    site.article.author = author;
    site.article.published = date;
    site.article.exclude = strip;
    let says_nothing = site.article == Default::default();
    let becomes = if says_nothing { Becomes::Nothing } else { Becomes::Site(Box::new(site)) };
    if says_nothing {
        lost.push("nothing is left that ressort does not find by itself".to_owned());
    }
    lost.dedup();
    vec![Imported { called: host, becomes, lost }]
}

fn reason(directive: &str) -> &'static str {
    match directive {
        "single_page_link" | "next_page_link" | "single_page_link_in_feed" => {
            "pages of an article are followed without being told"
        }
        "find_string" | "replace_string" => "pages are read as they are",
        _ if directive.starts_with("replace_string(") => "pages are read as they are",
        "native_ad_clue" => "advertisements are recognised without being told",
        _ if directive.starts_with("http_header") => {
            "requests are made by ressort's own rules; no other identity is assumed"
        }
        "requires_login"
        | "login_uri"
        | "login_username_field"
        | "login_password_field"
        | "login_extra_fields"
        | "not_logged_in_xpath" => "ressort reads what anybody can read",
        "if_page_contains" | "wrap_in" | "dissolve" | "convert_double_br_tags" | "move_into" | "src_lazy_load_attr" => {
            "texts are cleaned by ressort's own rules"
        }
        _ => "has no counterpart",
    }
}
