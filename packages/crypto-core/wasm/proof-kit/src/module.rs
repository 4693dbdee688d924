//! The module as JavaScript calls it (`src/engines/wasm*.ts`): bytes go into its memory, one call works on them there, and
//! bytes come out. It has one memory, as an instance has, so that tests take turns.
mod aeads;
mod records;

pub use aeads::{BatchMessage, PIECE};
use hammerwork_ciphers::exports;
use hammerwork_ciphers::sha512::{hmac, hmac_key, HmacKey};
use std::sync::{Mutex, MutexGuard, PoisonError};

static TURN: Mutex<()> = Mutex::new(());

pub struct Module {
    _turn: MutexGuard<'static, ()>,
}

fn padded(length: usize) -> usize {
    length.next_multiple_of(16)
}

impl Module {
    /// Waits for its turn. `wide` is false where JavaScriptCore runs it.
    pub fn enter(wide: bool) -> Module {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        unsafe { exports::set_wide(wide as u32) };
        Module { _turn: turn }
    }

    fn region(&self, what: u32) -> *mut u8 {
        unsafe { exports::address(what) as *mut u8 }
    }

    /// Writes to the input at `at`.
    pub fn put(&mut self, at: usize, data: &[u8]) {
        assert!(at + data.len() <= exports::capacity(0), "beyond the module's input");
        unsafe { self.region(1).add(at).copy_from_nonoverlapping(data.as_ptr(), data.len()) };
    }

    /// Reads the output at `at`.
    pub fn get(&self, at: usize, length: usize) -> Vec<u8> {
        assert!(at + length <= exports::capacity(0), "beyond the module's output");
        unsafe { std::slice::from_raw_parts(self.region(1).add(at), length).to_vec() }
    }

    fn put_frame(&mut self, at: usize, frame: &[u8]) {
        unsafe { self.region(0).add(at).copy_from_nonoverlapping(frame.as_ptr(), frame.len()) };
    }

    /// What frames hold at `at`.
    pub fn frames(&self, at: usize, length: usize) -> Vec<u8> {
        unsafe { std::slice::from_raw_parts(self.region(0).add(at), length).to_vec() }
    }

    fn job(&mut self, index: usize) -> &mut [u32; 2] {
        assert!(index < exports::capacity(1));
        unsafe { &mut *self.region(2).cast::<[u32; 2]>().add(index) }
    }

    /// The digest, `piece` bytes (a multiple of 128) at a time.
    pub fn sha512(&mut self, data: &[u8], piece: usize) -> Vec<u8> {
        let mut start = 0;
        while data.len() - start > piece {
            self.put(0, &data[start..start + piece]);
            unsafe { exports::sha512((start == 0) as u32, piece, -1.0) };
            start += piece;
        }
        self.put(0, &data[start..]);
        unsafe { exports::sha512((start == 0) as u32, data.len() - start, data.len() as f64) };
        self.get(0, 64)
    }

    /// HMAC-SHA-512 by what the derivation uses, which ends a message by one byte of its own.
    pub fn hmac(&mut self, key: &[u8], message: &[u8]) -> Vec<u8> {
        let key = if key.len() > 128 { self.sha512(key, 65_536) } else { key.to_vec() };
        let Some((&suffix, data)) = message.split_last() else { return self.hmac_of_nothing(&key) };
        let mut state = HmacKey { inner: [0; 8], outer: [0; 8] };
        let mut mac = vec![0; 64];
        // up to 15 bytes after the data are read
        let padded = [data, &[0xa5; 15]].concat();
        unsafe {
            hmac_key(key.as_ptr(), key.len(), &mut state);
            hmac(&state, padded.as_ptr(), data.len(), suffix, mac.as_mut_ptr());
        }
        mac
    }

    /// RFC 2104.
    fn hmac_of_nothing(&mut self, key: &[u8]) -> Vec<u8> {
        let block = |pad: u8| -> Vec<u8> { (0..128).map(|i| key.get(i).unwrap_or(&0) ^ pad).collect() };
        let inner = self.sha512(&block(0x36), 65_536);
        self.sha512(&[block(0x5c), inner].concat(), 65_536)
    }

    pub fn wipe(&mut self) {
        unsafe { exports::wipe() };
    }
}
