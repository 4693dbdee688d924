// Source files stay below 400 lines; tables and generated files apart.
import { globSync, readFileSync } from 'node:fs';

const limit = 400;

export function fileSize(): string[] {
  return globSync('{packages/*,apps/*,migrations,benchmarks,examples,runtimes,tools}/**/*.{ts,mjs,rs}')
    .filter((file) => !/node_modules|\/dist\/|\/target\/|\.generated\.|\/test\/|-table\.ts$/.test(file))
    .map((file) => ({ file, lines: readFileSync(file, 'utf8').split('\n').length }))
    .filter(({ lines }) => lines > limit)
    .map(({ file, lines }) => `${file} has ${lines} lines, more than ${limit}`);
}
