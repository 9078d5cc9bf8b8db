// The limit of a handler's time: what takes longer, or is cut short by a stop, is ended, and what it does afterwards reaches no connection.
import type { Tx } from '../../db/transaction.ts';
import type { ConsumerTime } from './ports.ts';

/** A handler was ended because its process stops; says nothing about its event. */
export class CutShort extends Error {
  override name = 'CutShort';
}

/** Runs `work` with a transaction that closes when the time is up, or when `cut` aborts. */
export async function within(
  { time, ms, cut }: { readonly time: ConsumerTime; readonly ms: number; readonly cut?: AbortSignal | undefined },
  tx: Tx,
  work: (tx: Tx, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const controller = new AbortController();
  const limited: Tx = {
    tenantId: tx.tenantId,
    onCommit: tx.onCommit,
    query: (text, values) =>
      controller.signal.aborted ? Promise.reject(controller.signal.reason) : tx.query(text, values),
    get db() {
      return tx.db;
    },
  };
  let end: (reason: Error) => void = () => {};
  const ended = new Promise<never>((_, reject) => {
    end = (reason) => {
      controller.abort(reason);
      reject(reason);
    };
  });
  const cutShort = (): void => end(new CutShort('the process stops'));
  const cancel = time.after(ms, () => end(new Error(`the handler took longer than ${ms} ms`)));
  cut?.addEventListener('abort', cutShort, { once: true });
  if (cut?.aborted) cutShort();
  try {
    await Promise.race([work(limited, controller.signal), ended]);
  } finally {
    cancel();
    cut?.removeEventListener('abort', cutShort);
  }
}
