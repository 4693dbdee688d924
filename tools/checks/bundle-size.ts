// The size budgets of the packages that browsers and edge workers load.
import { spawnSync } from 'node:child_process';

const scripts = ['packages/pii-detector/tools/bundle-size.ts'];

export function bundleSize(): string[] {
  return scripts.flatMap((script) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
    return status === 0 ? [] : [`${stdout}${stderr}`.trim()];
  });
}
