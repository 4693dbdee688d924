// Secrets that only a name gives away: passwords, keys and tokens in fields, and in `name=value` inside of text.
import type { NameRule } from './kind-detector.ts';
import { type KindDetector, PRIORITY_CUSTOM } from './kind-detector.ts';
import { isPlaceholder } from './placeholder.ts';
import { propose, type TextScan } from './scan.ts';
import { COLON, DASH, EQUALS, FIRST_UNSPACED, isDigit, isLetter, isWordUnit, SLASH, unitAt } from './units.ts';

const MIN_SECRET_UNITS = 4;

function acceptsPassword(value: string, numeric: boolean): number {
  if (numeric) return value.length >= 4 ? 0.8 : 0;
  return isPlaceholder(value) ? 0 : 0.95;
}

/** `pass` and `pwd` also count what passed, and name the working directory. */
function acceptsShortPassword(value: string, numeric: boolean): number {
  if (numeric || value.length < 6 || value.startsWith('/') || value.startsWith('~') || unitAt(value, 1) === 58)
    return 0;
  return acceptsPassword(value, false);
}

function acceptsSecret(value: string, numeric: boolean): number {
  if (numeric || value.length < MIN_SECRET_UNITS || isPlaceholder(value)) return 0;
  return 0.95;
}

/** `token` is also a word of language processing: no short one, no sentence, no number. */
function acceptsToken(value: string, numeric: boolean): number {
  return value.length < 8 || value.includes(' ') || isNumeric(value) ? 0 : acceptsSecret(value, numeric);
}

/** `auth` and `credential` also name a way to log in: no plain word. */
function acceptsWeakSecret(value: string, numeric: boolean): number {
  return isPlainWord(value) ? 0 : acceptsToken(value, numeric);
}

/** Letters only, set as a word of a sentence. */
function isPlainWord(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const unit = unitAt(value, i);
    if (!isLetter(unit) || (i > 0 && unit < 97)) return false;
  }
  return value.length < 20;
}

function isNumeric(value: string): boolean {
  for (let i = 0; i < value.length; i++) if (!isDigit(unitAt(value, i)) && unitAt(value, i) !== 46) return false;
  return true;
}

/** `Bearer abc`, `Basic abc`, or a bare credential. */
function acceptsAuthorization(value: string, numeric: boolean): number {
  if (numeric) return value.length >= 6 ? 0.8 : 0;
  const credential = value.slice(schemeLength(value));
  if (isPlaceholder(credential) || credential.length < MIN_SECRET_UNITS) return 0;
  return schemeLength(value) > 0 || (credential.length >= 8 && !isPlainWord(credential)) ? 0.95 : 0;
}

const SCHEMES = ['bearer ', 'basic ', 'token ', 'apikey ', 'digest ', 'negotiate '];

/** Units of the scheme in front of a credential. */
export function schemeLength(value: string): number {
  const start = value.slice(0, 10).toLowerCase();
  return SCHEMES.find((scheme) => start.startsWith(scheme))?.length ?? 0;
}

function acceptsCookie(value: string, numeric: boolean): number {
  return !numeric && value.includes('=') && value.length >= 8 ? 0.8 : 0;
}

/** A key pair's public half and a path are no secret. */
function acceptsKey(value: string, numeric: boolean): number {
  return value.startsWith('ssh-') || value.includes('PUBLIC KEY') ? 0 : acceptsSecret(value, numeric);
}

function acceptsConnection(value: string, numeric: boolean): number {
  if (numeric || isPlaceholder(value)) return 0;
  const lower = value.toLowerCase();
  const parted = lower.includes('password=') || lower.includes('pwd=') || lower.includes('key=');
  const at = value.indexOf('@');
  return parted || (at > 0 && value.lastIndexOf(':', at) > value.indexOf('://')) ? 0.9 : 0;
}

/** The signature of an Azure SAS: a digest in base64, perhaps escaped. */
function acceptsSignature(value: string, numeric: boolean): number {
  const ends = value.endsWith('=') || value.endsWith('%3D') || value.endsWith('%3d');
  return !numeric && ends && value.length >= 43 && value.length <= 120 ? 0.9 : 0;
}

