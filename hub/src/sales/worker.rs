//! Finishes returns whose terminal refunds are settled; after a restart it looks at those that waited.

use tokio::sync::watch;

use super::commands::{Pending, Refunds, finish_pending, standing};
use crate::hub::App;
use crate::web::Actor;

/// Runs until told to stop: whenever the journal grows, and once at the start.
pub fn start(app: &App, mut stop: watch::Receiver<bool>) {
    let app = app.clone();
    tokio::spawn(async move {
        let mut journal = app.live.journal_end();
        loop {
            if let Err(reject) = finish_all(&app).await {
                tracing::warn!(%reject, "a pending return could not be finished yet");
            }
            tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => break,
                changed = journal.changed() => if changed.is_err() { break },
            }
        }
    });
}

/// The returns that wait, found by an index of just those.
const OPEN: &str = "SELECT id, till, made_by, body FROM pending_return WHERE result IS NULL";

async fn finish_all(app: &App) -> Result<(), duken_kernel::Reject> {
    let ready = app.read_now(|read| {
        let mut ready = Vec::new();
        for row in read.rows(OPEN, &[])? {
            let (id, till, made_by): (i64, i64, Option<i64>) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let refunds = crate::payments::of_return(read, duken_kernel::journal::OWN, id)?;
            let pending: Pending = serde_json::from_str(&row.get::<String>(3)?)?;
            match standing(&pending.quote, &refunds) {
                Refunds::Done | Refunds::Nothing if !refunds.is_empty() => ready.push((id, till, made_by)),
                Refunds::Done | Refunds::Nothing | Refunds::UnderWay | Refunds::InPart => {}
            }
        }
        ready.sort_unstable();
        Ok(ready)
    })?;
    let mut held_up = Ok(());
    for (id, till, made_by) in ready {
        duken_kernel::failure::point("return.ready");
        let actor = Actor { user: made_by, till: Some(till), ..Actor::default() };
        let finished = app.run(app.caller(&actor, None), move |tx| {
            let result = finish_pending(tx, id)?;
            if result > 0 {
                crate::devices::enqueue_print(tx, till, super::receipt::RETURN, result, false)?;
            }
            Ok(result)
        });
        // One that cannot be finished yet, such as after its shift, does not keep the others.
        if let Err(reject) = finished.await {
            held_up = Err(reject);
        }
    }
    held_up
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use duken_kernel::context::{SystemChance, SystemClock};
    use duken_kernel::store::Database;
    use duken_kernel::{Read, Writer};

    #[test]
    fn returns_that_wait_are_found_without_looking_at_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::Sqlite(folder.path().join("duken.db")).open().unwrap();
        let schema = Arc::new(crate::domains::schema());
        let writer = Writer::open(database, schema, Arc::new(SystemClock), Arc::new(SystemChance)).unwrap();
        for sql in [super::OPEN, "SELECT id FROM pending_return WHERE sale = 1 AND result IS NULL"] {
            let plan = writer.engine().rows(&format!("EXPLAIN QUERY PLAN {sql}"), &[]).unwrap();
            let steps: Vec<String> = plan.iter().map(|row| row.get(3).unwrap()).collect();
            assert!(steps[0].contains("pending_return_open"), "{sql}: {steps:?}");
        }
    }
}
