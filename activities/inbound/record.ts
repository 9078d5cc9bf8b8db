// Step 5, record: counts the message in its session, notes the interaction, a reply word and the advert, joins the message group where the channel groups.
import { aggregates } from '../../db/aggregates.ts';
import type { Database } from '../../db/deps.ts';
import { execute, type Loaded, load } from '../../db/execute.ts';
import type { Tx } from '../../db/transaction.ts';
import { isStandInName } from '../../domain/contact/identity.ts';
import type { Contact } from '../../domain/contact/state.ts';
import type { InboundInput } from '../../workflows/names.ts';
import { runStep, undoStep } from '../saga-steps.ts';
import { loadGatewayMessage } from './gateway-message.ts';
import type { MessagePlace, MessageStored } from './message.ts';
import { joinMessageGroup, leaveMessageGroup } from './message-grouping.ts';
import { recordedTimes } from './recorded-times.ts';
import { takeReplyWord, undoReplyWord, type Wish } from './reply-word.ts';
import { trackAdvert } from './track-advert.ts';

/** What is needed to take the records back. */
export type Recorded = {
  readonly contactId: string;
  readonly messageId: string;
  readonly channelId: string;
  readonly sessionId: string | null;
  readonly fromContact: boolean;
  readonly at: string;
  readonly trackingId: string | null;
  readonly groupId: string | null;
  /** The message says what the person is called, who so far goes by their number. */
  readonly learnName: boolean;
  /** What the message's text asked for, where it was a reply word that changed something. */
  readonly wish?: Wish | null;
  /** False: the message had been recorded before (by another saga, or as one we sent): nothing was done. */
  readonly recorded: boolean;
};

export function recordMessage(
  database: Database,
  input: InboundInput,
  place: MessagePlace,
  stored: MessageStored,
): Promise<Recorded> {
  return runStep(database, async (work) => {
    const { tx, cause } = work;
    const { message } = await loadGatewayMessage(database, tx, input.rawEventId);
    const { sessionId } = place.session;
    const { messageId } = stored;
    const ids = {
      contactId: place.contact.contactId,
      messageId,
      channelId: input.channelId,
      sessionId,
      fromContact: !message.fromMe,
      at: message.sentAt,
    };
    const nothing = { trackingId: null, groupId: null };
    if (!stored.created) return { ...ids, ...nothing, learnName: false, recorded: false };
    const session = sessionId ? await load(database, tx, aggregates.session, sessionId, true) : undefined;
    // Ended between the steps: the message keeps its place in it, the closed count stays as it was announced.
    if (sessionId && session?.state.status === 'active') {
      const data = { messageId, fromContact: ids.fromContact, recordedAt: ids.at };
      await execute(database, tx, aggregates.session, sessionId, { type: 'session.record_message', data }, cause, {
        loaded: session,
      });
    }
    const contact = await primaryOf(database, tx, ids.contactId);
    const contactId = contact.state.id;
    const interaction = {
      interactionType: interactionType(ids.fromContact),
      channelId: input.channelId,
      messageId,
      interactedAt: ids.at,
    };
    const record = { type: 'contact.record_interaction', data: interaction } as const;
    const recorded = await execute(database, tx, aggregates.contact, contactId, record, cause, { loaded: contact });
    const wish =
      ids.fromContact && !place.validated.isGroup ? await takeReplyWord(database, work, message, ids, recorded) : null;
    const trackingId = message.ad
      ? await trackAdvert(database, work, { ...place, contact: { ...place.contact, contactId } }, messageId, message.ad)
      : null;
    const groupId =
      ids.fromContact && sessionId
        ? await joinMessageGroup(database, work, { ...place, sessionId, messageId, channelId: input.channelId })
        : null;
    return {
      ...ids,
      contactId,
      wish,
      sessionId: session?.state.status === 'active' ? sessionId : null,
      trackingId,
      groupId,
      learnName: Boolean(ids.fromContact && message.sender?.pushName && isStandInName(contact.state.name)),
      recorded: true,
    };
  });
}

/** The contact, locked; the one into which it was merged, where that happened between the steps. */
async function primaryOf(database: Database, tx: Tx, contactId: string) {
  let contact = await load(database, tx, aggregates.contact, contactId, true);
  while (contact.state.mergedInto !== null)
    contact = await load(database, tx, aggregates.contact, contact.state.mergedInto, true);
  return contact;
}

const interactionType = (fromContact: boolean): string => (fromContact ? 'message_received' : 'message_sent');

export function undoRecord(database: Database): Promise<void> {
  return undoStep<Recorded>(database, async (work) => {
    const { tx, cause, result } = work;
    const { contactId, messageId, sessionId, fromContact, trackingId, groupId, at: recordedAt } = result;
    if (!result.recorded) return;
    // In the order in which the step takes its locks: two that go against each other would wait for ever.
    if (sessionId !== null) {
      const loaded = await load(database, tx, aggregates.session, sessionId, true);
      const { first, last } = await recordedTimes(tx, 'session', sessionId, messageId);
      const data = { messageId, fromContact, recordedAt, previousMessageAt: last, previousFirstMessageAt: first };
      const undo = { type: 'session.undo_message', data } as const;
      await execute(database, tx, aggregates.session, sessionId, undo, cause, { loaded });
    }
    // Where the contact was merged meanwhile, the one it was merged into has counted the message too.
    for (let id: string | null = contactId; id !== null; ) {
      const contact: Loaded<Contact> = await load(database, tx, aggregates.contact, id, true);
      const interaction = {
        interactionType: interactionType(fromContact),
        channelId: result.channelId,
        messageId,
        interactedAt: recordedAt,
        previousInteractionAt: (await recordedTimes(tx, 'contact', id, messageId)).last,
      };
      const undo = { type: 'contact.undo_interaction', data: interaction } as const;
      const undone = await execute(database, tx, aggregates.contact, id, undo, cause, { loaded: contact });
      if (result.wish) await undoReplyWord(database, work, result.wish, undone);
      id = contact.state.mergedInto;
    }
    if (trackingId !== null) {
      const data = { enrichmentSource: 'saga_compensated', changes: { withdrawn: true } };
      await execute(database, tx, aggregates.tracking, trackingId, { type: 'tracking.enrich', data }, cause);
    }
    if (groupId !== null) await leaveMessageGroup(database, work, groupId, messageId);
  });
}
