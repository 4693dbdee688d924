//! Records and their chunks, as `src/engines/wasm-record-key.ts` and `wasm-message-key.ts` call them.
use super::{padded, Module};
use crate::{is_possible, plaintext_length, record_length, Kind, BODY, CHUNK, COMMITMENT, HEAD, LONG_FROM, TAG};
use hammerwork_ciphers::{exports, public};

impl Module {
    pub fn import_record_key(&mut self, slot: u32, key: &[u8; 32]) {
        self.put(0, key);
        unsafe { exports::import_record_key(slot) };
    }

    pub fn free_record_key(&mut self, slot: u32) {
        unsafe { exports::free_record_key(slot) };
    }

    /// One call, or several for a long plaintext.
    pub fn seal_record(&mut self, slot: u32, kind: Kind, frame: &[u8], plaintext: &[u8]) -> Vec<u8> {
        self.put_frame(0, frame);
        if plaintext.len() >= LONG_FROM {
            return self.seal_long(slot, kind, frame, plaintext);
        }
        self.spread(BODY, plaintext);
        unsafe { exports::seal_record(slot, kind as u32, frame.len() as u32, plaintext.len()) };
        self.get(0, record_length(plaintext.len()))
    }

    /// None for a record that is not genuine; that nothing of it is left is asserted.
    pub fn open_record(&mut self, slot: u32, kind: Kind, frame: &[u8], record: &[u8]) -> Option<Vec<u8>> {
        if !is_possible(record.len()) {
            return None;
        }
        self.put_frame(0, frame);
        let length = plaintext_length(record.len());
        if length >= LONG_FROM {
            return self.open_long(slot, kind, frame, record);
        }
        self.put(0, record);
        let opened = unsafe { exports::open_record(slot, kind as u32, frame.len() as u32, record.len()) };
        if opened == 1 {
            return Some(self.gather(BODY, length));
        }
        let left = self.get(BODY, record.len() - BODY);
        assert!(left == record[BODY..] || left.iter().all(|&x| x == 0), "a refused record left something behind");
        None
    }

    /// Frames and plaintexts below one chunk.
    pub fn seal_records(&mut self, slot: u32, kind: Kind, jobs: &[(&[u8], &[u8])]) -> Vec<Vec<u8>> {
        let starts = self.put_records(jobs, BODY, BODY + TAG);
        unsafe { exports::seal_records(slot, kind as u32, 0, jobs.len()) };
        jobs.iter().zip(starts).map(|((_, plaintext), start)| self.get(start, record_length(plaintext.len()))).collect()
    }

    pub fn open_records(&mut self, slot: u32, kind: Kind, jobs: &[(&[u8], &[u8])]) -> Vec<Option<Vec<u8>>> {
        let starts = self.put_records(jobs, 0, 0);
        unsafe { exports::open_records(slot, kind as u32, 0, jobs.len()) };
        let verdicts: Vec<bool> = (0..jobs.len()).map(|i| self.job(i)[0] == 1).collect();
        let places = verdicts.iter().zip(starts).zip(jobs);
        let get = |start, record: &[u8]| self.get(start + BODY, plaintext_length(record.len()));
        places.map(|((&opened, start), (_, record))| opened.then(|| get(start, record))).collect()
    }

    fn put_records(&mut self, jobs: &[(&[u8], &[u8])], offset: usize, room: usize) -> Vec<usize> {
        let (mut at, mut frame_end) = (0, 0);
        let mut starts = Vec::new();
        for (i, (frame, data)) in jobs.iter().enumerate() {
            self.put_frame(frame_end, frame);
            frame_end += frame.len();
            self.put(at + offset, data);
            *self.job(i) = [frame_end as u32, data.len() as u32];
            starts.push(at);
            at += padded(data.len() + room);
        }
        starts
    }

    /// Derives the key of one message into the AEAD slot `message`. Gives the commitment.
    pub fn derive_message_key(&mut self, slot: u32, kind: Kind, frame: &[u8], message: u32) -> Vec<u8> {
        self.put_frame(0, frame);
        unsafe { exports::derive_message_key(slot, kind as u32, frame.len() as u32, message) };
        self.get(0, COMMITMENT)
    }

    /// Key, base nonce and commitment of one message.
    pub fn derive_message(&mut self, slot: u32, kind: Kind, frame: &[u8]) -> Vec<u8> {
        self.put_frame(0, frame);
        unsafe { exports::derive_message(slot, kind as u32, frame.len() as u32) };
        self.get(0, 32 + 12 + COMMITMENT)
    }

    /// Chunks from number `first` on, at most seven.
    pub fn seal_chunks(&mut self, message: u32, kind: Kind, first: u32, plaintext: &[u8], last: bool) -> Vec<u8> {
        self.spread(0, plaintext);
        unsafe { exports::seal_chunks(message, kind as u32, first, plaintext.len(), last as u32) };
        let chunks = plaintext.len() / CHUNK + last as usize;
        self.get(0, plaintext.len() + TAG * chunks)
    }

    pub fn open_chunks(&mut self, message: u32, kind: Kind, first: u32, chunks: &[u8]) -> Option<Vec<u8>> {
        self.put(0, chunks);
        let opened = unsafe { exports::open_chunks(message, kind as u32, first, chunks.len()) } == 1;
        if !opened {
            assert!(self.get(0, chunks.len()).iter().all(|&x| x == 0), "refused chunks left something behind");
        }
        opened.then(|| self.gather(0, chunks.len() - TAG * chunks.len().div_ceil(CHUNK + TAG)))
    }

    fn own_slot() -> u32 {
        exports::capacity(3) as u32 - 1
    }

    fn seal_long(&mut self, slot: u32, kind: Kind, frame: &[u8], plaintext: &[u8]) -> Vec<u8> {
        let commitment = self.derive_message_key(slot, kind, frame, Self::own_slot());
        let mut record = [&frame[..HEAD], &commitment].concat();
        let calls = plaintext.len() / LONG_FROM;
        for i in 0..=calls {
            let piece = &plaintext[i * LONG_FROM..plaintext.len().min((i + 1) * LONG_FROM)];
            record.extend(self.seal_chunks(Self::own_slot(), kind, 7 * i as u32, piece, i == calls));
        }
        self.free_aead_key(Self::own_slot());
        record
    }

    fn open_long(&mut self, slot: u32, kind: Kind, frame: &[u8], record: &[u8]) -> Option<Vec<u8>> {
        let commitment = self.derive_message_key(slot, kind, frame, Self::own_slot());
        // as `src/equal-bytes.ts` compares
        let difference = commitment.iter().zip(&record[HEAD..BODY]).fold(0, |sum, (a, b)| sum | (a ^ b));
        let mut plaintext = public(difference == 0).then(Vec::new);
        for (i, piece) in record[BODY..].chunks(7 * (CHUNK + TAG)).enumerate() {
            let Some(all) = &mut plaintext else { break };
            match self.open_chunks(Self::own_slot(), kind, 7 * i as u32, piece) {
                Some(chunks) => all.extend(chunks),
                None => plaintext = None,
            }
        }
        self.free_aead_key(Self::own_slot());
        plaintext
    }

    fn spread(&mut self, at: usize, plaintext: &[u8]) {
        for (i, chunk) in plaintext.chunks(CHUNK).enumerate() {
            self.put(at + i * (CHUNK + TAG), chunk);
        }
    }

    fn gather(&self, at: usize, length: usize) -> Vec<u8> {
        let starts = (0..length).step_by(CHUNK);
        starts.flat_map(|start| self.get(at + start / CHUNK * (CHUNK + TAG), CHUNK.min(length - start))).collect()
    }
}
