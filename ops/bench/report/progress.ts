// One line that says what is being measured: rewritten on a terminal, a line each elsewhere.

/** The line. `part`: what the following belongs to; `clear`: makes room for a table. */
export type Progress = {
  readonly part: (name: string) => void;
  readonly say: (what: string) => void;
  readonly clear: () => void;
  readonly end: () => void;
};

/** Starts the clock. */
export function createProgress(): Progress {
  const startedAt = performance.now();
  const isTerminal = process.stdout.isTTY;
  let [part, what] = ['', ''];
  const show = (): void => {
    const seconds = Math.floor((performance.now() - startedAt) / 1_000);
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    const line = `${time}  ${part}${what ? `: ${what}` : ''}`.slice(0, (process.stdout.columns ?? 160) - 1);
    process.stdout.write(isTerminal ? `\r\x1b[K${line}` : `${line}\n`);
  };
  const timer = isTerminal ? setInterval(show, 1_000) : undefined;
  const clear = (): void => {
    if (isTerminal) process.stdout.write('\r\x1b[K');
  };
  return {
    part: (name) => {
      [part, what] = [name, ''];
      show();
    },
    say: (text) => {
      what = text;
      show();
    },
    clear,
    end: () => {
      clearInterval(timer);
      clear();
    },
  };
}
