// One runner for each runtime: puts the suite where the runtime wants it and answers what it found.
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { type EdgeContext, EdgeVM } from '@edge-runtime/vm';
import { chromium } from 'playwright-core';
import type { Plugin } from 'rolldown';
import { runtime } from '../../packages/crypto-core/src/runtime.ts';
import { bundle } from './bundle.ts';
import { type PackedFolder, packedModule } from './packed.ts';
import type { Chromium } from './programs.ts';
import type { Given } from './suite/given.ts';
import type { Outcome } from './suite/portable-test.ts';
import { startWorker } from './workerd.ts';

const entries = join(import.meta.dirname, 'entries');
const ours = [/^@hammerwork\//, /^crypto-core-inside\//];

type InProcess = Pick<Given, 'auto' | 'engines' | 'nativeLacks'>;

/** Node, Deno, Bun: the packages are found in `node_modules` by the runtime itself. */
export async function inProcess(
  folder: PackedFolder,
  [program, ...args]: readonly [string, ...string[]],
  given: InProcess,
): Promise<Outcome> {
  const file = join(folder.path, 'process.js');
  await bundle({ entry: join(entries, 'process.ts'), file, external: [...ours, /^node:/] });
  const task = JSON.stringify({ ...given, module: given.engines.includes('wasm') });
  const { stdout } = await promisify(execFile)(program, [...args, file, task], {
    cwd: folder.path,
    maxBuffer: 2 ** 24,
  });
  return JSON.parse(stdout) as Outcome;
}

/** `native`: with what workerd has of node:crypto, which newer compatibility dates bring. */
export async function inWorkerd(folder: PackedFolder, program: string, native: boolean): Promise<Outcome> {
  const place = subfolder(folder, 'workerd');
  await bundle({
    entry: join(entries, 'workerd.ts'),
    file: join(place, 'main.js'),
    conditions: ['workerd', 'worker', 'browser'],
    packages: folder.path,
    plugins: [outside(/\.wasm$/, './aead.wasm'), outside(/^vectors\.json$/, './vectors.json')],
  });
  copyFileSync(join(folder.path, 'vectors.json'), join(place, 'vectors.json'));
  writeFileSync(join(place, 'aead.wasm'), packedModule(folder, 'aead'));
  const modules = [
    ['main.js', 'esModule'],
    ['aead.wasm', 'wasm'],
    ['vectors.json', 'json'],
  ] as const;
  const worker = await startWorker({
    program,
    folder: place,
    modules,
    compatibilityDate: native ? '2026-11-01' : '2024-01-01',
  });
  try {
    return (await (await fetch(native ? `${worker.url}?native` : worker.url)).json()) as Outcome;
  } finally {
    await worker.stop();
  }
}

/** As deployed: no code is made from strings or bytes. */
export async function inEdgeRuntime(folder: PackedFolder): Promise<Outcome> {
  const file = join(subfolder(folder, 'edge-light'), 'main.js');
  await bundle({
    entry: join(entries, 'edge-light.ts'),
    file,
    conditions: ['edge-light', 'worker', 'browser'],
    packages: folder.path,
    format: 'iife',
    plugins: [wasmOfDeployment()],
  });
  const aeadModule = new runtime.WebAssembly!.Module(packedModule(folder, 'aead'));
  const vectors = readFileSync(join(folder.path, 'vectors.json'), 'utf8');
  const vm = new EdgeVM<EdgeContext & { aeadModule: object; vectors: string }>({
    codeGeneration: { strings: false, wasm: false },
    extend: (context) => Object.assign(context, { aeadModule, vectors }),
  });
  vm.evaluate(readFileSync(file, 'utf8'));
  return JSON.parse(await vm.evaluate<Promise<string>>('outcome')) as Outcome;
}

/** A page of Chromium. `policy` is its Content-Security-Policy; without `wasm-unsafe-eval` WebAssembly is forbidden. */
export async function inBrowser(
  folder: PackedFolder,
  { executablePath, env }: Chromium,
  { wasm, policy }: { wasm: boolean; policy: string },
): Promise<Outcome> {
  const file = join(subfolder(folder, 'browser'), 'main.js');
  await bundle({ entry: join(entries, 'browser.ts'), file, conditions: ['browser'], packages: folder.path });
  const page = '<!doctype html><meta charset="utf-8"><script type="module" src="/main.js"></script>';
  const answers: Record<string, [type: string, body: string | Buffer]> = {
    '/': ['text/html', page],
    '/main.js': ['text/javascript', readFileSync(file)],
    '/vectors.json': ['application/json', readFileSync(join(folder.path, 'vectors.json'))],
  };
  const { promise: outcome, resolve, reject } = Promise.withResolvers<Outcome>();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://page');
    if (pathname === '/outcome') json(request).then((value) => resolve(value as Outcome), reject);
    const [type, body] = answers[pathname] ?? ['text/plain', ''];
    response.writeHead(200, { 'content-type': type, 'content-security-policy': policy }).end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const browser = await chromium.launch({ executablePath, env, args: ['--no-sandbox'] });
  try {
    const tab = await browser.newPage();
    tab.once('pageerror', reject);
    await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/?wasm=${wasm ? 'yes' : 'no'}`);
    return await outcome;
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}

function subfolder({ path }: PackedFolder, name: string): string {
  const folder = join(path, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Imports that match stay imports, of `id`. */
function outside(pattern: RegExp, id: string): Plugin {
  return { name: `outside ${id}`, resolveId: (source) => (pattern.test(source) ? { id, external: true } : null) };
}

/** `x.wasm?module` is what the deployment compiled; Vercel's bundlers make a global of it as well. */
function wasmOfDeployment(): Plugin {
  const id = '\0wasm of the deployment';
  return {
    name: 'wasm of the deployment',
    resolveId: (source) => (source.endsWith('.wasm?module') ? id : null),
    load: (loaded) => (loaded === id ? 'export default globalThis.aeadModule;' : null),
  };
}
