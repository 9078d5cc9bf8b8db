// The events against an agreed catalogue (CATALOGUE_CSV): fields, their types, personal marks and webhook names are those of its rows.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { eventRows } from '../../domain/catalog.ts';
import { eventSchema } from '../../domain/event-schema.ts';
import { possibleWebhookNames } from '../../domain/kernel/define-events.ts';
import { piiPaths } from '../../domain/kernel/pii.ts';
import { schemaOf } from '../../domain/kernel/versions.ts';

const file = process.env['CATALOGUE_CSV'];

/** Optional fields that events carry beyond the catalogue: what a fold or an undo needs. */
const additions: Record<string, readonly string[]> = {
  'contact.updated': ['customFields', 'cleared'],
  'contact.external_id_set': ['undone'],
  'contact.merged': ['contactId', 'undone', 'profile', 'attributes'],
  'contact.opted_out': ['messageId', 'undone'],
  'contact.opted_in': ['messageId', 'undone', 'restored'],
  'contact.interaction_recorded': ['messageId', 'undone', 'lastInteractionAt'],
  'channel.history_import.requested': ['sessionGapMinutes', 'requestsPerMinute', 'automations', 'webhooks'],
  'pipeline.created': ['description', 'color', 'createdAt'],
  'status.created': ['description', 'color'],
  'contact_list.created': ['description', 'logicalOperator'],
  'note.added': ['forAgentId', 'dueAt'],
  'note.updated': ['noteType', 'priority', 'forAgentId', 'dueAt'],
  'session.started': ['channelId', 'projectId', 'chatId', 'imported'],
  'session.message_recorded': ['messageId', 'undone', 'lastMessageAt', 'firstMessageAt'],
  'message_group.message_added': ['undone'],
  'billing.usage.incremented': ['key'],
  'broadcast.created': ['projectId', 'channelId', 'ratePerMinute'],
  'sequence.created': ['projectId', 'description', 'trigger', 'exitOnReply', 'reEntry'],
  'campaign.created': ['projectId', 'reEntry', 'exitOnReply', 'createdAt', 'revised'],
  'campaign.step_added': ['step'],
  'campaign.activated': ['activatedAt'],
  'campaign.paused': ['pausedAt'],
  'campaign.resumed': ['resumedAt'],
  'campaign.completed': ['completedAt'],
  'campaign.archived': ['archivedAt'],
};
/** Fields that are sealed here although the catalogue does not mark them: the gateway's file names hold the chat's phone number. */
const sealedHere = new Set(['imageUrl', 'videoUrl', 'audioUrl', 'voiceUrl']);
/** Ids that are not UUIDs here: a tenant's id is text, and outside systems name their sessions as they like. */
const textIds = new Set(['tenantId', 'channel.created externalId']);

type Field = { readonly name: string; readonly type: string; readonly optional: boolean; readonly personal: boolean };

describe('catalogue file', { skip: file ? false : 'CATALOGUE_CSV names no file' }, () => {
  const agreed = new Map(
    (file ? readFileSync(file, 'utf8') : '').split(/\r?\n/).flatMap((line) => {
      const [type, aggregate, , , payload, webhooks, timeline = ''] = cellsOf(line);
      const isEvent = type && aggregate && payload && webhooks;
      return isEvent ? [[type, { aggregate, payload, webhooks, timeline }] as const] : [];
    }),
  );

  it('was read', () => assert.ok(agreed.size > 100, `${agreed.size} rows`));

  it('has nothing that is not here', () => {
    const types = new Set(eventRows.map(({ type }) => type));
    assert.deepEqual(
      [...agreed.keys()].filter((type) => type !== 'event_type' && !types.has(type)),
      [],
    );
  });

  for (const row of eventRows) {
    it(`has ${row.type} as it is here`, () => {
      const entry = agreed.get(row.type);
      assert.ok(entry, 'is in the catalogue');
      assert.equal(row.family, entry.aggregate);
      const extra = additions[row.type] ?? [];
      const ours = fieldsOf(row).filter(({ name }) => !extra.includes(name));
      const theirs = entry.payload.split(',').map((text) => agreedField(text, row.type));
      assert.deepEqual(byName(ours), byName(theirs));
      for (const { name, optional } of fieldsOf(row))
        if (extra.includes(name)) assert.ok(optional, `${name} is optional`);
      if (entry.timeline !== '') assert.equal(row.timeline, entry.timeline);
      assert.deepEqual([...possibleWebhookNames(row.webhooks)].sort(), agreedNames(entry.webhooks).sort());
    });
  }
});

const byName = (fields: readonly Field[]): Field[] => [...fields].sort((a, b) => (a.name < b.name ? -1 : 1));

function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
  );
}

function agreedNames(text: string): string[] {
  return text === '-' ? [] : text.split(';').map((name) => name.trim().replace(/ when .*$/, ''));
}

/** `name:type?*` with the catalogue's defaults: xId uuid, xIds uuid[], xAt datetime, xCount int, others string. */
function agreedField(text: string, event: string): Field {
  const [, name = '', given] = text.match(/^([A-Za-z]+[0-9]*)[?*]*(?::([a-z[\]]+))?[?*]*$/) ?? [];
  const isText = textIds.has(name) || textIds.has(`${event} ${name}`);
  const usual = /Ids$/.test(name)
    ? 'uuid[]'
    : /Id$/.test(name)
      ? 'uuid'
      : /At$/.test(name)
        ? 'datetime'
        : /Count$/.test(name)
          ? 'int'
          : 'string';
  return {
    name,
    type: isText ? 'string' : (given ?? usual),
    optional: text.includes('?'),
    personal: text.includes('*') || sealedHere.has(name),
  };
}

type JsonSchema = {
  readonly type?: string;
  readonly format?: string;
  readonly items?: JsonSchema;
  readonly enum?: unknown;
};

function fieldsOf(row: (typeof eventRows)[number]): Field[] {
  // What was agreed is the first version; those after it say themselves what they changed.
  const schema = eventSchema(row, 1) as { properties: Record<string, JsonSchema>; required?: string[] };
  const personal = piiPaths(schemaOf(row, 1) ?? row.data);
  return Object.entries(schema.properties).map(([name, property]) => ({
    name,
    type: typeOf(property),
    optional: !schema.required?.includes(name),
    personal: personal.includes(name),
  }));
}

function typeOf({ type, format, items }: JsonSchema): string {
  if (items) return `${typeOf(items)}[]`;
  if (format === 'uuid') return 'uuid';
  if (format === 'date-time') return 'datetime';
  if (format === 'duration') return 'duration';
  if (type === 'integer') return 'int';
  if (type === 'boolean') return 'bool';
  return type === 'object' ? 'map' : (type ?? 'json');
}
