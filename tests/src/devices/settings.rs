//! Settings that change at run time: a JSON object over the present ones, so that a caller names only what changes.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// `current` with the fields of `changes` laid over it; `null` clears a field that may be absent.
///
/// # Errors
/// A sentence: `changes` is no object, names an unknown field, or holds a value of the wrong kind.
pub(crate) fn with_changes<T: Serialize + DeserializeOwned>(current: &T, changes: &Value) -> Result<T, String> {
    let Value::Object(changes) = changes else {
        return Err("expected a JSON object".to_owned());
    };
    let mut merged = serde_json::to_value(current).map_err(|error| error.to_string())?;
    if let Value::Object(fields) = &mut merged {
        for (name, value) in changes {
            match fields.get_mut(name) {
                Some(field) => *field = value.clone(),
                None => return Err(format!("unknown setting {name:?}")),
            }
        }
    }
    serde_json::from_value(merged).map_err(|error| error.to_string())
}
