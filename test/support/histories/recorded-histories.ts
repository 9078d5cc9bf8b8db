// The recorded histories: a folder per workflow, a file per way that it can take. `npm run histories` writes them, the tests replay them.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import proto from '@temporalio/proto';

// The SDK's own conversion to JSON needs all its packages to share one copy of protobufjs, which npm does not see to.
const { History } = proto.temporal.api.history.v1;

const folder = path.resolve(import.meta.dirname, '../../workflows/histories');

/** One of them; `workflowId` is `workflow/way`. */
export type RecordedHistory = { readonly workflowId: string; readonly history: unknown };

/** Reads them all. */
export function readHistories(): readonly RecordedHistory[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
  return files.sort().map((name) => ({
    workflowId: name.replace(/\.json$/, ''),
    history: History.fromObject(JSON.parse(readFileSync(path.join(folder, name), 'utf8'))),
  }));
}

/** Fetches a workflow's history and writes it down; those of other ways stay, also of ways that no code takes any more. */
export async function writeHistory(workflow: string, way: string, handle: WorkflowHandle): Promise<void> {
  const history = History.toObject(History.create(await handle.fetchHistory()), {
    enums: String,
    bytes: String,
    longs: String,
  });
  mkdirSync(path.join(folder, workflow), { recursive: true });
  writeFileSync(path.join(folder, workflow, `${way}.json`), `${nameless(JSON.stringify(history, null, 1))}\n`);
}

/** Who recorded it is nobody's business. */
const nameless = (text: string): string => text.replaceAll(/"identity":(\s*)"[^"]*"/g, '"identity":$1"recorder"');
