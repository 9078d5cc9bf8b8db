// Every table, for drizzle and for the test that compares them with the migrations.
export * from './channels.ts';
export * from './chats.ts';
export * from './consumers.ts';
export * from './contacts.ts';
export * from './enrichments.ts';
export * from './intake.ts';
export * from './message-groups.ts';
export * from './messages.ts';
export * from './outbox.ts';
export * from './projects.ts';
export * from './read-models.ts';
export * from './requests.ts';
export * from './sagas.ts';
export * from './sessions.ts';
export * from './tenants.ts';
export * from './trackings.ts';
