// A row of the outbox as whoever sends it has it: the relay on its way, a replay from the log.

/** `id` is its position; `createdAt` is PostgreSQL's text, exact; `metadata` and `data` are JSON text, never parsed. */
export type OutboxRow = {
  readonly id: number;
  readonly eventId: string;
  readonly aggregateId: string;
  readonly aggregateType: string;
  readonly sequence: number;
  readonly type: string;
  readonly version: string;
  readonly tenantId: string;
  readonly projectId: string | null;
  readonly correlationId: string;
  readonly createdAt: string;
  readonly partition: number;
  readonly retryCount: number;
  /** Only a skip marker is sent in its place. */
  readonly skip: boolean;
  readonly metadata: string;
  readonly data: string;
};
