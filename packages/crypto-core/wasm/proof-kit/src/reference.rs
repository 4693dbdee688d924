//! What the module must give, from the RustCrypto crates and the text of c2sp.org/chunked-encryption, version 1.
use crate::{is_possible, Kind, BODY, CHUNK, HEAD, TAG};
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::Aes256Gcm;
use chacha20poly1305::{ChaCha20Poly1305, XChaCha20Poly1305};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha512};

fn with<A: Aead + KeyInit, T>(key: &[u8; 32], run: impl FnOnce(A) -> T) -> T {
    run(A::new_from_slice(key).unwrap())
}

fn seal_with<A: Aead + KeyInit>(key: &[u8; 32], nonce: &[u8], payload: Payload) -> Vec<u8> {
    with(key, |aead: A| aead.encrypt(nonce.try_into().unwrap(), payload).unwrap())
}

fn open_with<A: Aead + KeyInit>(key: &[u8; 32], nonce: &[u8], payload: Payload) -> Option<Vec<u8>> {
    with(key, |aead: A| aead.decrypt(nonce.try_into().unwrap(), payload).ok())
}

/// Ciphertext and tag.
pub fn seal(kind: Kind, key: &[u8; 32], nonce: &[u8], aad: &[u8], plaintext: &[u8]) -> Vec<u8> {
    let payload = Payload { msg: plaintext, aad };
    match kind {
        Kind::Aes256Gcm => seal_with::<Aes256Gcm>(key, nonce, payload),
        Kind::ChaCha20Poly1305 => seal_with::<ChaCha20Poly1305>(key, nonce, payload),
        Kind::XChaCha20Poly1305 => seal_with::<XChaCha20Poly1305>(key, nonce, payload),
    }
}

pub fn open(kind: Kind, key: &[u8; 32], nonce: &[u8], aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let payload = Payload { msg: sealed, aad };
    match kind {
        Kind::Aes256Gcm => open_with::<Aes256Gcm>(key, nonce, payload),
        Kind::ChaCha20Poly1305 => open_with::<ChaCha20Poly1305>(key, nonce, payload),
        Kind::XChaCha20Poly1305 => open_with::<XChaCha20Poly1305>(key, nonce, payload),
    }
}

pub fn sha512(data: &[u8]) -> Vec<u8> {
    Sha512::digest(data).to_vec()
}

pub fn hmac_sha512(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut mac = Hmac::<Sha512>::new_from_slice(key).unwrap();
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().to_vec()
}

pub struct Derived {
    pub key: [u8; 32],
    pub base_nonce: [u8; 12],
    pub commitment: [u8; 32],
}

/// HKDF-Expand-SHA-512 (RFC 5869) over `expanded`: salt and context.
pub fn derive(kind: Kind, key: &[u8; 32], expanded: &[u8]) -> Derived {
    let name = match kind {
        Kind::Aes256Gcm => "AEAD_AES_256_GCM",
        _ => "AEAD_CHACHA20_POLY1305",
    };
    let info = [b"c2sp.org/chunked-encryption@v1+", name.as_bytes(), &[0], expanded].concat();
    let first = hmac_sha512(key, &[&info, &[1]]);
    let all = [first.clone(), hmac_sha512(key, &[&first, &info, &[2]])].concat();
    Derived {
        key: all[..32].try_into().unwrap(),
        base_nonce: all[32..44].try_into().unwrap(),
        commitment: all[44..76].try_into().unwrap(),
    }
}

pub fn chunk_nonce(derived: &Derived, index: u32) -> [u8; 12] {
    let mut nonce = derived.base_nonce;
    for (x, y) in nonce[8..].iter_mut().zip(index.to_be_bytes()) {
        *x ^= y;
    }
    nonce
}

/// A frame is header, salt and context.
pub fn seal_record(kind: Kind, key: &[u8; 32], frame: &[u8], plaintext: &[u8]) -> Vec<u8> {
    let derived = derive(kind, key, &frame[12..]);
    let mut record = [&frame[..HEAD], &derived.commitment].concat();
    for index in 0..=plaintext.len() / CHUNK {
        let chunk = &plaintext[index * CHUNK..plaintext.len().min((index + 1) * CHUNK)];
        record.extend(seal(kind, &derived.key, &chunk_nonce(&derived, index as u32), &[], chunk));
    }
    record
}

pub fn open_record(kind: Kind, key: &[u8; 32], frame: &[u8], record: &[u8]) -> Option<Vec<u8>> {
    if !is_possible(record.len()) {
        return None;
    }
    let derived = derive(kind, key, &frame[12..]);
    if record[HEAD..BODY] != derived.commitment {
        return None;
    }
    let mut plaintext = Vec::new();
    for (index, chunk) in record[BODY..].chunks(CHUNK + TAG).enumerate() {
        plaintext.extend(open(kind, &derived.key, &chunk_nonce(&derived, index as u32), &[], chunk)?);
    }
    Some(plaintext)
}
