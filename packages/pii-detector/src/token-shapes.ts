// Shapes of the secrets that vendors mark with a prefix. A body is a run of units of one alphabet.
import { ALPHANUMERIC, DASH, DOT, EQUALS, PLUS, SLASH, UNDERSCORE, unitAt } from './units.ts';

const BASE64_URL: number = ALPHANUMERIC | DASH | UNDERSCORE;

type Alphabet = 'base62' | 'base64url' | 'dotted' | 'base64';

/** Classes of the units that a body may have, by what it is written in. */
export const ALPHABETS: Readonly<Record<Alphabet, number>> = {
  base62: ALPHANUMERIC,
  base64url: BASE64_URL,
  dotted: BASE64_URL | DOT,
  base64: BASE64_URL | PLUS | SLASH | EQUALS,
};

/** One vendor's token. */
export interface TokenShape {
  readonly prefix: string;
  readonly alphabet: Alphabet;
  readonly min: number;
  readonly max: number;
  /** What its alphabet and length do not say of the body. */
  readonly body: RegExp;
  /** Text that the body holds, unless it is as mixed as no word. */
  readonly infix?: string;
  /** Its vendor documents keys that say of themselves that they are examples. */
  readonly documented?: string;
  /** The last six units are a checksum of the others. */
  readonly checksum?: string;
}

/** In sections: the alphabet of what follows the prefix, and its checks; then its lengths and the prefixes. */
const SHAPES = `
base62
36-76 ghr_
16-250 sk_live_,sk_test_,sk_prod_,rk_live_,rk_test_,rk_prod_,sk_sandbox_,sk_org_live_,sk_org_test_
32 ATBB
34-80 hf_,lin_api_,dp.pt.,dp.ct.,ntn_,gsk_,pplx-,r8_,xai-,nfp_,CLOJARS_,rdme_,EZAK,EZTK
12-40 FLWSECK_TEST-,FLWSECK-
43 secret_,phx_
69 AKCp

base62 checksum=1
36 ghp_,gho_,ghu_,ghs_,npm_

base62 body=[\\da-fA-F]+
40-64 glptt-,pul-,sbp_,squ_,sqp_,sqa_,shippo_live_,shippo_test_,gloas-,sk-or-v1-,doo_v1_,dop_v1_,dor_v1_,sntryu_,mlsn.,rubygems_
32-34 shpat_,shpca_,shppa_,shpss_,SK,sk-,dapi

base62 body=[\\dA-Z]+
26-58 AGE-SECRET-KEY-1,NRAK-,PMAT-

base62 body=[A-Z2-7]+ documented=1
16 AKIA,ASIA,ABIA,ACCA

base64url
35 AIza
28 GOCSPX-
20-80 gldt-,glcbt-,glft-,glsoat-,glffct-,glimt-,dckr_pat_,dckr_oat_,figd_,sq0atp-,tskey-,pat-na1-,pat-eu1-,HRKU-AA,NRII-,PMAK-
43 CFPAT-,sq0csp-,duffel_live_,duffel_test_,fo1_
24-300 hvs.,hvb.
50-2000 glagent-,pypi-AgE,ops_eyJ,xkeysib-
60-400 1//0

base64url body=[^_-]{22}_[^_-]+
82 github_pat_

base64url body=(\\d-)?(\\d{9,13}-){1,3}[^-]{10,34}
35-120 xoxb-,xoxp-,xoxa-,xoxr-,xoxs-,xoxo-

base64url body=\\d.*-.*
40-300 xoxe.xoxb-,xoxe.xoxp-,xoxe-,xapp-

base64url body=[a-z]+\\d\\d-.*
86-140 sk-ant-

base64url infix=T3BlbkFJ
40-200 sk-

base64url body=.*_[\\da-f]{8}
41 glsa_

dotted
20-2048 ya29.,glrt-,dp.st.,pscale_tkn_,pscale_pw_

dotted body=[^.]{20,64}|[^.]{27,300}(\\.[^.]{2})?\\.[^.]{9}
20-320 glpat-

dotted body=[^.]{22}\\.[^.]+
66 SG.

dotted body=.{14}\\.[\\da-fA-F-]*
79 pat

base64
50-1000 fm2_,glc_,sntrys_,ABSK,bedrock-api-key-
24-100 whsec_

base64 body=T\\w*/B\\w*/\\w{20,}
30-150 https://hooks.slack.com/services/,hooks.slack.com/services/

base64 body=.*=[\\dA-F]{8}
50-300 ATATT3,ATCTT3
`;

/** Index of the first two units of a prefix, -1 for units outside of ASCII. */
export function pairOf(first: number, second: number): number {
  return first < 128 && second >= 0 && second < 128 ? first * 128 + second : -1;
}

/** All shapes, by the first two units of their prefix. */
export function createTokenShapes(): readonly (readonly TokenShape[] | undefined)[] {
  const shapes: (TokenShape[] | undefined)[] = new Array(128 * 128).fill(undefined);
  for (const section of SHAPES.trim().split('\n\n')) {
    const [head = '', ...lines] = section.split('\n');
    const [alphabet, ...checks] = head.split(' ');
    const { body = '.*', ...rest } = Object.fromEntries(checks.map((check) => check.split('=')));
    for (const line of lines) {
      const [lengths = '', prefixes = ''] = line.split(' ');
      const [min, max = min] = lengths.split('-').map(Number);
      for (const prefix of prefixes.split(',')) {
        const shape = { prefix, alphabet, min, max, body: new RegExp(`^(?:${body})$`), ...rest } as TokenShape;
        const pair = pairOf(unitAt(prefix, 0), unitAt(prefix, 1));
        shapes[pair] = [...(shapes[pair] ?? []), shape];
      }
    }
  }
  return shapes;
}
