//! The pure core and the frames, at the size of a busy engine and at a hundred thousand resources:
//! `cargo bench --bench core`.

mod frames;
mod world;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use docker_steward::ssot::load::{self, Origin};
use docker_steward::steward::{Ledger, Links, classify, needs};
use jiff::Timestamp;
use world::{Scale, World};

fn core(criterion: &mut Criterion) {
    let now = Timestamp::from_second(1_790_000_000).unwrap_or_default();
    let origin = Origin::File("bench.yaml".into());
    let policy = load::parse(&world::ssot(200), &origin).unwrap_or_else(|error| panic!("{error}")).policy;
    for (name, scale) in [("busy", Scale::BUSY), ("huge", Scale::HUGE)] {
        let world = World::new(scale, now);
        let inventory = world.inventory(now);
        let mut ledger = Ledger::default();
        ledger.observe(&inventory, now);
        let mut group = criterion.benchmark_group("core");
        group.sample_size(10);
        group.bench_function(BenchmarkId::new("read the lists", name), |it| {
            it.iter(|| black_box(world.inventory(now)));
        });
        group.bench_function(BenchmarkId::new("graph", name), |it| {
            it.iter(|| black_box(Links::of(&inventory)));
        });
        group.bench_function(BenchmarkId::new("classify, 200 patterns", name), |it| {
            it.iter(|| black_box(classify(&inventory, &policy, &ledger, now)));
        });
        group.bench_function(BenchmarkId::new("needs, 200 patterns", name), |it| {
            it.iter(|| black_box(needs(&inventory, &policy, &ledger, now)));
        });
        group.bench_function(BenchmarkId::new("ledger, one more look", name), |it| {
            it.iter(|| black_box(ledger.observe(&inventory, now)));
        });
        group.finish();
    }
    frames::frames(criterion, &policy, now);
}

/// As in the program.
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

criterion_group!(benches, core);
criterion_main!(benches);
