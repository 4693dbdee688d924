// Imports go down only: what each package's sources may import of ours. Nothing imports an app.
import { globSync, readFileSync } from 'node:fs';

const allowed: Record<string, readonly string[]> = {
  'packages/crypto-core': [],
  'packages/pii-detector': [],
  'packages/payload-protection': ['crypto-core', 'pii-detector'],
  'packages/database': ['crypto-core'],
  'packages/key-manager': ['crypto-core'],
  'packages/key-store-pg': ['crypto-core', 'key-manager'],
  'packages/key-store-mysql': ['crypto-core', 'key-manager'],
  'packages/kms-providers': ['crypto-core', 'key-manager'],
  'packages/queue': ['crypto-core', 'payload-protection'],
  'packages/retention': [],
  'packages/test-kit': [],
  migrations: [],
};

/** Returns one line per import that goes up or sideways, or that leaves its package by a relative path. */
export function importDirection(): string[] {
  const faults: string[] = [];
  for (const file of globSync('{packages/*,apps/*,migrations}/src/**/*.ts')) {
    const folder = file.slice(0, file.lastIndexOf('/src/'));
    const own = folder.split('/').at(-1);
    for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(/(?:from|import\(?)\s*'([^']+)'/g)) {
      const [, target] = /^@hammerwork\/([^/]+)/.exec(specifier) ?? [];
      if (target && target !== own && folder in allowed && !allowed[folder]?.includes(target))
        faults.push(
          `${file} imports ${specifier}: ${folder} may import ${allowed[folder]?.join(', ') || 'none of ours'}`,
        );
      if (target && folder.startsWith('apps/') && ['cli', 'worker', 'test-kit'].includes(target))
        faults.push(`${file} imports ${specifier}: nothing imports an app or the test kit`);
      const up = specifier.startsWith('.') ? specifier.split('../').length - 1 : 0;
      if (up > file.slice(folder.length + 1).split('/').length - 2)
        faults.push(`${file} leaves its package's src: ${specifier}`);
    }
    if (!(folder in allowed) && !folder.startsWith('apps/'))
      faults.push(`${folder} stands in no line of ${import.meta.filename}`);
  }
  return faults;
}
