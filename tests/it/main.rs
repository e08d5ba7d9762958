//! The one test binary: pages in, feed files out; the program with arguments in, full text out.
//!
//! Nothing here needs a network. Sites are served on loopback.

mod newsroom;
mod support;

mod article;
mod body;
mod definitions;
mod fetch;
mod refresh;
mod render;
mod restart;
mod section;
mod server;
