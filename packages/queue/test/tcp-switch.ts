// A road to a server that can be closed and opened: what is under way when it closes is cut off.
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface TcpSwitch {
  /** The given URL, by way of this switch. */
  readonly url: string;
  open(): Promise<void>;
  close(): Promise<void>;
}

/** Makes a closed switch on `port` of loopback before the server of `url`. */
export function createTcpSwitch(url: string, port: number): TcpSwitch {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  return {
    url: Object.assign(new URL(url), { port: String(port) }).href,
    open: () =>
      new Promise((resolve) => {
        server = createServer((near) => {
          const far = connect(Number(target.port), target.hostname);
          for (const [one, other] of [
            [near, far],
            [far, near],
          ] as const) {
            sockets.add(one);
            one.on('error', () => {});
            one.on('close', () => {
              sockets.delete(one);
              other.destroy();
            });
          }
          near.pipe(far).pipe(near);
        }).listen(port, '127.0.0.1', resolve);
      }),
    close: () =>
      new Promise((resolve) => {
        if (!server) return resolve();
        server.close(() => resolve());
        server = undefined;
        for (const socket of sockets) socket.destroy();
      }),
  };
}
