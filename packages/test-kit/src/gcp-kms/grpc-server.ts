// The service over gRPC, without TLS, on loopback.
import {
  type MethodDefinition,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type sendUnaryData,
} from '@grpc/grpc-js';
import { type Message, type Method, toObject } from './protocol.ts';
import { answer, type Methods, type Service, toStatusError } from './service.ts';

export interface Listening {
  port: number;
  stop(): Promise<void>;
}

export async function serveGrpc(service: Service, methods: Methods): Promise<Listening> {
  const server = new Server();
  const definitions = Object.fromEntries(methods.map((method) => [method.name, definitionOf(method)]));
  const handlers = Object.fromEntries(methods.map((method) => [method.name, handlerOf(service, method)]));
  server.addService(definitions, handlers);
  const port = await new Promise<number>((done, fail) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? fail(error) : done(bound),
    ),
  );
  return { port, stop: async () => server.forceShutdown() };
}

function definitionOf({ path, request, response }: Method): MethodDefinition<Message, Message> {
  const decode = (type: Method['request']) => (bytes: Buffer) => toObject(type, type.decode(bytes));
  const encode = (type: Method['request']) => (message: Message) =>
    Buffer.from(type.encode(type.fromObject(message)).finish());
  return {
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: encode(request),
    requestDeserialize: decode(request),
    responseSerialize: encode(response),
    responseDeserialize: decode(response),
  };
}

function handlerOf(service: Service, { name }: Method) {
  return (call: ServerUnaryCall<Message, Message>, done: sendUnaryData<Message>) => {
    const authorization = call.metadata.get('authorization')[0]?.toString();
    answer(service, { method: name, transport: 'grpc', request: call.request }, authorization).then(
      (message) => done(null, message),
      (error: unknown) => {
        const { code, message } = toStatusError(error);
        done({ code, details: message });
      },
    );
  };
}
