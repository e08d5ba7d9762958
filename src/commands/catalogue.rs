//! `ressort catalogue`: sections known by name.

use std::process::ExitCode;

use serde_json::json;

use super::Failure;
use crate::catalogue::{self, Listed};
use crate::cli::Catalogue;

pub fn run(arguments: &Catalogue) -> Result<ExitCode, Failure> {
    let words: Vec<String> = arguments.words.iter().map(|word| word.to_lowercase()).collect();
    let mut found: Vec<(String, Listed)> = Vec::new();
    for country in catalogue::countries() {
        let name = country.country.to_lowercase();
        let fits = |listed: &Listed| {
            let text = format!("{name} {} {} {} {}", listed.name, listed.outlet, listed.section, listed.url);
            words.iter().all(|word| text.to_lowercase().contains(word))
        };
        found.extend(country.section.into_iter().filter(fits).map(|listed| (country.country.clone(), listed)));
    }
    if found.is_empty() {
        let hint = "any section works: `ressort add ADDRESS`; without words all sections are listed";
        return Err(Failure::usage(format!("nothing known by `{}`", arguments.words.join(" ")), hint));
    }
    if arguments.json {
        let rows: Vec<_> = found
            .iter()
            .map(|(country, listed)| json!({"country": country, "standing": listed.standing(), "section": listed}))
            .collect();
        println!("{:#}", json!(rows));
        return Ok(ExitCode::SUCCESS);
    }
    let width = found.iter().map(|(_, listed)| listed.name.as_str().len()).max().unwrap_or_default();
    let mut last = None;
    for (country, listed) in &found {
        if last != Some(country) {
            println!("{}{country}", if last.is_some() { "\n" } else { "" });
            last = Some(country);
        }
        println!("  {:width$}  {}: {}  ({})", listed.name, listed.outlet, listed.section, listed.standing());
    }
    Ok(ExitCode::SUCCESS)
}
