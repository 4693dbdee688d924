// The published protocol of Google Cloud KMS, from the descriptors that its client ships: methods, message types and the
// HTTP rules of google.api.http. Messages are plain objects on our side, whichever way they came.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import protobuf from 'protobufjs';

/** A message as an object: bytes are Buffers, 64-bit numbers decimal strings, enums their names, absent messages null. */
// biome-ignore lint/suspicious/noExplicitAny: a message has the fields of its type, which the descriptors know.
export type Message = Record<string, any>;

export interface HttpRule {
  verb: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** `/v1/{name=projects/*}:encrypt` */
  template: string;
  /** `*`, the name of a field, or undefined. */
  body: string | undefined;
}

export interface Method {
  readonly name: string;
  /** `/google.cloud.kms.v1.KeyManagementService/Encrypt` */
  readonly path: string;
  readonly request: protobuf.Type;
  readonly response: protobuf.Type;
  readonly http: HttpRule | undefined;
}

const serviceName = 'google.cloud.kms.v1.KeyManagementService';
const conversion = { longs: String, enums: String, bytes: Buffer, defaults: true, oneofs: true };

export function readProtocol(): Method[] {
  const main = createRequire(import.meta.url).resolve('@google-cloud/kms');
  const file = join(dirname(main), '../protos/protos.json');
  const root = protobuf.Root.fromJSON(JSON.parse(readFileSync(file, 'utf8')));
  const service = root.lookupService(serviceName);
  root.resolveAll();
  return service.methodsArray.map((method) => ({
    name: method.name,
    path: `/${serviceName}/${method.name}`,
    request: method.resolvedRequestType!,
    response: method.resolvedResponseType!,
    http: httpRule(method.options ?? {}),
  }));
}

export function toObject(type: protobuf.Type, message: protobuf.Message): Message {
  return type.toObject(message, conversion);
}

function httpRule(options: Readonly<Record<string, unknown>>): HttpRule | undefined {
  const option = (name: string) => options[`(google.api.http).${name}`] as string | undefined;
  for (const verb of ['get', 'post', 'patch', 'delete'] as const) {
    const template = option(verb);
    if (template) return { verb: verb.toUpperCase() as HttpRule['verb'], template, body: option('body') };
  }
  return undefined;
}
