// The repository's commands, as `npm start`, `npm test`, `npm run check|bench|build` call them.
import { join } from 'node:path';
import { bootstrap, build, root, run } from './bootstrap.mjs';

const [command, ...args] = process.argv.slice(2);
const tools = bootstrap();
const script = (file, ...rest) => run(tools.node, [join(root, file), ...rest, ...args], { env: tools.env });

const commands = {
  start: () => (build(tools), script('apps/cli/dist/main.js', 'demo')),
  test: () => (build(tools), script('tools/test.ts')),
  check: () => (build(tools), script('tools/check.ts')),
  bench: () => (build(tools), script('benchmarks/run.ts')),
  build: () => (build(tools), 0),
  pnpm: () => run(...tools.pnpm(args)),
};
if (!Object.hasOwn(commands, command)) {
  process.stderr.write(`Unknown command ${command}. Known: ${Object.keys(commands).join(', ')}.\n`);
  process.exit(2);
}
process.exit(commands[command]());
