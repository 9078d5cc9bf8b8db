// Shows stages at work: on a terminal one live line with what runs and for how long, elsewhere plain lines; each stage ends as a line of its own.
import type { Say } from '../stack/server.ts';

/** `run` does one stage; `say` prints a line of its own between the stages. */
export type Stages = {
  run<T>(name: string, work: (say: Say) => Promise<T>, summary?: (result: T) => string): Promise<T>;
  say: Say;
};

type Current = { name: string; started: number; doing: string };

/** Makes the display; `stream` is the terminal or a file. */
export function createStages(stream: NodeJS.WriteStream = process.stdout): Stages {
  const current = new Map<string, Current>();
  let timer: NodeJS.Timeout | undefined;

  function draw(): void {
    const parts = [...current.values()].map(({ name, started, doing }) => {
      const what = doing ? ` (${doing})` : '';
      return `${name}${what} ${secondsSince(started)}`;
    });
    stream.write(`\r\u001b[K  … ${parts.join(' · ')}`.slice(0, (stream.columns ?? 120) + 4));
  }

  function print(line: string): void {
    if (stream.isTTY) stream.write('\r\u001b[K');
    stream.write(`${line}\n`);
    if (stream.isTTY && current.size > 0) draw();
  }

  function begin(name: string): Current {
    const row = { name, started: performance.now(), doing: '' };
    current.set(name, row);
    if (stream.isTTY) timer ??= setInterval(draw, 100);
    return row;
  }

  function finish(name: string): void {
    current.delete(name);
    if (current.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  return {
    say: (line) => print(`    ${line}`),
    async run(name, work, summary) {
      const row = begin(name);
      try {
        const result = await work((line) => {
          row.doing = line;
          print(`    ${name}: ${line}`);
        });
        finish(name);
        print(`  ✔ ${name.padEnd(20)} ${secondsSince(row.started).padStart(7)}  ${summary?.(result) ?? ''}`.trimEnd());
        return result;
      } catch (error) {
        finish(name);
        print(`  ✘ ${name.padEnd(20)} ${secondsSince(row.started).padStart(7)}`);
        throw error;
      }
    },
  };
}

/** "1.2 s" since a moment of performance.now(). */
export function secondsSince(started: number): string {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}
