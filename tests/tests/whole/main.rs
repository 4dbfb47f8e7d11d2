//! The whole product: the real program on real files, used through its public API.

mod access;
mod carts;
mod demo;
mod displays;
mod first_run;
mod home;
mod money;
mod paid;
mod program;
mod refusals;
mod repeats;
mod returns;
mod sale;
mod shifts;
mod sign_in;
mod texts;
