//! Tills that registered, their tokens, and the prompts «Разрешить» that a person has not answered.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::machine::Refusal;

/// How long a prompt stays on the screen.
const PROMPT: SignedDuration = SignedDuration::from_secs(180);

/// A till that the terminal knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Till {
    /// The name it registered under.
    pub name: String,
    /// What it sends in `accesstoken`.
    pub access_token: String,
    /// What renews it.
    pub refresh_token: String,
    /// When the access token stops to work.
    pub expires_at: Timestamp,
}

/// A till that waits for «Разрешить».
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// Its number.
    pub id: u64,
    /// The name it asks to be known by.
    pub name: String,
    /// Since when it asks.
    pub since: Timestamp,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Tills {
    pub known: Vec<Till>,
    /// Gone with the current, as are the connections that wait for them.
    #[serde(skip)]
    pub prompts: Vec<Prompt>,
    #[serde(skip)]
    answered: Vec<(u64, Option<Till>)>,
    #[serde(skip)]
    last_prompt: u64,
}

/// What an access token is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenState {
    Valid,
    Expired,
    Unknown,
}

impl Tills {
    pub(super) fn check(&self, token: Option<&str>, now: Timestamp) -> TokenState {
        match self.known.iter().find(|till| Some(till.access_token.as_str()) == token) {
            Some(till) if till.expires_at > now => TokenState::Valid,
            Some(_) => TokenState::Expired,
            None => TokenState::Unknown,
        }
    }

    /// Shows the prompt; the answer comes by [`Tills::take_answer`].
    pub(super) fn ask(&mut self, name: &str, now: Timestamp) -> Result<u64, Refusal> {
        if self.known.iter().any(|till| till.name == name) {
            return Err(Refusal::Registration("Касса с таким именем уже зарегистрирована"));
        }
        if self.prompts.iter().any(|prompt| prompt.name == name) {
            return Err(Refusal::Registration("Запрос с таким именем уже ожидает ответа"));
        }
        self.last_prompt += 1;
        self.prompts.push(Prompt { id: self.last_prompt, name: name.to_owned(), since: now });
        Ok(self.last_prompt)
    }

    /// «Разрешить» for a name, or for the oldest prompt.
    pub(super) fn allow(&mut self, name: Option<&str>, now: Timestamp, life_s: i64) -> bool {
        let Some(prompt) = self.remove_prompt(name) else { return false };
        let till = Till {
            name: prompt.name,
            access_token: Uuid::new_v4().simple().to_string(),
            refresh_token: Uuid::new_v4().simple().to_string(),
            expires_at: later(now, life_s),
        };
        self.known.push(till.clone());
        self.answered.push((prompt.id, Some(till)));
        true
    }

    /// «Запретить»: refuses a prompt, or forgets a till that is known by the name.
    pub(super) fn deny(&mut self, name: Option<&str>) -> bool {
        if let Some(prompt) = self.remove_prompt(name) {
            self.answered.push((prompt.id, None));
            return true;
        }
        let before = self.known.len();
        self.known.retain(|till| Some(till.name.as_str()) != name);
        self.known.len() < before
    }

    /// The answer to a prompt, once.
    pub(super) fn take_answer(&mut self, id: u64) -> Option<Option<Till>> {
        let at = self.answered.iter().position(|(answered, _)| *answered == id)?;
        Some(self.answered.swap_remove(at).1)
    }

    pub(super) fn is_answered(&self, id: u64) -> bool {
        self.answered.iter().any(|(answered, _)| *answered == id)
    }

    /// A new pair for an old refresh token; the old pair is dead from now on.
    pub(super) fn refresh(&mut self, name: &str, refresh: &str, now: Timestamp, life_s: i64) -> Result<Till, Refusal> {
        let till = self
            .known
            .iter_mut()
            .find(|till| till.name == name && till.refresh_token == refresh)
            .ok_or(Refusal::Registration("Неверный refreshToken"))?;
        till.access_token = Uuid::new_v4().simple().to_string();
        till.refresh_token = Uuid::new_v4().simple().to_string();
        till.expires_at = later(now, life_s);
        Ok(till.clone())
    }

    pub(super) fn expire_all(&mut self, now: Timestamp) {
        for till in &mut self.known {
            till.expires_at = now;
        }
    }

    pub(super) fn give_up_old_prompts(&mut self, now: Timestamp) -> bool {
        let (old, young): (Vec<Prompt>, Vec<Prompt>) =
            self.prompts.drain(..).partition(|prompt| now.duration_since(prompt.since) >= PROMPT);
        self.prompts = young;
        self.answered.extend(old.iter().map(|prompt| (prompt.id, None)));
        !old.is_empty()
    }

    pub(super) fn prompts_end(&self) -> Option<Timestamp> {
        self.prompts.iter().filter_map(|prompt| prompt.since.saturating_add(PROMPT).ok()).min()
    }

    fn remove_prompt(&mut self, name: Option<&str>) -> Option<Prompt> {
        let at = self.prompts.iter().position(|prompt| name.is_none_or(|name| prompt.name == name))?;
        Some(self.prompts.remove(at))
    }
}

fn later(now: Timestamp, seconds: i64) -> Timestamp {
    now.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}
