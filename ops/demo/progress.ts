// One live line on a terminal; elsewhere a line every few seconds, so that logs stay short.

/** A line that is written over while things move. */
export type ProgressLine = { show(text: string): void; end(text: string): void };

const quietMs = 3_000;

/** Creates the line on a stream, standard output by default. */
export function createProgressLine(stream: NodeJS.WriteStream = process.stdout): ProgressLine {
  let shownAt = 0;
  return {
    show(text) {
      if (stream.isTTY) stream.write(`\r\u001b[K${text.slice(0, (stream.columns ?? 80) - 1)}`);
      else if (Date.now() - shownAt >= quietMs) {
        shownAt = Date.now();
        stream.write(`${text}\n`);
      }
    },
    end(text) {
      stream.write(stream.isTTY ? `\r\u001b[K${text}\n` : `${text}\n`);
    },
  };
}

/** A bar of twenty places. */
export function bar(done: number, total: number): string {
  const full = total === 0 ? 0 : Math.round((20 * done) / total);
  return `[${'#'.repeat(full)}${'.'.repeat(20 - full)}]`;
}
