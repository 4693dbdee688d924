// The portable packages as users get them: packed, and installed from the tarballs into a folder outside of the workspace.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const portable = ['crypto-core', 'pii-detector', 'payload-protection'];
const packages = resolve(import.meta.dirname, '../../packages');

export interface PackedFolder {
  readonly path: string;
  remove(): void;
}

/**
 * Also makes a package `crypto-core-inside`, the same files without the export map: the official vectors of the
 * construction are about a part below the public calls.
 */
export function installPacked(): PackedFolder {
  const path = mkdtempSync(join(tmpdir(), 'hammerwork-runtimes-'));
  const tarballs = Object.fromEntries(portable.map((name) => [`@hammerwork/${name}`, `file:${pack(name, path)}`]));
  const manifest = { name: 'installed', private: true, type: 'module', dependencies: tarballs };
  writeFileSync(join(path, 'package.json'), JSON.stringify(manifest));
  // what the packages need of each other is the tarballs as well, not something of that name from elsewhere
  const settings = { nodeLinker: 'hoisted', overrides: tarballs };
  writeFileSync(join(path, 'pnpm-workspace.yaml'), JSON.stringify(settings));
  pnpm(['install', '--prefer-offline', '--reporter=silent'], path);
  const inside = join(path, 'node_modules/crypto-core-inside');
  mkdirSync(inside);
  symlinkSync(join(path, 'node_modules/@hammerwork/crypto-core/dist'), join(inside, 'dist'));
  writeFileSync(
    join(inside, 'package.json'),
    JSON.stringify({ name: 'crypto-core-inside', type: 'module', exports: { './*': './dist/*.js' } }),
  );
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

function pack(name: string, folder: string): string {
  const output = pnpm(['pack', '--json', '--pack-destination', folder], join(packages, name));
  return (JSON.parse(output.slice(output.indexOf('{'))) as { filename: string }).filename;
}

function pnpm(args: readonly string[], cwd: string): string {
  return execFileSync('pnpm', args, { cwd, encoding: 'utf8' });
}

/** Bytes of the packed module, with relaxed SIMD or without. */
export function packedModule({ path }: PackedFolder, name: 'aead' | 'aead-plain'): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(join(path, `node_modules/@hammerwork/crypto-core/dist/${name}.wasm`)));
}
