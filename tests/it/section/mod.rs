//! Finding the articles of a section page: every kind of markup that papers use, re-created.

mod corpus;
mod hostile;
mod inspect;
mod layouts;
mod memory;
mod offers;
mod overrides;
mod page;
mod paper;
mod record;
mod timelapse;
mod verified;
