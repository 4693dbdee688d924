import { existsSync, readdirSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const folders = ['packages', 'apps'].flatMap((group) => readdirSync(group).map((name) => `${group}/${name}`));
const projects = [...folders, 'migrations', 'benchmarks', 'examples', 'runtimes'].filter((folder) =>
  existsSync(`${folder}/test`),
);

// Tests see live sources: the `@hammerwork/source` condition leads every export of our packages to src/.
export default defineConfig({
  resolve: { conditions: ['@hammerwork/source'] },
  ssr: { resolve: { conditions: ['@hammerwork/source'] } },
  test: {
    projects: projects.map((folder) => ({
      extends: true as const,
      test: { name: folder, include: [`${folder}/test/**/*.test.ts`] },
    })),
    globalSetup: ['packages/test-kit/src/global-setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
});
