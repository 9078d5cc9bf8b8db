// A reporter for node's test runner: one JSON line for each event, for ops/testing/run-file.ts to read. Plain JavaScript: Node loads it before tsx.
import { inspect } from 'node:util';

/** The runner's own summary of a file. */
const ownCount = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/;

/** @param {AsyncIterable<{ type: string, data: any }>} source */
export default async function* report(source) {
  for await (const { type, data } of source) {
    if (type === 'test:dequeue') yield line({ kind: 'began', name: data.name, nesting: data.nesting });
    else if (type === 'test:pass' || type === 'test:fail') yield line(resultOf(type, data));
    else if (type === 'test:diagnostic' && !ownCount.test(data.message))
      yield line({ kind: 'said', message: data.message });
  }
}

function line(row) {
  return `${JSON.stringify(row)}\n`;
}

function resultOf(type, data) {
  const error = data.details?.error;
  return {
    kind: 'ended',
    passed: type === 'test:pass',
    suite: data.details?.type === 'suite',
    skipped: data.skip !== undefined || data.todo !== undefined,
    name: data.name,
    nesting: data.nesting,
    // A parent that failed only because a child did says nothing new.
    failureType: error?.failureType,
    error: error && inspect(error.cause ?? error, { depth: 6 }),
  };
}
