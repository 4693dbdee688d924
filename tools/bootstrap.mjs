// Brings in what the repository's commands need and a fresh machine lacks: the pinned pnpm, a pinned Node where the
// machine's own is older than the minimum, the workspace's dependencies and its build. Runs on Node 20, imports nothing
// that has to be installed. Everything lands in `.toolchain/` and `node_modules/`; the second call finds it there.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const pins = JSON.parse(readFileSync(join(root, 'tools/toolchain.json'), 'utf8'));
const toolchain = join(root, '.toolchain');

export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', cwd: root, ...options });
  if (error) throw error;
  return status ?? 1;
}

function must(what, command, args, options) {
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8', ...options });
  if (!error && status === 0) return;
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}\n${what} failed${error ? `: ${error.message}` : ''}.\n`);
  process.exit(status || 1);
}

function older(version, minimum) {
  const [a, b] = [version, minimum].map((text) => text.split('.').map(Number));
  const at = a.findIndex((part, i) => part !== b[i]);
  return at >= 0 && a[at] < b[at];
}

/** Installs an npm package of one exact version into `.toolchain/NAME` and returns its folder. */
function provide(name, version) {
  const prefix = join(toolchain, `${name}@${version}`);
  const folder = join(prefix, 'node_modules', name);
  if (!existsSync(join(prefix, 'done'))) {
    process.stderr.write(`Fetching ${name} ${version} ...\n`);
    mkdirSync(prefix, { recursive: true });
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--no-save'];
    must(`Fetching ${name} ${version} with npm`, npm, ['install', '--prefix', prefix, ...flags, `${name}@${version}`], {
      shell: process.platform === 'win32',
    });
    writeFileSync(join(prefix, 'done'), '');
  }
  return folder;
}

function provideNode() {
  if (!older(process.versions.node, pins.node.minimum)) return process.execPath;
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const folder = provide(`node-${platform}-${process.arch}`, pins.node.pinned);
  return join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

function manifests() {
  const folders = ['packages', 'apps'].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => join(group, name)),
  );
  return ['.', ...folders, 'migrations', 'benchmarks', 'examples', 'runtimes']
    .map((folder) => join(root, folder, 'package.json'))
    .filter((file) => existsSync(file));
}

// The tour needs the command line and what it imports, not the runtimes, peers and servers of tests and benchmarks.
const tourNeeds = ['--filter=@hammerwork/cli...', '--filter=.'];

/**
 * Returns `{ node, env, pnpm(args) }` with dependencies installed as the lockfile says: `all` of them, those of the
 * `tour`, or none.
 */
export function bootstrap(install = 'all') {
  const node = provideNode();
  const pnpmScript = join(provide('pnpm', pins.pnpm), 'bin', 'pnpm.mjs');
  const bin = join(toolchain, 'bin');
  mkdirSync(bin, { recursive: true });
  // turbo starts `pnpm` by name
  writeFileSync(join(bin, 'pnpm'), `#!/bin/sh\nexec "${node}" "${pnpmScript}" "$@"\n`, { mode: 0o755 });
  writeFileSync(join(bin, 'pnpm.cmd'), `@"${node}" "${pnpmScript}" %*\r\n`);
  const env = {
    ...process.env,
    PATH: [bin, dirname(node), join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter),
    TURBO_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
  };
  const pnpm = (args) => [node, [pnpmScript, ...args], { env }];
  if (install !== 'none') installDependencies(node, pnpm, install);
  return { node, env, pnpm };
}

function installDependencies(node, pnpm, install) {
  const stamp = join(root, 'node_modules/.installed');
  const hash = createHash('sha256');
  for (const file of [join(root, 'pnpm-lock.yaml'), join(root, 'pnpm-workspace.yaml'), ...manifests()])
    hash.update(readFileSync(file));
  const lockfile = `${hash.digest('hex')} node ${node}`;
  const installed = existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
  if (installed === `all ${lockfile}` || installed === `${install} ${lockfile}`) return;
  process.stderr.write('Installing dependencies ...\n');
  const scope = install === 'tour' ? tourNeeds : [];
  must('Installing the dependencies', ...pnpm([...scope, 'install', '--frozen-lockfile', '--reporter=append-only']));
  writeFileSync(stamp, `${install} ${lockfile}`);
}

/** Builds every package whose sources changed, or only those of the `tour`. */
export function build({ env }, what = 'all') {
  const turbo = join(root, 'node_modules/.bin', process.platform === 'win32' ? 'turbo.cmd' : 'turbo');
  const scope = what === 'tour' ? tourNeeds.slice(0, 1) : [];
  must('Building', turbo, ['run', 'build', ...scope, '--output-logs=errors-only', '--no-update-notifier'], {
    env,
    shell: process.platform === 'win32',
  });
}