function acceptsPhrase(value: string, numeric: boolean): number {
  return !numeric && value.length >= MIN_SECRET_UNITS && !isPlaceholder(value) ? 0.9 : 0;
}

function acceptsOneTimeCode(value: string): number {
  return value.length >= 4 && value.length <= 10 && isNumeric(value) && !value.includes('.') ? 0.9 : 0;
}

const PASSWORD_NAMES: NameRule = {
  kind: 'password',
  accepts: acceptsPassword,
  names:
    'password passwd pswd passphrase passcode db_pass password_confirmation password_hash sshpass mysql_pwd passwort kennwort contraseña clave_acceso mot_de_passe mdp senha wachtwoord haslo hasło пароль パスワード 密码 비밀번호 secret_phrase',
  under: { words: 'credentials credential auth login user account smtp database db connection', names: 'pass pwd' },
};

const names: readonly NameRule[] = [
  PASSWORD_NAMES,
  { kind: 'password', accepts: acceptsShortPassword, names: 'pwd pass pw clave' },
  {
    kind: 'api_key',
    accepts: acceptsSecret,
    names:
      'api_key apikey api_token api_secret x_api_key client_secret app_secret shared_secret webhook_secret consumer_secret consumer_key oauth_secret oauth_token access_token refresh_token id_token authtoken bearer bearer_token session_token csrf_token xsrf_token secret_token personal_access_token github_token gitlab_token slack_token npm_token jwt_secret jwt_token totp_secret mfa_secret otp_secret secret_access_key aws_secret_access_key aws_access_key_id access_key_id aws_session_token accesskey secret_access account_key shared_access_key shared_access_signature sas_token storage_key connection_key service_account_key bot_token device_token push_token registration_token verification_token reset_token password_reset_token invite_token magic_token stripe_key stripe_secret_key sendgrid_key twilio_auth_token openai_api_key anthropic_api_key private_token deploy_token deploy_key auth_key auth_secret',
    under: { words: 'credentials credential auth authentication oauth secrets', names: 'key secret token' },
  },
  {
    kind: 'api_key',
    accepts: acceptsKey,
    names:
      'secret_key signing_key encryption_key encrypt_key decryption_key signing_secret master_key hmac_key hmac_secret cookie_secret session_secret encryption_secret ssh_key_private secret_key_base',
  },
  { kind: 'api_key', accepts: acceptsSignature, names: 'sig' },
  { kind: 'api_key', accepts: acceptsSecret, names: 'secret' },
  { kind: 'api_key', accepts: acceptsToken, names: 'token' },
  { kind: 'api_key', accepts: acceptsWeakSecret, names: 'auth credential' },
  {
    kind: 'api_key',
    accepts: acceptsAuthorization,
    offset: schemeLength,
    names: 'authorization proxy_authorization auth_header authorization_header',
  },
  { kind: 'api_key', accepts: acceptsCookie, yields: true, names: 'cookie set_cookie session_cookie' },
  {
    kind: 'api_key',
    accepts: acceptsConnection,
    yields: true,
    names:
      'connection_string conn_string conn_str connection_uri connection_url dsn database_url database_uri db_url mongodb_uri mongo_url redis_url postgres_url mysql_url amqp_url jdbc_url sentry_dsn',
  },
  {
    kind: 'password',
    accepts: acceptsPhrase,
    names:
      'recovery_code backup_code security_answer secret_answer seed_phrase mnemonic mnemonic_phrase recovery_phrase',
  },
  {
    kind: 'password',
    accepts: acceptsOneTimeCode,
    names:
      'otp otp_code one_time_password one_time_code totp totp_code mfa_code two_factor_code verification_code sms_code auth_code 2fa_code',
  },
];

const MAX_NAME_UNITS = 40;
const MAX_VALUE_UNITS = 2048;
/** A longer value that is no secret is passed over, so that no part of it is walked for each name in it. */
const MAX_REJECTED_UNITS = 128;

