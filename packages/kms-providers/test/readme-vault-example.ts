import { kmsFromUri } from '@hammerwork/kms-providers';

const options = { policy: { totalMs: 5_000 } };
const context = { purpose: 'dek', key: 'payment', version: '1', scope: '' };
export const found: string[] = [];
for (const uri of ['vault-transit://transit/hammerwork', 'vault://secret/hammerwork/encryption-key']) {
  const kms = await kmsFromUri(uri, options);
  const wrapped = await kms.wrap(new Uint8Array(32).fill(7), context);
  const key = await kms.unwrap(wrapped, context);
  found.push(`${(await kms.health()).detail}, ${key.length} bytes`);
  await kms.close?.();
}
