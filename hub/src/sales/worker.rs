//! Finishes returns whose terminal refunds are settled; after a restart it looks at those that waited.

use tokio::sync::watch;

use super::commands::finish_pending;
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
                changed = journal.changed() => if changed.is_err() { break },
                _ = stop.wait_for(|stop| *stop) => break,
            }
        }
    });
}

async fn finish_all(app: &App) -> Result<(), duken_kernel::Reject> {
    let ready = app.read_now(|read| {
        let mut ready = Vec::new();
        for row in read.rows("SELECT id, till, made_by FROM pending_return WHERE result IS NULL ORDER BY id", &[])? {
            let (id, till, made_by): (i64, i64, Option<i64>) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let refunds = crate::payments::of_return(read, duken_kernel::journal::OWN, id)?;
            if !refunds.is_empty() && refunds.iter().all(|refund| refund.state.is_settled()) {
                ready.push((id, till, made_by));
            }
        }
        Ok(ready)
    })?;
    for (id, till, made_by) in ready {
        duken_kernel::failure::point("return.ready");
        let actor = Actor { user: made_by, till: Some(till), ..Actor::default() };
        app.run(app.caller(&actor, None), move |tx| {
            let result = finish_pending(tx, id)?;
            if result > 0 {
                crate::devices::enqueue_print(tx, till, super::receipt::RETURN, result, false)?;
            }
            Ok(result)
        })
        .await?;
    }
    Ok(())
}
