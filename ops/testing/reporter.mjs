// A reporter for `node --test`: one JSON line for each result, for ops/testing/run-files.ts to read. Plain JavaScript: Node loads it before tsx.
import { inspect } from 'node:util';

/** @param {AsyncIterable<{ type: string, data: any }>} source */
export default async function* report(source) {
  for await (const { type, data } of source) {
    if (type === 'test:pass' || type === 'test:fail') yield `${JSON.stringify(resultOf(type, data))}\n`;
    else if (type === 'test:stdout' || type === 'test:stderr') {
      yield `${JSON.stringify({ kind: 'output', file: data.file, text: data.message })}\n`;
    } else if (type === 'test:diagnostic' && /^Warning|Error:/.test(data.message)) {
      yield `${JSON.stringify({ kind: 'output', file: data.file, text: `${data.message}\n` })}\n`;
    }
  }
}

function resultOf(type, data) {
  const error = data.details?.error;
  return {
    kind: 'result',
    passed: type === 'test:pass',
    suite: data.details?.type === 'suite',
    skipped: data.skip !== undefined || data.todo !== undefined,
    name: data.name,
    nesting: data.nesting,
    file: data.file,
    durationMs: data.details?.duration_ms ?? 0,
    // A parent that failed only because a child did says nothing new.
    failureType: error?.failureType,
    error: error && inspect(error.cause instanceof Error ? error.cause : (error.cause ?? error), { depth: 6 }),
  };
}
