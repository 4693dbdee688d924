// How this process becomes known to Vault: a token, an AppRole, or a Kubernetes service account. Credentials come from
// the environment or from a file, never from the URI.
import { readFile } from 'node:fs/promises';
import type { Environment } from './env.ts';
import { KmsError } from './errors.ts';
import { malformed } from './kms-uri.ts';

export interface VaultLoginOptions {
  /** Default: `token` if VAULT_TOKEN is set, `approle` if VAULT_ROLE_ID is, `kubernetes` if a role is named. */
  auth?: 'token' | 'approle' | 'kubernetes';
  /** Where the method is mounted. Default `approle` or `kubernetes`. */
  authMount?: string;
  /** The role of a Kubernetes login. Default VAULT_K8S_ROLE. */
  role?: string;
  /** The service account's token. Default `/var/run/secrets/kubernetes.io/serviceaccount/token`. */
  jwtFile?: string;
}

/** A token that is given, or a login that makes one. */
export type VaultLogin =
  | { readonly method: 'token'; readonly token: string }
  | {
      readonly method: 'approle' | 'kubernetes';
      readonly path: string;
      /** Read anew for each login: a service account's token is replaced every hour. */
      readonly body: () => Promise<object>;
    };

const defaultJwtFile = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** Errors: `configuration_missing`, `uri_malformed`. */
export function chooseLogin(options: VaultLoginOptions, env: Environment): VaultLogin {
  const role = options.role ?? env.VAULT_K8S_ROLE;
  const auth =
    options.auth ?? (env.VAULT_TOKEN ? 'token' : env.VAULT_ROLE_ID ? 'approle' : role ? 'kubernetes' : undefined);
  if (auth === 'token') return tokenLogin(env);
  if (auth === 'approle') return appRoleLogin(options, env);
  if (auth === 'kubernetes') return kubernetesLogin(options, role);
  throw missing(
    'Vault needs a login: set VAULT_TOKEN, or VAULT_ROLE_ID and VAULT_SECRET_ID, or name a Kubernetes role',
  );
}

function tokenLogin({ VAULT_TOKEN: token }: Environment): VaultLogin {
  if (!token) throw missing('VAULT_TOKEN is not set');
  if (!/^[\x21-\x7e]+$/.test(token)) throw missing('VAULT_TOKEN holds characters that no token has');
  return { method: 'token', token };
}

function appRoleLogin({ authMount = 'approle' }: VaultLoginOptions, env: Environment): VaultLogin {
  const { VAULT_ROLE_ID: role_id, VAULT_SECRET_ID: secret_id } = env;
  if (!role_id || !secret_id) throw missing('VAULT_ROLE_ID or VAULT_SECRET_ID is not set');
  return { method: 'approle', path: loginPath(authMount), body: async () => ({ role_id, secret_id }) };
}

function kubernetesLogin(options: VaultLoginOptions, role: string | undefined): VaultLogin {
  const { authMount = 'kubernetes', jwtFile = defaultJwtFile } = options;
  if (!role) throw missing('a Kubernetes login needs "role" or VAULT_K8S_ROLE');
  const body = async () => {
    const jwt = await readFile(jwtFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new KmsError('kms_refused', `The service account's token ${jwtFile} cannot be read (${error.code}).`);
    });
    return { role, jwt: jwt.trim() };
  };
  return { method: 'kubernetes', path: loginPath(authMount), body };
}

function loginPath(mount: string): string {
  return `auth/${vaultPath(mount, 'auth-mount')}/login`;
}

/** The path, in which nothing has to be encoded: no empty segment, no `.` and no `..`. Errors: `uri_malformed`. */
export function vaultPath(path: string, name: string): string {
  const fine = path.split('/').every((segment) => /^[\w .:+-]+$/.test(segment) && segment !== '.' && segment !== '..');
  if (!fine) throw malformed(`${name} is no path of Vault`);
  return path;
}

function missing(what: string): KmsError {
  return new KmsError('configuration_missing', `${what}.`);
}
