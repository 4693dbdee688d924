// Ed25519 (RFC 8032) signatures over audit checkpoints. The private key stays outside the database, best on another
// machine; whoever has the public key can verify, and nobody who has only that can sign.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import type { AuditSigner, VerifyAuditOptions } from './audit-verdict.ts';
import { KeyManagerError } from './errors.ts';

/** A new key pair as PEM: PKCS #8 and SubjectPublicKeyInfo. Keep the private one away from the database. */
export function generateAuditKeyPair(): { privateKey: string; publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    publicKey: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
  };
}

/** Signs with an Ed25519 private key in PEM (PKCS #8). Errors: `signing_key_malformed`. */
export function createEd25519Signer(privateKeyPem: string): AuditSigner {
  const key = parse(() => createPrivateKey(privateKeyPem), 'private');
  return {
    id: signerId(createPublicKey(key)),
    sign: (message) => new Uint8Array(sign(null, message, key)),
  };
}

/**
 * Verifies signatures of the given Ed25519 public keys in PEM (SubjectPublicKeyInfo) and no others.
 * Errors: `signing_key_malformed`.
 */
export function createEd25519Verifier(...publicKeyPems: string[]): NonNullable<VerifyAuditOptions['verifySignature']> {
  const keys = publicKeyPems.map((pem) => {
    // A private key would be taken too, and has no business at a verifier.
    if (pem.includes('PRIVATE KEY')) throw malformed('public');
    return parse(() => createPublicKey(pem), 'public');
  });
  const byId = new Map(keys.map((key) => [signerId(key), key]));
  return (id, message, signature) => {
    const key = byId.get(id);
    return key !== undefined && verify(null, message, key, signature);
  };
}

function parse(read: () => KeyObject, kind: 'private' | 'public'): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch {
    throw malformed(kind);
  }
  if (key.asymmetricKeyType !== 'ed25519') throw malformed(kind);
  return key;
}

/** `ed25519:` and the first 16 bytes of SHA-256 over the public key's DER, in hex. */
function signerId(publicKey: KeyObject): string {
  const der = publicKey.export({ format: 'der', type: 'spki' });
  return `ed25519:${createHash('sha256').update(der).digest('hex').slice(0, 32)}`;
}

function malformed(kind: 'private' | 'public'): KeyManagerError {
  return new KeyManagerError(
    'signing_key_malformed',
    `This is no Ed25519 ${kind} key in PEM. Make a pair with \`hammerwork audit keygen\` or \`openssl genpkey -algorithm ed25519\`.`,
  );
}
