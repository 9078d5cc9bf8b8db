// The events of a user.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { at, id, label, tenantId } from '../kernel/fields.ts';
import { pii } from '../kernel/pii.ts';

/** The fields of a user that can be changed. */
export const userFields = ['name', 'email'] as const;

const userId = id;
const someUser = '018f5a10-0000-7000-8000-00000000000c';

export const userEvents = defineEvents('user', {
  'user.created': event({
    version: 1,
    summary: 'Somebody who sets up projects and pays for them was added to the tenant.',
    data: z.object({ userId, tenantId, name: pii(label), email: pii(z.email()) }),
    webhooks: ['user.created'],
    example: { userId: someUser, tenantId: 'demo', name: 'Olga Reis', email: 'olga@example.com' },
  }),
  'user.updated': event({
    version: 1,
    summary: 'The named fields of a user changed.',
    data: z.object({ userId, changes: z.array(z.enum(userFields)).min(1) }),
    webhooks: ['user.updated'],
    example: { userId: someUser, changes: ['email'] },
  }),
  'user.deleted': event({
    version: 1,
    summary: 'A user was deleted; what it set up stays.',
    data: z.object({ userId, deletedAt: at }),
    webhooks: ['user.deleted'],
    example: { userId: someUser, deletedAt: '2026-01-31T12:00:00.000Z' },
  }),
});

/** Any event of a user. */
export type UserEvent = EventsOf<typeof userEvents>;
