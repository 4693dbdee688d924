import { type Machine, machine } from '../harness/machine.ts';
import { measureQuality, type Quality } from './quality.ts';
import { measureThroughput, type Throughput, type ThroughputSize } from './throughput.ts';

export interface Report {
  readonly machine: Machine;
  readonly rounds: number;
  readonly quality: Quality;
  readonly throughput: Throughput;
}

export const full: ThroughputSize = {
  rounds: 21,
  sliceMs: 40,
  bytes: 2 ** 20,
  textBytes: 2 ** 15,
  adversarialUnits: 2 ** 16,
};
export const quick: ThroughputSize = {
  rounds: 3,
  sliceMs: 2,
  bytes: 2 ** 14,
  textBytes: 2 ** 12,
  adversarialUnits: 2 ** 10,
};

export async function measure(size: ThroughputSize): Promise<Report> {
  // Times first: the corpus teaches the engine every rare shape of text, which is not what a warm queue has seen.
  const throughput = await measureThroughput(size);
  const quality = measureQuality();
  return { machine: machine(), rounds: size.rounds, quality, throughput };
}
