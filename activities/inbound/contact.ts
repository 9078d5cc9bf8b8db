// Step 2, contact: finds the person by any of the ways they are known, or makes them. The undo deletes only what this saga made and nobody else uses.
import { aggregates } from '../../db/aggregates.ts';
import type { Database } from '../../db/deps.ts';
import { absent, execute } from '../../db/execute.ts';
import { inTenant } from '../../db/transaction.ts';
import { lidSource, standInName } from '../../domain/contact/identity.ts';
import { DomainError } from '../../domain/kernel/errors.ts';
import type { MessageEvent, Person } from '../../integrations/waha/gateway-event.ts';
import type { InboundInput } from '../../workflows/names.ts';
import { runStep, sharesCommit, undoStep } from '../saga-steps.ts';
import { findByIdentity, findContact, indexKeys } from './find-contact.ts';
import { loadGatewayMessage } from './gateway-message.ts';
import { isOursAlone } from './shared-use.ts';
import type { Validated } from './validate.ts';

/** Whom the message is about, and whether this saga made them. */
export type ContactFound = {
  readonly contactId: string;
  readonly created: boolean;
  /** The message names a way to recognise them that is not known yet. */
  readonly learn: boolean;
};

/** Asks the gateway for the phone number behind a hidden id; undefined when it does not know or can't be asked. */
export type LookupLid = (session: string, lid: string) => Promise<string | undefined>;

export async function findOrCreateContact(
  database: Database,
  lookupLid: LookupLid,
  input: InboundInput,
  validated: Validated,
): Promise<ContactFound> {
  const { projectId } = validated;
  const resolved =
    validated.needsLookup && !sharesCommit() ? await resolvePerson(database, lookupLid, input, projectId) : undefined;
  return runStep(database, async ({ tx, saga, cause, isShared }) => {
    const person = resolved ?? requirePerson((await loadGatewayMessage(database, tx, input.rawEventId)).message);
    const keys = await indexKeys(database, tx, person);
    // Whoever comes second waits here and then finds what the first one made.
    await tx.query('select pg_advisory_xact_lock(hashtextextended(key, 0)) from unnest($1::text[]) as key', [
      keys.map(({ kind, index }) => `${saga.tenantId} ${projectId} ${kind} ${index}`).sort(),
    ]);
    const known = await findByIdentity(tx, projectId, keys);
    if (known) return { contactId: known.contactId, created: false, learn: !known.byAll };
    // No call outside of the house while a transaction is open: the steps go one by one then.
    if (isShared && validated.needsLookup)
      throw new DomainError('precondition_failed', 'The gateway is to be asked first.');
    const contactId = database.ids.next();
    await execute(
      database,
      tx,
      aggregates.contact,
      contactId,
      {
        type: 'contact.create',
        data: {
          contactId,
          projectId,
          tenantId: saga.tenantId,
          ...profile(person),
          channelId: input.channelId,
          sourceChannel: 'waha',
        },
      },
      cause,
      { loaded: absent(aggregates.contact) },
    );
    return { contactId, created: true, learn: false };
  });
}

/** What of a person goes into `contact.create`. A name is always there: what they call themselves, else their number. */
export function profile({ pushName, phone, lid }: Person) {
  return {
    name: pushName || standInName({ phone, lid }),
    ...(phone && { phone, phoneVerified: true }),
    externalIds: lid ? [{ externalId: `${lid}@lid`, source: lidSource }] : [],
  };
}

/** The person of the message; when only an unknown hidden id is given, the gateway is asked for the number behind it, outside of any transaction. */
async function resolvePerson(
  database: Database,
  lookupLid: LookupLid,
  input: InboundInput,
  projectId: string,
): Promise<Person> {
  const { session, sender, known } = await inTenant(database.pool, input.tenantId, async (tx) => {
    const { message } = await loadGatewayMessage(database, tx, input.rawEventId);
    const sender = requirePerson(message);
    return { session: message.session, sender, known: await findContact(database, tx, projectId, sender) };
  });
  if (known !== undefined || sender.lid === undefined) return sender;
  const phone = await lookupLid(session, sender.lid);
  return phone === undefined ? sender : { ...sender, phone };
}

function requirePerson({ sender }: MessageEvent): Person {
  if (!sender) throw new DomainError('validation_failed', 'The message does not say whose it is.');
  return sender;
}

export function undoContact(database: Database): Promise<void> {
  return undoStep<ContactFound>(database, async (work) => {
    const { tx, saga, cause, result } = work;
    const { contactId } = result;
    // Held first, asked then: a saga that found the contact before us is seen below, one that comes after us waits and finds it gone.
    await tx.query('select 1 from contact_identities where tenant_id = $1 and contact_id = $2 for update', [
      saga.tenantId,
      contactId,
    ]);
    if (!(await isOursAlone(work, 'contact', contactId))) return;
    await execute(database, tx, aggregates.contact, contactId, { type: 'contact.delete', data: {} }, cause);
  });
}
