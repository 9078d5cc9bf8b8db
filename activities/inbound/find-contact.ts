// Finds contacts by the ways in which people are known: phone numbers and hidden ids, by their blind indexes.
import type { Database } from '../../db/deps.ts';
import { identityField } from '../../db/stores/contact-lookups.ts';
import type { Tx } from '../../db/transaction.ts';
import { identityKeys } from '../../domain/contact/identity.ts';

type Known = { readonly phone?: string; readonly lid?: string };

/** The blind index of one way in which a person is known. */
export type IndexKey = { readonly kind: string; readonly index: string };

/** The blind indexes of all ways in which a person is known, the phone's first. */
export async function indexKeys(database: Pick<Database, 'keysOf'>, tx: Tx, person: Known): Promise<IndexKey[]> {
  const keys = database.keysOf(tx);
  const indexed: IndexKey[] = [];
  // One after the other: the first may ask for the tenant's key, and a connection takes one query at a time.
  for (const { kind, key } of identityKeys(person))
    indexed.push({ kind, index: await keys.blindIndex(identityField(kind), key) });
  return indexed;
}

/**
 * The contact known by any of the keys; the phone's counts before the hidden id's. Holds the identity, so that no undo deletes the contact
 * meanwhile. `byAll`: known by each of the keys asked for.
 */
export async function findByIdentity(
  tx: Tx,
  projectId: string,
  keys: readonly IndexKey[],
): Promise<{ readonly contactId: string; readonly byAll: boolean } | undefined> {
  const owners = await ownersOf(tx, projectId, keys);
  const contactId = firstOwner(owners, keys);
  if (contactId === undefined) return undefined;
  return { contactId, byAll: keys.every((key) => owners.get(nameOf(key)) === contactId) };
}

/** The contacts of people of the gateway, in the order of `people`; undefined for those the project does not know. One query, however many. */
export async function findContacts(
  database: Pick<Database, 'keysOf'>,
  tx: Tx,
  projectId: string,
  people: readonly Known[],
): Promise<(string | undefined)[]> {
  const keysOfAll: IndexKey[][] = [];
  for (const person of people) keysOfAll.push(await indexKeys(database, tx, person));
  const owners = await ownersOf(tx, projectId, keysOfAll.flat());
  return keysOfAll.map((keys) => firstOwner(owners, keys));
}

/** The contact of a person of the gateway, if the project knows them. */
export async function findContact(
  database: Pick<Database, 'keysOf'>,
  tx: Tx,
  projectId: string,
  person: Known,
): Promise<string | undefined> {
  return (await findContacts(database, tx, projectId, [person]))[0];
}

const nameOf = ({ kind, index }: IndexKey): string => `${kind} ${index}`;

/** The contacts that have the keys, by `nameOf` of the key. */
async function ownersOf(tx: Tx, projectId: string, keys: readonly IndexKey[]): Promise<ReadonlyMap<string, string>> {
  if (keys.length === 0) return new Map();
  const { rows } = await tx.query<IndexKey & { contactId: string }>(
    `select kind, value_index as "index", contact_id as "contactId" from contact_identities
     where tenant_id = $1 and project_id = $2 and (kind, value_index) in (select * from unnest($3::text[], $4::text[]))
     order by kind, value_index for share`,
    [tx.tenantId, projectId, keys.map(({ kind }) => kind), keys.map(({ index }) => index)],
  );
  return new Map(rows.map((row) => [nameOf(row), row.contactId]));
}

function firstOwner(owners: ReadonlyMap<string, string>, keys: readonly IndexKey[]): string | undefined {
  return keys.map((key) => owners.get(nameOf(key))).find((contactId) => contactId !== undefined);
}
