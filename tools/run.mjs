// The repository's commands, as `npm start`, `npm test`, `npm run check|bench|build|wasm` call them.
import { join } from 'node:path';
import { bootstrap, build, root, run } from './bootstrap.mjs';

const [command, ...args] = process.argv.slice(2);
// pnpm is also what mends a lockfile that does not fit
const needs = { pnpm: 'none', start: 'tour' }[command] ?? 'all';
const tools = bootstrap(needs);
const script = (file, ...rest) => run(tools.node, [join(root, file), ...rest, ...args], { env: tools.env });

const commands = {
  start: () => script('apps/cli/dist/main.js', 'demo'),
  hammerwork: () => script('apps/cli/dist/main.js'),
  worker: () => script('apps/worker/dist/main.js'),
  node: () => run(tools.node, args, { env: tools.env }),
  test: () => script('tools/test.ts'),
  check: () => script('tools/check.ts'),
  bench: () => script('benchmarks/run.ts'),
  build: () => 0,
  wasm: () => run(join(root, 'tools/build-wasm.sh'), args, { env: tools.env }),
  pnpm: () => run(...tools.pnpm(args)),
};
if (!Object.hasOwn(commands, command)) {
  process.stderr.write(`Unknown command ${command}. Known: ${Object.keys(commands).join(', ')}.\n`);
  process.exit(2);
}
if (needs !== 'none') build(tools, needs);
process.exit(commands[command]());
