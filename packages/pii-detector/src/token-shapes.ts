// Shapes of the secrets that vendors mark with a prefix. A body is a run of units of one alphabet.
import { ALPHANUMERIC, DASH, DOT, EQUALS, PLUS, SLASH, UNDERSCORE, unitAt } from './units.ts';

const BASE64_URL: number = ALPHANUMERIC | DASH | UNDERSCORE;

/** What a body is written in. */
export type Alphabet = 'base62' | 'hex' | 'upper' | 'base32' | 'base64url' | 'dotted' | 'base64';

/** Classes of the units that a body may have; `hex`, `upper` and `base32` are narrower, see `isWritten`. */
export const ALPHABETS: Readonly<Record<Alphabet, number>> = {
  base62: ALPHANUMERIC,
  hex: ALPHANUMERIC,
  upper: ALPHANUMERIC,
  base32: ALPHANUMERIC,
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
  /** Text that the body must hold. */
  readonly infix?: string;
  /** How the body must end. */
  readonly suffix?: string;
  /** The last units are a checksum: of the body in base 62 (GitHub, npm), of all before in hex (Atlassian, Grafana). */
  readonly checksum?: 'base62' | 'atlassian' | 'grafana';
  /** The body has parts between `-`, `_` or `.`; see `partsHold`. */
  readonly parts?: 'slack' | 'slack-app' | 'pat' | 'gitlab' | 'sendgrid' | 'airtable';
}

/** Prefixes, the alphabet and length of what follows them, then `name=value` for the rest. */
const LINES = `
AKIA,ASIA,ABIA,ACCA base32 16
AIza base64url 35
GOCSPX- base64url 28
ya29. dotted 20-2048
ghp_,gho_,ghu_,ghs_,npm_ base62 36 checksum=base62
ghr_ base62 36-76
github_pat_ base64url 82 parts=pat
glpat- dotted 20-320 parts=gitlab
gldt-,glcbt-,glft-,glsoat- base64url 20-64
glrt- dotted 20-64
glptt-,pul-,sbp_,squ_,sqp_,sqa_,shippo_live_,shippo_test_ hex 40
glagent- base64url 50-1024
glimt- base64url 25
gloas-,sk-or-v1-,doo_v1_,dop_v1_,dor_v1_,sntryu_,mlsn. hex 64
CFPAT-,sq0csp-,duffel_live_,duffel_test_,fo1_ base64url 43
EAACEdEose0cBA base62 20-300
fm2_ base64 60-1000
xoxb- base64url 35-120 parts=slack
xoxp-,xoxa-,xoxr-,xoxs- base64url 40-120 parts=slack
xoxe.xoxb-,xoxe.xoxp-,xoxe- base64url 40-300 parts=slack-app
xapp- base64url 40-200 parts=slack-app
sk_live_,sk_test_,sk_prod_,rk_live_,rk_test_,rk_prod_,sk_sandbox_ base62 16-250
whsec_ base64 24-100
sk-ant-api01-,sk-ant-api02-,sk-ant-api03-,sk-ant-api04-,sk-ant-admin01- base64url 95 suffix=AA
sk-ant-oat01-,sk-ant-ort01- base64url 80-120
sk-proj-,sk-svcacct-,sk-admin-,sk-None- base64url 40-200 infix=T3BlbkFJ
sk- base62 48 infix=T3BlbkFJ
SG. dotted 66 parts=sendgrid
ATATT3,ATCTT3 base64 50-300 checksum=atlassian
ATBB base62 32
glsa_ base64url 41 checksum=grafana
glc_ base64 50-400
hf_ base62 34
shpat_,shpca_,shppa_,shpss_,SK hex 32
dapi hex 32-34
hvs. base64url 24-300
hvb. base64url 100-300
pypi-AgEIcHlwaS5vcmc,pypi-AgENdGVzdC5weXBpLm9yZ base64url 50-1000
AGE-SECRET-KEY-1 upper 58
lin_api_ base62 40
HRKU-AA base64url 58
pat dotted 79 parts=airtable
dp.pt.,dp.ct. base62 40-44
dp.st. dotted 40-80
NRAK- upper 27
NRII- base64url 32
sntrys_ base64 60-400
PMAK- base64url 59
rubygems_ hex 48
dckr_pat_ base64url 27
dckr_oat_ base64url 27-40
ntn_ base62 46
pscale_tkn_,pscale_pw_ dotted 32-64
figd_ base64url 40-44
gsk_ base62 52
pplx- base62 40-60
r8_ base62 37
xai- base62 80
sq0atp- base64url 22
tskey- base64url 20-80
nfp_ base62 36-40
CLOJARS_ base62 60
PMAT- upper 26
rdme_ base62 70
EZAK,EZTK base62 54
FLWSECK_TEST- base62 12-33
FLWSECK- base62 32-40
pat-na1-,pat-eu1- base64url 36
secret_,phx_ base62 43
ops_eyJ base64url 200-2000
AKCp base62 69
xkeysib- base64url 81
`;

/** Index of the first two units of a prefix, -1 for units outside of ASCII. */
export function pairOf(first: number, second: number): number {
  return first < 128 && second >= 0 && second < 128 ? first * 128 + second : -1;
}

/** All shapes, by the first two units of their prefix. */
export function createTokenShapes(): readonly (readonly TokenShape[] | undefined)[] {
  const shapes: (TokenShape[] | undefined)[] = new Array(128 * 128).fill(undefined);
  for (const line of LINES.trim().split('\n')) {
    const [prefixes = '', alphabet, lengths = '', ...rest] = line.split(' ');
    const [min, max = min] = lengths.split('-').map(Number);
    const options = Object.fromEntries(rest.map((pair) => pair.split('=')));
    for (const prefix of prefixes.split(',')) {
      const pair = pairOf(unitAt(prefix, 0), unitAt(prefix, 1));
      shapes[pair] = [...(shapes[pair] ?? []), { prefix, alphabet, min, max, ...options } as TokenShape];
    }
  }
  return shapes;
}
