import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { openTestDatabase } from '@hammerwork/test-kit';
import { expect, test } from 'vitest';

const key = randomBytes(32).toString('base64');

async function run(program: string): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@hammerwork/source', `examples/${program}`],
    { env: { ...process.env, HAMMERWORK_ENCRYPTION_KEY: key, HAMMERWORK_MASTER_KEY: key } },
  );
  return stdout;
}

test('the complete encryption workflow stores no card and gives the handler both values', async () => {
  const [stored, processing, result] = (await run('complete-encryption-workflow.ts')).split('\n');
  expect(JSON.parse(stored?.replace('stored: ', '') ?? '')).toEqual({
    user_id: 'user123',
    credit_card: null,
    ssn: null,
    transaction_amount: 299.99,
    timestamp: '2024-01-01T00:00:00Z',
  });
  expect(processing).toBe('processing 299.99 on card 4111-1111-1111-1111, SSN 123-45-6789');
  expect(result).toBe('result: {"charged":299.99}');
});

test('the key management example generates, rotates, counts and audits', async () => {
  expect((await run('key-management.ts')).trim().split('\n')).toEqual([
    'payment key rotated to version 2',
    'rotated because they were due: 0',
    'managing 2 keys with 1 rotation',
    'generate version 1 by system: ok',
    'deactivate version 1 by system: ok',
    'rotate version 2 by system: ok',
  ]);
});

test('the first program is the one of the README and does what its comments say', async () => {
  const readme = readFileSync('README.md', 'utf8');
  const [, shown] = /<!-- from examples\/first-program.ts -->\n```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  expect(shown).toBe(readFileSync('examples/first-program.ts', 'utf8'));
  expect((await run('first-program.ts')).trim().split('\n')).toEqual([
    '{ card: null, amount: 99.99 }',
    "{ card: '4111-1111-1111-1111', amount: 99.99 }",
  ]);
});

test('with the worker: the commands of the README make tables and a key, enqueue, and work the job', async () => {
  const readme = readFileSync('README.md', 'utf8');
  const [, block = ''] = /## With the worker[\s\S]*?```sh\n([\s\S]*?)```/.exec(readme) ?? [];
  const programs = {
    'npm run --silent hammerwork --': 'apps/cli/src/main.ts',
    'npm run --silent worker --': 'apps/worker/src/main.ts',
    'npm run --silent node --': '',
  };
  const commands = block
    .trim()
    .split('\n')
    .flatMap((line) => {
      const found = Object.entries(programs).find(([start]) => line.startsWith(`${start} `));
      return found ? [`${found[1]}${line.slice(found[0].length)}`.trim().split(' ')] : [];
    });
  expect(commands).toHaveLength(4);
  const database = await openTestDatabase('postgres');
  const env = { ...process.env, HAMMERWORK_MASTER_KEY: key, HAMMERWORK_DATABASE_URL: database.url };
  const flags = ['--conditions=@hammerwork/source'];
  const worker = commands.pop() ?? [];
  const workerReadme = readFileSync('apps/worker/README.md', 'utf8');
  expect(workerReadme).toContain(`hammerwork-worker ${worker.slice(1).join(' ')}\n`);
  const printed = [];
  for (const command of commands)
    printed.push((await promisify(execFile)(process.execPath, [...flags, ...command], { env })).stdout);
  expect(printed.at(-1)).toBe("{ plan: 'gold', email: null }\n");
  const child = spawn(process.execPath, [...flags, ...worker], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    const { msg, ...facts } = JSON.parse(line);
    if (msg !== 'settled') continue;
    expect(facts).toMatchObject({ kind: 'welcome', state: 'completed' });
    child.kill('SIGTERM');
  }
  expect(await exited).toEqual([0, null]);
  await database.close();
});
