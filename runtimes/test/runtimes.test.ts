// One suite, in every runtime, on what is published: the packed tarballs of the portable packages.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installPacked, type PackedFolder } from '../src/packed.ts';
import { findChromium, findProgram, type ProgramName } from '../src/programs.ts';
import { inBrowser, inEdgeRuntime, inProcess, inWorkerd } from '../src/runners.ts';
import type { Outcome } from '../src/suite/portable-test.ts';
import { loadVectors } from '../src/vectors.ts';

let folder: PackedFolder;

beforeAll(() => {
  folder = installPacked();
  writeFileSync(join(folder.path, 'vectors.json'), JSON.stringify(loadVectors()));
});
afterAll(() => folder?.remove());

/** Without the program: an error where CI=true, else one line. */
function unlessMissing<T>(found: T | undefined, name: string, toGetIt: string): T | undefined {
  if (found !== undefined) return found;
  if (process.env.CI === 'true') throw new Error(`${name} is missing: ${toGetIt}`);
  process.stderr.write(`not run: ${name}: ${toGetIt}\n`);
  return undefined;
}

const program = (name: ProgramName): string | undefined =>
  unlessMissing(findProgram(name), name, `it is not pinned for ${process.platform} ${process.arch}`);

function expectAllGood({ passed, failed }: Outcome, atLeast: number): void {
  expect(failed).toEqual([]);
  expect(passed).toBeGreaterThanOrEqual(atLeast);
}

const all = ['wasm', 'native', 'noble'] as const;

test('Node', async () => {
  expectAllGood(await inProcess(folder, [process.execPath], { auto: 'wasm', engines: all }), 70);
});

test('Node without WebAssembly', async () => {
  const given = { auto: 'native', engines: ['native', 'noble'] } as const;
  expectAllGood(
    await inProcess(
      folder,
      [process.execPath, '--import', 'data:text/javascript,delete globalThis.WebAssembly'],
      given,
    ),
    50,
  );
});

test.runIf(program('deno'))('Deno', async () => {
  const flags = ['run', '--no-config', '--node-modules-dir=manual', '--allow-read', '--allow-env'];
  expectAllGood(await inProcess(folder, [findProgram('deno')!, ...flags], { auto: 'wasm', engines: all }), 70);
});

test.runIf(program('bun'))('Bun', async () => {
  const nativeLacks = ['chacha20-poly1305', 'xchacha20-poly1305'] as const;
  expectAllGood(await inProcess(folder, [findProgram('bun')!, 'run'], { auto: 'wasm', engines: all, nativeLacks }), 60);
});

describe.runIf(program('workerd'))('workerd, which compiles no bytes', () => {
  test('alone', async () => {
    expectAllGood(await inWorkerd(folder, findProgram('workerd')!, false), 50);
  });

  test('with its node:crypto', async () => {
    expectAllGood(await inWorkerd(folder, findProgram('workerd')!, true), 70);
  });
});

test("Vercel's edge runtime, which compiles no bytes", async () => {
  expectAllGood(await inEdgeRuntime(folder), 50);
});

describe.runIf(unlessMissing(findChromium(), 'a browser', 'put Chromium on PATH or run .ci/browser'))(
  'Chromium',
  () => {
    test('with WebAssembly', async () => {
      const page = { wasm: true, policy: "script-src 'self' 'wasm-unsafe-eval'" };
      expectAllGood(await inBrowser(folder, findChromium()!, page), 50);
    });

    test('where the page may not compile WebAssembly', async () => {
      const page = { wasm: false, policy: "script-src 'self'" };
      expectAllGood(await inBrowser(folder, findChromium()!, page), 30);
    });
  },
);
