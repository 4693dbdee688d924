// Names that give a secret away, of fields and inside of text: passwords, keys and tokens.
import { COPULAS } from './cues.ts';
import { matching, type NameRule } from './kind-detector.ts';
import { isMethod, isPlaceholder, isRemark } from './placeholder.ts';
import type { TextScan } from './scan.ts';
import { isUnspaced, isWordUnit, startOf, unitAt, WORD } from './units.ts';

const MIN_SECRET_UNITS = 4;

function acceptsPassword(value: string, numeric: boolean): number {
  if (numeric) return value.length >= 4 ? 0.8 : 0;
  return isStandIn(value) ? 0 : 0.95;
}

/** No value, or what a form says about it or calls it. */
function isStandIn(value: string): boolean {
  return isPlaceholder(value) || isRemark(value) || isLabel(value);
}

const MAX_LABEL_UNITS = 100;
/** Words of a sentence, which may count something, against those of a title. */
const SENTENCE_WORDS = 5;

/** "Password", "Mot de passe", "The password needs 8 characters": a title or sentence with the word for the secret. */
function isLabel(value: string): boolean {
  if (value.length > MAX_LABEL_UNITS || value[0] !== value[0]!.toUpperCase()) return false;
  const words = value.toLowerCase().split(/[ ?:.*…]+/);
  return (
    words.some((word) => lastWords.has(word)) &&
    words.every(
      (word) => /^[a-z'\u2019\xc0-\uffff]*$/.test(word) || (words.length >= SENTENCE_WORDS && /^\d+$/.test(word)),
    )
  );
}

/** A folder, a step of several: `/srv`, `C:\srv`, `step-1`, "3 of 4". */
const NO_PASSWORD = /^(?:[/~]|.:|[a-z]+[- ]\d$|\d+ of )/i;

/** `pass` and `pwd` also count what passed, and name the working directory. */
function acceptsShortPassword(value: string, numeric: boolean): number {
  return numeric || value.length < 6 || NO_PASSWORD.test(value) ? 0 : acceptsPassword(value, false);
}

/** The public half of a pair, a publishable key, an option of fetch, the scope of a signature. */
const PUBLIC = /^ssh-|PUBLIC KEY|^pk_(?:live|test)_|^same-origin$|4_request$/;
/** The name of what holds a secret: `redis-auth-1`, `kv/prod/db`. */
const REFERENCE = /^[a-z]+-(?:[a-z]+|\d{4})-\d\d?$|^[a-z\d]+(?:\/[a-z-]+)+\d*$/;

function acceptsSecret(value: string, numeric: boolean): number {
  return numeric || value.length < MIN_SECRET_UNITS || PUBLIC.test(value) || isStandIn(value) ? 0 : 0.95;
}

function acceptsKey(value: string, numeric: boolean): number {
  return REFERENCE.test(value) ? 0 : acceptsSecret(value, numeric);
}

/** `token` is also a word of language processing: no short one without a digit, no sentence, no number. */
function acceptsToken(value: string, numeric: boolean): number {
  return value.length < (/\d/.test(value) ? 6 : 8) || value.includes(' ') || isNumeric(value)
    ? 0
    : acceptsSecret(value, numeric);
}

/** `tokens.access` is also a right. */
function acceptsRandom(value: string, numeric: boolean): number {
  return value.length < 16 || !/\d/.test(value) ? 0 : acceptsToken(value, numeric);
}

/** `auth` and `credential` also name a way to log in: no plain word. */
function acceptsWeakSecret(value: string, numeric: boolean): number {
  if (schemeLength(value) > 0) return acceptsAuthorization(value, numeric);
  return isPlainWord(value) || isMethod(value) ? 0 : acceptsToken(value, numeric);
}

/** Letters only, set as a word of a sentence. */
function isPlainWord(value: string): boolean {
  return /^(?:[A-Z]?[a-z]{0,19}|[A-Z]+)$/.test(value);
}

function isNumeric(value: string): boolean {
  return /^[\d.]*$/.test(value);
}

/** `Bearer abc`, `Basic abc`, or a bare credential. */
function acceptsAuthorization(value: string, numeric: boolean): number {
  if (numeric) return value.length >= 6 ? 0.8 : 0;
  const credential = value.slice(schemeLength(value));
  if (isPlaceholder(credential) || credential.length < MIN_SECRET_UNITS) return 0;
  return schemeLength(value) > 0 || (credential.length >= 8 && !isPlainWord(credential)) ? 0.95 : 0;
}

/** Units of the scheme in front of a credential. */
function schemeLength(value: string): number {
  return /^(?:bearer|basic|token|apikey|digest|negotiate) /i.exec(value)?.[0].length ?? 0;
}

const PASSWORD_NAMES: NameRule = {
  kind: 'password',
  accepts: acceptsPassword,
  names:
    'password passwd pswd passphrase passcode db_pass password_confirmation password_hash sshpass requirepass masterauth mysql_pwd passwort kennwort contraseña clave_acceso mot_de_passe mdp senha wachtwoord haslo hasło lösenord passord adgangskode salasana heslo jelszó şifre пароль パスワード 密码 비밀번호 secret_phrase palavra_passe',
  under: { words: 'credential auth login user account smtp database db connection', names: 'pass pwd' },
};

/** Tokens of pages, of tasks and of language models; the longest entry wins, so they shield the word. */
const NO_SECRETS: NameRule = {
  kind: 'api_key',
  accepts: () => 0,
  names:
    'bos_token cached_token cancel_token cancellation_token change_token completion_token concurrency_token continuation_token cursor_token end_token eos_token existing_secret idempotency_token input_token mask_token next_token output_token pad_token page_token pagination_token prev_token previous_token prompt_token public_key_token public_token pull_secret reasoning_token resume_token special_token start_token stop_token sync_token tls_secret unexpected_token unk_token',
};

/** Names of secrets. */
export const secretNames: readonly NameRule[] = [
  PASSWORD_NAMES,
  NO_SECRETS,
  { kind: 'password', accepts: acceptsShortPassword, names: 'pwd pass pw clave' },
  {
    kind: 'api_key',
    accepts: acceptsKey,
    names:
      'secret api_key api_token consumer_key access_token authtoken bearer cle_api clave_api chiave_api chave_api klucz_api api_schlüssel aws_secret_access_key access_key_id accesskey secret_access account_key shared_access_signature azure_storage_key connection_key verification_token reset_token stripe_key sendgrid_key deploy_key auth_key secret_key signing_key subscription_key encryption_key encrypt_key decryption_key signing_secret master_key hmac_key cookie_secret session_secret ssh_key_private secret_key_base',
    under: { words: 'credential auth authentication oauth secrets', names: 'key secret token' },
  },
  // The signature of an Azure SAS: a digest in base64, perhaps escaped.
  { kind: 'api_key', accepts: matching(/^.{40,117}(?:..=|%3d)$/is, 0.9), names: 'sig' },
  { kind: 'api_key', accepts: acceptsToken, names: 'token' },
  {
    kind: 'api_key',
    accepts: acceptsRandom,
    names:
      'openai_key azure_key gcp_key aws_key firebase_key maps_key jwt_key session_key shared_key client_key app_key service_key',
    under: { words: 'tokens', names: 'access refresh' },
  },
  { kind: 'api_key', accepts: acceptsWeakSecret, offset: schemeLength, names: 'auth credential credentials' },
  {
    kind: 'api_key',
    accepts: acceptsAuthorization,
    offset: schemeLength,
    names: 'authorization auth_header authorization_header',
  },
  { kind: 'api_key', accepts: matching(/=[^;]{8}/, 0.8), yields: true, names: 'cookie set_cookie' },
  {
    kind: 'password',
    accepts: acceptsSecret,
    names:
      'backup_code mnemonic mnemonic_phrase psk recovery_code recovery_phrase secret_answer security_answer seed_phrase',
  },
  {
    kind: 'password',
    accepts: matching(/^\d{4,10}$/, 0.9),
    names:
      '2fa_code auth_code mfa_code one_time_code one_time_password otp otp_code sms_code totp totp_code two_factor_code verification_code',
  },
];

/** No name of a secret is longer. */
export const MAX_NAME_UNITS = 40;
function isNameUnit(unit: number): boolean {
  return isWordUnit(unit) || isUnspaced(unit) || unit === 39 || (unit >= 45 && unit <= 47);
}

const COPULA_UNITS = 6;
/** What may stand between a name and its mark. */
const FILLERS = ' :"\'*,\\]';

/** The rule of the name in front of the `=` or `:` at `mark`; quotes, spaces and "is" may stand between. */
export function ruleBefore(scan: TextScan, mark: number, stated = false): NameRule | undefined {
  const { text } = scan;
  let end = mark;
  while (end > 0 && mark - end < 4 && FILLERS.includes(text[end - 1]!)) end--;
  // "CVV2"
  const last = unitAt(text, unitAt(text, end - 1) === 50 ? end - 2 : end - 1);
  const verb = last === 115 || last === 116 ? startOf(text, end, WORD, end - COPULA_UNITS) : 0;
  if (verb > 0 && !stated && COPULAS.includes(` ${text.slice(verb, end).toLowerCase()} `))
    return ruleBefore(scan, verb, true);
  if ((last < 128 && !lastUnits.has(last | 32)) || !isNaming(text.slice(Math.max(0, end - 20), end))) return undefined;
  let start = end;
  // "api key: ", "mot de passe : ": up to three words.
  for (let words = 0; words < 3; words++) {
    while (start > 0 && end - start < MAX_NAME_UNITS && isNameUnit(unitAt(text, start - 1))) start--;
    const rule = namingRule(scan, text.slice(start, end));
    if (unitAt(text, start - 1) !== 32) return rule;
    if (rule)
      return scan.lookup(text.slice(startOf(text, start - 1, WORD, start - 20), end)).rule === NO_SECRETS
        ? undefined
        : rule;
    start--;
  }
  return undefined;
}

/** Last words of the names above, so that most names are let go without being taken apart. */
const lastWords: ReadonlySet<string> = /* @__PURE__ */ collectLastWords();

/** Last units of those words, in lower case. */
const lastUnits: ReadonlySet<number> = /* @__PURE__ */ new Set(
  /* @__PURE__ */ [...lastWords, ...'vbhmr'].map((word) => word.charCodeAt(word.length - 1) | 32),
);

function collectLastWords(): ReadonlySet<string> {
  const words = new Set<string>();
  for (const rule of secretNames) {
    for (const name of rule.names.split(' ')) {
      words.add(name.slice(name.lastIndexOf('_') + 1));
      words.add(name.replaceAll('_', ''));
    }
  }
  return words;
}

function isLetterOrDigit(unit: number): boolean {
  return unit !== 95 && (isWordUnit(unit) || isUnspaced(unit));
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

/** Last units of the names of details, and what is in them: those of a first look. */
const DETAIL_ENDS = 'cvv cvc vv2 vc2 ode dob rth day ate tum ort ass nse nce ber _no  no vin mrn ame';
const DETAIL =
  /cv[vc]|security|dob|birth|sdatum|pass|licen|plate|vin|mrn|(?:rst|ast|ull|ven|ily|dle|ient|mer|sur|vor|nach|\b[fl])[ _-]?name/i;
const TEXT_KINDS = ' password api_key cvv date_of_birth passport driver_license vehicle_id health_record name ';

function isNaming(name: string): boolean {
  return endsInSecretWord(name) || (DETAIL_ENDS.includes(name.slice(-3).toLowerCase()) && DETAIL.test(name));
}

/** The rule for a name in a text, where it names a secret or a detail of a person. */
export function namingRule(scan: TextScan, name: string): NameRule | undefined {
  const rule = isNaming(name) ? scan.lookup(name).rule : undefined;
  return rule?.accepts && TEXT_KINDS.includes(` ${rule.kind} `) ? rule : undefined;
}
