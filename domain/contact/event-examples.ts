// What the rows of a contact's events share: the field that names the contact, and the values of their examples.
import { id } from '../kernel/fields.ts';

/** The contact an event is about. */
export const contactId = id;
export const someContact = '018f5a10-0000-7000-8000-000000000001';
export const someChannel = '018f5a10-0000-7000-8000-000000000002';
export const somePipeline = '018f5a10-0000-7000-8000-000000000005';
export const someStatus = '018f5a10-0000-7000-8000-000000000006';
export const someTime = '2026-01-31T12:00:00.000Z';
