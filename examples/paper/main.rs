//! `cargo run --release --example paper -- 127.0.0.1:8640`: the newspaper of the benches, for
//! programs that are measured from outside (`benches/instructions`).
//!
//! It prints the address of its section and answers until it is stopped; `/edition/1` brings the
//! next edition.

#[path = "../../benches/steps/paper.rs"]
mod paper;
#[path = "../../benches/steps/site.rs"]
mod site;

fn main() -> anyhow::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let site = site::Site::start(address.parse()?, chrono::Utc::now())?;
    println!("{}", site.paper.section_url());
    loop {
        std::thread::park();
    }
}
