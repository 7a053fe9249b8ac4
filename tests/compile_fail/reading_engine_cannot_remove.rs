//! Without a mandate there is no value on which a removal could be called.
use docker_steward::engine::{Reader, Writer};
use docker_steward::steward::{Checked, Mandate};

async fn on_a_reader(reader: Reader, step: Checked<'_>) {
    let _ = reader.remove(step).await;
}

fn without_mandate(reader: &Reader) -> Writer {
    reader.writer()
}

async fn without_mandate_either(reader: &Reader) {
    let _ = reader.prober();
    let _ = reader.guard().await;
}

fn forge() -> Mandate {
    Mandate(())
}

fn main() {}
