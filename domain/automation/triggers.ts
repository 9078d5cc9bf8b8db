// What sets an automation off: which event it waits for, and of what that event must be. Those that wait for time begin to with an event.
import { z } from 'zod';
import { id } from '../kernel/fields.ts';

const channelIds = z.array(id).min(1).max(50).optional();
const minutes = z.number().int().min(1).max(525_600);
const ofChannels = { channelIds };

/** Triggers that an event sets off at once. */
const eventTriggers = {
  'session.ended': z.strictObject({ type: z.literal('session.ended'), ...ofChannels }),
  'session.timeout': z.strictObject({ type: z.literal('session.timeout'), ...ofChannels }),
  'session.resolved': z.strictObject({ type: z.literal('session.resolved'), ...ofChannels }),
  'session.escalated': z.strictObject({ type: z.literal('session.escalated'), ...ofChannels }),
  'message.received': z.strictObject({ type: z.literal('message.received'), ...ofChannels }),
  'status.changed': z.strictObject({
    type: z.literal('status.changed'),
    fromStatusId: id.optional(),
    toStatusId: id.optional(),
  }),
  'stage.completed': z.strictObject({ type: z.literal('stage.completed'), statusId: id.optional() }),
};

/** The triggers that wait for time. Of `scheduled` the configuration is kept and checked; nothing starts it yet. */
export const timedTriggers = ['no_response.timeout', 'after.delay', 'scheduled'] as const;

/** All triggers. */
export const triggerTypes = [
  ...(Object.keys(eventTriggers) as (keyof typeof eventTriggers)[]),
  ...timedTriggers,
] as const;

/** The name of a trigger. */
export type TriggerType = (typeof triggerTypes)[number];

/** A trigger with its settings. */
export const trigger = z.discriminatedUnion('type', [
  eventTriggers['session.ended'],
  eventTriggers['session.timeout'],
  eventTriggers['session.resolved'],
  eventTriggers['session.escalated'],
  eventTriggers['message.received'],
  eventTriggers['status.changed'],
  eventTriggers['stage.completed'],
  /** `of`: whose answer is missing. */
  z.strictObject({ type: z.literal('no_response.timeout'), minutes, of: z.enum(['contact', 'agent']), ...ofChannels }),
  z.strictObject({
    type: z.literal('after.delay'),
    minutes,
    after: z.enum(['session.ended', 'session.resolved', 'session.escalated', 'message.received', 'status.changed']),
  }),
  z.strictObject({
    type: z.literal('scheduled'),
    hour: z.number().int().min(0).max(23),
    minute: z.number().int().min(0).max(59),
    /** 1 is Monday. */
    weekdays: z.array(z.number().int().min(1).max(7)).min(1).max(7),
    timezone: z.string().min(1).max(64),
  }),
]);

/** A trigger with its settings. */
export type Trigger = z.infer<typeof trigger>;

/** An event that may set something off. `data` is still sealed: nothing personal is looked at. */
export type TriggeringEvent = {
  readonly id: string;
  readonly type: string;
  readonly projectId: string | null;
  readonly data: Readonly<Record<string, unknown>>;
};

/** The triggers that an event can set off. */
export function triggersOf({ type, data }: Pick<TriggeringEvent, 'type' | 'data'>): readonly TriggerType[] {
  switch (type) {
    case 'session.ended':
      return data['reason'] === 'inactivity_timeout' ? ['session.ended', 'session.timeout'] : ['session.ended'];
    case 'session.resolved':
    case 'session.escalated':
      return [type];
    case 'message.created':
      return data['fromMe'] === true ? [] : ['message.received'];
    case 'contact.pipeline_status_changed':
      return ['status.changed', 'stage.completed'];
    case 'contact.exited_pipeline':
      return ['stage.completed'];
    default:
      return [];
  }
}

/** Whether an event begins the waiting of a trigger that waits for time. */
export function beginsWait(trigger: Trigger, event: Pick<TriggeringEvent, 'type' | 'data'>): boolean {
  switch (trigger.type) {
    case 'no_response.timeout':
      return event.type === 'message.created' && (event.data['fromMe'] === true) === (trigger.of === 'contact');
    case 'after.delay':
      return triggersOf(event).includes(trigger.after);
    default:
      return false;
  }
}

/** The types of events that can set anything off, or begin a waiting. */
export const triggeringTypes: readonly string[] = [
  'session.ended',
  'session.resolved',
  'session.escalated',
  'message.created',
  'contact.pipeline_status_changed',
  'contact.exited_pipeline',
];

/** Whether an event is one that the trigger is narrowed to; `channelId` is where it happened. */
export function isMeant(trigger: Trigger, { data }: TriggeringEvent, channelId: string | null): boolean {
  const is = (wanted: string | undefined, value: unknown): boolean => wanted === undefined || wanted === value;
  switch (trigger.type) {
    case 'status.changed':
      return is(trigger.fromStatusId, data['previousStatusId']) && is(trigger.toStatusId, data['newStatusId']);
    case 'stage.completed':
      return is(trigger.statusId, data['previousStatusId'] ?? data['lastStatusId']);
    case 'after.delay':
    case 'scheduled':
      return true;
    default:
      return trigger.channelIds === undefined || (channelId !== null && trigger.channelIds.includes(channelId));
  }
}
