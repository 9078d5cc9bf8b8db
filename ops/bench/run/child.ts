// A contender's process as the benchmark sees it. It is kept for all rounds, so that each round but the first finds warm code.
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ContenderKind } from '../peers/index.ts';
import type { ContenderSettings } from './contender.ts';

/** What the process is told. */
export type Order = { readonly id: number } & (
  | { readonly call: 'start'; readonly kind: ContenderKind; readonly settings: ContenderSettings }
  | { readonly call: 'stop' | 'status' | 'usage' }
);

/** What it answers. */
export type Answer = { readonly id: number; readonly value?: unknown; readonly error?: string };

/** What it has used so far. */
export type Usage = { readonly cpuSeconds: number; readonly rssMiB: number };

/** One process. */
export type Child = {
  readonly start: (kind: ContenderKind, settings: ContenderSettings) => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly status: () => Promise<unknown>;
  readonly usage: () => Promise<Usage>;
  /** SIGKILL, as a crash. */
  readonly kill: () => Promise<void>;
};

/** The processes by name: made when first asked for, and again after a kill. */
export type Children = { readonly get: (name: string) => Child; readonly end: () => Promise<void> };

const file = fileURLToPath(new URL('../contender.ts', import.meta.url));

/** Starts none yet. */
export function createChildren(): Children {
  const children = new Map<string, Child>();
  return {
    get: (name) => {
      const known = children.get(name);
      if (known) return known;
      const child = forkChild(() => children.delete(name));
      children.set(name, child);
      return child;
    },
    end: async () => {
      await Promise.all([...children.values()].map((child) => child.kill()));
    },
  };
}

function forkChild(onExit: () => void): Child {
  const child: ChildProcess = fork(file, {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let calls = 0;
  child.on('message', ({ id, value, error }: Answer) => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) call?.resolve(value);
    else call?.reject(new Error(error));
  });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      onExit();
      for (const { reject } of waiting.values()) reject(new Error('the process has ended'));
      resolve();
    });
  });
  const call = (order: Omit<Order & { call: 'start' }, 'id'> | { call: 'stop' | 'status' | 'usage' }) =>
    new Promise<unknown>((resolve, reject) => {
      calls += 1;
      waiting.set(calls, { resolve, reject });
      child.send({ id: calls, ...order }, (error) => error && reject(error));
    });
  return {
    start: async (kind, settings) => {
      await call({ call: 'start', kind, settings });
    },
    stop: async () => {
      await call({ call: 'stop' });
    },
    status: () => call({ call: 'status' }),
    usage: async () => (await call({ call: 'usage' })) as Usage,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
