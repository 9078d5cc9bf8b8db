// The broker for one command: connected for as long as its work takes.
import { hostname } from 'node:os';
import { pause } from '../../platform/pause.ts';
import { type Broker, connectBroker } from '../../workers/consumer-operations/broker.ts';

const patienceMs = 2_000;

/** Works with the broker as soon as it is connected, and after two seconds in any case: what is asked of it then throws, saying why. */
export async function withBroker<T>(url: string, work: (broker: Broker) => Promise<T>): Promise<T> {
  const broker = connectBroker({ url, name: `consumers-command-${hostname()}-${process.pid}` });
  try {
    const stopAt = performance.now() + patienceMs;
    while (!broker.isOpen() && performance.now() < stopAt) await pause(20);
    return await work(broker);
  } finally {
    await broker.close();
  }
}
