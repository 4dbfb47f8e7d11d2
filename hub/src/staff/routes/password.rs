//! Looking at a password: throttled by account, a few at a time.

use duken_kernel::{Fault, Reject};

use crate::hub::App;
use crate::staff::commands::{self, Attempt};
use crate::staff::{WRONG_PASSWORD, verifier};
use crate::web::Problem;

/// Passwords looked at at the same time.
static LOOKS: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(2);

/// Whether the password is that of the person. Without a person the same work is done, so that an unknown account takes
/// as long as a wrong password. `account` is whom the attempts are counted for, `what` stands in the trail.
///
/// # Errors
/// `session.throttled`, `session.wrong_password`; then the engine's.
pub(super) async fn look(app: &App, account: String, user: Option<i64>, password: String, what: &'static str) -> Result<(), Problem> {
    app.run(app.own_caller(), commands::begin_attempt(vec![account.clone()])).await?;
    // Each look takes tens of megabytes and milliseconds on purpose: a few at a time.
    let _turn = LOOKS.acquire().await;
    let checking = app.clone();
    let fits = tokio::task::spawn_blocking(move || {
        let kept = match user {
            Some(id) => checking.read_now(|read| Ok(duken_kernel::vault::read_secret(read, &checking.key, &format!("password:{id}"))?))?,
            None => None,
        };
        match kept {
            Some(kept) => Ok(verifier::fits_password(&checking.key, &kept, &password)?),
            None => verifier::of_password(&checking.key, checking.chance.as_ref(), &password).map(|_| false).map_err(Reject::from),
        }
    })
    .await
    .map_err(|_| Fault::Panicked)??;
    if fits {
        return Ok(());
    }
    let attempt = Attempt { sources: vec![account], what, code: WRONG_PASSWORD.code };
    app.run(app.own_caller(), commands::failed_attempt(attempt)).await?;
    Err(WRONG_PASSWORD.refuse().into())
}
