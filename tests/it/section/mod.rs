//! Finding the articles of a section page: every kind of markup that papers use, re-created.

mod corpus;
mod hostile;
mod layouts;
mod memory;
mod overrides;
mod page;
mod paper;
mod record;
