// `npm test`: every test of every package; ends with the plain line `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'hammerwork-test-'));
const report = join(folder, 'report.json');
const { status } = spawnSync(
  'vitest',
  ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
let passed = 0;
let failed = 0;
try {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  passed = numPassedTests;
  // a file that fails before its first test counts too
  failed =
    numFailedTests +
    testResults.filter(
      (file: { status: string; assertionResults: unknown[] }) =>
        file.status === 'failed' && file.assertionResults.length === 0,
    ).length;
} finally {
  rmSync(folder, { recursive: true, force: true });
  process.stdout.write(`\n${passed} passed, ${Math.max(failed, status === 0 ? 0 : 1)} failed\n`);
  process.exitCode = status === 0 && failed === 0 && passed > 0 ? 0 : 1;
}
