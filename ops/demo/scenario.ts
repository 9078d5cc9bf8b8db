// Turns the script into the webhooks a gateway would send, in their order. Deterministic: the same options give the same bytes.
import { createHash } from 'node:crypto';
import { parseMessageId } from '../../integrations/waha/ids.ts';
import { account, cast } from './cast.ts';
import type { Line, Own } from './lines.ts';
import type { Making, ScenarioOptions } from './making.ts';
import { inboundPayload, otherAddress, ownPayload } from './payloads.ts';
import { asideEvents } from './payloads-aside.ts';
import { script } from './script.ts';

/** One webhook of the scenario: `atMs` after the start; `body` the whole envelope. */
export type ScenarioEvent = {
  atMs: number;
  event: string;
  body: Record<string, unknown> & { id: string };
  note: string;
};

type Draft = { atMs: number; event: string; payload: Record<string, unknown>; note: string };

/** All webhooks of the hour. */
export function buildScenario(options: ScenarioOptions): ScenarioEvent[] {
  const making: Making = {
    ...options,
    innerId: (key) => digest(`${options.run} message ${key}`).slice(0, 20).toUpperCase(),
    seconds: (atMs) => Math.floor((options.startAt.getTime() + atMs) / 1000),
  };
  const drafts = script.flatMap((line, index) => draftsOf(line, lineKey(line, index), making));
  return drafts
    .map((draft, index) => ({ draft, index }))
    .sort((one, two) => one.draft.atMs - two.draft.atMs || one.index - two.index)
    .map(({ draft, index }) => asEvent(draft, index, options));
}

/** The inner ids of a scenario's messages: what the product knows them by. Those that it must not take are among them. */
export function messageIds(events: ScenarioEvent[]): Set<string> {
  const messages = events.filter(({ event }) => event === 'message' || event === 'message.any');
  const ids = messages.map(({ body }) => parseMessageId((body['payload'] as Record<string, unknown>)['id'])?.innerId);
  return new Set(ids.filter((id) => id !== undefined));
}

/** The key of a line's message: its own, or one from its place in the script. */
export function lineKey(line: Line, index: number): string {
  return 'key' in line && line.key !== undefined ? line.key : `line-${index}`;
}

/** Milliseconds of a `minutes:seconds`. */
export function millisecondsOf(at: string): number {
  const [minutes = '0', seconds = '0'] = at.split(':');
  return (Number(minutes) * 60 + Number(seconds)) * 1000;
}

function draftsOf(line: Line, key: string, making: Making): Draft[] {
  const atMs = millisecondsOf(line.at);
  if ('to' in line) return ownDrafts(line, key, atMs, making);
  if (!('from' in line) || 'edits' in line || 'reacts' in line || 'revokes' in line) {
    return asideEvents(line, atMs, making).map((draft) => ({ ...draft, atMs }));
  }
  const first = { atMs, event: 'message.any', payload: inboundPayload(line, key, atMs, making) };
  const note = `${cast[line.from].name} ${contentName(line)}`;
  if (line.again === undefined) return [{ ...first, note }];
  const second =
    line.again === 'message'
      ? { ...first, event: 'message' }
      : { ...first, payload: inboundPayload({ ...line, via: otherAddress(line) }, key, atMs, making) };
  return [
    { ...first, note },
    { ...second, note: `${note}, once more` },
  ];
}

function contentName(line: Line): string {
  if ('image' in line) return 'sends a picture';
  if ('voice' in line) return 'sends a voice note';
  if ('ad' in line && line.ad) return 'comes from an advert';
  return 'inGroup' in line && line.inGroup ? 'writes to the group' : 'writes';
}

const ackSteps = {
  in_order: [1, 2, 3],
  shuffled: [3, 1, 2],
  early: [1, 2, 3],
  played: [1, 2, 3, 4],
  none: [],
} as const;

function ownDrafts(line: Own, key: string, atMs: number, making: Making): Draft[] {
  const payload = ownPayload(line, key, atMs, making);
  const note = `the shop answers ${cast[line.to].name}`;
  const echo: Draft = { atMs, event: 'message.any', payload, note };
  const acks = ackSteps[line.acks ?? 'in_order'].map((ack, index): Draft => {
    const early = line.acks === 'early';
    const { id, from, to } = payload;
    const ackName = ['PENDING', 'SERVER', 'DEVICE', 'READ', 'PLAYED'][ack];
    return {
      atMs: early ? atMs - 3_000 + index * 1_000 : atMs + (index + 1) * 2_000,
      event: 'message.ack',
      payload: { id, from, to, participant: null, fromMe: true, ack, ackName },
      note: `ack ${ackName} of ${note}${early ? ', early' : ''}`,
    };
  });
  return [echo, ...acks];
}

function asEvent(draft: Draft, index: number, { session, run, startAt }: ScenarioOptions): ScenarioEvent {
  const { atMs, event, note } = draft;
  const body = {
    id: `evt_${digest(`${run} event ${index}`).slice(0, 26)}`,
    timestamp: startAt.getTime() + atMs,
    event,
    session,
    metadata: {},
    me: account,
    payload: draft.payload,
    environment: { version: '2026.7.1', engine: 'GOWS', tier: 'CORE', browser: null, platform: 'linux/x64' },
  };
  return { atMs, event, body, note };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
