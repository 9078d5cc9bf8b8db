// The one error for a server that can't be got: names what is missing and every way to provide it.

/** What is missing, why the automatic way failed, and each way out; `message` is ready to be printed. */
export class MissingPart extends Error {
  override name = 'MissingPart';

  constructor(part: string, why: string, ways: readonly string[]) {
    super(
      [`${part} is missing: ${why}`, 'Any one of these provides it:', ...ways.map((way) => `  - ${way}`)].join('\n'),
    );
  }
}

/** The last line of a program's output that says what went wrong, for one-line messages. */
export function lastLine(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.replace(/^npm (error|warn)\s*/, '').trim())
    .filter((line) => line !== '' && !/complete log|debug-0\.log|^npm notice/.test(line));
  return lines.at(-1) ?? 'it gave no reason';
}
