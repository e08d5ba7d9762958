//! What is asked and shown while somebody waits.

use std::io::{self, BufRead, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::{Failure, is_terminal};
use crate::html::text;
use crate::scout::Step;

/// A line that says what is being done; drawn only where stderr is a terminal.
pub struct Steps(ProgressBar);

impl Steps {
    pub fn new(is_silent: bool) -> Steps {
        if is_silent {
            return Steps(ProgressBar::hidden());
        }
        let style = ProgressStyle::with_template("{spinner} {msg}").expect("a valid template");
        Steps(ProgressBar::new_spinner().with_style(style))
    }

    pub fn show(&self, step: Step) {
        self.0.enable_steady_tick(Duration::from_millis(120));
        self.0.set_message(match step {
            Step::Page => "fetching the page".to_owned(),
            Step::Browser => "the page is empty without JavaScript: fetching it with a browser".to_owned(),
            Step::NativeFeed(url) => format!("looking at the site's own feed {}", text::shorten(&url, 60)),
            Step::Article(title) => format!("reading: {}", text::shorten(&title, 60)),
        });
    }

    pub fn end(&self) {
        self.0.finish_and_clear();
    }
}

/// Whether anybody can be asked.
pub fn is_possible() -> bool {
    is_terminal()
}

/// Asks whether to go on. Where nobody can be asked, what was ordered is done.
pub fn confirm(question: &str) -> bool {
    if !is_terminal() {
        return true;
    }
    let answer = ask(&format!("{question} [Y/n] ")).unwrap_or_else(|| "n".to_owned());
    println!();
    matches!(answer.to_lowercase().as_str(), "" | "y" | "yes" | "j" | "ja")
}

/// Asks for one of `count`; the first by default, `None` for 0.
pub fn choose(question: &str, count: usize) -> Result<Option<usize>, Failure> {
    loop {
        let Some(answer) = ask(&format!("{question} [1] ")) else {
            return Err(Failure::Failed { code: 130, message: "no section was chosen".to_owned(), hint: None });
        };
        println!();
        match answer.as_str() {
            "" => return Ok(Some(0)),
            "0" => return Ok(None),
            _ => match answer.parse::<usize>() {
                Ok(number) if number <= count => return Ok(Some(number - 1)),
                _ => println!("a number from 0 to {count}, please"),
            },
        }
    }
}

/// One line of an answer; `None` at the end of the input.
fn ask(question: &str) -> Option<String> {
    print!("{question}");
    // What cannot be shown cannot be answered; reading then ends it.
    let _ = io::stdout().flush();
    let mut answer = String::new();
    let length = io::stdin().lock().read_line(&mut answer).ok()?;
    (length > 0).then(|| answer.trim().to_owned())
}
