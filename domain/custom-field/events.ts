// A custom field has no events: what changes of a contact is told by the contact, and the catalogue names none for the definition.
import { defineEvents } from '../kernel/define-events.ts';

export const customFieldEvents = defineEvents('custom_field', {});
