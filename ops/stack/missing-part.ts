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

/** The last line of a program's output that says something, for one-line messages. */
export function lastLine(output: string): string {
  return output.trim().split('\n').at(-1)?.trim() ?? '';
}
