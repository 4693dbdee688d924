//! The AEADs, as they are numbered at the module's border.

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Aes256Gcm = 0,
    ChaCha20Poly1305 = 1,
    XChaCha20Poly1305 = 2,
}

impl Kind {
    /// By its number at the module's border.
    pub fn of(number: u32) -> Kind {
        match number {
            0 => Kind::Aes256Gcm,
            1 => Kind::ChaCha20Poly1305,
            _ => Kind::XChaCha20Poly1305,
        }
    }

    pub fn nonce_bytes(self) -> usize {
        if self == Kind::XChaCha20Poly1305 {
            24
        } else {
            12
        }
    }
}
