// The bundle's entry: every workflow by its type's name.
export { messageGroup } from './message-group.ts';
export { processGatewayEvent } from './process-gateway-event.ts';
export { processInboundMessage } from './process-inbound-message.ts';
export { processOutboxEvents } from './process-outbox-events.ts';
export { sendMessage } from './send-message.ts';
