// Precision and recall over the labelled corpus of the detector, region by region, and what two peers make of its cases.
// The peers say only that they changed a text: they are asked whether they saw anything.
import { createDetector, type Finding } from '@hammerwork/pii-detector';
import { Redactor } from '@redactpii/node';
import { SyncRedactor } from 'redact-pii';
import { type CorpusCase, type ExpectedFinding, readCorpus } from '../../packages/pii-detector/test/corpus.ts';

export interface KindQuality {
  readonly kind: string;
  readonly expected: number;
  /** With kind, place and region exactly right. */
  readonly found: number;
  readonly wrong: number;
}

export interface CaseQuality {
  readonly name: string;
  /** Of the cases with something to find: those in which anything was found. */
  readonly found: number;
  readonly positives: number;
  /** Of the cases with nothing to find: those in which something was found. */
  readonly alarms: number;
  readonly decoys: number;
}

export interface Quality {
  readonly kinds: readonly KindQuality[];
  readonly cases: readonly CaseQuality[];
}

function idOf({ kind, pointer, start, end }: ExpectedFinding | Finding): string {
  return `${kind} ${pointer} ${start} ${end}`;
}

function kindQuality(corpus: readonly CorpusCase[]): KindQuality[] {
  const detector = createDetector();
  const kinds = new Map<string, { expected: number; found: number; wrong: number }>();
  const of = (kind: string) => {
    const entry = kinds.get(kind) ?? { expected: 0, found: 0, wrong: 0 };
    kinds.set(kind, entry);
    return entry;
  };
  for (const { value, expected } of corpus) {
    const { findings } = detector.detect(value);
    const answers = new Set(findings.map(idOf));
    const wanted = new Set(expected.map(idOf));
    for (const one of expected) {
      of(one.kind).expected++;
      if (answers.has(idOf(one))) of(one.kind).found++;
    }
    for (const finding of findings) if (!wanted.has(idOf(finding))) of(finding.kind).wrong++;
  }
  return [...kinds].map(([kind, counts]) => ({ kind, ...counts })).sort((a, b) => b.expected - a.expected);
}

function caseQuality(name: string, corpus: readonly CorpusCase[], sees: (value: unknown) => boolean): CaseQuality {
  const positives = corpus.filter(({ expected }) => expected.length > 0);
  const decoys = corpus.filter(({ expected }) => expected.length === 0);
  return {
    name,
    found: positives.filter(({ value }) => sees(value)).length,
    positives: positives.length,
    alarms: decoys.filter(({ value }) => sees(value)).length,
    decoys: decoys.length,
  };
}

export function measureQuality(): Quality {
  const corpus = readCorpus();
  const detector = createDetector();
  const redactor = new Redactor();
  const syncRedactor = new SyncRedactor();
  const changes = (value: unknown, redact: (text: string) => string) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return redact(text) !== text;
  };
  return {
    kinds: kindQuality(corpus),
    cases: [
      caseQuality('@hammerwork/pii-detector', corpus, (value) => detector.hasPii(value)),
      caseQuality('@redactpii/node', corpus, (value) => changes(value, (text) => redactor.redact(text))),
      caseQuality('redact-pii', corpus, (value) => changes(value, (text) => syncRedactor.redact(text))),
    ],
  };
}
