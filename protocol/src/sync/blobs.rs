//! Which personal blobs an entry names.

/// Hexadecimal digits of a hash.
const HEX_LENGTH: usize = 64;

/// The hashes that an entry's JSON names: every text that is exactly 64 lower-case hexadecimal digits. Some of them
/// name personal blobs, others photos; whoever keeps blobs knows which are his.
pub fn named_blobs(json: &[u8]) -> impl Iterator<Item = &str> {
    let mut rest = json;
    std::iter::from_fn(move || {
        loop {
            let quote = rest.iter().position(|&byte| byte == b'"')?;
            rest = &rest[quote + 1..];
            let Some((text, after)) = rest.split_at_checked(HEX_LENGTH) else { continue };
            if after.first() == Some(&b'"') && text.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
                rest = after;
                return std::str::from_utf8(text).ok();
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_texts_of_sixty_four_digits_are_hashes() {
        let a = "a1".repeat(32);
        let b = "0".repeat(64);
        let long = "0".repeat(65);
        let json = format!(r#"{{"who":"{a}","n":"{long}","short":"ab","list":["{b}","x"],"upper":"{}"}}"#, "A".repeat(64));
        assert_eq!(named_blobs(json.as_bytes()).collect::<Vec<_>>(), [a.as_str(), b.as_str()]);
        assert_eq!(named_blobs(b"").count(), 0);
        assert_eq!(named_blobs(b"\"").count(), 0);
    }
}
