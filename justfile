# What CI runs.
check:
    .ci/run

# The demo newspaper, scraped and served.
demo:
    cargo run --example demo

# Rewrite what is generated: help in the README, JSON Schemas, list of sites.
update:
    UPDATE=1 cargo test --test it docs

# What everything costs, in one table: steps, instructions, serving beside nginx.
bench:
    benches/table

# What whole runs cost beside fetching and parsing alone; needs the pages of publishers.
phases:
    benches/phases
