// What the steps of ProcessInboundMessage answer where no database is behind them: a message of a new contact, with media.

/** By activity; finishInbound's is the test's own. */
export const inboundAnswers: Readonly<Record<string, unknown>> = {
  validateInbound: {
    projectId: 'p',
    channelTypeId: 't',
    isGroup: false,
    enrichable: true,
    needsLookup: false,
    grouping: null,
    ignored: null,
  },
  findOrCreateContact: { contactId: 'c', created: true, learn: false },
  findOrStartSession: {
    chatId: 'h',
    chatCreated: true,
    participantId: null,
    participantAdded: false,
    sessionId: 's',
    sessionCreated: true,
  },
  storeMessage: { messageId: 'm', created: true },
  recordMessage: {},
  requestEnrichment: { enrichmentId: 'e' },
};
