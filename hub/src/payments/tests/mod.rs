//! Payments: the step machine against a terminal that misbehaves, and the commands on a real database.

mod commands;
pub(super) mod drive;
