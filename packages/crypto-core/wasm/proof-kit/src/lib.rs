//! What the proofs of the ciphers share: bytes that are always the same (`bytes`), the module as JavaScript calls it
//! (`module`), and a slow, readable twin of all that it does (`reference`).
pub mod bytes;
pub mod module;
#[cfg(feature = "reference")]
pub mod reference;

pub use hammerwork_ciphers::kind::Kind;

pub const CHUNK: usize = 16_384;
pub const TAG: usize = 16;
/// Header and salt, before the commitment.
pub const HEAD: usize = 36;
pub const COMMITMENT: usize = 32;
/// Before the first chunk.
pub const BODY: usize = HEAD + COMMITMENT;
/// Plaintext bytes from which a record takes more than one call.
pub const LONG_FROM: usize = 7 * CHUNK;

pub const KINDS: [Kind; 3] = [Kind::Aes256Gcm, Kind::ChaCha20Poly1305, Kind::XChaCha20Poly1305];
/// Those that records use.
pub const RECORD_KINDS: [Kind; 2] = [Kind::Aes256Gcm, Kind::ChaCha20Poly1305];

/// Bytes of the record that holds `length` bytes of plaintext.
pub fn record_length(length: usize) -> usize {
    BODY + length + TAG * (length / CHUNK + 1)
}

/// Whether some plaintext has a record of `length` bytes.
pub fn is_possible(length: usize) -> bool {
    length >= BODY + TAG && (length - BODY) % (CHUNK + TAG) >= TAG
}

/// Bytes of plaintext in a record of a possible length.
pub fn plaintext_length(record: usize) -> usize {
    let body = record - BODY;
    body - TAG * body.div_ceil(CHUNK + TAG)
}
