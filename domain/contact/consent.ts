// Opting out of messages and in again: of one channel, or of all. Who opted out of all can't opt in on one.
import { violated } from '../kernel/errors.ts';
import { isSameMoment } from '../kernel/time.ts';
import type { ContactCommand } from './commands.ts';
import type { ContactEvent } from './events.ts';
import { type Contact, contactLimits, type OptOut } from './state.ts';

type DataOf<Type extends ContactCommand['type']> = Extract<ContactCommand, { type: Type }>['data'];

/** The opt-out that forbids messages on this channel, if there is one. */
export function optOutOn(optOuts: readonly OptOut[], channelId: string): OptOut | undefined {
  return optOuts.find((one) => one.channelId === null || one.channelId === channelId);
}

/** The opt-outs without that of a channel; without any where no channel is named. */
export function withoutOptOut(optOuts: readonly OptOut[], channelId: string | undefined): readonly OptOut[] {
  return channelId === undefined ? [] : optOuts.filter((one) => one.channelId !== channelId);
}

/** What an opt-in lifts. */
export function liftedBy(optOuts: readonly OptOut[], channelId: string | undefined): readonly OptOut[] {
  const kept = withoutOptOut(optOuts, channelId);
  return optOuts.filter((one) => !kept.includes(one));
}

/** Decides an opt-out: nothing where it holds already. */
export function optOut(
  data: DataOf<'contact.opt_out'>,
  { id: contactId, optOuts }: Contact,
  at: string,
): ContactEvent[] {
  const { channelId } = data;
  const holds = channelId === undefined ? optOuts.some((one) => one.channelId === null) : optOutOn(optOuts, channelId);
  if (holds) return [];
  // Beyond any sensible number of channels the wish is taken for all of them: it is never refused.
  const { channelId: _, ...rest } = data;
  const scope = optOuts.length < contactLimits.optOuts ? data : rest;
  return [{ type: 'contact.opted_out', data: { contactId, ...scope, optedOutAt: at } }];
}

/** Decides an opt-in: nothing where nothing is to be lifted. */
export function optIn(data: DataOf<'contact.opt_in'>, { id: contactId, optOuts }: Contact, at: string): ContactEvent[] {
  const { channelId } = data;
  if (channelId !== undefined && optOuts.some((one) => one.channelId === null))
    throw violated(
      'opted_out_of_all',
      'The contact opted out of all channels: opt in without channelId, then out of those that stay unwanted.',
    );
  if (liftedBy(optOuts, channelId).length === 0) return [];
  return [{ type: 'contact.opted_in', data: { contactId, ...data, optedInAt: at } }];
}

/** Takes back an opt-out, unless another one took its place. */
export function undoOptOut(data: DataOf<'contact.undo_opt_out'>, { id: contactId, optOuts }: Contact): ContactEvent[] {
  const { channelId, optedOutAt } = data;
  const known = optOuts.find((one) => one.channelId === channelId);
  if (!known || !isSameMoment(known.optedOutAt, optedOutAt)) return [];
  const place = channelId === null ? {} : { channelId };
  return [
    {
      type: 'contact.opted_out',
      data: { contactId, ...place, reason: known.reason, optedOutAt: known.optedOutAt, undone: true },
    },
  ];
}

/** Takes back an opt-in: what it lifted holds again, where nothing newer does. */
export function undoOptIn(
  { lifted }: DataOf<'contact.undo_opt_in'>,
  { id: contactId, optOuts }: Contact,
  at: string,
): ContactEvent[] {
  const restored = lifted.filter(
    ({ channelId }, index) =>
      optOuts.every((one) => one.channelId !== channelId) &&
      lifted.findIndex((one) => one.channelId === channelId) === index,
  );
  if (restored.length === 0) return [];
  return [{ type: 'contact.opted_in', data: { contactId, optedInAt: at, undone: true, restored } }];
}
