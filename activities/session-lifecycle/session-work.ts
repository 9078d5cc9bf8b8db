// What the parts of looking after a session share: the transaction that holds the session, and how a command is run in it.
import type { Database } from '../../db/deps.ts';
import { type AggregateDefinition, type Cause, type Executed, execute } from '../../db/execute.ts';
import type { Tx } from '../../db/transaction.ts';
import type { AnyEvent, Command } from '../../domain/kernel/define-aggregate.ts';

/** The session is held until the end of the transaction: nobody else changes it, and nobody writes in it. */
export type SessionWork = { readonly database: Database; readonly tx: Tx; readonly cause: Cause };

/** Runs one command. */
export function run<State extends { readonly id: string }, Cmd extends Command, Event extends AnyEvent>(
  { database, tx, cause }: SessionWork,
  definition: AggregateDefinition<State, Cmd, Event>,
  id: string,
  command: Pick<Cmd, 'type'> & { readonly data: unknown },
): Promise<Executed<State, Event>> {
  return execute(database, tx, definition, id, command, cause);
}
