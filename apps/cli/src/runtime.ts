// Whether this Node can run the command. Imports nothing, so that an older one gets an answer and not a stack.

/** What is wrong with `version` (as `process.versions.node` has it), or undefined. */
export function runtimeProblem(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return undefined;
  return `Hammerwork needs Node 22.18 or newer; this is ${version}.`;
}
