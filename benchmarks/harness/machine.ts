import { arch, cpus, loadavg } from 'node:os';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly arch: string;
  readonly node: string;
  readonly load: number;
}

/** What the figures were taken on. */
export function machine(): Machine {
  const [cpu] = cpus();
  return {
    cpu: cpu?.model ?? 'unknown',
    cores: cpus().length,
    arch: arch(),
    node: process.version,
    load: loadavg()[0]!,
  };
}

export function describeMachine({ cpu, cores, arch, node, load }: Machine): string {
  return `${cpu}, ${cores} cores, ${arch}, Node ${node}, load ${load.toFixed(2)}`;
}
