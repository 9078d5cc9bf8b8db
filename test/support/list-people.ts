// Random contacts with what lists ask of them, stored through commands, and a plain reading of one filter rule over one of them.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { aggregates } from '../../db/aggregates.ts';
import { executeMany } from '../../db/execute-many.ts';
import { inTenant } from '../../db/transaction.ts';
import type { Condition } from '../../domain/contact-list/filter-rule.ts';
import type { Ids } from '../../platform/clock.ts';
import type { TestApi } from './api.ts';
import { someIds } from './arbitrary-command.ts';

/** A contact as a test knows it. Times are ISO 8601. */
export type Person = {
  readonly contactId: string;
  readonly tags: readonly string[];
  readonly language: string | null;
  readonly timezone: string | null;
  readonly phone: string | null;
  readonly email: string | null;
  readonly interactions: readonly string[];
  readonly messages: number;
  readonly sessions: number;
  readonly places: readonly { readonly pipelineId: string; readonly statusId: string }[];
  readonly events: readonly { readonly type: string; readonly at: string }[];
  /** Custom fields. */
  readonly custom: Readonly<Record<string, string | number | boolean>>;
};

const words = ['one', 'two', '3'];
const anId = fc.constantFrom(...someIds);
const aMoment = fc.constantFrom('2026-01-31T11:59:00.000Z', '2026-01-31T12:05:00.000Z', new Date().toISOString());

/** So many people, the same for the same seed but for their ids. */
export function peopleOf(count: number, ids: Ids, seed: number): Person[] {
  const person = fc.record({
    tags: fc.subarray(words),
    language: fc.option(fc.constantFrom('one', 'two')),
    timezone: fc.option(fc.constantFrom(...words)),
    phone: fc.option(fc.constant('55119')),
    email: fc.option(fc.constant('ana@example.com')),
    interactions: fc.array(aMoment, { maxLength: 2 }),
    messages: fc.integer({ min: 0, max: 2 }),
    sessions: fc.constant(1),
    places: fc.uniqueArray(fc.record({ pipelineId: anId, statusId: anId }), {
      selector: (place) => place.pipelineId,
      maxLength: 2,
    }),
    events: fc.array(fc.record({ type: fc.constantFrom(...words), at: aMoment }), { maxLength: 2 }),
    custom: fc.dictionary(fc.constantFrom('one', 'two'), fc.constantFrom('one', 'two', 0, 1, 30, true, false), {
      noNullPrototype: true,
    }),
  });
  return fc.sample(person, { numRuns: count, seed }).map((known, index) => ({
    ...known,
    contactId: ids.next(),
    phone: known.phone && `${known.phone}${10_000_000 + seed * 100_000 + index}`,
    sessions: index % 2,
  }));
}

type Place = { readonly projectId: string; readonly channelId: string };

/** Stores them as contacts of the first tenant. */
export async function storePeople({ database, tenant }: TestApi, place: Place, people: readonly Person[]) {
  const { tenantId } = tenant;
  const own = { tenantId, ...place };
  const cause = { causationId: randomUUID(), correlationId: randomUUID() };
  const filled = <T extends object>(value: T) =>
    Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null));
  await inTenant(database.pool, tenantId, async (tx) => {
    const contacts = people.flatMap((one) => {
      const { contactId, interactions, places, tags, language, timezone, phone, email, custom } = one;
      const said = filled({ language, timezone, phone, email });
      const create = {
        type: 'contact.create',
        data: { tenantId, projectId: place.projectId, contactId, name: 'Ana', tags, ...said },
      } as const;
      const record = interactions.map(
        (interactedAt) =>
          ({ type: 'contact.record_interaction', data: { interactionType: 'message', interactedAt } }) as const,
      );
      const enter = places.map(
        (one) => ({ type: 'contact.enter_pipeline', data: { ...one, statusName: 'New' } }) as const,
      );
      const set = { type: 'contact.set_custom_fields', data: { customFields: custom } } as const;
      return [create, set, ...record, ...enter].map((command) => ({ id: contactId, command }));
    });
    await executeMany(database, tx, aggregates.contact, contacts, cause);
    const sessionOf = new Map(people.map(({ contactId }) => [contactId, database.ids.next()]));
    const sessions = people.flatMap(({ contactId, sessions, messages }) => {
      const sessionId = sessionOf.get(contactId) ?? '';
      const data = { ...own, contactId, sessionId, channelTypeId: randomUUID() };
      return sessions + messages > 0 ? [{ id: sessionId, command: { type: 'session.start', data } as const }] : [];
    });
    await executeMany(database, tx, aggregates.session, sessions, cause);
    const messages = people.flatMap(({ contactId, messages }) =>
      Array.from({ length: messages }, () => {
        const messageId = database.ids.next();
        const said = {
          source: 'webhook',
          messageType: 'text',
          body: 'oi',
          fromMe: false,
          arrival: 1,
          sentAt: '2026-01-31T12:00:00.000Z',
        };
        const data = {
          ...own,
          ...said,
          messageId,
          channelMessageId: messageId,
          sessionId: sessionOf.get(contactId),
          contactId,
        };
        return { id: messageId, command: { type: 'message.receive', data } as const };
      }),
    );
    await executeMany(database, tx, aggregates.message, messages, cause);
    const events = people.flatMap(({ contactId, events }) =>
      events.map(({ type, at }) => ({ contact_id: contactId, type, at })),
    );
    await tx.query(
      `insert into contact_events (id, event_id, tenant_id, contact_id, event_type, category, title, payload, visible_to_client, visible_to_agent, priority, occurred_at)
       select gen_random_uuid(), gen_random_uuid(), $1, contact_id, type, 'profile', type, '{}', false, true, 'low', at
       from jsonb_to_recordset($2::jsonb) as event (contact_id uuid, type text, at timestamptz)`,
      [tenantId, JSON.stringify(events)],
    );
  });
}

