//! The worker of one payment terminal. Calls do not wait for each other: one that blocks on a person must not hold up the
//! question how a payment is going. The terminal itself refuses a second operation (107).

use std::sync::Arc;

use duken_protocol::device::{DeviceState, KaspiAnswer, KaspiCall, KaspiError, Outcome, Reason, Work};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::state::StateCell;
use super::{Task, not_done};
use crate::kaspi::Terminal;

pub(super) async fn run(mut tasks: mpsc::Receiver<Task>, state: Arc<StateCell>) {
    let mut calls = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            task = tasks.recv() => match task {
                Some(task) => {
                    calls.spawn(serve(task, Arc::clone(&state)));
                }
                None => break,
            },
            Some(_) = calls.join_next() => {}
        }
    }
    while calls.join_next().await.is_some() {}
}

async fn serve(task: Task, state: Arc<StateCell>) {
    let outcome = match &task.job.work {
        work if task.expired() => not_done(work, Reason::Expired, "it waited too long"),
        Work::AskState => Outcome::State { report: state.get() },
        Work::Kaspi { target, call } => {
            if let Err(detail) = (task.gate)().await {
                let _ = task.answer.send(not_done(&task.job.work, Reason::Interrupted, &detail));
                return;
            }
            let result = match Terminal::new(target) {
                Ok(terminal) => terminal.call(call).await,
                Err(error) => Err(error),
            };
            match result {
                // A probe asks any address: it says nothing about this terminal.
                Ok(answer @ KaspiAnswer::Present) => Outcome::Kaspi { answer },
                Err(error) if matches!(call, KaspiCall::Probe) => Outcome::KaspiFailed { error },
                Ok(answer) => {
                    state.set_plain(DeviceState::Ready, "");
                    Outcome::Kaspi { answer }
                }
                Err(error) => {
                    note(&state, &error);
                    Outcome::KaspiFailed { error }
                }
            }
        }
        work @ (Work::Print { .. } | Work::DrawerPulse { .. } | Work::TestChart) => {
            not_done(work, Reason::Unsupported, "a terminal is no printer")
        }
    };
    let _ = task.answer.send(outcome);
}

fn note(state: &StateCell, error: &KaspiError) {
    match error {
        KaspiError::NeverSent { detail } => state.set_plain(DeviceState::Offline, detail),
        KaspiError::NotTrusted { detail } | KaspiError::Unreadable { detail } => state.set_plain(DeviceState::Error, detail),
        KaspiError::NotRegistered | KaspiError::TokenExpired | KaspiError::RegistrationRefused { .. } => {
            state.set_plain(DeviceState::Error, error.code());
        }
        KaspiError::Busy { message } => state.set_plain(DeviceState::Busy, message),
        KaspiError::AnswerLost { detail } => state.set_plain(DeviceState::Unknown, detail),
        KaspiError::NoSuchProcess { .. }
        | KaspiError::CannotActualize { .. }
        | KaspiError::BadParameter { .. }
        | KaspiError::Other { .. } => state.set_plain(DeviceState::Ready, ""),
        KaspiError::BadCall { .. } => {}
    }
}
