// What is known when an event comes: facts of contact, session, message and channel, and the chain of rules that led to it.
import type { FactField, Facts } from '../../domain/automation/conditions.ts';
import { maxChain, type Situation } from '../../domain/automation/evaluate.ts';
import type { TriggeringEvent } from '../../domain/automation/triggers.ts';
import type { CustomValues } from '../../domain/contact/state.ts';
import { aggregates } from '../aggregates.ts';
import { currentContact } from '../current-contact.ts';
import { type ExecuteDeps, load } from '../execute.ts';
import type { LogEvent } from '../log-events.ts';
import type { Tx } from '../transaction.ts';

/** An event as it was delivered or stored: its data still sealed. */
export type StoredEvent = TriggeringEvent & { readonly aggregateId: string; readonly causationId: string };

/** The situation, and whom and what it is about. */
export type KnownSituation = Situation & {
  readonly contactId: string | null;
  readonly sessionId: string | null;
  readonly channelId: string | null;
};

/** An event of the log, as the engine takes it. */
export function loggedEvent({ eventId: id, type, projectId, aggregateId, metadata, data }: LogEvent): StoredEvent {
  const { causation_id: causationId = '' } = JSON.parse(metadata) as { causation_id?: string };
  return { id, type, projectId, aggregateId, causationId, data: JSON.parse(data) as Record<string, unknown> };
}

/** How far causes are followed back: an action's event, what a saga made of it, and so on. */
const maxHops = 10;

/** Reads the situation of an event as it is now. */
export async function situationOf(
  deps: Pick<ExecuteDeps, 'keysOf'>,
  tx: Tx,
  event: StoredEvent,
): Promise<KnownSituation> {
  const idOf = (name: string): string | null => {
    const value = event.data[name];
    return typeof value === 'string' ? value : null;
  };
  const of = async <Name extends 'message' | 'session' | 'contact' | 'channel'>(name: Name, id: string | null) => {
    const loaded = id === null ? undefined : await load(deps, tx, aggregates[name] as never, id);
    return loaded?.exists
      ? (loaded.state as unknown as ReturnType<(typeof aggregates)[Name]['decider']['initialState']>)
      : undefined;
  };
  const message = await of('message', event.type.startsWith('message.') ? event.aggregateId : idOf('messageId'));
  const session = await of('session', idOf('sessionId') ?? message?.sessionId ?? null);
  const named = await of('contact', idOf('contactId') ?? session?.contactId ?? null);
  const contact = named?.mergedInto ? ((await currentContact(deps, tx, named.mergedInto)) ?? named) : named;
  const channel = await of('channel', idOf('channelId') ?? message?.channelId ?? session?.channelId ?? null);
  const facts: Facts = {
    ...prefixed('contact', contact, [
      'name',
      'phone',
      'email',
      'tags',
      'language',
      'timezone',
      'sourceChannel',
      'interactionCount',
    ]),
    ...customFacts(contact?.customFields ?? {}),
    ...prefixed('session', session, [
      'status',
      'endReason',
      'agentId',
      'messageCount',
      'contactMessageCount',
      'ownMessageCount',
      'sentiment',
    ]),
    ...(message && {
      'message.text': message.body,
      'message.type': message.messageType,
      'message.source': message.source,
    }),
    ...prefixed('channel', channel, ['id', 'type']),
  };
  const places = contact?.pipelines ?? [];
  const pipelineIds = [idOf('pipelineId'), channel?.pipelineId, ...places.map((place) => place.pipelineId)];
  return {
    event,
    facts,
    pipelineIds: pipelineIds.filter((id) => typeof id === 'string'),
    statusIds: Object.fromEntries(places.map((place) => [place.pipelineId, place.statusId])),
    chain: await chainOf(tx, event.causationId),
    contactId: contact?.id ?? null,
    sessionId: session?.id ?? null,
    channelId: channel?.id ?? null,
  };
}

/** Numbers as they are, all else as text. */
function customFacts(values: CustomValues): Facts {
  const facts = Object.entries(values).map(([key, value]) => [
    `contact.custom.${key}`,
    typeof value === 'number' ? value : String(value),
  ]);
  return Object.fromEntries(facts) as Facts;
}

function prefixed(prefix: string, state: object | undefined, names: readonly string[]): Facts {
  if (!state) return {};
  const values = state as Readonly<Record<string, Facts[FactField]>>;
  return Object.fromEntries(names.map((name) => [`${prefix}.${name}`, values[name] ?? null])) as Facts;
}

/** The rules whose actions led to something, the latest first: its cause is a run, or an event that a run caused, or one further back. */
export async function chainOf(tx: Tx, causationId: string): Promise<string[]> {
  let cause: string | undefined = causationId;
  for (let hops = 0; hops < maxHops && cause !== undefined; hops += 1) {
    const run = await tx.query<{ rule_id: string; chain: string[] }>(
      'select rule_id, chain from automation_runs where tenant_id = $1 and id = $2',
      [tx.tenantId, cause],
    );
    const [found] = run.rows;
    if (found) return [found.rule_id, ...found.chain].slice(0, maxChain);
    const before: { readonly rows: readonly { cause: string }[] } = await tx.query<{ cause: string }>(
      `select metadata ->> 'causation_id' as cause from outbox_events where tenant_id = $1 and event_id = $2`,
      [tx.tenantId, cause],
    );
    cause = before.rows[0]?.cause;
  }
  return [];
}
