// The envelope of a domain event: CloudEvents names where they exist. Data inside may be open or sealed, never mixed up: `Sealed` tells.

/** Saga metadata of an event that a saga's step caused. `correlationId` is the saga's own. */
export type SagaMetadata = {
  readonly correlationId: string;
  readonly sagaType: string;
  readonly sagaStep: string;
  readonly stepNumber: number;
};

/** One event as it is stored and sent. `sequence` counts 1, 2, 3… inside the aggregate; `version` is that of the event's schema. */
export type Envelope<Type extends string = string, Data = unknown> = {
  readonly id: string;
  readonly type: Type;
  readonly version: number;
  readonly source: string;
  readonly time: string;
  readonly tenantId: string;
  readonly projectId: string | null;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly sequence: number;
  readonly correlationId: string;
  readonly causationId: string;
  readonly traceparent: string | null;
  readonly saga: SagaMetadata | null;
  readonly data: Data;
};
