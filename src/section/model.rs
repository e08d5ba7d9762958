//! The model: logistic regressions, one upon the other.
//!
//! The *link* model knows an address and a title; *title* and *address* know only one of them. The *page* model adds where the link stands and
//! what its companions are like. The *company* model looks once more, now that every companion has
//! a verdict: it carries short headlines along with their block and drops what strayed into one.

use super::features::{self, CompanyView, Feature, LinkView, PageView};
use super::weights;

/// One weight for each feature, and the bias.
#[derive(Debug, Clone, PartialEq)]
pub struct Regression {
    pub bias: f32,
    pub weights: Vec<f32>,
}

impl Regression {
    pub fn probability(&self, features: impl Iterator<Item = f32>) -> f32 {
        let sum: f32 = self.weights.iter().zip(features).map(|(weight, value)| weight * value).sum();
        1.0 / (1.0 + (-(self.bias + sum)).exp())
    }
}

/// What a link alone seems to be: as probabilities of an article.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Opinion {
    pub title: f32,
    pub address: f32,
    pub link: f32,
}

/// All weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    pub title: Regression,
    pub address: Regression,
    pub link: Regression,
    pub page: Regression,
    pub company: Regression,
}

impl Model {
    /// The weights that ressort was trained to; see `examples/train_sections/`.
    pub fn trained() -> Model {
        let regression = |bias: f32, table: &[(&str, f32)]| Regression {
            bias,
            weights: table.iter().map(|(_, weight)| *weight).collect(),
        };
        Model {
            title: regression(weights::TITLE_BIAS, &weights::TITLE),
            address: regression(weights::ADDRESS_BIAS, &weights::ADDRESS),
            link: regression(weights::LINK_BIAS, &weights::LINK),
            page: regression(weights::PAGE_BIAS, &weights::PAGE),
            company: regression(weights::COMPANY_BIAS, &weights::COMPANY),
        }
    }

    pub fn of_link(&self, view: &LinkView) -> Opinion {
        let (title, rest) = features::LINK.split_at(features::TITLE_FEATURES);
        let address = &rest[..features::ADDRESS_FEATURES];
        let title = self.title.probability(values(title, view));
        if view.address.is_opaque() {
            return Opinion { title, address: 0.5, link: title };
        }
        Opinion {
            title,
            address: self.address.probability(values(address, view)),
            link: self.link.probability(values(&features::LINK, view)),
        }
    }

    pub fn of_page(&self, view: &PageView) -> f32 {
        self.page.probability(values(&features::PAGE, view))
    }

    pub fn of_company(&self, view: &CompanyView) -> f32 {
        self.company.probability(values(&features::COMPANY, view))
    }
}

/// The values of all features.
pub fn values<'v, T>(features: &'v [Feature<T>], view: &'v T) -> impl Iterator<Item = f32> + 'v {
    features.iter().map(move |(_, _, read)| read(view))
}
