//! Mistakes in what the operator wrote, drawn with a caret.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde::de::DeserializeOwned;

use super::values::nearest;

/// One mistake with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    pub path: PathBuf,
    pub message: String,
    pub hint: Option<String>,
    /// The text of the file and the bytes the mistake covers, if it has a place inside the file.
    place: Option<(String, Range<usize>)>,
}

impl Problem {
    /// A mistake that concerns a file as a whole.
    pub fn of_file(path: &Path, message: impl Into<String>) -> Problem {
        Problem { path: path.to_owned(), message: message.into(), hint: None, place: None }
    }

    /// A mistake at a place in a file.
    pub fn at(path: &Path, text: &str, span: Range<usize>, message: String, hint: Option<String>) -> Problem {
        Problem { path: path.to_owned(), message, hint, place: Some((text.to_owned(), span)) }
    }

    /// The line of the mistake, counted from 1.
    pub fn line(&self) -> Option<usize> {
        let (text, span) = self.place.as_ref()?;
        Some(text[..span.start.min(text.len())].matches('\n').count() + 1)
    }

    fn of_toml(path: &Path, text: &str, error: &toml::de::Error) -> Problem {
        let (message, hint) = in_our_words(error.message());
        let span = error.span().unwrap_or(0..text.len().min(1));
        Problem { path: path.to_owned(), message, hint, place: Some((text.to_owned(), span)) }
    }

    /// The mistake as it is shown: message, place, the line with a caret, a hint.
    pub fn render(&self, color: bool) -> String {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let path = self.path.display().to_string();
        let title = match &self.place {
            Some(_) => self.message.clone(),
            None => format!("{path}: {}", self.message),
        };
        let mut group = Group::with_title(Level::ERROR.primary_title(&title));
        if let Some((text, span)) = &self.place {
            let snippet = Snippet::source(text).path(&path).annotation(AnnotationKind::Primary.span(span.clone()));
            group = group.element(snippet);
        }
        let mut drawn = renderer.render(&[group]).to_string();
        if let Some(hint) = &self.hint {
            drawn.push_str(&format!("\n\nhint: {hint}"));
        }
        drawn
    }
}

/// All mistakes found, in the order of the files.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    pub fn push(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    pub fn into_result<T>(self, value: T) -> Result<T, Problems> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Problems(vec![problem])
    }
}

impl Problems {
    /// All of them as they are shown.
    pub fn render(&self, color: bool) -> String {
        self.0.iter().map(|problem| problem.render(color)).collect::<Vec<_>>().join("\n\n")
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Problems {}

/// Parses a file that was read.
pub fn parse<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, Problem> {
    toml::from_str(text).map_err(|error| Problem::of_toml(path, text, &error))
}

/// The text of a file; what prevents reading it becomes a problem.
pub fn read(path: &Path, problems: &mut Problems) -> Option<String> {
    match std::fs::read_to_string(path) {
        Ok(text) => Some(text),
        Err(error) => {
            problems.push(Problem::of_file(path, format!("cannot be read: {error}")));
            None
        }
    }
}

/// The `.toml` files of a directory by name; a directory that is missing or closed is a problem.
pub fn toml_files(directory: &Path, problems: &mut Problems) -> Vec<PathBuf> {
    let entries = match std::fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) => {
            let mut problem = Problem::of_file(directory, format!("cannot be read: {error}"));
            problem.hint =
                Some("name the directory of definitions with `--feeds DIR`, or make one with `ressort add URL`".into());
            problems.push(problem);
            return Vec::new();
        }
    };
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml") && path.is_file())
        .collect();
    paths.sort();
    paths
}

/// serde and toml speak of fields, variants and Rust types; people of keys and values.
fn in_our_words(message: &str) -> (String, Option<String>) {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    if message.starts_with("unknown field") || message.starts_with("unknown variant") {
        let [wrong, known @ ..] = &quoted[..] else { return (message.to_owned(), None) };
        let what = if message.starts_with("unknown field") { "key" } else { "value" };
        let hint = match nearest(wrong, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!(
                "possible here: {}",
                known.iter().map(|known| format!("`{known}`")).collect::<Vec<_>>().join(", ")
            ),
        };
        return (format!("unknown {what} `{wrong}`"), Some(hint));
    }
    if let (true, Some(missing)) = (message.starts_with("missing field"), quoted.first()) {
        let hint = (*missing == "url").then(|| "the smallest definition is one line: url = \"https://…\"".to_owned());
        return (format!("the key `{missing}` is missing"), hint);
    }
    if let Some((got, expected)) =
        message.strip_prefix("invalid type: ").and_then(|rest| rest.split_once(", expected "))
    {
        return (format!("{got} where {expected} is expected"), None);
    }
    (message.to_owned(), hint_by_kind(message))
}

/// What to write in the place of a value that is none of its kind.
fn hint_by_kind(message: &str) -> Option<String> {
    const HINTS: [(&str, &str); 4] = [
        (
            "is not a cron line",
            "five fields: minute hour day month weekday, such as `*/30 5-23 * * *`; `ressort check` shows the next runs",
        ),
        (
            "is not a CSS selector",
            "selectors are never needed; take it out, or try it in the browser's console: `document.querySelector(…)`",
        ),
        ("is not a regular expression", "a text without special characters matches itself; `(?i)` ignores case"),
        ("is not an address", "copy the address from your browser, with `https://`"),
    ];
    HINTS.iter().find(|(part, _)| message.contains(part)).map(|(_, hint)| (*hint).to_owned())
}
