// What came of the demo, as text: events by saga, contacts, sessions, messages, links. Pure.
import type { z } from 'zod';
import type { shapes } from './product.ts';

type Shape<K extends keyof typeof shapes> = z.infer<(typeof shapes)[K]>;

/** Everything the report shows. `sagas` and `events` are those of this run, oldest first. */
export type Outcome = {
  contacts: Shape<'contact'>[];
  sessions: Shape<'session'>[];
  messages: Shape<'message'>[];
  events: Shape<'event'>[];
  sagas: Shape<'saga'>[];
  temporalUi: string | undefined;
};

/** The report's lines. */
export function reportLines(outcome: Outcome): string[] {
  return [
    ...title('Events in order, saga by saga, each with the step that made it'),
    ...outcome.sagas.flatMap((saga) => sagaLines(saga, outcome)),
    ...outsideLines(outcome),
    ...title(`Contacts (${outcome.contacts.length})`),
    ...table(outcome.contacts.map((contact) => contactRow(contact, outcome))),
    ...title(`Sessions (${outcome.sessions.length})`),
    ...table(outcome.sessions.map((session) => sessionRow(session, outcome))),
    ...title(`Messages of this run (${outcome.messages.length})`),
    ...table(outcome.messages.map((message) => messageRow(message, outcome))),
    ...title('In numbers'),
    ...table(countBy(outcome.events.map((event) => event.type)).map(([type, count]) => [String(count), type])),
    ...title('Look closer'),
    ...linkLines(outcome),
  ];
}

function sagaLines(saga: Shape<'saga'>, { events }: Outcome): string[] {
  const own = events.filter((event) => event.correlationId === saga.correlationId);
  const steps = own.map(
    (event) => `    ${event.type.padEnd(38)} ${event.saga?.stepNumber ?? '-'} ${event.saga?.sagaStep ?? ''}`,
  );
  return [`  ${saga.startedAt.slice(11, 23)}  ${saga.sagaType}  ${saga.state}  ${saga.correlationId}`, ...steps];
}

/** What the short paths made: group changes, the channel's state, delivery states of what no saga of this run stored. */
function outsideLines({ events, sagas }: Outcome): string[] {
  const ofSagas = new Set(sagas.map((saga) => saga.correlationId));
  const outside = events.filter((event) => !ofSagas.has(event.correlationId));
  return outside.length === 0 ? [] : ['  outside sagas', ...outside.map((event) => `    ${event.type}`)];
}

function contactRow(contact: Shape<'contact'>, { messages }: Outcome): string[] {
  const own = messages.filter((message) => message.contactId === contact.id).length;
  return [contact.name ?? '(no name)', contact.phone ?? '(no number yet)', `${own} messages`];
}

function sessionRow(session: Shape<'session'>, { contacts }: Outcome): string[] {
  return [nameOf(session.contactId, contacts), session.status, `${session.messageCount ?? 0} messages`];
}

function messageRow(message: Shape<'message'>, { contacts }: Outcome): string[] {
  const arrow = message.fromMe ? '->' : '<-';
  const text = (message.body ?? '').replaceAll(/\s+/g, ' ').slice(0, 48);
  return [
    String(message.arrival ?? ''),
    arrow,
    nameOf(message.contactId, contacts),
    message.type,
    message.status,
    text,
  ];
}

function linkLines({ sagas, temporalUi }: Outcome): string[] {
  const base = temporalUi?.replace(/\/+$/, '');
  if (base === undefined) return ['  No Temporal UI in this stack.'];
  const one = sagas.at(-1)?.links?.temporalUi;
  const all = encodeURIComponent('SagaType="ProcessInboundMessage"');
  return [`  all sagas   ${base}/namespaces/default/workflows?query=${all}`, ...(one ? [`  the last    ${one}`] : [])];
}

function nameOf(contactId: string, contacts: Shape<'contact'>[]): string {
  return contacts.find((contact) => contact.id === contactId)?.name ?? '(unknown)';
}

function countBy(values: string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([one], [two]) => one.localeCompare(two));
}

function title(text: string): string[] {
  return ['', text, '-'.repeat(text.length)];
}

/** Rows as columns of even width. */
export function table(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}
