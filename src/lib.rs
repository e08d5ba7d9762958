//! ressort turns news section pages into full-text RSS, Atom and JSON feeds, without selectors.
//!
//! Modules in reading order. [`pipeline::refresh`] is the story of one feed.

pub mod pipeline;
pub mod config;
pub mod fetch;
pub mod html;
pub mod section;
pub mod article;
pub mod dates;
pub mod entry;
pub mod filter;
pub mod copies;
pub mod digest;
pub mod fold;
pub mod store;
pub mod render;
pub mod publish;
pub mod health;
pub mod report;
pub mod schedule;
pub mod server;
pub mod shelf;
pub mod vitals;
pub mod catalogue;
pub mod scout;
pub mod import;
pub mod studio;
pub mod commands;
pub mod cli;
