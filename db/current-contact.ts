// The contact that an id stands for now: merged ones are signposts to another.
import type { Contact } from '../domain/contact/state.ts';
import { aggregates } from './aggregates.ts';
import { type ExecuteDeps, load } from './execute.ts';
import type { Tx } from './transaction.ts';

/** The contact, or the one into which it was merged; undefined: it was deleted, or never there. */
export async function currentContact(
  deps: Pick<ExecuteDeps, 'keysOf'>,
  tx: Tx,
  id: string,
): Promise<Contact | undefined> {
  const { state, exists } = await load(deps, tx, aggregates.contact, id);
  if (!exists || state.deletedAt !== null) return undefined;
  return state.mergedInto === null ? state : currentContact(deps, tx, state.mergedInto);
}
