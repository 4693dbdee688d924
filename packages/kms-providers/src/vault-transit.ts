// Vault's transit engine: the key stays in Vault and has to be a derived one, since only then is the context that is sent
// along bound, and since `rewrap` takes no other associated data. Before it wraps the provider looks at the key: encrypting
// under a name that does not exist would make a key for a token that may. The wrapped bytes are Vault's text, `vault:vN:...`.
import { encodeContext } from '@hammerwork/crypto-core';
import type { KmsProvider, WrapContext } from '@hammerwork/key-manager';
import { KmsError } from './errors.ts';
import { createRemoteProvider } from './remote-provider.ts';
import { vaultPath } from './vault-login.ts';
import { openVaultSession, type VaultConnectOptions, type VaultSession } from './vault-session.ts';
import { partOf } from './vault-token.ts';

export interface VaultTransitProviderOptions extends VaultConnectOptions {
  /** Where the engine is mounted: `transit`. */
  mount: string;
  key: string;
}

interface Place {
  readonly session: VaultSession;
  readonly mount: string;
  readonly key: string;
}

const ciphertextPattern = /^vault:v[1-9][0-9]{0,8}:[A-Za-z0-9+/]{40,4000}={0,2}$/;
const aeadTypes: readonly unknown[] = ['aes256-gcm96', 'aes128-gcm96', 'chacha20-poly1305', 'xchacha20-poly1305'];

/** Errors: `uri_malformed`, `configuration_missing`, `peer_missing`. */
export async function createVaultTransitProvider(options: VaultTransitProviderOptions): Promise<KmsProvider> {
  const [mount, key] = [vaultPath(options.mount, 'the mount'), vaultPath(options.key, 'the key')];
  const session = await openVaultSession(options);
  const place: Place = { session, mount, key };
  let looked: Promise<string> | undefined;
  const lookOnce = () => {
    looked ??= assertDerived(place).catch((error: unknown) => {
      looked = undefined;
      throw error;
    });
    return looked;
  };
  return createRemoteProvider({
    id: `vault-transit/${session.prefix}${options.mount}/${options.key}`,
    async wrap(dataKey, context) {
      await assertDerived(place);
      const body = { plaintext: Buffer.from(dataKey).toString('base64'), context: contextText(context) };
      return call(place, { operation: 'encrypt', body, read: readCiphertext });
    },
    async unwrap(wrapped, context) {
      const ciphertext = textOf(wrapped);
      await lookOnce();
      const body = { ciphertext, context: contextText(context) };
      return call(place, { operation: 'decrypt', body, read: readPlaintext });
    },
    async rewrap(wrapped, context) {
      const ciphertext = textOf(wrapped);
      await assertDerived(place);
      const body = { ciphertext, context: contextText(context) };
      return call(place, { operation: 'rewrap', body, read: readCiphertext });
    },
    describe: () => assertDerived(place),
    close: () => session.close(),
  });
}

/** Answers what it saw. Errors: `kms_key_unusable`. */
async function assertDerived({ session, mount, key }: Place): Promise<string> {
  return session.request('read-key', { method: 'GET', path: `${mount}/keys/${key}` }, (body) => {
    const { derived, type, latest_version, min_decryption_version } = partOf(body, 'data');
    if (!aeadTypes.includes(type)) {
      throw new KmsError('kms_key_unusable', `The transit key ${mount}/${key} is not for authenticated encryption.`);
    }
    if (derived === true) return `derived, version ${latest_version} in use, opens from ${min_decryption_version} on`;
    throw new KmsError(
      'kms_key_unusable',
      `The transit key ${mount}/${key} is not derived, so nothing would be bound to its place. Make one with derived=true.`,
    );
  });
}

function call(
  { session, mount, key }: Place,
  { operation, body, read }: { operation: string; body: object; read: (data: Record<string, unknown>) => Uint8Array },
): Promise<Uint8Array> {
  return session.request(operation, { method: 'POST', path: `${mount}/${operation}/${key}`, body }, (answer) =>
    read(partOf(answer, 'data')),
  );
}

function contextText(context: WrapContext): string {
  return Buffer.from(encodeContext(context)).toString('base64');
}

function textOf(wrapped: Uint8Array): string {
  const text = Buffer.from(wrapped).toString('latin1');
  if (ciphertextPattern.test(text)) return text;
  throw new KmsError('wrap_broken', 'A wrapped key is not of the form that Vault writes.');
}

function readCiphertext({ ciphertext }: Record<string, unknown>): Uint8Array {
  if (typeof ciphertext === 'string' && ciphertextPattern.test(ciphertext)) {
    return new TextEncoder().encode(ciphertext);
  }
  throw new KmsError('kms_answer_wrong', 'Vault answered without a ciphertext.');
}

function readPlaintext({ plaintext }: Record<string, unknown>): Uint8Array {
  if (typeof plaintext !== 'string' || !/^[A-Za-z0-9+/]{40,64}={0,2}$/.test(plaintext)) {
    throw new KmsError('kms_answer_wrong', 'Vault answered without a key.');
  }
  const pooled = Buffer.from(plaintext, 'base64');
  const key = new Uint8Array(pooled);
  pooled.fill(0);
  return key;
}
