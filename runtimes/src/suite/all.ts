import { asyncSuite } from './async-record.ts';
import { cryptoSuite } from './crypto-core.ts';
import { vectorSuite } from './crypto-vectors.ts';
import type { Task } from './given.ts';
import { protectionSuite } from './payload-protection.ts';
import { detectorSuite } from './pii-detector.ts';
import { type Outcome, runSuites } from './portable-test.ts';

/** Everything that must hold in a runtime. */
export function runAll(task: Task): Promise<Outcome> {
  return runSuites({
    'crypto-core': cryptoSuite(task),
    'crypto-core, vectors': vectorSuite(task),
    'crypto-core, async': asyncSuite(task),
    'pii-detector': detectorSuite,
    'payload-protection': protectionSuite(task),
  });
}
