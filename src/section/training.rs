//! What training needs of a page: the numbers behind each candidate.

use url::Url;

use super::address::Address;
use super::features::{self, LinkView, Speaks};
use super::model::values;
use super::survey::Survey;
use crate::html::text;

impl Survey<'_> {
    /// The candidates' addresses.
    pub fn urls(&self) -> impl Iterator<Item = &Url> {
        self.candidates.iter().map(|candidate| &candidate.url)
    }

    /// Whether each candidate is the paper's own.
    pub fn is_own(&self) -> impl Iterator<Item = bool> {
        self.candidates.iter().map(|candidate| candidate.is_same_site)
    }

    /// The candidates' titles.
    pub fn titles(&self) -> impl Iterator<Item = &str> {
        self.candidates.iter().map(|candidate| candidate.title.text.as_str())
    }

    /// The candidates' features for the page model.
    pub fn page_rows(&self) -> Vec<Vec<f32>> {
        self.views.iter().map(|view| values(&features::PAGE, view).collect()).collect()
    }

    /// The candidates' features for the company model, after a first look.
    pub fn company_rows(&self, first: &[f32]) -> Vec<Vec<f32>> {
        self.company(first).iter().map(|view| values(&features::COMPANY, view).collect()).collect()
    }
}

/// The features of a link without its page, for training.
pub fn link_row(url: &Url, title: &str) -> Vec<f32> {
    values(&features::LINK, &LinkView::new(&Address::of(url), &text::squash(title))).collect()
}

/// The names of the link model's features.
pub fn link_names() -> Vec<(&'static str, Speaks)> {
    features::LINK.iter().map(|(name, speaks, _)| (*name, *speaks)).collect()
}

/// The names of the page model's features.
pub fn page_names() -> Vec<(&'static str, Speaks)> {
    features::PAGE.iter().map(|(name, speaks, _)| (*name, *speaks)).collect()
}

/// The names of the company model's features.
pub fn company_names() -> Vec<(&'static str, Speaks)> {
    features::COMPANY.iter().map(|(name, speaks, _)| (*name, *speaks)).collect()
}
