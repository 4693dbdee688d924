#!/usr/bin/env node
// Where `hammerwork-worker` starts: nothing else is loaded before the runtime is known to be new enough for it.
import { runtimeProblem } from './runtime.ts';

const problem = runtimeProblem(process.versions.node);
if (problem === undefined) await import('./worker.ts');
else {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
}
