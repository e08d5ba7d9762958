//! What readers get: feeds and pages, as bytes.

mod clean;
mod corpus;
mod feeds;
mod generated;
mod hostile;
mod pages;
mod paper;
mod press;
pub mod samples;
