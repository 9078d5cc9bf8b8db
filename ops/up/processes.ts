// Our own processes: which file each runs, on which port it says that it is ready, and what more it gets in its environment.
import path from 'node:path';
import { projectDir } from '../stack/paths.ts';
import { pickPort } from '../stack/ports.ts';
import type { Say } from '../stack/server.ts';
import type { ProcessSpec } from './supervisor.ts';

/** Ports of our own processes. `waha` is the sandbox's; undefined when WAHA_URL names a gateway. */
export type ProcessPorts = { api: number; waha: number | undefined; worker: number; relay: number; consumer: number };

/** Picks the ports; API_PORT is the first choice for the API when it is set. */
export async function pickProcessPorts(say: Say): Promise<ProcessPorts> {
  return {
    api: await pickPort('the API', Number(process.env['API_PORT'] || 3000), say),
    waha: process.env['WAHA_URL'] ? undefined : await pickPort('the WAHA sandbox', 3900, say),
    worker: await pickPort("the worker's metrics", 9464, say),
    relay: await pickPort("the relay's metrics", 9465, say),
    consumer: await pickPort("the consumer's metrics", 9466, say),
  };
}

/** The table of processes; `withBroker` false = it never talks to RabbitMQ. */
export function processSpecs(
  environment: Record<string, string>,
  ports: ProcessPorts,
): (ProcessSpec & { withBroker: boolean })[] {
  const one = (name: string, file: string, readyPort: number, withBroker = true, niceness = 0) => ({
    name,
    file: path.join(projectDir, file),
    // The API's own port is in the environment; METRICS_PORT would be another one.
    environment: name === 'api' ? environment : { ...environment, METRICS_PORT: String(readyPort) },
    readyPort,
    withBroker,
    niceness,
  });
  return [
    ...(ports.waha === undefined ? [] : [one('waha-sandbox', 'ops/sandbox/waha/server.ts', ports.waha, false)]),
    one('api', 'api/server.ts', ports.api, false),
    // All on one machine: the gateway's webhook is answered first, read models come last.
    one('worker', 'workers/temporal-worker.ts', ports.worker, true, 5),
    one('relay', 'workers/relay.ts', ports.relay),
    one('consumer', 'workers/consumer.ts', ports.consumer, true, 10),
  ];
}
