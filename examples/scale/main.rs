//! `cargo run --release --features full --example scale -- workers|sqlite|changed [FEEDS] [MINUTES]`
//!
//! What ressort does with thousands of feeds, measured. The sites are on loopback; `ressort` itself
//! runs as it does anywhere, in processes of its own (`cargo build --release --features full`).
//!
//! - `workers`: four workers on one PostgreSQL; one is killed, the database is stopped and started.
//! - `sqlite`: one machine, nothing changes: start-up, memory, CPU per refresh, time behind schedule.
//! - `changed`: every section has a new article.

#[path = "../../tests/it/support/postgres.rs"]
mod postgres;
mod report;
mod sites;
mod state;
mod worker;

use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use postgres::Postgres;
use report::{Disturbance, compare_ids, ids_of, report_asked};
use ressort::store::LEASE;
use sites::Sites;
use sqlx::{Connection, PgConnection};
use state::{hold_still, lag, lag_alone, look_at, phases, report_states, taken_over, under_way};
use worker::{Office, Worker, published};

/// Feeds of the scale runs are due every so many minutes.
const PERIOD: Duration = Duration::from_secs(3 * 60);
const SCHEDULE: &str = "*/3 * * * *";

/// Refreshes that are under way when something is done to the workers.
const BUSY: usize = 8;

/// Said in the scheduler when it is ready.
const READY: &str = "feeds scheduled";

fn skip_without(program: &str) {
    eprintln!("error: {program} is not installed");
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |index: usize, default: usize| arguments.get(index).map_or(Ok(default), |text| text.parse());
    match arguments.first().map(String::as_str) {
        Some("workers") => workers(number(1, 2_000)?, number(2, 10)?).await,
        Some("sqlite") => sqlite(number(1, 10_000)?, number(2, 6)?).await,
        Some("changed") => changed(number(1, 1_000)?).await,
        _ => bail!("name what to measure: workers, sqlite or changed"),
    }
}