function isNameUnit(unit: number): boolean {
  return isWordUnit(unit) || unit >= FIRST_UNSPACED || unit === 45 || unit === 46;
}

/** The name in front of the `=` or `:` at `mark`; quotes and spaces may stand between. */
function nameBefore(text: string, mark: number): string {
  let end = mark;
  while (end > 0 && mark - end < 4 && isFiller(unitAt(text, end - 1))) end--;
  const last = unitAt(text, end - 1);
  if (last < 128 && !lastUnits.has(last | 32)) return '';
  let start = end;
  while (start > 0 && end - start < MAX_NAME_UNITS && isNameUnit(unitAt(text, start - 1))) start--;
  return text.slice(start, end);
}

/** Last words of the names above, so that most names are let go without being taken apart. */
const lastWords: ReadonlySet<string> = /* @__PURE__ */ collectLastWords();

/** Last units of those words, in lower case. */
const lastUnits: ReadonlySet<number> = /* @__PURE__ */ new Set(
  /* @__PURE__ */ [...lastWords].map((word) => word.charCodeAt(word.length - 1) | 32),
);

function collectLastWords(): ReadonlySet<string> {
  const words = new Set<string>();
  for (const rule of names) {
    for (const name of rule.names.split(' ')) {
      words.add(name.slice(name.lastIndexOf('_') + 1));
      words.add(name.replaceAll('_', ''));
    }
  }
  return words;
}

function isLetterOrDigit(unit: number): boolean {
  return unit !== 95 && (isWordUnit(unit) || unit >= FIRST_UNSPACED);
}

function endsInSecretWord(name: string): boolean {
  let start = name.length;
  while (start > 0 && isLetterOrDigit(unitAt(name, start - 1))) start--;
  if (name.length - start < 2) return false;
  const last = name.slice(start).toLowerCase();
  if (lastWords.has(last) || last.endsWith('password')) return true;
  let hump = name.length - 1;
  while (hump > start && !(unitAt(name, hump) >= 65 && unitAt(name, hump) <= 90)) hump--;
  return hump > start && lastWords.has(name.slice(hump).toLowerCase());
}

function isFiller(unit: number): boolean {
  return unit === 32 || unit === 34 || unit === 39 || unit === 92 || unit === 93;
}

/** Where a value ends: its closing quote, or what separates values in logs, queries, headers and connection strings. */
function valueEnd(text: string, start: number, quote: number, tight: boolean): number {
  const stop = Math.min(text.length, start + MAX_VALUE_UNITS);
  let i = start;
  for (; i < stop; i++) {
    const unit = unitAt(text, i);
    if (
      quote > 0
        ? unit === quote || unit === 10
        : unit <= 32 || (tight && unit === 38) || unit === 59 || unit === 44 || unit === 34 || unit === 39
    )
      break;
  }
  while (i > start && unitAt(text, i - 1) === 92) i--;
  return i;
}

/** Random enough for a secret in running text: letters and digits, or marks, and no code around it. */
function readsAsSecret(value: string, quoted: boolean, tight: boolean): boolean {
  if (value.length < 6 || isPlaceholder(value)) return false;
  let letters = 0;
  let digits = 0;
  let marks = 0;
  for (let i = 0; i < value.length; i++) {
    const unit = unitAt(value, i);
    if (isLetter(unit)) letters++;
    else if (isDigit(unit)) digits++;
    else if (unit === 40 || unit === 123 || unit === 60 || unit === 32) return false;
    else marks++;
  }
  if (letters === 0) return false;
  if (digits > 0) return true;
  if (quoted) return true;
  return tight && (marks === 0 ? !isCamelCode(value) : !value.includes('.') && !value.includes('/'));
}

/** `config`, `getToken`: code names its variables so. */
function isCamelCode(value: string): boolean {
  return value.length < 8;
}

/** The rule for a name in a text, where it names a secret. */
function secretRule(scan: TextScan, name: string): NameRule | undefined {
  const rule = endsInSecretWord(name) ? scan.ruleOf(name) : undefined;
  return rule?.accepts && (rule.kind === 'password' || rule.kind === 'api_key') ? rule : undefined;
}

