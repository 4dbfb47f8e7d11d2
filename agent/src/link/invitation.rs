//! What the hub's QR says to a machine that is to become its agent.

use super::{AddressError, HubAddress};

/// Where and by what an agent is taken on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Where the hub is reached, the likeliest first.
    pub addresses: Vec<HubAddress>,
    /// The six digits.
    pub code: String,
    /// Fingerprint of the hub's certificate; none on plain loopback.
    pub fingerprint: Option<String>,
}

/// Why a text is no invitation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvitationError {
    /// Of another kind, or of a later form.
    #[error("this is not the text of a hub's QR: it begins with {BEGINNING}")]
    NoInvitation,
    /// It names no digits.
    #[error("the text of the QR has no code in it: show it again on the hub")]
    NoCode,
    /// It names no address: the hub serves its own machine only.
    #[error("the text of the QR names no address: give the hub an address on the network first (https in its configuration)")]
    NoAddress,
    /// An address in it cannot be used.
    #[error(transparent)]
    Address(#[from] AddressError),
}

const BEGINNING: &str = "duken-pair:1?";

impl Invitation {
    /// Reads `duken-pair:1?code=123456&hub=…&fp=…&at=192.168.1.10:8443&at=…`; unknown parts are passed over.
    ///
    /// # Errors
    /// [`InvitationError`].
    pub fn parse(text: &str) -> Result<Self, InvitationError> {
        let rest = text.trim().strip_prefix(BEGINNING).ok_or(InvitationError::NoInvitation)?;
        let parts = || rest.split('&').filter_map(|part| part.split_once('='));
        let one = |wanted: &str| parts().find(|(name, _)| *name == wanted).map(|(_, value)| value.to_owned());
        let code = one("code").filter(|code| !code.is_empty()).ok_or(InvitationError::NoCode)?;
        let addresses: Result<Vec<HubAddress>, AddressError> =
            parts().filter(|(name, _)| *name == "at").map(|(_, at)| HubAddress::parse(at)).collect();
        let addresses = addresses?;
        if addresses.is_empty() {
            return Err(InvitationError::NoAddress);
        }
        Ok(Self { addresses, code, fingerprint: one("fp") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_qr_is_one_argument() {
        let read = Invitation::parse(" duken-pair:1?code=123456&hub=h&fp=ab&new=1&at=10.0.0.1:8443&at=[fd00::1]:8443\n").unwrap();
        assert_eq!((read.code.as_str(), read.fingerprint.as_deref(), read.addresses.len()), ("123456", Some("ab"), 2));
        assert_eq!(read.addresses[0].to_string(), "https://10.0.0.1:8443");
        for (text, error) in [
            ("https://10.0.0.1:8443", InvitationError::NoInvitation),
            ("duken-pair:2?code=1", InvitationError::NoInvitation),
            ("duken-pair:1?at=10.0.0.1", InvitationError::NoCode),
            ("duken-pair:1?code=123456", InvitationError::NoAddress),
            ("duken-pair:1?code=123456&at=http://10.0.0.1", InvitationError::Address(AddressError::PlainAcrossNetwork)),
        ] {
            assert_eq!(Invitation::parse(text), Err(error), "{text}");
        }
    }
}