/** Whether a person fits one rule at the moment `now`; everybody was made within the last day. */
export function fits(person: Person, rule: Condition, now: Date): boolean {
  const since = (days: number): number => now.getTime() - days * 86_400_000;
  switch (rule.filterType) {
    case 'attribute':
      return fitsAttribute(person, rule, now);
    case 'tag':
      return person.tags.includes(rule.value) === (rule.operator === 'has');
    case 'pipeline_status': {
      const place = person.places.find(({ pipelineId }) => pipelineId === rule.field);
      const isThere = place !== undefined && (rule.value === null || place.statusId === rule.value);
      return isThere === (rule.operator === 'equals' || rule.operator === 'is_set');
    }
    case 'event': {
      const { value } = rule;
      const times = person.events.filter(({ type }) => type === rule.field).map(({ at }) => Date.parse(at));
      return times.some((at) => value === null || at >= since(value)) === (rule.operator === 'occurred');
    }
    case 'custom_field': {
      const value = Object.hasOwn(person.custom, rule.field) ? person.custom[rule.field] : undefined;
      const isThere = value !== undefined && (rule.value === null || String(value) === String(rule.value));
      return isThere === (rule.operator === 'equals' || rule.operator === 'is_set');
    }
    case 'interaction': {
      const count = rule.field === 'messages' ? person.messages : Math.min(1, person.sessions + person.messages);
      return rule.operator === 'at_least' ? count >= rule.value : count <= rule.value;
    }
  }
}

function fitsAttribute(person: Person, rule: Extract<Condition, { filterType: 'attribute' }>, now: Date): boolean {
  const last = person.interactions.map((at) => Date.parse(at)).sort((one, other) => other - one)[0] ?? null;
  const known: Readonly<Record<string, string | number | boolean | null>> = {
    language: person.language,
    timezone: person.timezone,
    phone: person.phone,
    email: person.email,
    phoneVerified: false,
    interactionCount: person.interactions.length,
    lastInteractionAt: last,
    createdAt: now.getTime() - 1,
  };
  const value = known[rule.field] ?? null;
  switch (rule.operator) {
    case 'equals':
      return value === rule.value;
    case 'not_equals':
      return value !== rule.value;
    case 'is_set':
      return value !== null;
    case 'is_not_set':
      return value === null;
    case 'at_least':
      return Number(value) >= rule.value;
    case 'at_most':
      return Number(value) <= rule.value;
    case 'before':
      return value !== null && Number(value) < Date.parse(rule.value);
    case 'after':
      return value !== null && Number(value) > Date.parse(rule.value);
    case 'within_days':
      return value !== null && Number(value) >= now.getTime() - rule.value * 86_400_000;
    case 'not_within_days':
      return value === null || Number(value) < now.getTime() - rule.value * 86_400_000;
  }
}
