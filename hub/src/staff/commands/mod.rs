//! What people do with people.

mod roles;
mod session;
mod set_up;
mod users;

pub(super) use roles::save_role;
pub(super) use session::{SessionChange, SignIn, change_session, end_session, sign_in};
pub use set_up::{SetUp, set_up};
pub(super) use users::{SaveUser, password_verifier, save_user, set_active, set_password, set_pin};
