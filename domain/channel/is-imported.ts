// Tells events of what an import of a channel's history made, or took back, from those of what happens now.
import type { SagaMetadata } from '../kernel/envelope.ts';

/** The saga's type as it stands in its events. */
export const historyImportSaga = 'ImportHistory';

/** Whether the event is of the past: what the import tells of the channel itself is not. */
export function isImported({ type, saga }: { readonly type: string; readonly saga?: SagaMetadata | null }): boolean {
  return saga?.sagaType === historyImportSaga && !type.startsWith('channel.');
}
