//! How fast a store takes durable writes: `cargo bench --bench store -- [--database URL] [--writes N]`.
//!
//! Without a database it is a SQLite file in a temporary directory. The database should be a new one: what is written
//! stays there.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a program for whoever measures"
)]

use std::sync::Arc;
use std::time::Instant;

use bonafide::app::{open_store, system_world};
use bonafide::domain::{
    Badge, BadgeState, Business, BusinessId, BusinessName, Channel, ChannelValue, ExternalId,
    Profile, Website,
};
use bonafide::service::author::Author;
use bonafide::service::world::World;
use bonafide::store::{Store, Upsert};
use clap::Parser;

/// Measures a store.
#[derive(Parser)]
struct Args {
    /// The database to write to.
    #[arg(long)]
    database: Option<String>,
    /// Writes of each measurement.
    #[arg(long, default_value_t = 2_000)]
    writes: usize,
    /// Cargo gives this to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

fn author() -> Author {
    Author::command("bench")
}

fn business(world: &World, n: usize) -> Business {
    let site = Website::parse(&format!("https://b{n}.example.com/")).unwrap();
    let unique = world.new_id().simple();
    Business {
        id: BusinessId::new(world.new_id()),
        profile: Profile {
            external_id: Some(ExternalId::parse(&format!("{unique}-{n}")).unwrap()),
            channels: vec![Channel::listed(ChannelValue::Website(site), None)],
            ..Profile::named(BusinessName::parse(&format!("Business {n}")).unwrap())
        },
        badge: Badge::None,
        badge_state: BadgeState::Active,
        organisation: None,
        created_at: world.now(),
        updated_at: world.now(),
        version: 1,
    }
}

async fn writers(store: &Arc<dyn Store>, world: &World, writers: usize, writes: usize) {
    let started = Instant::now();
    let tasks = (0..writers).map(|writer| {
        let (store, world) = (Arc::clone(store), world.clone());
        tokio::spawn(async move {
            for n in 0..writes / writers {
                let new = business(&world, writer * writes + n);
                let act = author().act(&world, "business.create", Some(&new.id));
                store.insert(&new, &act).await.unwrap();
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    tell(&format!("one by one, {writers} writers"), writes, started);
}

async fn batches(store: &Arc<dyn Store>, world: &World, writes: usize) {
    let started = Instant::now();
    for first in (0..writes).step_by(1_000) {
        let batch = (first..writes.min(first + 1_000)).map(|n| Upsert {
            id_if_new: BusinessId::new(world.new_id()),
            profile: business(world, n).profile,
            organisation: None,
        });
        let batch: Vec<Upsert> = batch.collect();
        let act = author().act(world, "registry.import", None);
        store.upsert_batch(batch, &act).await.unwrap();
    }
    tell("batches of 1,000", writes, started);
}

fn tell(what: &str, writes: usize, started: Instant) {
    let seconds = started.elapsed().as_secs_f64();
    println!("{what:<24} {:>8.0} writes/s", writes as f64 / seconds);
}

#[tokio::main]
async fn main() {
    let args = Args::parse();
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let file = format!("sqlite://{}", dir.path().join("bench.db").display());
    let world = system_world();
    let store = open_store(args.database.as_deref().unwrap_or(&file), &world)
        .await
        .unwrap();
    for count in [1, 8, 32] {
        writers(&store, &world, count, args.writes).await;
    }
    batches(&store, &world, 10 * args.writes).await;
    store.close().await;
}
