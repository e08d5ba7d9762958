# What CI runs.
check:
    .ci/run

# The demo newspaper, scraped and served.
demo:
    cargo run --release --example demo

# Rewrite what is generated: help in the README, JSON Schemas, list of sites.
update:
    UPDATE=1 cargo test --test it docs

# Benchmarks; figures are ratios, the machine's speed cancels out.
bench:
    cargo bench
