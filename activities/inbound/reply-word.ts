// A message that is nothing but a reply word (STOP, START …) opts its writer out or in, on the channel it came by; taken back with the step that read it.
import { aggregates } from '../../db/aggregates.ts';
import type { Database } from '../../db/deps.ts';
import { type Executed, execute } from '../../db/execute.ts';
import { liftedBy } from '../../domain/contact/consent.ts';
import { replyWord } from '../../domain/contact/reply-words.ts';
import type { Contact, OptOut } from '../../domain/contact/state.ts';
import type { MessageEvent } from '../../integrations/waha/gateway-event.ts';
import type { StepWork } from '../saga-steps.ts';

/** What was read, as far as it changed something: what its undo needs. */
export type Wish =
  | { readonly is: 'opt_out'; readonly channelId: string | null; readonly optedOutAt: string }
  | { readonly is: 'opt_in'; readonly lifted: readonly OptOut[] };

type At = Pick<Executed<Contact, unknown>, 'state' | 'sequence' | 'eventIds'>;
type Place = { readonly channelId: string; readonly messageId: string };

/** Reads the message's text. An ordinary text costs nothing. `contact`: as the command before in this transaction left it. */
export async function takeReplyWord(
  database: Database,
  work: StepWork,
  { type, body }: Pick<MessageEvent, 'type' | 'body'>,
  { channelId, messageId }: Place,
  contact: At,
): Promise<Wish | null> {
  const word = type === 'text' ? replyWord(body) : undefined;
  if (word === undefined) return null;
  const { optOuts } = contact.state;
  if (word === 'opt_out') {
    const data = { channelId, reason: 'reply_word', messageId };
    const { state, events } = await change(database, work, contact, { type: 'contact.opt_out', data });
    const made = state.optOuts.at(-1);
    if (events.length === 0 || !made) return null;
    return { is: 'opt_out', channelId: made.channelId, optedOutAt: made.optedOutAt };
  }
  // Who refused all of it and now asks for it again is taken at their word.
  const scope = optOuts.some((one) => one.channelId === null) ? {} : { channelId };
  const data = { ...scope, messageId };
  const lifted = liftedBy(optOuts, 'channelId' in scope ? channelId : undefined);
  const { events } = await change(database, work, contact, { type: 'contact.opt_in', data });
  return events.length === 0 ? null : { is: 'opt_in', lifted };
}

/** Takes back what was read, where nothing newer took its place. */
export async function undoReplyWord(database: Database, work: StepWork, wish: Wish, contact: At): Promise<void> {
  const undo =
    wish.is === 'opt_out'
      ? { type: 'contact.undo_opt_out', data: { channelId: wish.channelId, optedOutAt: wish.optedOutAt } }
      : { type: 'contact.undo_opt_in', data: { lifted: wish.lifted } };
  await change(database, work, contact, undo as { type: 'contact.undo_opt_out'; data: unknown });
}

type Change = { readonly type: `contact.${'opt_out' | 'opt_in' | 'undo_opt_out'}`; readonly data: unknown };

function change(database: Database, { tx, cause }: StepWork, { state, sequence }: At, command: Change) {
  const loaded = { state, sequence, eventSequence: sequence, exists: true };
  return execute(database, tx, aggregates.contact, state.id, command, cause, { loaded });
}
