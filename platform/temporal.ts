// The way to the Temporal server, from configuration alone: client, worker transport, and the converter that seals every payload.
// TLS is on as soon as a certificate, a CA, a server name or an API key is set.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Client, type ClientInterceptors, Connection } from '@temporalio/client';
import type { DataConverter, PayloadCodec } from '@temporalio/common';
import type { NativeConnection } from '@temporalio/worker';
import { type Config, ConfigError } from './config.ts';
import { createPayloadCodec } from './crypto/payload-codec.ts';

/** Thrown when the server can't be reached or refuses us; `message` names the address and what to set. */
export class TemporalConnectError extends Error {
  override name = 'TemporalConnectError';
  readonly code = 'unavailable';
}

/** An open way to the server. Calls have no time limit of their own: wrap them in `within`. */
export type TemporalClient = {
  client: Client;
  connection: Connection;
  /** Readiness check: the server answers and knows the namespace, within 2 s. */
  ping(): Promise<void>;
  /** Runs calls that must be over after `ms`. */
  within<T>(ms: number, calls: () => Promise<T>): Promise<T>;
  /** Waits for what runs `within` its time first: the SDK's retry of a call on a closed connection would be an uncaught exception. */
  close(): Promise<void>;
};

/** `lazy`: don't wait for the server; for a process that has to start without it. */
export type ConnectOptions = { interceptors?: ClientInterceptors; lazy?: boolean; connectTimeoutMs?: number };

/** Connects a client. Throws TemporalConnectError, or ConfigError for unusable TLS settings. */
export async function connectTemporal(config: Config, options: ConnectOptions = {}): Promise<TemporalClient> {
  const settings = {
    ...transportSettings(config),
    connectTimeout: options.connectTimeoutMs ?? 10_000,
    // gRPC would wait up to two minutes between attempts: too long after a short outage.
    channelArgs: { 'grpc.initial_reconnect_backoff_ms': 200, 'grpc.max_reconnect_backoff_ms': 2_000 },
  };
  const connection = options.lazy
    ? Connection.lazy(settings)
    : await Connection.connect(settings).catch((error: unknown) => Promise.reject(explain(config, error)));
  const client = new Client({
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    dataConverter: dataConverter(config),
    ...(options.interceptors === undefined ? {} : { interceptors: options.interceptors }),
  });
  const running = new Set<Promise<unknown>>();
  function within<T>(ms: number, calls: () => Promise<T>): Promise<T> {
    const work = connection.withDeadline(Date.now() + ms, calls).finally(() => running.delete(work));
    running.add(work);
    return work;
  }
  return {
    client,
    connection,
    within,
    async ping() {
      const request = { namespace: config.TEMPORAL_NAMESPACE };
      try {
        await within(2_000, () => connection.workflowService.describeNamespace(request));
      } catch (error) {
        throw explain(config, error);
      }
    },
    async close() {
      await Promise.allSettled(running);
      await connection.close();
    },
  };
}

/** Connects a worker. The native library is loaded here, not before: processes without a worker stay small. */
export async function connectWorkerTransport(config: Config): Promise<NativeConnection> {
  const { NativeConnection } = await import('@temporalio/worker');
  try {
    return await NativeConnection.connect(transportSettings(config));
  } catch (error) {
    throw explain(config, error);
  }
}

/** For client, worker and `bundleWorkflowCode` alike: all three must be given the same. */
export function dataConverter(config: Config): DataConverter {
  return {
    payloadCodecs: [payloadCodec(config)],
    failureConverterPath: fileURLToPath(new URL('./crypto/failure-converter.ts', import.meta.url)),
  };
}

/** The codec alone, for the endpoint through which the Temporal UI reads payloads. */
export function payloadCodec(config: Config): PayloadCodec {
  const bytes = (key: string) => Buffer.from(key, 'base64');
  return createPayloadCodec({
    key: bytes(config.TEMPORAL_CODEC_KEY),
    retiredKeys: (config.TEMPORAL_CODEC_RETIRED_KEYS ?? []).map(bytes),
  });
}

function transportSettings(config: Config) {
  const { TEMPORAL_TLS_CERT_FILE: certFile, TEMPORAL_TLS_KEY_FILE: keyFile, TEMPORAL_TLS_CA_FILE: caFile } = config;
  const { TEMPORAL_TLS_SERVER_NAME: serverName, TEMPORAL_API_KEY: apiKey, TEMPORAL_ADDRESS: address } = config;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new ConfigError('TEMPORAL_TLS_CERT_FILE and TEMPORAL_TLS_KEY_FILE belong together: set both or none.');
  }
  const secure = config.TEMPORAL_TLS || [certFile, caFile, serverName, apiKey].some((setting) => setting !== undefined);
  if (!secure) return { address, tls: false };
  const tls = {
    ...(serverName === undefined ? {} : { serverNameOverride: serverName }),
    ...(caFile === undefined ? {} : { serverRootCACertificate: readFile('TEMPORAL_TLS_CA_FILE', caFile) }),
    ...(certFile === undefined || keyFile === undefined
      ? {}
      : {
          clientCertPair: {
            crt: readFile('TEMPORAL_TLS_CERT_FILE', certFile),
            key: readFile('TEMPORAL_TLS_KEY_FILE', keyFile),
          },
        }),
  };
  return { address, tls, ...(apiKey === undefined ? {} : { apiKey }) };
}

function readFile(variable: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new ConfigError(`${variable} names a file that can not be read (${code}).`);
  }
}

/** gRPC status numbers that say more than "not reachable". */
const REFUSALS = new Map<unknown, string>([
  [5, 'it does not know the namespace: create it, or set TEMPORAL_NAMESPACE'],
  [7, 'it denies access: check TEMPORAL_API_KEY, the client certificate and TEMPORAL_NAMESPACE'],
  [16, 'it does not accept our credentials: check TEMPORAL_API_KEY and the client certificate'],
]);

function explain(config: Config, error: unknown): TemporalConnectError {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  const refusal = REFUSALS.get(code);
  const server = `The Temporal server at ${config.TEMPORAL_ADDRESS} (namespace ${config.TEMPORAL_NAMESPACE})`;
  const message = refusal
    ? `${server} answers, but ${refusal}.`
    : `${server} can not be reached. Start one (npm start does), or set TEMPORAL_ADDRESS to host:port; a server with TLS needs TEMPORAL_TLS=true.`;
  return new TemporalConnectError(message, { cause: error });
}
