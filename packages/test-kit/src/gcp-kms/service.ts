// One call, whichever transport brought it: login, faults, the operation.
import { operations } from './operations.ts';
import type { Message, Method } from './protocol.ts';
import type { Resources } from './resources.ts';
import { StatusError, type StatusName } from './status.ts';

/** What goes wrong with a call. */
export type GcpFault =
  | { status: StatusName; message?: string }
  /** Never answers. */
  | { hang: true }
  | { delayMs: number }
  /** Changes the answer on its way. */
  | { answer: (message: Message) => Message };

export interface GcpCall {
  method: string;
  transport: 'grpc' | 'rest';
  request: Message;
}

export interface Service {
  readonly resources: Resources;
  readonly calls: GcpCall[];
  /** Asked for each call; the calls of a client that waits no longer are dropped. */
  fault: ((call: GcpCall) => GcpFault | undefined) | undefined;
  /** While set, only calls with `authorization: Bearer TOKEN` are let in. */
  token: string | undefined;
}

/** Rejects with a `StatusError`; never settles for a call that hangs. */
export async function answer(service: Service, call: GcpCall, authorization: string | undefined): Promise<Message> {
  service.calls.push(call);
  const fault = service.fault?.(call);
  if (fault && 'hang' in fault) return new Promise(() => {});
  if (fault && 'status' in fault) throw new StatusError(fault.status, fault.message ?? 'A fault that was ordered.');
  if (fault && 'delayMs' in fault) await new Promise((done) => setTimeout(done, fault.delayMs));
  if (service.token && authorization !== `Bearer ${service.token}`) {
    throw new StatusError('UNAUTHENTICATED', 'Request had invalid authentication credentials.');
  }
  const operation = Object.hasOwn(operations, call.method) ? operations[call.method] : undefined;
  if (!operation) throw new StatusError('UNIMPLEMENTED', `Method ${call.method} is not implemented.`);
  const message = operation(service.resources, call.request);
  return fault && 'answer' in fault ? fault.answer(message) : message;
}

export function toStatusError(error: unknown): StatusError {
  return error instanceof StatusError ? error : new StatusError('INTERNAL', `An internal error occurred: ${error}`);
}

export type Methods = readonly Method[];
