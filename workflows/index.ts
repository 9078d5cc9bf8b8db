// The bundle's entry: every workflow by its type's name.
export { activateChannel } from './activate-channel.ts';
export { automationWait } from './automation-wait.ts';
export { broadcast } from './broadcast.ts';
export { broadcastPage } from './broadcast-page.ts';
export { broadcastSending } from './broadcast-sending.ts';
export { disconnectChannel } from './disconnect-channel.ts';
export { importHistory } from './import-history.ts';
export { importHistoryPart } from './import-history-part.ts';
export { messageGroup } from './message-group.ts';
export { processGatewayEvent } from './process-gateway-event.ts';
export { processInboundMessage } from './process-inbound-message.ts';
export { processOutboxEvents } from './process-outbox-events.ts';
export { recalculateContactList } from './recalculate-contact-list.ts';
export { recalculateDueLists } from './recalculate-due-lists.ts';
export { sendMessage } from './send-message.ts';
export { sessionLifecycle } from './session-lifecycle.ts';
