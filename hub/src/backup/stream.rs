//! A stream of any length under one key: the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015) with
//! ChaCha20-Poly1305 over pieces of 64 KiB. A piece that is changed, moved, doubled or missing at the end is seen.

use std::io::{self, Read, Write};

use aead_stream::{DecryptorBE32, EncryptorBE32};
use chacha20poly1305::ChaCha20Poly1305;

const PIECE_BYTES: usize = 64 << 10;
const TAG_BYTES: usize = 16;

/// Every stream has a key of its own, so the nonce begins with zeros and counts pieces.
const NONCE: [u8; 7] = [0; 7];

/// Seals what is written to it. [`SealWriter::finish`] writes the last piece: without it the stream is cut.
pub struct SealWriter<W> {
    out: W,
    sealer: EncryptorBE32<ChaCha20Poly1305>,
    piece: Vec<u8>,
}

impl<W: Write> SealWriter<W> {
    /// Seals under a key that is used for nothing else.
    pub fn new(out: W, key: &[u8; 32]) -> Self {
        Self { out, sealer: EncryptorBE32::new(&(*key).into(), &NONCE.into()), piece: Vec::with_capacity(PIECE_BYTES + TAG_BYTES) }
    }

    /// Writes the last piece; what it was written to.
    ///
    /// # Errors
    /// Those of writing.
    pub fn finish(mut self) -> io::Result<W> {
        self.sealer.encrypt_last_in_place(&[], &mut self.piece).map_err(|_| too_long())?;
        self.out.write_all(&self.piece)?;
        Ok(self.out)
    }
}

impl<W: Write> Write for SealWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full piece waits for the next byte: the last one is sealed differently.
        if self.piece.len() == PIECE_BYTES && !bytes.is_empty() {
            // Taken out first: what writes on after a full disk, as the end of a tar does when it is dropped, finds no
            // sealed piece where a plain one is expected.
            let mut piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE_BYTES + TAG_BYTES));
            self.sealer.encrypt_next_in_place(&[], &mut piece).map_err(|_| too_long())?;
            self.out.write_all(&piece)?;
        }
        let taken = bytes.len().min(PIECE_BYTES - self.piece.len());
        self.piece.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Opens what [`SealWriter`] made. Damage is [`io::ErrorKind::InvalidData`]; the end is the end only after the last piece.
pub struct OpenReader<R> {
    input: R,
    opener: Option<DecryptorBE32<ChaCha20Poly1305>>,
    sealed: Vec<u8>,
    next: Vec<u8>,
    plain: Vec<u8>,
    at: usize,
}

impl<R: Read> OpenReader<R> {
    /// Opens with the key it was sealed under.
    ///
    /// # Errors
    /// Those of reading.
    pub fn new(mut input: R, key: &[u8; 32]) -> io::Result<Self> {
        let next = piece_of(&mut input)?;
        let opener = DecryptorBE32::new(&(*key).into(), &NONCE.into());
        Ok(Self { input, opener: Some(opener), sealed: Vec::new(), next, plain: Vec::new(), at: 0 })
    }

    fn turn(&mut self) -> io::Result<()> {
        let Some(mut opener) = self.opener.take() else { return Ok(()) };
        self.sealed = std::mem::take(&mut self.next);
        self.next = if self.sealed.len() == PIECE_BYTES + TAG_BYTES { piece_of(&mut self.input)? } else { Vec::new() };
        let mut piece = std::mem::take(&mut self.sealed);
        if self.next.is_empty() {
            opener.decrypt_last_in_place(&[], &mut piece).map_err(|_| damaged())?;
        } else {
            opener.decrypt_next_in_place(&[], &mut piece).map_err(|_| damaged())?;
            self.opener = Some(opener);
        }
        self.plain = piece;
        self.at = 0;
        Ok(())
    }
}

impl<R: Read> Read for OpenReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at == self.plain.len() {
            self.plain.clear();
            self.at = 0;
            self.turn()?;
        }
        let taken = out.len().min(self.plain.len() - self.at);
        out[..taken].copy_from_slice(&self.plain[self.at..self.at + taken]);
        self.at += taken;
        Ok(taken)
    }
}

fn piece_of(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut piece = Vec::with_capacity(PIECE_BYTES + TAG_BYTES);
    input.take((PIECE_BYTES + TAG_BYTES) as u64).read_to_end(&mut piece)?;
    Ok(piece)
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a sealed piece is damaged, missing or in the wrong place")
}

fn too_long() -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, "more than 2^32 pieces")
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [9; 32];
    const SEALED_PIECE: usize = PIECE_BYTES + TAG_BYTES;

    fn sealed(plain: &[u8]) -> Vec<u8> {
        let mut writer = SealWriter::new(Vec::new(), &KEY);
        writer.write_all(plain).unwrap();
        writer.finish().unwrap()
    }

    fn opened(sealed: &[u8]) -> io::Result<Vec<u8>> {
        let mut plain = Vec::new();
        OpenReader::new(sealed, &KEY)?.read_to_end(&mut plain)?;
        Ok(plain)
    }

    #[test]
    fn every_length_around_a_piece_comes_back() {
        for length in [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES, 3 * PIECE_BYTES + 7] {
            let plain: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
            assert_eq!(opened(&sealed(&plain)).unwrap(), plain, "{length}");
        }
    }

    #[test]
    fn whatever_is_done_to_it_is_seen() {
        let good = sealed(&vec![3; 3 * PIECE_BYTES]);
        let mut swapped = good.clone();
        let (first, rest) = swapped.split_at_mut(SEALED_PIECE);
        first.swap_with_slice(&mut rest[..SEALED_PIECE]);
        let cases: Vec<(&str, Vec<u8>)> = vec![
            ("nothing", Vec::new()),
            ("cut at a piece's end", good[..2 * SEALED_PIECE].to_vec()),
            ("cut in a piece", good[..good.len() - 1].to_vec()),
            ("more at the end", [good.as_slice(), b"x"].concat()),
            ("a piece twice", [&good[..SEALED_PIECE], &good].concat()),
            ("a piece left out", good[SEALED_PIECE..].to_vec()),
            ("pieces swapped", swapped),
        ];
        for (what, bytes) in cases {
            assert_eq!(opened(&bytes).unwrap_err().kind(), io::ErrorKind::InvalidData, "{what}");
        }
        for at in (0..good.len()).step_by(9_973) {
            let mut changed = good.clone();
            changed[at] ^= 1;
            assert!(opened(&changed).is_err(), "byte {at}");
        }
        let other = OpenReader::new(good.as_slice(), &[8; 32]).unwrap().read_to_end(&mut Vec::new());
        assert!(other.is_err());
    }
}
