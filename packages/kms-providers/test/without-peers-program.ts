// A process in which no client library is installed: says what each URI comes to.
import { registerHooks } from 'node:module';

const peers = ['@aws-sdk/client-kms', '@google-cloud/kms', 'node-vault'];
registerHooks({
  resolve: (specifier, context, next) =>
    next(peers.includes(specifier) ? `hammerwork-has-no-such-package-${specifier.length}` : specifier, context),
});
const { kmsFromUri } = await import('../src/kms-from-uri.ts');
for (const uri of process.argv.slice(2)) {
  const made = await kmsFromUri(uri).catch((error: { code?: string; message: string }) => error);
  console.log('wrap' in made ? `${made.id} is there` : `${made.code}: ${made.message}`);
  if ('wrap' in made && uri.startsWith('vault')) {
    const context = { purpose: 'dek' };
    const opened = await made.unwrap(await made.wrap(new Uint8Array(32).fill(1), context), context);
    console.log(`opened ${opened.length}`);
  }
}
