// The report: every contact, session, message and saga shows, events under their saga with the step that made them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportLines, table } from './report.ts';

const base = { contactId: 'c1', type: 'text', status: 'read' };

const outcome = {
  contacts: [
    { id: 'c1', name: 'Ana', phone: '5511987650001' },
    { id: 'c2', name: 'Heitor', phone: null },
  ],
  sessions: [{ id: 's1', contactId: 'c1', status: 'active', messageCount: 2 }],
  messages: [
    { ...base, id: 'm1', fromMe: false, body: 'Bom  dia\nmundo', arrival: 7 },
    { ...base, id: 'm2', fromMe: true, body: null, arrival: null },
  ],
  events: [
    {
      id: 'e1',
      type: 'contact.created',
      correlationId: 'k1',
      createdAt: '',
      saga: { sagaStep: 'find_or_create_contact', stepNumber: 2 },
    },
    { id: 'e2', type: 'message.delivered', correlationId: 'k9', createdAt: '', saga: null },
  ],
  sagas: [
    {
      correlationId: 'k1',
      workflowId: 'inbound-message-1',
      sagaType: 'ProcessInboundMessage',
      state: 'completed',
      startedAt: '2026-06-09T12:00:01.500Z',
      links: { temporalUi: 'http://127.0.0.1:8233/namespaces/default/workflows/inbound-message-1' },
    },
  ],
  temporalUi: 'http://127.0.0.1:8233/',
};

test('everything that came of the run is in it', () => {
  const text = reportLines(outcome).join('\n');
  assert.match(
    text,
    /12:00:01\.500 {2}ProcessInboundMessage {2}completed {2}k1\n {4}contact\.created +2 find_or_create_contact/,
  );
  assert.match(text, /outside sagas\n {4}message\.delivered/);
  assert.match(text, /Contacts \(2\)/);
  assert.match(text, /Ana +5511987650001 +2 messages/);
  assert.match(text, /Heitor +\(no number yet\)/);
  assert.match(text, /Ana +active +2 messages/);
  assert.match(text, /7 +<- +Ana +text +read +Bom dia mundo/);
  assert.match(text, /1 +message\.delivered/);
  assert.match(text, /http:\/\/127\.0\.0\.1:8233\/namespaces\/default\/workflows\/inbound-message-1$/m);
});

test('a stack without the Temporal UI says so', () => {
  assert.match(reportLines({ ...outcome, temporalUi: undefined, sagas: [] }).join('\n'), /No Temporal UI/);
});

test('columns are even', () => {
  assert.deepEqual(
    table([
      ['a', 'bb'],
      ['ccc', 'd'],
    ]),
    ['  a    bb', '  ccc  d'],
  );
});
