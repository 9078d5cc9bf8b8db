// A session policy has no events: what comes of it is told by the sessions, and the catalogue names none for the setting.
import { defineEvents } from '../kernel/define-events.ts';

export const sessionPolicyEvents = defineEvents('session_policy', {});
