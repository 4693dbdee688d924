// A detector: options, the kinds in use, and the questions it answers.
import { createCueWords } from './cues.ts';
import { planOf } from './detector-plan.ts';
import type { Detection, Finding } from './finding.ts';
import type { KindDetector, NameRule } from './kind-detector.ts';
import type { Kind } from './kinds.ts';
import { KnownNames } from './known-names.ts';
import { LeafScanner } from './leaf.ts';
import { createNameIndex } from './name-index.ts';
import { DEFAULT_THRESHOLD, type DetectorOptions, kindsOf, limitsOf, thresholdOf } from './options.ts';
import { coveringPointers } from './pointer.ts';
import { createRunPoints, NO_FIELD, type TextScan } from './scan.ts';
import { type WalkResult, type WalkSettings, walk } from './walk.ts';
import type { WalkMode } from './walk-report.ts';

/** Finds personal data and secrets, of some kinds. It holds no values between calls. */
export interface KindsDetector {
  /** Findings in any JSON value, and the parts that were not scanned. */
  detect(value: unknown): Detection;
  /** The same for one text. */
  detectText(text: string): Detection;
  /**
   * JSON Pointers of what has to be sealed, the fewest that cover all: a finding inside of a string seals the string,
   * one in a key the object that has it, an unscannable part itself. Sorted; `['']` is the whole value.
   */
  piiFields(value: unknown): string[];
  /** True when there is any finding or unscannable part. */
  hasPii(value: unknown): boolean;
}

/** Own names: the rule of the kind, for any value that is not empty. */
function ownNames(
  detectors: readonly KindDetector[],
  names: Readonly<Record<string, Kind | false>>,
): Map<string, NameRule | null> {
  const rules = new Map<string, NameRule | null>();
  for (const [name, kind] of Object.entries(names)) {
    if (kind === false) {
      rules.set(name, null);
      continue;
    }
    const base = detectors.flatMap((detector) => detector.names ?? []).find((rule) => rule.kind === kind);
    rules.set(name, {
      kind,
      names: name,
      container: true,
      // Whatever it is, but what stands for it when it has been redacted.
      accepts: (value) => (/^[[<*]/.test(value) ? 0 : 0.9),
      ...(base?.cues ? { cues: base.cues } : {}),
    });
  }
  return rules;
}

function pointerOf({ pointer }: Pick<Finding, 'pointer'>): string {
  return pointer;
}

/**
 * A detector of the given kinds only: what is not passed in is not in the bundle. `redactFindings` and `explain` work on
 * what it answers with.
 */
export function createDetectorOf(detectors: readonly KindDetector[], options: DetectorOptions = {}): KindsDetector {
  const kinds = kindsOf(options);
  const threshold = thresholdOf(options);
  const limits = limitsOf(options);
  const used = detectors.filter((detector) => detector.kinds.some((kind) => kinds.has(kind)));
  const words = createCueWords(detectors);
  const index = createNameIndex(used, ownNames(detectors, options.names ?? {}), words);
  const plan = planOf(used);
  const { scanKeys = true, custom = [] } = options;
  const codes = new Map<string, readonly string[]>();

  /** Codes are few: they come from the detectors and the dictionary. */
  function codesOf(reasons: string): readonly string[] {
    const seen = codes.get(reasons);
    if (seen) return seen;
    const fresh = Object.freeze(reasons.split(' '));
    codes.set(reasons, fresh);
    return fresh;
  }

  /** Settings with a state of their own. */
  function createSettings(): WalkSettings {
    const scan: TextScan = {
      text: '',
      field: NO_FIELD,
      candidates: [],
      bodies: new Map(),
      points: createRunPoints(),
      cueIndex: -1,
      cueBits: 0,
      consumed: 0,
      digitsDone: 0,
      valuesDone: 0,
      threshold,
      kinds,
      words,
      lookup: index.lookup,
      validatePhone: options.validatePhone,
    };
    const leaves = new LeafScanner({
      scan,
      plan,
      limits,
      custom,
      wantsNumbers: threshold < DEFAULT_THRESHOLD || custom.length > 0,
      known: (name) => names.get(name),
    });
    const names = new KnownNames(index, leaves, scanKeys);
    return { leaves, allow: options.allow, scanKeys, names, codesOf };
  }

  let idle: WalkSettings | undefined;

  /** A caller's `allow` or custom detector may call us again: the second walk gets a state of its own. */
  function run(value: unknown, mode: WalkMode): WalkResult {
    const settings = idle ?? createSettings();
    idle = undefined;
    try {
      return walk(settings, value, mode);
    } finally {
      settings.leaves.forget();
      // The engine keeps the text of the last expression that matched.
      /^/.test('');
      idle = settings;
    }
  }

  return {
    detect: (value) => run(value, 'findings'),
    detectText(text) {
      if (typeof text !== 'string') throw new TypeError(`detectText takes a string, not ${typeof text}; use detect`);
      return run(text, 'findings');
    },
    piiFields(value) {
      const { findings, unscannable } = run(value, 'pointers');
      if (findings.length + unscannable.length === 0) return [];
      // The walk leaves what it has named as a whole; only a key, or a part not scanned, can cover what came before it.
      const covering = [...findings.filter(({ inKey }) => inKey), ...unscannable];
      return coveringPointers([...findings, ...unscannable].map(pointerOf), new Set(covering.map(pointerOf)));
    },
    hasPii(value) {
      const { findings, unscannable } = run(value, 'any');
      return findings.length + unscannable.length > 0;
    },
  };
}
