import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

const script = `
import { registerHooks } from 'node:module';
const loaded = [];
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    loaded.push(found.url);
    return found;
  },
});
await import('@hammerwork/queue');
process.stdout.write(JSON.stringify(loaded));
`;

test('without a policy no crypto is loaded: the queue itself imports none', () => {
  const args = ['--conditions=@hammerwork/source', '--input-type=module', '--eval', script];
  const loaded: string[] = JSON.parse(
    execFileSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' }),
  );
  expect(loaded.some((url) => url.endsWith('/job-queue.ts'))).toBe(true);
  expect(
    loaded.filter((url) =>
      /noble|payload-protection|pii-detector|crypto-core\/(?!src\/(?:errors|known-options|observer))/.test(url),
    ),
  ).toEqual([]);
});
