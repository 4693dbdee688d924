// `npm run check`: every rule of the repository that a script can hold. Prints each check with its faults; exits 1 on any.
import { spawnSync } from 'node:child_process';
import { bundleSize } from './checks/bundle-size.ts';
import { fileSize } from './checks/file-size.ts';
import { importDirection } from './checks/import-direction.ts';
import { packages } from './checks/packages.ts';
import { portableEntries } from './checks/portable-entries.ts';
import { sources } from './checks/sources.ts';

const command =
  (name: string, ...args: string[]) =>
  (): string[] => {
    const { status, stdout, stderr, error } = spawnSync(name, args, { encoding: 'utf8' });
    return status === 0 ? [] : [`${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`.trim()];
  };

const checks: Record<string, () => string[]> = {
  'format and lint': command('biome', 'ci', '--error-on-warnings', '--colors=off', '--max-diagnostics=20', '.'),
  types: command('tsc', '-p', 'tsconfig.json'),
  'import direction': importDirection,
  'file size': fileSize,
  'portable entries': portableEntries,
  'bundle size': bundleSize,
  'packed tarballs': packages,
  'unused exports and dependencies': command('knip', '--no-progress'),
  'hosts and paths': sources,
};

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  const start = performance.now();
  const faults = check();
  process.stdout.write(
    `${faults.length === 0 ? 'ok  ' : 'FAIL'} ${name} (${Math.round(performance.now() - start)} ms)\n`,
  );
  for (const fault of faults) process.stdout.write(`     ${fault.replaceAll('\n', '\n     ')}\n`);
  failed += faults.length === 0 ? 0 : 1;
}
process.stdout.write(`${Object.keys(checks).length - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
