//! Cards of agents. The token's verifier is a sealed secret; the token itself is nowhere.

use duken_kernel::journal::Draft;
use duken_kernel::vault::{drop_secret, keep_secret};
use duken_kernel::{Reject, Tx};
use serde_json::json;

use crate::devices::project::{AGENT_SAVED, AgentSaved};
use crate::devices::queries;
use crate::hub::App;
use crate::web::CARD_NOT_FOUND;

/// The id of the secret that verifies an agent's token.
pub fn verifier_id(agent: i64) -> String {
    format!("agent:{agent}")
}

/// What is kept of a token.
pub fn verifier(app: &App, token: &str) -> Vec<u8> {
    blake3::keyed_hash(&app.key.derive("duken agent token 1"), token.as_bytes()).as_bytes().to_vec()
}

/// Takes an agent on; answers with its number.
///
/// # Errors
/// The engine's.
pub fn pair_agent(app: &App, name: String, token: &str) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static + use<> {
    let keeping = app.clone();
    let verifier = verifier(app, token);
    move |tx| {
        let name = name.trim().chars().take(100).collect::<String>();
        let paired_at = tx.now_ms;
        let id = tx.record(Draft::new(AGENT_SAVED, &AgentSaved { id: None, name, paired_at, archived: false })?)?;
        keep_secret(tx.engine(), &keeping.key, tx.chance(), &verifier_id(id), &verifier)?;
        tx.notify("devices", json!({ "agent": id.to_string() }));
        Ok(id)
    }
}

/// Sends an agent away: its token opens nothing any more.
///
/// # Errors
/// `card.not_found`.
pub fn dismiss_agent(id: i64) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let known = queries::agents(tx)?.into_iter().find(|agent| agent.id == id).ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        let gone = AgentSaved { id: Some(id), name: known.name, paired_at: known.paired_at_ms, archived: true };
        tx.record(Draft::new(AGENT_SAVED, &gone)?)?;
        drop_secret(tx.engine(), &verifier_id(id))?;
        tx.notify("devices", json!({ "agent": id.to_string() }));
        Ok(id)
    }
}
