// Whose the messages of a page are: found by any of the ways they are known, or made. One query, however many.
import { aggregates } from '../../db/aggregates.ts';
import type { Database } from '../../db/deps.ts';
import type { Cause } from '../../db/execute.ts';
import { executeMany } from '../../db/execute-many.ts';
import type { Tx } from '../../db/transaction.ts';
import type { MessageEvent, Person } from '../../integrations/waha/gateway-event.ts';
import { profile } from '../inbound/contact.ts';
import { findContacts, type IndexKey, indexKeys } from '../inbound/find-contact.ts';
import type { PagePlace } from './store-page.ts';

/** A message with its contact. */
export type OfContact = { readonly message: MessageEvent; readonly contactId: string };

/** Nobody else makes these people, or takes them away, until the end of the transaction. Call it before anything else is held, as the saga of a message does. */
export async function holdPeople(
  database: Database,
  tx: Tx,
  projectId: string,
  people: readonly Person[],
): Promise<void> {
  const names = new Set<string>();
  for (const person of people)
    for (const { kind, index } of await indexKeys(database, tx, person))
      names.add(`${tx.tenantId} ${projectId} ${kind} ${index}`);
  await tx.query('select pg_advisory_xact_lock(hashtextextended(key, 0)) from unnest($1::text[]) as key', [
    [...names].sort(),
  ]);
}

/** Finds or makes the contacts; gives the messages with theirs, and the ids of the new ones. */
export async function placePeople(
  database: Database,
  tx: Tx,
  { projectId, channelId }: PagePlace,
  messages: readonly MessageEvent[],
  cause: Cause,
): Promise<{ readonly messages: readonly OfContact[]; readonly made: readonly string[] }> {
  // A group's own messages have no person they could be filed under.
  const withSender = messages.flatMap((message) => (message.sender ? [{ message, person: message.sender }] : []));
  const known = await findContacts(
    database,
    tx,
    projectId,
    withSender.map(({ person }) => person),
  );
  const byKey = new Map<string, string>();
  const nameOf = ({ kind, index }: IndexKey): string => `${kind} ${index}`;
  const commands: { id: string; command: { type: 'contact.create'; data: object } }[] = [];
  const placed: OfContact[] = [];
  for (const [index, { message, person }] of withSender.entries()) {
    const keys = (await indexKeys(database, tx, person)).map(nameOf);
    let contactId = known[index] ?? keys.map((key) => byKey.get(key)).find((id) => id !== undefined);
    if (contactId === undefined) {
      contactId = database.ids.next();
      const named = { ...person, ...nameAmong(withSender, person) };
      const data = { contactId, projectId, tenantId: tx.tenantId, ...profile(named), channelId, sourceChannel: 'waha' };
      commands.push({ id: contactId, command: { type: 'contact.create', data } });
    }
    for (const key of keys) byKey.set(key, contactId);
    placed.push({ message, contactId });
  }
  await executeMany(database, tx, aggregates.contact, commands, cause);
  return { messages: placed, made: commands.map(({ id }) => id) };
}

/** Not every message says what its writer is called. */
function nameAmong(
  all: readonly { readonly person: Person }[],
  { phone, lid, pushName }: Person,
): { pushName?: string } {
  const is = (other: Person) =>
    (phone !== undefined && other.phone === phone) || (lid !== undefined && other.lid === lid);
  const name = pushName ?? all.find(({ person }) => person.pushName && is(person))?.person.pushName;
  return name ? { pushName: name } : {};
}
