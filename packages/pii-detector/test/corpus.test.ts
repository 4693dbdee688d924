// Every case of the corpus, exactly: kinds, pointers and spans, and nothing else.
import { describe, expect, test } from 'vitest';
import { createDetector, type Finding } from '../src/index.ts';
import { type CorpusCase, type ExpectedFinding, readCorpus } from './corpus.ts';

const detector = createDetector();
const corpus = readCorpus();

function sorted(findings: readonly (ExpectedFinding | Finding)[]): string[] {
  return findings.map(({ kind, pointer, start, end }) => `${kind} at ${pointer} [${start}, ${end})`).sort();
}

function isCovered(pointer: string, fields: readonly string[]): boolean {
  return fields.some((field) => pointer === field || pointer.startsWith(`${field}/`));
}

test('the corpus is large enough and holds both sides of every topic', () => {
  expect(corpus.length).toBeGreaterThanOrEqual(600);
  for (const topic of new Set(corpus.map((one) => one.topic))) {
    const cases = corpus.filter((one) => one.topic === topic);
    expect(cases.filter((one) => one.expected.length > 0).length, topic).toBeGreaterThan(10);
    expect(cases.filter((one) => one.expected.length === 0).length, topic).toBeGreaterThan(10);
  }
});

describe.each([...new Set(corpus.map((one) => one.topic))])('%s', (topic) => {
  test.each(corpus.filter((one) => one.topic === topic))('$id', ({ value, expected }: CorpusCase) => {
    const detection = detector.detect(value);
    expect(sorted(detection.findings)).toEqual(sorted(expected));
    expect(detection.unscannable).toEqual([]);
    const fields = detector.piiFields(value);
    expect(expected.every(({ pointer }) => isCovered(pointer, fields))).toBe(true);
    expect(fields.every((field) => expected.some(({ pointer }) => pointer === field))).toBe(true);
    expect(detector.hasPii(value)).toBe(expected.length > 0);
  });
});
