// `npm run bench`: every benchmark, one after the other, so that none disturbs another. Each prints its tables and writes
// its results and plots to benchmarks/results. `npm run bench -- NAME...` runs only those; `--quick` a small run of each;
// other flags go to the benchmarks that are run.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = import.meta.dirname;
const all = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'run.ts')));
const flags = process.argv.slice(2).filter((argument) => argument.startsWith('--'));
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const unknown = wanted.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`No benchmark is called ${unknown.join(', ')}. There are: ${all.join(', ')}.\n`);
  process.exit(2);
}

let failed = 0;
const chosen = wanted.length > 0 ? wanted : all;
for (const [index, name] of chosen.entries()) {
  process.stdout.write(`\n[${index + 1}/${chosen.length}] ${name}\n`);
  const { status } = spawnSync(
    process.execPath,
    ['--conditions=@hammerwork/source', join(folder, name, 'run.ts'), ...flags],
    {
      stdio: 'inherit',
    },
  );
  if (status !== 0) failed += 1;
}
process.exitCode = failed === 0 ? 0 : 1;
