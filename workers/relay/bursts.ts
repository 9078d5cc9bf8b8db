// Publishes in bursts: others get their turn in the event loop between two of them.
import type { Timers } from './signal.ts';

/** So many are published at a stretch. */
const burst = 128;

/** Makes the publishing. It goes on by itself while `pump` says that more could go; calling it again meanwhile changes nothing. */
export function createBursts(pump: (limit: number) => boolean, { soon }: Pick<Timers, 'soon'>): () => void {
  let scheduled = false;
  const publish = (): void => {
    if (scheduled || !pump(burst)) return;
    scheduled = true;
    soon(() => {
      scheduled = false;
      publish();
    });
  };
  return publish;
}
