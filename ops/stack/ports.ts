// Picks TCP ports on loopback: the preferred one, else the next free one, which is said aloud. Never hands out a port to two parts.
import net from 'node:net';
import { claimPort } from './port-claims.ts';

const given = new Map<number, string>();

/** Whether nothing listens on 127.0.0.1:`port` and it can be bound. */
export async function isFreePort(port: number): Promise<boolean> {
  // A listener on 0.0.0.0 doesn't stop macOS from binding 127.0.0.1, so ask by connecting first.
  return !(await connects(port)) && (await binds(port));
}

/** A free port: `preferred` or one of the 200 after it; 0 = any of 20000–31999, below the range of outgoing connections. */
export async function pickPort(what: string, preferred: number, say: (line: string) => void): Promise<number> {
  for (let step = 0; step < 200; step += 1) {
    const port = preferred === 0 ? 20_000 + Math.floor(Math.random() * 12_000) : preferred + step;
    if ((given.get(port) ?? what) !== what || !(await isFreePort(port))) continue;
    if (!claimPort(port)) continue;
    given.set(port, what);
    if (preferred !== 0 && port !== preferred) say(`port ${preferred} is busy: ${what} takes ${port}`);
    return port;
  }
  throw new Error(`No free port for ${what} near ${preferred}.`);
}

function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port });
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => finish(true));
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
  });
}

function binds(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port }, () => server.close(() => resolve(true)));
  });
}