/** Proposes the value between the two places if it reads as one; `quoted` when marks set it apart. */
function takeValue(
  scan: TextScan,
  { kind, accepts }: NameRule,
  start: number,
  end: number,
  quoted: boolean,
  tight: boolean,
): boolean {
  const value = scan.text.slice(start, end);
  // In a text a short word behind "secret:" is the name of one.
  if (kind === 'api_key' && value.length < 8) return false;
  if (!readsAsSecret(value, quoted, tight) || accepts!(value, false) < scan.threshold) return false;
  propose(scan, kind, start, end, 0.85, 'assignment', PRIORITY_CUSTOM);
  return true;
}

function assigned(scan: TextScan, mark: number): number {
  const { text } = scan;
  const rule = secretRule(scan, nameBefore(text, mark));
  if (!rule) return 0;
  let start = mark + 1;
  if (unitAt(text, start) === 62) start++;
  while (start < mark + 4 && unitAt(text, start) === 32) start++;
  const tight = start === mark + 1;
  if (unitAt(text, start) === 92) start++;
  let quote = unitAt(text, start);
  if (quote === 34 || quote === 39 || quote === 96) start++;
  else quote = 0;
  const scheme = schemeLength(text.slice(start, start + 12));
  start += scheme;
  let end = valueEnd(text, start, quote, tight && unitAt(text, mark) === 61);
  if (quote === 0) while (end > start && (unitAt(text, end - 1) === 46 || unitAt(text, end - 1) === 41)) end--;
  // What stands behind "Bearer" or "Basic" is a credential, whatever its units.
  const taken = takeValue(scan, rule, start, end, quote > 0 || scheme > 0, tight);
  return taken || end - start > MAX_REJECTED_UNITS ? end : 0;
}

/** A program's flag and its value: `--password s3cret`. */
function flagged(scan: TextScan, start: number, end: number): void {
  const { text } = scan;
  if (unitAt(text, end) !== 32) return;
  const rule = secretRule(scan, text.slice(start + 2, Math.min(end, start + 2 + MAX_NAME_UNITS)));
  if (!rule) return;
  const quote = unitAt(text, end + 1);
  const isQuoted = quote === 34 || quote === 39;
  const from = isQuoted ? end + 2 : end + 1;
  takeValue(scan, rule, from, valueEnd(text, from, isQuoted ? quote : 0, false), isQuoted, false);
}

const MAX_ELEMENT_UNITS = 128;

/** `<password>s3cret</password>`, from its closing tag. */
function enclosed(scan: TextScan, slash: number, end: number): void {
  const { text } = scan;
  const rule = secretRule(scan, text.slice(slash + 1, Math.min(end, slash + MAX_NAME_UNITS)));
  if (!rule) return;
  const close = slash - 1;
  let start = close;
  while (start > 0 && close - start < MAX_ELEMENT_UNITS) {
    const before = unitAt(text, start - 1);
    if (before === 60) return;
    if (before === 62) break;
    start--;
  }
  if (unitAt(text, start - 1) === 62) takeValue(scan, rule, start, close, true, true);
}

/** Secrets by the name of their field, or by a name in front of them in a text. */
export const namedSecrets: KindDetector = {
  kinds: ['password', 'api_key'],
  names,
  units: COLON | EQUALS | DASH | SLASH,
  run(scan, start, end, units) {
    const { text } = scan;
    const { marks, markCount } = scan.points;
    if (units & DASH && (units & EQUALS) === 0 && text.startsWith('--', start)) flagged(scan, start, end);
    if (unitAt(text, start) === 47 && unitAt(text, start - 1) === 60) enclosed(scan, start, end);
    for (let k = 0; k < markCount; k++) {
      const i = marks[k]!;
      if (i < scan.valuesDone || unitAt(text, i) === 64) continue;
      const next = unitAt(text, i + 1);
      if (next !== 47 && next !== 58 && next !== 61) scan.valuesDone = Math.max(scan.valuesDone, assigned(scan, i));
    }
  },
};
