// The service over REST: routes from the HTTP rules of google.api.http, bodies in the JSON of proto3, errors in the form
// of google.rpc.Status.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as serializer from 'proto3-json-serializer';
import protobuf from 'protobufjs';
import type { Listening } from './grpc-server.ts';
import { type HttpRule, type Message, type Method, toObject } from './protocol.ts';
import { answer, type Methods, type Service, toStatusError } from './service.ts';
import { httpStatus, StatusError } from './status.ts';

interface Route {
  readonly method: Method;
  readonly verb: HttpRule['verb'];
  readonly pattern: RegExp;
  /** The field that the path names, `crypto_key_version.name` included. */
  readonly field: string;
  readonly body: string | undefined;
}

export async function serveRest(service: Service, methods: Methods): Promise<Listening> {
  const routes = methods.flatMap((method) => (method.http ? [routeOf(method, method.http)] : []));
  const server = createServer((request, response) => {
    handle(service, routes, request)
      .then(({ method, message, intEnums }) => send(response, 200, toJson(method, message, intEnums)))
      .catch((error: unknown) => {
        const { status, message } = toStatusError(error);
        const code = httpStatus[status];
        send(response, code, { error: { code, message, status } });
      });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** `/v1/{name=projects/*}:encrypt`: `*` is one segment, `**` any number. */
function routeOf(method: Method, { verb, template, body }: HttpRule): Route {
  const [, before, field, path, after] = /^(.*)\{([^=]+)=([^}]+)\}(.*)$/.exec(template)!;
  const pattern = path!
    .split('**')
    .map((part) => part.replaceAll('*', '[^/:]+'))
    .join('[^:]+');
  return { method, verb, field: field!, body, pattern: new RegExp(`^${before}(${pattern})${after}$`) };
}

async function handle(service: Service, routes: readonly Route[], incoming: IncomingMessage) {
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
  const path = decodeURIComponent(url.pathname);
  const route = routes.find(({ verb, pattern }) => verb === incoming.method && pattern.test(path));
  const text = await readText(incoming);
  if (!route) throw new StatusError('NOT_FOUND', `There is no ${incoming.method} ${path}.`);
  const request = toRequest(route, route.pattern.exec(path)![1]!, { text, query: url.searchParams });
  const call = { method: route.method.name, transport: 'rest' as const, request };
  const message = await answer(service, call, incoming.headers.authorization);
  return { method: route.method, message, intEnums: url.searchParams.get('$alt')?.includes('int') ?? false };
}

/** Path, query and body together make the request's message. */
function toRequest(
  { method, field, body }: Route,
  name: string,
  { text, query }: { text: string; query: URLSearchParams },
): Message {
  const json: Record<string, unknown> = {};
  for (const [key, value] of query)
    if (!key.startsWith('$')) setPath(json, key.split('.'), queryValue(method.request, key.split('.'), value));
  if (body) {
    const parsed = parseJson(text);
    if (body === '*') Object.assign(json, parsed);
    else json[camel(body)] = parsed;
  }
  setPath(json, field.split('.').map(camel), name);
  try {
    const message = serializer.fromProto3JSON(method.request, json as Parameters<typeof serializer.fromProto3JSON>[1]);
    return toObject(method.request, message!);
  } catch (error) {
    throw new StatusError('INVALID_ARGUMENT', `Invalid JSON payload received. ${(error as Error).message}`);
  }
}

/** A query is text; the field says what it means. */
function queryValue(type: protobuf.Type, [first, ...rest]: string[], text: string): unknown {
  const field = type.fields[first!]?.resolve();
  if (rest.length > 0) {
    return field?.resolvedType instanceof protobuf.Type ? queryValue(field.resolvedType, rest, text) : text;
  }
  if (field?.type === 'bool') return text === 'true';
  return field?.type === 'int32' || field?.resolvedType instanceof protobuf.Enum ? numberOr(text) : text;
}

function numberOr(text: string): number | string {
  return /^-?\d+$/.test(text) ? Number(text) : text;
}

/** The client sends an empty message as `""`. */
function parseJson(text: string): object {
  try {
    const value: unknown = JSON.parse(text || '{}');
    if (value === '' || value === null) return {};
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {}
  throw new StatusError('INVALID_ARGUMENT', 'Invalid JSON payload received.');
}

function setPath(target: Record<string, unknown>, [first, ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    target[first!] = value;
    return;
  }
  target[first!] ??= {};
  setPath(target[first!] as Record<string, unknown>, rest, value);
}

function camel(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function toJson({ response }: Method, message: Message, numericEnums: boolean): unknown {
  return serializer.toProto3JSON(response.fromObject(message) as protobuf.Message, { numericEnums });
}

async function readText(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8' }).end(JSON.stringify(body));
}
