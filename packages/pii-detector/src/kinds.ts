// The kinds of personal data and secrets that the detector can name.

/** Every built-in kind. `tax_id` covers national and tax identifiers; `personal_data` what is sensitive by its name. */
export const KINDS = [
  'credit_card',
  'ssn',
  'email',
  'phone',
  'ipv4',
  'ipv6',
  'api_key',
  'jwt',
  'private_key',
  'password',
  'iban',
  'bank_account',
  'tax_id',
  'passport',
  'driver_license',
  'vehicle_id',
  'date_of_birth',
  'name',
  'address',
  'health_record',
  'personal_data',
  'cvv',
  'card_expiry',
  'pin',
  'mac_address',
  'username',
  'location',
  'device_id',
] as const;

/** A built-in kind. */
export type Kind = (typeof KINDS)[number];

/** The kind of a finding: a built-in one, or one of the caller's own. */
export type FindingKind = Kind | `custom:${string}`;

/** Kinds that are found only when `kinds` asks for them: too often ordinary data. */
export const OPT_IN_KINDS: readonly Kind[] = ['username', 'location', 'device_id'];
