// Watches the servers that we started: one whose processes are gone is started again, on the same port, and said aloud.
import { isAlive } from '../stack/processes.ts';
import type { Say } from '../stack/server.ts';

/** Finds the processes of a server. */
type Find = () => Promise<number[]>;

/** `add` begins to watch a running server; `stop` ends all watching. */
export type Watch = {
  add(name: string, find: Find, restart: (say: Say) => Promise<unknown>): Promise<void>;
  stop(): void;
};

const everyMs = 500;

/** Makes the watch. */
export function createWatch(say: Say): Watch {
  let stopped = false;

  return {
    async add(name, find, restart) {
      let pids = await find();
      const check = async () => {
        if (stopped) return;
        if (!pids.some(isAlive)) {
          say(`${name} ended; starting it again`);
          await restart((line) => say(`${name}: ${line}`)).then(
            () => say(`${name} is ready again`),
            (error: unknown) => say(`${name}: ${error instanceof Error ? error.message : String(error)}`),
          );
          pids = await find();
        }
        setTimeout(() => void check(), everyMs).unref();
      };
      setTimeout(() => void check(), everyMs).unref();
    },
    stop() {
      stopped = true;
    },
  };
}