/// Four workers on one PostgreSQL.
async fn workers(feeds: usize, minutes: usize) -> anyhow::Result<()> {
    let server = Postgres::start().context("PostgreSQL is needed")?;
    let sites = Sites::start(4).await?;
    let directory = tempfile::tempdir()?;
    let sections = (0..feeds).map(|number| sites.section(number));
    let office = Office::new(directory.path().join("office"), server.url(), SCHEDULE, sections)?;
    let serve = || office.start(&["serve", "--listen", "127.0.0.1:0"]);
    let mut running: Vec<Worker> = vec![serve()?];
    // The first one makes the tables and the schedule.
    while running[0].when_said(READY).is_none() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for _ in 0..3 {
        running.push(serve()?);
    }
    let began = Instant::now();
    println!("{feeds} feeds every {} s, {} workers", PERIOD.as_secs(), running.len());
    while published(&office.out()) < feeds {
        ensure!(began.elapsed() < Duration::from_secs(600), "the first fill takes more than ten minutes");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    println!("first fill: all published after {:.0} s", began.elapsed().as_secs_f64());
    let ids = ids_of(&office.out())?;

    // From here on nothing may be late, doubled or lost.
    let mut database = PgConnection::connect(&server.url()).await?;
    while lag(&mut database).await? > 1 {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    sites.take_asked();
    let began = Instant::now();
    let mut lags = Vec::new();
    let (kill_at, stop_at, end_at) = (minutes * 60 / 3, minutes * 60 * 2 / 3, minutes * 60);
    let mut disturbances: Vec<Disturbance> = Vec::new();
    let mut news = Instant::now();
    while began.elapsed().as_secs() < end_at as u64 {
        tokio::time::sleep(Duration::from_secs(2)).await;
        lags.push(lag(&mut database).await?);
        if news.elapsed() > PERIOD {
            sites.next_edition();
            news = Instant::now();
        }
        if running.len() == 4 && began.elapsed().as_secs() > kill_at as u64 {
            disturbances.push(kill(running.remove(0), &mut database).await?);
        }
        if disturbances.len() == 1 && began.elapsed().as_secs() > stop_at as u64 {
            disturbances.push(stop(&server, &mut database).await?);
        }
    }
    let (phases, takeover) = (phases(&mut database, PERIOD).await?, disturbances.first().map(Disturbance::took));
    let is_sound = report_asked(&sites.take_asked(), feeds, began, &disturbances, &phases, PERIOD);
    let ill = report_states(&look_at(&server.url()).await?).await?;
    lags.sort_unstable();
    let at = |share: f64| lags[((lags.len() - 1) as f64 * share) as usize];
    println!(
        "time behind schedule: median {} s, 99 % {} s, most {} s (a period has {} s)",
        at(0.5),
        at(0.99),
        at(1.0),
        PERIOD.as_secs()
    );
    for worker in &running {
        println!(
            "worker {}: {:.1} s CPU, {} MB (most {} MB), {} lines about a database that does not answer",
            worker.pid(),
            worker.cpu()?.as_secs_f64(),
            worker.memory()?.0,
            worker.memory()?.1,
            worker.count_said("does not answer")
        );
    }
    for worker in running {
        worker.end()?;
    }
    compare_ids(&ids, &ids_of(&office.out())?)?;
    ensure!(takeover.is_none_or(|took| took <= LEASE), "a killed worker's feeds waited longer than a lease");
    ensure!(is_sound, "a feed was late by more than a period, or refreshed twice in one");
    ensure!(ill == 0, "{ill} feeds are not well");
    Ok(())
}

/// Kills a worker that is busy, and waits until others have taken over what it had under way.
async fn kill(victim: Worker, database: &mut PgConnection) -> anyhow::Result<Disturbance> {
    let (pid, patience) = (victim.pid(), Instant::now());
    while under_way(database, Some(pid)).await?.len() < BUSY && patience.elapsed() < PERIOD {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let at = Instant::now();
    victim.kill()?;
    // A commit that had been sent may still come to its end.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let under_way = under_way(database, Some(pid)).await?;
    while !taken_over(database, pid, &under_way).await? {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let killed = Disturbance { cause: "a worker was killed", at, over: Instant::now(), under_way };
    println!(
        "worker killed with {} refreshes under way: all taken over after {:.1} s (a lease has {} s)",
        killed.under_way.len(),
        killed.took().as_secs_f64(),
        LEASE.as_secs()
    );
    Ok(killed)
}

/// Stops the database for a while when workers are busy.
async fn stop(server: &Postgres, database: &mut PgConnection) -> anyhow::Result<Disturbance> {
    let patience = Instant::now();
    while under_way(database, None).await?.len() < BUSY && patience.elapsed() < PERIOD {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // What is under way is counted while nobody can keep anything.
    hold_still(database).await?;
    let under_way = under_way(database, None).await?;
    let at = Instant::now();
    server.stop();
    tokio::time::sleep(Duration::from_secs(20)).await;
    server.start_again();
    let stopped = Disturbance { cause: "the database stopped", at, over: Instant::now(), under_way };
    println!(
        "database stopped for {:.0} s with {} refreshes under way",
        stopped.took().as_secs_f64(),
        stopped.under_way.len()
    );
    *database = PgConnection::connect(&server.url()).await?;
    Ok(stopped)
}

/// One machine where nothing changes.
async fn sqlite(feeds: usize, minutes: usize) -> anyhow::Result<()> {
    let sites = Sites::start(3).await?;
    let directory = tempfile::tempdir()?;
    let state = directory.path().join("ressort.db");
    let sections = (0..feeds).map(|number| sites.section(number));
    let office = Office::new(directory.path().join("office"), state.display().to_string(), SCHEDULE, sections)?;
    let serve = || office.start(&["serve", "--listen", "127.0.0.1:0"]);
    let first = ready(serve()?).await?;
    let began = Instant::now();
    println!("{feeds} feeds, empty state: ready after {:.2} s, {} MB", when(&first), first.memory()?.0);
    while published(&office.out()) < feeds {
        ensure!(began.elapsed() < Duration::from_secs(900), "the first fill takes more than 15 minutes");
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    println!(
        "first fill: {} articles in {:.0} s, {:.0} s CPU, {} MB",
        sites.articles_asked(),
        began.elapsed().as_secs_f64(),
        first.cpu()?.as_secs_f64(),
        first.memory()?.1
    );
    first.end()?;

    let second = ready(serve()?).await?;
    println!("full state: ready after {:.2} s, {} MB", when(&second), second.memory()?.0);
    let state = look_at(&state.display().to_string()).await?;
    // What fell due meanwhile comes first.
    while lag_alone(&state).await? > 1 {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    sites.take_asked();
    let (began, before) = (Instant::now(), second.cpu()?);
    let mut lags = Vec::new();
    while began.elapsed().as_secs() < minutes as u64 * 60 {
        tokio::time::sleep(Duration::from_secs(2)).await;
        lags.push(lag_alone(&state).await?);
    }
    let cpu = second.cpu()? - before;
    let refreshes: usize = sites.take_asked().values().map(Vec::len).sum();
    lags.sort_unstable();
    println!(
        "nothing changed: {refreshes} refreshes in {:.0} s, {:.2} ms CPU each, {} MB (most {} MB), time behind schedule: median {} s, most {} s",
        began.elapsed().as_secs_f64(),
        cpu.as_secs_f64() * 1_000.0 / refreshes.max(1) as f64,
        second.memory()?.0,
        second.memory()?.1,
        lags[lags.len() / 2],
        lags[lags.len() - 1]
    );
    report_states(&state).await?;
    second.end()
}

/// Every section has a new article.
async fn changed(feeds: usize) -> anyhow::Result<()> {
    let sites = Sites::start(4).await?;
    let directory = tempfile::tempdir()?;
    let state = directory.path().join("ressort.db");
    let sections = (0..feeds).map(|number| sites.section(number));
    let office = Office::new(directory.path().join("office"), state.display().to_string(), SCHEDULE, sections)?;
    for round in ["first fill", "all changed", "nothing changed"] {
        if round == "all changed" {
            sites.next_edition();
        }
        let articles = sites.articles_asked();
        let began = Instant::now();
        let mut run = office.start(&["run", "--quiet"])?;
        let (mut cpu, mut memory) = (Duration::ZERO, 0);
        while !run.has_ended()? {
            // The last look before its end is what counts.
            if let (Ok(now), Ok((_, most))) = (run.cpu(), run.memory()) {
                (cpu, memory) = (now, most);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let code = run.wait()?;
        println!(
            "{round}: {feeds} feeds, {} articles in {:.1} s, {:.1} ms CPU a feed, {memory} MB, exit code {code}",
            sites.articles_asked() - articles,
            began.elapsed().as_secs_f64(),
            cpu.as_secs_f64() * 1_000.0 / feeds as f64
        );
    }
    let ids = ids_of(&office.out())?;
    ensure!(ids.values().all(|ids| ids.len() == 5), "every feed has five articles");
    Ok(())
}

async fn ready(worker: Worker) -> anyhow::Result<Worker> {
    for _ in 0..6_000 {
        if worker.when_said(READY).is_some() {
            return Ok(worker);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    bail!("a worker is not ready after a minute")
}

fn when(worker: &Worker) -> f64 {
    worker.when_said(READY).unwrap_or_default().as_secs_f64()
}
