// Every aggregate with its decider, commands, events and table: what db/execute needs, in one place.
import { channel } from '../domain/channel/channel.ts';
import { channelCommands } from '../domain/channel/commands.ts';
import { channelEvents } from '../domain/channel/events.ts';
import { chat } from '../domain/chat/chat.ts';
import { chatCommands } from '../domain/chat/commands.ts';
import { chatEvents } from '../domain/chat/events.ts';
import { contactCommands } from '../domain/contact/commands.ts';
import { contact } from '../domain/contact/contact.ts';
import { contactEvents } from '../domain/contact/events.ts';
import { enrichmentCommands } from '../domain/enrichment/commands.ts';
import { enrichment } from '../domain/enrichment/enrichment.ts';
import { enrichmentEvents } from '../domain/enrichment/events.ts';
import type { AnyEvent, Command } from '../domain/kernel/define-aggregate.ts';
import { messageCommands } from '../domain/message/commands.ts';
import { messageEvents } from '../domain/message/events.ts';
import { message } from '../domain/message/message.ts';
import { messageGroupCommands } from '../domain/message-group/commands.ts';
import { messageGroupEvents } from '../domain/message-group/events.ts';
import { messageGroup } from '../domain/message-group/message-group.ts';
import { projectCommands } from '../domain/project/commands.ts';
import { projectEvents } from '../domain/project/events.ts';
import { project } from '../domain/project/project.ts';
import { sessionCommands } from '../domain/session/commands.ts';
import { sessionEvents } from '../domain/session/events.ts';
import { session } from '../domain/session/session.ts';
import { trackingCommands } from '../domain/tracking/commands.ts';
import { trackingEvents } from '../domain/tracking/events.ts';
import { tracking } from '../domain/tracking/tracking.ts';
import type { AggregateDefinition } from './execute.ts';
import { channelStore } from './stores/channel-store.ts';
import { chatStore } from './stores/chat-store.ts';
import { contactStore, keepIdentities } from './stores/contact-store.ts';
import { enrichmentStore } from './stores/enrichment-store.ts';
import { messageGroupStore } from './stores/message-group-store.ts';
import { messageStore } from './stores/message-store.ts';
import { projectStore } from './stores/project-store.ts';
import { sessionStore } from './stores/session-store.ts';
import { trackingStore } from './stores/tracking-store.ts';

const define = <State extends { readonly id: string }, Cmd extends Command, Event extends AnyEvent>(
  definition: AggregateDefinition<State, Cmd, Event>,
): AggregateDefinition<State, Cmd, Event> => definition;

/** The aggregates by name. */
export const aggregates = {
  contact: define({
    decider: contact,
    commands: contactCommands,
    events: contactEvents,
    store: contactStore,
    afterWrite: keepIdentities,
  }),
  chat: define({ decider: chat, commands: chatCommands, events: chatEvents, store: chatStore }),
  session: define({ decider: session, commands: sessionCommands, events: sessionEvents, store: sessionStore }),
  message: define({ decider: message, commands: messageCommands, events: messageEvents, store: messageStore }),
  messageGroup: define({
    decider: messageGroup,
    commands: messageGroupCommands,
    events: messageGroupEvents,
    store: messageGroupStore,
  }),
  channel: define({ decider: channel, commands: channelCommands, events: channelEvents, store: channelStore }),
  tracking: define({ decider: tracking, commands: trackingCommands, events: trackingEvents, store: trackingStore }),
  enrichment: define({
    decider: enrichment,
    commands: enrichmentCommands,
    events: enrichmentEvents,
    store: enrichmentStore,
  }),
  project: define({ decider: project, commands: projectCommands, events: projectEvents, store: projectStore }),
} as const;
