//! Looking at a password: throttled by account, a few at a time.

use duken_kernel::Reject;

use crate::hub::App;
use crate::staff::attempts::Attempt;
use crate::staff::{WRONG_PASSWORD, verifier};
use crate::web::Problem;

/// Passwords looked at at the same time.
static LOOKS: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(2);

/// Whether the password is that of the person. Without a person the same work is done, so that an unknown account takes
/// as long as a wrong password. A success is forgotten by who uses it: [`Attempt::succeeded`].
///
/// # Errors
/// `session.throttled`, `session.wrong_password`; then the engine's.
pub(super) async fn look(app: &App, attempt: &Attempt, user: Option<i64>, password: String) -> Result<(), Problem> {
    app.run(app.own_caller().to_close(), attempt.clone().begin()).await?;
    // Each look takes tens of megabytes and milliseconds on purpose: a few at a time.
    let _turn = LOOKS.acquire().await;
    let checking = app.clone();
    let looking = move || -> Result<bool, Reject> {
        let kept = match user {
            Some(id) => checking.read_now(|read| Ok(duken_kernel::vault::read_secret(read, &checking.key, &format!("password:{id}"))?))?,
            None => None,
        };
        match kept {
            Some(kept) => Ok(verifier::fits_password(&checking.key, &kept, &password)?),
            None => verifier::of_password(&checking.key, checking.chance.as_ref(), &password).map(|_| false).map_err(Reject::from),
        }
    };
    if app.aside(looking).await?? {
        return Ok(());
    }
    app.run(app.own_caller().to_close(), attempt.clone().failed(WRONG_PASSWORD)).await?;
    Err(WRONG_PASSWORD.refuse().into())
}
