// One connection to the broker that comes back by itself. Whoever needs channels gets each new connection by `onOpen`.
import amqp, { type ChannelModel } from 'amqplib';
import { pause } from '../../platform/pause.ts';

/** What a connection needs. `onOpen` runs after every (re)connect; when it throws, the connection is dropped and tried again. */
export type ConnectionOptions = {
  readonly url: string;
  readonly name: string;
  readonly onOpen: (model: ChannelModel) => Promise<void>;
  readonly onLost?: (reason: string) => void;
  readonly onBlocked?: (reason: string | null) => void;
  readonly heartbeatSeconds?: number;
};

/** A kept connection. `abandon` drops it at once (a half-open one answers no goodbye) and connects again. */
export type BrokerConnection = {
  readonly isOpen: () => boolean;
  readonly abandon: (reason: string) => void;
  readonly close: () => Promise<void>;
};

const connectTimeoutMs = 5_000;
const maxBackoffMs = 5_000;
/** The client gives up at the second or third beat that is missed: 12 to 18 s after the other side went silent. */
const defaultHeartbeatSeconds = 6;

/** Connects in the background and keeps at it until closed: with exponential backoff and jitter, from 100 ms to 5 s. */
export function createConnection(options: ConnectionOptions): BrokerConnection {
  const url = withHeartbeat(options.url, options.heartbeatSeconds ?? defaultHeartbeatSeconds);
  let open: { model: ChannelModel; lose: (reason: string) => void } | undefined;
  const closing = new AbortController();
  let failures = 0;

  const connectOnce = async (): Promise<string> => {
    const model = await amqp.connect(url, {
      noDelay: true,
      keepAlive: true,
      timeout: connectTimeoutMs,
      clientProperties: { connection_name: options.name },
    });
    // Closed while it was connecting: nobody would ever close this one.
    if (closing.signal.aborted) {
      await model.close().catch(() => {});
      return 'closed';
    }
    const lost = new Promise<string>((resolve) => {
      // Without this listener an error of the connection would be an uncaught exception; `close` follows it.
      model.on('error', (error) => resolve(error.message));
      model.on('close', (error) => resolve(error?.message ?? 'closed'));
      open = { model, lose: resolve };
    });
    model.on('blocked', (reason) => options.onBlocked?.(reason));
    model.on('unblocked', () => options.onBlocked?.(null));
    try {
      await Promise.race([options.onOpen(model), lost.then((reason) => Promise.reject(new Error(reason)))]);
      failures = 0;
      return await lost;
    } finally {
      open = undefined;
      options.onBlocked?.(null);
      void model.close().catch(() => {});
    }
  };

  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      const reason = await connectOnce().catch((error: unknown) => describe(error));
      if (closing.signal.aborted) return;
      options.onLost?.(reason);
      failures += 1;
      const limit = Math.min(maxBackoffMs, 100 * 2 ** Math.min(failures, 10));
      await pause(limit / 2 + (Math.random() * limit) / 2, closing.signal);
    }
  };
  const running = run();
  return {
    isOpen: () => open !== undefined,
    abandon: (reason) => open?.lose(reason),
    close: async () => {
      closing.abort();
      const model = open?.model;
      // Else a command would stay until the timers have gone off.
      const over = new AbortController();
      if (model) await Promise.race([model.close().catch(() => {}), pause(2_000, over.signal)]);
      open?.lose('closed');
      await Promise.race([running, pause(connectTimeoutMs, over.signal)]);
      over.abort();
    },
  };
}

function withHeartbeat(url: string, seconds: number): string {
  const parsed = new URL(url);
  if (!parsed.searchParams.has('heartbeat')) parsed.searchParams.set('heartbeat', String(seconds));
  return parsed.href;
}

/** Node's connect errors may have an empty message but a code. Neither holds the password. */
function describe(error: unknown): string {
  const { message, code } = (typeof error === 'object' && error !== null ? error : {}) as {
    message?: unknown;
    code?: unknown;
  };
  return [code, message].filter((part) => typeof part === 'string' && part !== '').join(' ') || 'unknown failure';
}
