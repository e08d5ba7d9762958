//! What readers of the feeds see over days and years: nothing twice, nothing lost, nothing moved.

mod archive;
mod care;
mod combine;
mod desk;
mod gazette;
mod hub;
mod masthead;
mod replay;
mod samples;
