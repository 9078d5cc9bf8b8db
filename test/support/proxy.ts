// A TCP proxy on loopback that breaks things on purpose: latency, down, reset, half-open (bytes are dropped, sockets stay), slow. Faults may be put
// on some connections only, chosen by the first bytes that the client sends.
import net from 'node:net';

/** What is wrong. `halfOpen`: neither side hears of the other, and nobody is told. `down`: connections are cut and refused; `reset`: cut once, by RST. */
export type ProxyFault =
  | { readonly kind: 'latency'; readonly ms: number; readonly jitterMs?: number }
  | { readonly kind: 'bandwidth'; readonly bytesPerSecond: number }
  | { readonly kind: 'halfOpen' }
  | { readonly kind: 'down' }
  | { readonly kind: 'reset' };

/** Which connections: those whose first bytes hold this text (a name, usually). */
export type ProxyScope = { readonly only?: string };

/** A running proxy. */
export type FaultProxy = {
  readonly port: number;
  /** Sets a fault; `heal` takes all of them away. */
  readonly inject: (fault: ProxyFault, scope?: ProxyScope) => void;
  /** What was dropped while half-open stays lost, so those connections are cut: no network gives a gap in a stream. */
  readonly heal: () => void;
  /** Open connections from clients. */
  readonly connections: () => number;
  readonly close: () => Promise<void>;
};

type Link = { client: net.Socket; server: net.Socket; greeting: string; damaged: boolean; queued: number };
type Active = { fault: ProxyFault; only: string | undefined };

/** Starts one in front of 127.0.0.1:`target()`, which is asked for each connection. `random` is in [0, 1). */
export async function startProxy(target: () => number, random: () => number = Math.random): Promise<FaultProxy> {
  const links = new Set<Link>();
  let active: Active[] = [];

  const faultOf = <Kind extends ProxyFault['kind']>(link: Link, kind: Kind) =>
    active.find(({ fault, only }) => fault.kind === kind && (only === undefined || link.greeting.includes(only)))
      ?.fault as Extract<ProxyFault, { kind: Kind }> | undefined;

  const drop = (link: Link, how: 'end' | 'reset' = 'end'): void => {
    links.delete(link);
    for (const socket of [link.client, link.server]) how === 'reset' ? resetOf(socket) : socket.destroy();
  };

  /** Bytes keep their order: each piece waits for the one before it. */
  const pipe = (link: Link, from: net.Socket, to: net.Socket): void => {
    let before = Promise.resolve();
    from.on('data', (piece) => {
      if (from === link.client && link.greeting.length < 1_024) link.greeting += piece.toString('latin1');
      if (faultOf(link, 'down')) return drop(link);
      if (faultOf(link, 'halfOpen')) {
        link.damaged = true;
        return;
      }
      const waitMs = waitOf(link, piece.length);
      if (waitMs === 0 && link.queued === 0) return send(from, to, piece);
      link.queued += 1;
      const ready = waitMs === 0 ? undefined : new Promise<void>((resolve) => setTimeout(resolve, waitMs));
      before = before
        .then(() => ready)
        .then(() => {
          link.queued -= 1;
          if (!faultOf(link, 'halfOpen')) send(from, to, piece);
        });
    });
    from.on('end', () => void before.then(() => (link.damaged || faultOf(link, 'halfOpen') ? undefined : to.end())));
    from.on('error', () => undefined);
    from.on('close', () => {
      // While half-open not even a goodbye gets through.
      if (faultOf(link, 'halfOpen')) link.damaged = true;
      else void before.then(() => drop(link));
    });
  };
  const waitOf = (link: Link, bytes: number): number => {
    const latency = faultOf(link, 'latency');
    const bandwidth = faultOf(link, 'bandwidth');
    const delay = latency ? latency.ms + (random() * 2 - 1) * (latency.jitterMs ?? 0) : 0;
    return Math.max(0, delay) + (bandwidth ? (bytes / bandwidth.bytesPerSecond) * 1_000 : 0);
  };

  const server = net.createServer({ allowHalfOpen: true }, (client) => {
    const upstream = net.connect({ port: target(), host: '127.0.0.1', allowHalfOpen: true });
    const link: Link = { client, server: upstream, greeting: '', damaged: false, queued: 0 };
    for (const socket of [client, upstream]) socket.setNoDelay(true);
    links.add(link);
    // A fault for everybody meets a connection before it has said a word.
    if (faultOf(link, 'down')) return drop(link, 'reset');
    pipe(link, client, upstream);
    pipe(link, upstream, client);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });

  return {
    port: (server.address() as net.AddressInfo).port,
    inject: (fault, { only } = {}) => {
      active = [...active, { fault, only }];
      for (const link of links) {
        if (faultOf(link, 'reset')) drop(link, 'reset');
        else if (faultOf(link, 'down')) drop(link);
        else if (faultOf(link, 'halfOpen')) link.damaged = true;
      }
      active = active.filter(({ fault: { kind } }) => kind !== 'reset');
    },
    heal: () => {
      active = [];
      for (const link of links) if (link.damaged) drop(link, 'reset');
    },
    connections: () => links.size,
    close: async () => {
      active = [];
      for (const link of links) drop(link);
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An address behind the proxy, by way of it. */
export function through(url: string, { port }: Pick<FaultProxy, 'port'>): string {
  const changed = new URL(url);
  changed.port = String(port);
  return changed.href;
}

function send(from: net.Socket, to: net.Socket, piece: Buffer): void {
  if (to.destroyed || to.writableEnded || to.write(piece)) return;
  // Back-pressure goes through: a slow reader slows its writer.
  from.pause();
  to.once('drain', () => from.resume());
}

function resetOf(socket: net.Socket): void {
  if (socket.connecting) socket.destroy();
  else socket.resetAndDestroy();
}
