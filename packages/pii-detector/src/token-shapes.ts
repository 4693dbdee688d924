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
  /** The last units are a checksum; see `checksumHolds`. */
  readonly checksum?: 'base62' | 'atlassian' | 'grafana';
}

/** In sections: the alphabet of what follows the prefix, and its checks; then its lengths and the prefixes. */
const SHAPES = `
base62
36-76 ghr_
20-300 EAACEdEose0cBA
16-250 sk_live_,sk_test_,sk_prod_,rk_live_,rk_test_,rk_prod_,sk_sandbox_
32 ATBB
34 hf_
40 lin_api_
40-44 dp.pt.,dp.ct.
46 ntn_
52 gsk_
40-60 pplx-
37 r8_
80 xai-
36-40 nfp_
60 CLOJARS_
70 rdme_
54 EZAK,EZTK
12-33 FLWSECK_TEST-
32-40 FLWSECK-
43 secret_,phx_
69 AKCp

base62 checksum=base62
36 ghp_,gho_,ghu_,ghs_,npm_

base62 body=[\\da-fA-F]+
40 glptt-,pul-,sbp_,squ_,sqp_,sqa_,shippo_live_,shippo_test_
64 gloas-,sk-or-v1-,doo_v1_,dop_v1_,dor_v1_,sntryu_,mlsn.
32 shpat_,shpca_,shppa_,shpss_,SK
32-34 dapi
48 rubygems_

base62 infix=T3BlbkFJ
48 sk-

base62 body=[\\dA-Z]+
58 AGE-SECRET-KEY-1
27 NRAK-
26 PMAT-

base62 body=[A-Z2-7]+ documented=1
16 AKIA,ASIA,ABIA,ACCA

base64url
35 AIza
28 GOCSPX-
20-64 gldt-,glcbt-,glft-,glsoat-
50-1024 glagent-
25 glimt-
43 CFPAT-,sq0csp-,duffel_live_,duffel_test_,fo1_
80-120 sk-ant-oat01-,sk-ant-ort01-
24-300 hvs.
100-300 hvb.
50-1000 pypi-AgEIcHlwaS5vcmc,pypi-AgENdGVzdC5weXBpLm9yZ
58 HRKU-AA
32 NRII-
59 PMAK-
27 dckr_pat_
27-40 dckr_oat_
40-44 figd_
22 sq0atp-
20-80 tskey-
36 pat-na1-,pat-eu1-
200-2000 ops_eyJ
81 xkeysib-

base64url body=[^_-]{22}_[^_-]+
82 github_pat_

base64url body=(\\d{10,13}-){1,3}[^-]{24,34}
35-120 xoxb-
40-120 xoxp-,xoxa-,xoxr-,xoxs-

base64url body=\\d.*-.*
40-300 xoxe.xoxb-,xoxe.xoxp-,xoxe-
40-200 xapp-

base64url body=.*AA
95 sk-ant-api01-,sk-ant-api02-,sk-ant-api03-,sk-ant-api04-,sk-ant-admin01-

base64url infix=T3BlbkFJ
40-200 sk-proj-,sk-svcacct-,sk-admin-,sk-None-

base64url checksum=grafana
41 glsa_

dotted
20-2048 ya29.
20-64 glrt-
40-80 dp.st.
32-64 pscale_tkn_,pscale_pw_

dotted body=[^.]{20,64}|[^.]{27,300}(\\.[^.]{2})?\\.[^.]{9}
20-320 glpat-

dotted body=[^.]{22}\\.[^.]+
66 SG.

dotted body=.{14}\\.[\\da-fA-F-]*
79 pat

base64
60-1000 fm2_
24-100 whsec_
50-400 glc_
60-400 sntrys_

base64 checksum=atlassian
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
