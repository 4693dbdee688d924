//! Keys of plain AEADs, and whole messages under them.
use crate::chachapoly::{extend, ChaChaPoly};
use crate::gcm::Message;
use crate::gcm_batch;
use crate::gcm_key::{self, GcmKey};
use crate::kind::Kind;
use crate::record::Ready;

/// A slot: for ChaCha20 the first 32 bytes are the key.
#[repr(C, align(16))]
pub struct AeadKey {
    pub gcm: GcmKey,
    /// Of the one message whose key this is.
    pub base_nonce: [u8; 12],
}

impl AeadKey {
    pub fn bytes(&self) -> *const u8 {
        (self as *const AeadKey).cast()
    }

    pub fn ready(&self, kind: Kind, wide: bool) -> Ready {
        match kind {
            Kind::Aes256Gcm => Ready::Gcm(self.gcm.complete(wide)),
            _ => Ready::ChaCha(ChaChaPoly { key: self.bytes(), wide }),
        }
    }
}

pub unsafe fn import(slot: &mut AeadKey, kind: Kind, key: *const u8) {
    match kind {
        Kind::Aes256Gcm => gcm_key::import(&mut slot.gcm, key),
        _ => core::ptr::copy_nonoverlapping(key, (slot as *mut AeadKey).cast(), 32),
    }
}

/// Subkey and inner nonce of XChaCha20.
pub struct Extended {
    pub key: [u8; 32],
    pub nonce: [u8; 12],
}

#[inline(always)]
pub unsafe fn extended(slot: &AeadKey, nonce: *const u8) -> Extended {
    let mut x = Extended { key: [0; 32], nonce: [0; 12] };
    extend(slot.bytes(), nonce, x.key.as_mut_ptr(), x.nonce.as_mut_ptr());
    x
}

/// Seals in place; the tag goes after the data.
#[inline(never)]
pub unsafe fn seal(slot: &mut AeadKey, kind: Kind, mut m: Message, wide: bool) {
    let tag = m.data.add(m.length);
    match kind {
        Kind::Aes256Gcm => slot.gcm.seal(m, tag, wide),
        Kind::ChaCha20Poly1305 => ChaChaPoly { key: slot.bytes(), wide }.seal(m, tag),
        Kind::XChaCha20Poly1305 => {
            let x = extended(slot, m.nonce);
            m.nonce = x.nonce.as_ptr();
            ChaChaPoly { key: x.key.as_ptr(), wide }.seal(m, tag)
        }
    }
}

/// Opens in place; the tag is after the data.
#[inline(never)]
pub unsafe fn open(slot: &mut AeadKey, kind: Kind, mut m: Message, wide: bool) -> bool {
    let tag = m.data.add(m.length);
    match kind {
        Kind::Aes256Gcm => slot.gcm.open(m, tag, wide),
        Kind::ChaCha20Poly1305 => ChaChaPoly { key: slot.bytes(), wide }.open(m, tag),
        Kind::XChaCha20Poly1305 => {
            let x = extended(slot, m.nonce);
            m.nonce = x.nonce.as_ptr();
            ChaChaPoly { key: x.key.as_ptr(), wide }.open(m, tag)
        }
    }
}

/// Seals one message per job (its second number is the length), one after another from `data` on.
pub unsafe fn seal_many(
    slot: &mut AeadKey,
    kind: Kind,
    (aad, aad_length): (*const u8, usize),
    mut nonce: *const u8,
    mut data: *mut u8,
    jobs: &[[u32; 2]],
    wide: bool,
) {
    if kind == Kind::Aes256Gcm && wide {
        return gcm_batch::seal_many(&slot.gcm.complete(wide), (aad, aad_length), nonce, data, jobs);
    }
    for job in jobs {
        let length = job[1] as usize;
        seal(slot, kind, Message { nonce, aad, aad_length, data, length }, wide);
        data = data.add((length + 16 + 15) & !15);
        nonce = nonce.add(kind.nonce_bytes());
    }
}
