// What carrying out an action has in hand, and the contact that it is about.
import { currentContact } from '../../../db/current-contact.ts';
import type { Cause, ExecuteDeps } from '../../../db/execute.ts';
import type { Tx } from '../../../db/transaction.ts';
import type { AutomationRun } from '../../../domain/automation-run/automation-run.ts';
import type { Contact } from '../../../domain/contact/state.ts';
import { violated } from '../../../domain/kernel/errors.ts';
import type { Ids } from '../../../platform/clock.ts';

/** What actions need of the process. */
export type ActionDeps = ExecuteDeps & { readonly ids: Ids };

/** One action of a run: `position` is its place in the list. What it causes names the run as its cause. */
export type Work = {
  readonly deps: ActionDeps;
  readonly tx: Tx;
  readonly run: AutomationRun;
  readonly cause: Cause;
  readonly position: number;
};

/** The id of the contact that the run is about. Throws rule_violated `no_contact`. */
export function contactOf({ contactId }: AutomationRun): string {
  if (contactId === null) throw violated('no_contact', 'What set the rule off is about no contact.');
  return contactId;
}

/** The contact, or the one into which it was merged since. Throws rule_violated `contact_gone`. */
export async function presentContact({ deps, tx, run }: Work): Promise<Contact> {
  const contact = await currentContact(deps, tx, contactOf(run));
  if (contact === undefined || contact.anonymizedAt !== null)
    throw violated('contact_gone', 'The contact was anonymized or deleted.');
  return contact;
}
