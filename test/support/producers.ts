// Which commands cause which events, found by running generated sequences of each aggregate's commands. docs/generated/producers.json keeps what was found.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { type AggregateType, aggregates } from '../../domain/catalog.ts';
import type { AnyEvent, Command } from '../../domain/kernel/define-aggregate.ts';
import { projectDir } from '../../ops/stack/paths.ts';
import { arbitraryCommands, runAll } from './arbitrary-command.ts';
import type { Aggregate } from './given.ts';

/** The events of each command that was accepted, sorted. */
export type Producers = Readonly<Record<string, readonly string[]>>;

/** Where an event needs a long way: longer sequences, in which `rare` commands come seldom. */
const longWays: Partial<Record<AggregateType, { readonly maxLength: number; readonly rare: readonly string[] }>> = {
  channel: { maxLength: 50, rare: ['channel.create', 'channel.delete', 'channel.deactivate'] },
  credential: { maxLength: 12, rare: ['credential.create', 'credential.delete', 'credential.use'] },
};

/** The command that makes the aggregate; null: its row is put in beside another aggregate's event. */
const makers: Record<AggregateType, string | null> = {
  project: 'project.create',
  user: 'user.create',
  agent: 'agent.create',
  agent_session: 'agent_session.join',
  project_member: 'project_member.invite',
  credential: 'credential.create',
  channel: 'channel.create',
  automation: 'automation.create',
  automation_run: 'automation_run.start',
  channel_type: 'channel_type.create',
  contact: 'contact.create',
  chat: 'chat.create',
  session: 'session.start',
  message: 'message.receive',
  message_group: 'message_group.open',
  tracking: 'tracking.create',
  enrichment: null,
  pipeline: 'pipeline.create',
  status: 'status.create',
  billing_account: 'billing_account.create',
  subscription: 'subscription.create',
  invoice: 'invoice.create',
  usage_meter: 'usage_meter.create',
  webhook: 'webhook.create',
  webhook_delivery: 'webhook_delivery.plan',
  broadcast: 'broadcast.create',
  broadcast_recipient: null,
  campaign: 'campaign.create',
  campaign_enrollment: 'campaign_enrollment.enroll',
  sequence: 'sequence.create',
  sequence_enrollment: 'sequence_enrollment.enroll',
  contact_list: 'contact_list.create',
  contact_list_member: 'contact_list_member.add',
  note: 'note.add',
  custom_field: 'custom_field.create',
  session_policy: 'session_policy.create',
};

const someId = '018f5a10-0000-7000-8000-000000000001';

/** What the commands of one aggregate cause: each has an entry. Found the same way every time. */
export function producersOf(name: AggregateType, numRuns = 1000): Producers {
  const aggregate = aggregates[name] as unknown as Aggregate<{ id: string }, Command, AnyEvent>;
  const maker = makers[name];
  // What takes effect only once would hide the rest: every kind of ending gets its share of many short sequences.
  const begun = fc.sample(
    arbitraryCommands(aggregate, { maxLength: 12, ...(maker && { first: maker }), ...longWays[name] }),
    { numRuns, seed: 1 },
  );
  // Some can be made in more than one way.
  const others = Object.keys(aggregate.commands).flatMap((first) =>
    fc.sample(arbitraryCommands(aggregate, { first, maxLength: 3 }), { numRuns: 20, seed: 1 }),
  );
  const sequences = [...begun, ...others];
  const start = maker
    ? undefined
    : {
        ...aggregate.decider.initialState(),
        createdAt: '2026-01-31T11:00:00.000Z',
        id: someId,
        messageId: someId,
        contactId: someId,
      };
  const found = new Map(Object.keys(aggregate.commands).map((command) => [command, new Set<string>()]));
  for (const inputs of sequences)
    for (const { input, events } of runAll(aggregate, inputs, start).steps)
      for (const { type } of events) found.get(input.type)?.add(type);
  return Object.fromEntries([...found].map(([command, types]) => [command, [...types].sort()]));
}

/** So many sequences are run for the file: enough for what comes seldom. */
const thorough = 5_000;

/** What the commands of one aggregate cause, looked for thoroughly. */
export function recordProducers(name: AggregateType): Producers {
  return producersOf(name, thorough);
}

/** The file. */
export function givenProducers(): Producers {
  return JSON.parse(readFileSync(path.join(projectDir, 'docs/generated/producers.json'), 'utf8')) as Producers;
}

/**
 * What the file lacks of what was found, and what it says that can't be found any more; looks thoroughly where the file says more than `found`, since
 * what comes seldom is in the file too.
 */
export function staleProducers(name: AggregateType, given: Producers, found: Producers): string[] {
  const pairs = (producers: Producers): string[] =>
    Object.keys(found).flatMap((command) => (producers[command] ?? []).map((type) => `${command} → ${type}`));
  const [known, now] = [pairs(given), pairs(found)];
  const missing = now.filter((pair) => !known.includes(pair));
  if (known.every((pair) => now.includes(pair))) return missing;
  const all = pairs(recordProducers(name));
  return [...missing, ...known.filter((pair) => !all.includes(pair))];
}
