import { defineConfig } from 'vitest/config';

// Tests see live sources: the `@hammerwork/source` condition leads every export of our packages to src/.
export default defineConfig({
  resolve: { conditions: ['@hammerwork/source'] },
  ssr: { resolve: { conditions: ['@hammerwork/source'] } },
  test: {
    projects: ['packages/*', 'apps/*', 'migrations', 'benchmarks', 'examples'].map((folder) => ({
      extends: true as const,
      test: { root: '.', include: [`${folder}/test/**/*.test.ts`], name: folder },
    })),
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
