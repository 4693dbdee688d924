// Time over a megabyte of objects and over text, beside JSON.parse of the same text and two peers; and growth over
// adversarial texts. All turns of one table run interleaved.
import { createDetector } from '@hammerwork/pii-detector';
import { Redactor } from '@redactpii/node';
import { SyncRedactor } from 'redact-pii';
import { interleave, type Timing, type Turns } from '../harness/interleave.ts';
import { cleanPayload, mixedPayloads } from './payloads.ts';

export interface Throughput {
  readonly jsonBytes: number;
  readonly objects: Readonly<Record<string, Timing>>;
  readonly textUnits: number;
  readonly text: Readonly<Record<string, Timing>>;
  readonly cleanBytes: number;
  readonly clean: Readonly<Record<string, Timing>>;
  readonly adversarial: readonly Growth[];
}

export interface Growth {
  readonly text: string;
  readonly short: Timing;
  readonly long: Timing;
}

export interface ThroughputSize extends Turns {
  readonly bytes: number;
  readonly textBytes: number;
  readonly adversarialUnits: number;
}

export async function measureThroughput(size: ThroughputSize): Promise<Throughput> {
  const detector = createDetector();
  const redactor = new Redactor();
  const syncRedactor = new SyncRedactor();
  const json = JSON.stringify(mixedPayloads(size.bytes));
  const parsed: object = JSON.parse(json);
  const objects = await interleave(
    {
      'JSON.parse': () => JSON.parse(json),
      detect: () => detector.detect(parsed),
      piiFields: () => detector.piiFields(parsed),
      'redactpii redactObject': () => redactor.redactObject(parsed),
    },
    size,
  );
  const text = JSON.stringify(mixedPayloads(size.textBytes));
  const onText = await interleave(
    {
      'JSON.parse': () => JSON.parse(text),
      detectText: () => detector.detectText(text),
      'redactpii redact': () => redactor.redact(text),
      'redact-pii': () => syncRedactor.redact(text),
    },
    { ...size, rounds: Math.min(size.rounds, 7) },
  );
  const clean = cleanPayload();
  const onClean = await interleave(
    { detect: () => detector.detect(clean), piiFields: () => detector.piiFields(clean) },
    size,
  );
  return {
    jsonBytes: json.length,
    objects,
    textUnits: text.length,
    text: onText,
    cleanBytes: JSON.stringify(clean).length,
    clean: onClean,
    adversarial: await measureGrowth(size, (value) => detector.detect(value)),
  };
}

const shapes: readonly string[] = [
  ...['a.a.a.', 'a@a@', '@a.', '1-', '1 ', '::', '0:', '"', '\\"', '{"a":"', '[', 'eyJhbGciOiJIUzI1NiJ9.', 'ghp_aaaa1'],
  ...['xoxb-1-', '-----BEGIN PRIVATE KEY-----', 'password=(', 'a://a:a@', '+1 ', '4111 ', 'a1'],
];

/** A text of `units` and one of four times as many, in turns. */
async function measureGrowth(size: ThroughputSize, detect: (text: string) => unknown): Promise<Growth[]> {
  const growth: Growth[] = [];
  for (const shape of shapes) {
    const repeated = (units: number) => shape.repeat(Math.ceil(units / shape.length)).slice(0, units);
    const [short, long] = [repeated(size.adversarialUnits), repeated(size.adversarialUnits * 4)];
    const times = await interleave(
      { short: () => detect(short), long: () => detect(long) },
      { ...size, sliceMs: size.sliceMs / 4 },
    );
    growth.push({ text: shape, ...times });
  }
  return growth;
}
