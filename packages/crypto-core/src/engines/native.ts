// The engine over node:crypto, where the runtime has it: slow calls, fast bytes. The module is asked for at run time, so
// that no `node:` import stands in a portable entry. Keys live in KeyObjects: importing raw bytes anew for each message
// costs 13 µs in Node 24, `createSecretKey` 0.6 µs.
import { hchacha } from '@noble/ciphers/chacha.js';
import { tagBytes } from '../chunks.ts';
import type { AeadName } from '../crypto.ts';
import { extend, release } from '../passing-bytes.ts';
import { runtime } from '../runtime.ts';
import { createSlab } from '../slab.ts';
import { wipe } from '../wipe.ts';
import { composeEngine } from './composed.ts';
import type { CipherEngine } from './engine.ts';
import type { AeadInput, AeadKey, MacKey } from './primitives.ts';
import { wrongTag } from './wrong-tag.ts';

type KeyObject = object;
interface Cipher {
  setAAD(data: Uint8Array): unknown;
  update(data: Uint8Array): Uint8Array;
  final(): Uint8Array;
  getAuthTag(): Uint8Array;
  setAuthTag(tag: Uint8Array): unknown;
}
type CipherFactory = (name: string, key: KeyObject, nonce: Uint8Array, options: { authTagLength: 16 }) => Cipher;
interface Digest {
  update(data: Uint8Array): { digest(): Uint8Array };
}

/** What is used of node:crypto. */
export interface NodeCrypto {
  createSecretKey(key: Uint8Array): KeyObject;
  createHash(name: string): Digest;
  /** Node 21.7; a third faster than `createHash`. */
  hash?(name: string, data: Uint8Array, encoding: 'buffer'): Uint8Array;
  createHmac(name: string, key: KeyObject): Digest;
  createCipheriv: CipherFactory;
  createDecipheriv: CipherFactory;
  getCiphers(): readonly string[];
  randomFillSync(array: Uint8Array): unknown;
}

// Without it Node takes GCM tags of 4 bytes on opening.
const options = { authTagLength: tagBytes } as const;

/** node:crypto, or undefined where the runtime has none. */
export function findNodeCrypto(): NodeCrypto | undefined {
  return runtime.process?.getBuiltinModule?.('crypto') as NodeCrypto | undefined;
}

export function createNativeEngine(node: NodeCrypto): CipherEngine {
  const names = new Set(node.getCiphers());
  const native = { node, allocate: createSlab() };
  return composeEngine({
    name: 'native',
    supports: (aead) => names.has(nativeName(aead)),
    sha512: (data) =>
      new Uint8Array(node.hash?.('sha512', data, 'buffer') ?? node.createHash('sha512').update(data).digest()),
    importMacKey: (key) => importMacKey(node, key),
    importAeadKey: (aead, key) => importAeadKey(native, aead, key),
  });
}

function nativeName(aead: AeadName): string {
  return aead === 'xchacha20-poly1305' ? 'chacha20-poly1305' : aead;
}

function importMacKey(node: NodeCrypto, key: Uint8Array): MacKey {
  let held: KeyObject | undefined = node.createSecretKey(key);
  return {
    mac: (data) => node.createHmac('sha512', held!).update(data).digest(),
    dispose() {
      held = undefined; // OpenSSL wipes a KeyObject's bytes when it is collected
    },
  };
}

/** What keys need of the engine. */
interface Native {
  readonly node: NodeCrypto;
  readonly allocate: (length: number) => Uint8Array;
}

function importAeadKey({ node, allocate }: Native, aead: AeadName, key: Uint8Array): AeadKey {
  if (aead === 'xchacha20-poly1305') return importExtendedKey({ node, allocate }, key);
  let held: KeyObject | undefined = node.createSecretKey(key);
  function encrypt(input: AeadInput): { ciphertext: Uint8Array; tag: Uint8Array } {
    const cipher = start(node.createCipheriv(aead, held!, input.nonce, options), input);
    const ciphertext = cipher.update(input.data);
    cipher.final();
    return { ciphertext, tag: cipher.getAuthTag() };
  }
  return {
    seal(input) {
      const { ciphertext, tag } = encrypt(input);
      const { length } = input.data;
      const longer = extend(ciphertext, tagBytes);
      const sealed = longer ?? allocate(length + tagBytes);
      if (!longer) sealed.set(ciphertext);
      sealed.set(tag, length);
      return sealed;
    },
    sealInto(output, offset, input) {
      const { ciphertext, tag } = encrypt(input);
      output.set(ciphertext, offset);
      output.set(tag, offset + input.data.length);
      release(ciphertext);
    },
    open(input) {
      const end = input.data.length - tagBytes;
      const cipher = start(node.createDecipheriv(aead, held!, input.nonce, options), input);
      cipher.setAuthTag(input.data.subarray(end));
      return openWhole(cipher, input.data.subarray(0, end));
    },
    dispose() {
      held = undefined;
    },
  };
}

function start(cipher: Cipher, { associatedData }: AeadInput): Cipher {
  if (associatedData && associatedData.length > 0) cipher.setAAD(associatedData);
  return cipher;
}

/**
 * The plaintext as the runtime gives it, no copy. Undefined for a bad tag, which Node tells in `final` and workerd, for
 * ChaCha20-Poly1305, in `update`. Throws `engine_failed` where memory ran out.
 */
function openWhole(cipher: Cipher, ciphertext: Uint8Array): Uint8Array | undefined {
  let plaintext: Uint8Array | undefined;
  try {
    plaintext = cipher.update(ciphertext);
    cipher.final();
    return plaintext;
  } catch (cause) {
    if (plaintext) wipe(plaintext);
    return wrongTag(cause);
  }
}

/** XChaCha20-Poly1305: a key per nonce by HChaCha20, then ChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03 section 2.3). */
function importExtendedKey(native: Native, key: Uint8Array): AeadKey {
  const copy = new Uint8Array(key);
  function inner<T>(input: AeadInput, run: (key: AeadKey, input: AeadInput) => T): T {
    const subkey = new Uint8Array(32);
    hchacha(words('expand 32-byte k'), words(copy), words(input.nonce.subarray(0, 16)), new Uint32Array(subkey.buffer));
    const innerKey = importAeadKey(native, 'chacha20-poly1305', subkey);
    subkey.fill(0);
    const nonce = new Uint8Array(12);
    nonce.set(input.nonce.subarray(16), 4);
    return run(innerKey, { ...input, nonce });
  }
  return {
    seal: (input) => inner(input, (key, own) => key.seal(own)),
    sealInto: (output, offset, input) => inner(input, (key, own) => key.sealInto(output, offset, own)),
    open: (input) => inner(input, (key, own) => key.open(own)),
    dispose: () => copy.fill(0),
  };
}

/** In the machine's byte order, as noble reads them. */
function words(source: Uint8Array | string): Uint32Array {
  const bytes = typeof source === 'string' ? Uint8Array.from(source, (c) => c.charCodeAt(0)) : new Uint8Array(source);
  return new Uint32Array(bytes.buffer);
}
