//! The one test binary: pages in, feed files out; the program with arguments in, full text out.
//!
//! Nothing here needs a network. Sites are served on loopback.

mod newsroom;
mod support;

mod add;
mod article;
mod body;
#[cfg(feature = "buckets")]
mod buckets;
mod copies;
mod definitions;
mod deployment;
mod docs;
mod doctor;
mod faults;
mod fetch;
mod forgetting;
mod hosting;
mod imports;
mod mistakes;
mod parse;
mod readers;
mod reading;
mod refresh;
mod render;
mod restart;
mod section;
mod server;
mod studio;
mod terminal;
#[cfg(feature = "postgres")]
mod workers;
