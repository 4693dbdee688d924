//! A case, and what memcheck saw of it.
use hammerwork_ciphers::memcheck;

pub use memcheck::watched;

/// Makes secrets: hidden from memcheck's point of view when the case is watched, and the same bytes both times.
pub struct Secrets {
    hidden: bool,
    random: ciphers_proof_kit::bytes::Bytes,
}

impl Secrets {
    pub fn take(&mut self, length: usize) -> Vec<u8> {
        let secret = self.random.take(length);
        if self.hidden {
            memcheck::hide(secret.as_ptr(), length);
        }
        secret
    }

    /// A key. Boxed, since a copy on the stack could be taken before it is hidden.
    pub fn key(&mut self) -> Box<[u8; 32]> {
        self.take(32).into_boxed_slice().try_into().unwrap()
    }

    /// The same secrets as at the beginning, not hidden: to prepare what an attacker holds.
    pub fn known(&self) -> Secrets {
        Secrets::new(false)
    }

    fn new(hidden: bool) -> Secrets {
        Secrets { hidden, random: ciphers_proof_kit::bytes::Bytes::new(41) }
    }
}

/// What a case gives out: bytes that depend on its secrets, or the verdict on a message, which is known.
#[derive(PartialEq)]
pub enum Outcome {
    Bytes(Vec<u8>),
    Verdict(bool),
}

/// Runs a case with its secrets, for a message of some length.
type Run = dyn Fn(&mut Secrets, usize) -> Outcome;

pub struct Case {
    name: String,
    lengths: Vec<usize>,
    run: Box<Run>,
}

impl Case {
    /// `run` is called with each of the lengths.
    pub fn new(name: String, lengths: &[usize], run: impl Fn(&mut Secrets, usize) -> Outcome + 'static) -> Case {
        Case { name, lengths: lengths.to_vec(), run: Box::new(run) }
    }

    /// `planted` says that memcheck must find something. Prints what is wrong.
    pub fn passes(&self, planted: bool) -> bool {
        let wrong = self.lengths.iter().find_map(|&length| Some((length, self.check(length, planted).err()?)));
        match &wrong {
            None => println!("ok   {} ({} lengths)", self.name, self.lengths.len()),
            Some((length, why)) => println!("FAIL {}, {length} bytes: {why}", self.name),
        }
        wrong.is_none()
    }

    fn check(&self, length: usize, planted: bool) -> Result<(), String> {
        let expected = (self.run)(&mut Secrets::new(false), length);
        let before = memcheck::errors();
        let got = (self.run)(&mut Secrets::new(true), length);
        let errors = memcheck::errors() - before;
        if let Outcome::Bytes(data) = &got {
            if !planted && !data.is_empty() && !memcheck::depends_on_secret(data.as_ptr(), data.len()) {
                return Err("what it gives out depends on no secret".into());
            }
            memcheck::reveal(data.as_ptr(), data.len());
        }
        match (planted, errors) {
            (false, 1..) => Err(format!("{errors} branches or addresses depend on a secret")),
            (true, 0) => Err("a branch or address that depends on a secret was not noticed".into()),
            _ if expected != got => Err("gives out something else when it is watched".into()),
            _ => Ok(()),
        }
    }
}
