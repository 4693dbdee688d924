// Where the runtimes' programs are: npm packages that hold the binary and nothing else, pinned in package.json, one for
// each platform. Chromium is the machine's own, or what `.ci/browser` unpacked.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

export type ProgramName = 'deno' | 'bun' | 'workerd';

const { platform, arch } = process;
const bunArch = arch === 'arm64' ? 'aarch64' : arch;
const workerdArch = arch === 'x64' ? '64' : arch;

const files: Record<ProgramName, readonly [packageName: string, file: string]> = {
  deno: [`@deno/${platform}-${arch}${platform === 'linux' ? '-glibc' : ''}`, 'deno'],
  bun: [`@oven/bun-${platform}-${bunArch}`, 'bin/bun'],
  workerd: [`@cloudflare/workerd-${platform}-${workerdArch}`, 'bin/workerd'],
};

/** Undefined on a platform for which the package is not pinned. */
export function findProgram(name: ProgramName): string | undefined {
  const [packageName, file] = files[name];
  try {
    const manifest = createRequire(import.meta.url).resolve(`${packageName}/package.json`);
    return join(dirname(manifest), file);
  } catch {
    return undefined;
  }
}

export interface Chromium {
  readonly executablePath: string;
  readonly env: Record<string, string>;
}

const names = ['chromium-headless-shell', 'chromium', 'google-chrome', 'chrome'];

/** HAMMERWORK_CHROMIUM, then PATH, then what `.ci/browser` unpacked with the libraries that it needs. */
export function findChromium(): Chromium | undefined {
  const { HAMMERWORK_CHROMIUM: given, PATH = '', XDG_CACHE_HOME } = process.env;
  const env = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const own = given ? [given] : PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const executablePath = own.find((file) => existsSync(file));
  if (executablePath) return { executablePath, env };
  const unpacked = join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'hammerwork-chromium');
  const program = join(unpacked, 'usr/lib/chromium/chromium-headless-shell');
  if (given || !existsSync(join(unpacked, 'done'))) return undefined;
  const machine = `${arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;
  const libraries = join(unpacked, 'usr/lib', machine);
  const path = [libraries, join(libraries, 'pulseaudio'), join(unpacked, 'lib', machine)].join(delimiter);
  return { executablePath: program, env: { ...env, LD_LIBRARY_PATH: path } };
}
