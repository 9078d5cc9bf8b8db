// The bundle's entry: every workflow by its type's name.
export { processInboundMessage } from './process-inbound-message.ts';
