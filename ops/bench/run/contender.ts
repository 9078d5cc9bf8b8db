// What every relay under measurement is, ours and the others: started with addresses, publishes until it is stopped. Runs in a process of its own.
import type { RelayOptions } from '../../../workers/relay/ports.ts';

/** Where it reads and publishes. `url` is the role app_system, `userUrl` app_user, `adminUrl` a superuser for those that bring tables of their own. */
export type ContenderSettings = {
  readonly url: string;
  readonly userUrl: string;
  readonly adminUrl: string;
  readonly amqpUrl: string;
  readonly prefix: string;
  readonly exchange: string;
  readonly name: string;
  /** Of the consumers alone: those that start workflows. */
  readonly temporalAddress?: string;
  /** Of the bare client alone: it has no backlog to read. */
  readonly bare?: { readonly total: number; readonly padding: string };
  /** Of our relay alone. */
  readonly relay?: Partial<RelayOptions>;
};

/** A started one. `status`: what it tells of itself. */
export type RunningContender = { readonly stop: () => Promise<void>; readonly status?: () => unknown };

/** Starts one; resolves when it is at work, or soon will be. */
export type StartContender = (settings: ContenderSettings) => Promise<RunningContender>;
