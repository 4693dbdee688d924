// Sizes of the bundles that users get, minified, gzip: everything, `detect` alone, the first tier, and a detector of one kind
// without the words and prefixes of the others. They may not grow; the goal for everything is 25 KB. Prints a line each, exits 1 above a budget;
// run by `npm run check`.
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

const BUDGET_BYTES = 38_200;
const DETECT_BUDGET_BYTES = 35_900;
const FIRST_TIER_BUDGET_BYTES = 25 * 1024;
const KIND_BUDGET_BYTES = 16_600;
const ENTRY = 'bundle-size-entry';

const index = join(import.meta.dirname, '..', 'dist', 'index.js');

/** Bundles that have to stay small: what each takes from the package, its budget, and what must not be in it. */
const bundles: readonly { name: string; code: string; budget: number; without: readonly string[] }[] = [
  { name: 'everything', code: 'export *', budget: BUDGET_BYTES, without: [] },
  { name: 'detect', code: 'export { detect }', budget: DETECT_BUDGET_BYTES, without: [] },
  {
    name: 'FIRST_TIER',
    code: 'export { createDetectorOf, FIRST_TIER }',
    budget: FIRST_TIER_BUDGET_BYTES,
    without: ['mother_name', 'codice_fiscale'],
  },
  ...(
    [
      ['creditCards', ['glpat-', 'codice_fiscale', 'BEGIN ']],
      ['emails', ['glpat-', 'carte_bleue', 'BEGIN ']],
      ['phoneNumbers', ['glpat-', 'carte_bleue', 'BEGIN ']],
      ['socialSecurityNumbers', ['glpat-', 'carte_bleue', 'BEGIN ']],
      ['ipv4Addresses', ['glpat-', 'carte_bleue', 'BEGIN ']],
      ['vendorTokens', ['carte_bleue', 'codice_fiscale', 'BEGIN ']],
    ] as const
  ).map(([kind, without]) => ({
    name: kind,
    code: `export { createDetectorOf, ${kind} }`,
    budget: KIND_BUDGET_BYTES,
    without,
  })),
];

async function bundled(code: string): Promise<string> {
  const bundle = await rolldown({
    input: ENTRY,
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === ENTRY ? id : null),
        load: (id) => (id === ENTRY ? `${code} from ${JSON.stringify(index)};` : null),
      },
    ],
  });
  const { output } = await bundle.generate({ format: 'esm', minify: true, comments: false });
  await bundle.close();
  return output[0].code;
}

let failed = false;
for (const { name, code, budget, without } of bundles) {
  const text = await bundled(code);
  const size = gzipSync(text, { level: 9 }).length;
  const extra = without.filter((word) => text.includes(word));
  process.stdout.write(`${name}: ${size} bytes of ${budget}${extra.length ? `, holds ${extra.join(', ')}` : ''}\n`);
  if (size > budget || extra.length > 0) failed = true;
}
process.exitCode = failed ? 1 : 0;
