// The packed tarballs are what users get: their exports, types and contents, as publint and attw judge them.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function packages(): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'hammerwork-pack-'));
  try {
    return readdirSync('packages')
      .map((name) => join('packages', name))
      .filter((path) => !JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')).private)
      .concat('migrations')
      .flatMap((path) => faultsOf(path, folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function faultsOf(path: string, folder: string): string[] {
  const packed = execFileSync('pnpm', ['--dir', path, 'pack', '--json', '--pack-destination', folder], {
    encoding: 'utf8',
  });
  const { filename } = JSON.parse(packed.slice(packed.indexOf('{')));
  const run = (command: string, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
    return status === 0 ? [] : [`${path}: ${command} says:\n${stdout}${stderr}`];
  };
  return [...run('publint', 'run', filename, '--strict'), ...run('attw', filename, '--profile', 'esm-only', '--quiet')];
}
