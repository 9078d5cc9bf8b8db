// F15c: the worker is killed again and again while a history is imported. What is there in the end is what an undisturbed import of the same past makes.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { eventually } from '../../support/eventually.ts';
import { type ImportPicture, importPicture } from '../../support/history-import-worlds.ts';
import { type RunningProduct, startRunningProduct } from '../../support/running-product.ts';
import type { ChaosRow } from '../row.ts';

type Figures = {
  readonly chats: number;
  readonly messagesPerChat: number;
  readonly kills: number;
  readonly withinMs: number;
};

const figures: Readonly<Record<'ci' | 'soak', Figures>> = {
  ci: { chats: 50, messagesPerChat: 100, kills: 3, withinMs: 240_000 },
  soak: { chats: 500, messagesPerChat: 200, kills: 20, withinMs: 3_600_000 },
};

type Imported = {
  readonly picture: ImportPicture;
  readonly tookMs: number;
  readonly drainMs: number;
  readonly imported: number;
};

/** Imports the past into a project and channel of its own; kills come when so many more messages are there, so that each falls into the middle. */
async function importPast(product: RunningProduct, admin: pg.Client, past: Figures, kills: number): Promise<Imported> {
  const call = async (method: string, path: string, body?: unknown) => {
    const { status, json } = await product.call(method, path, body);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
    return json;
  };
  const project = await call('POST', '/v1/projects', { name: `Import ${randomUUID()}` });
  const body = { projectId: String(project['id']), name: 'Import', type: 'waha', externalId: `import-${kills}` };
  const channelId = String((await call('POST', '/v1/channels', body))['id']);
  const path = `/v1/channels/${channelId}`;
  await call('POST', `${path}/activate`);
  await eventually(async () => String((await call('GET', path))['status']) === 'active', { timeoutMs: 60_000 });
  // The same past under another session's name has the same messages: only the account differs.
  const { chats, messagesPerChat } = past;
  await product.callSandbox('PUT', `sandbox/sessions/import-${kills}/history`, { ...awkward, chats, messagesPerChat });
  await call('POST', `${path}/enable-history-import`, {});
  await call('POST', `${path}/import-history`, { strategy: 'all', requestsPerMinute: 60_000 });
  const startedAt = performance.now();
  let killedAt = startedAt;
  const share = (chats * messagesPerChat) / (kills + 1);
  const figuresNow = async () =>
    (await call('GET', `${path}/history-import`))['messages'] as unknown as Record<string, number>;
  for (let kill = 1; kill <= kills; kill += 1) {
    await eventually(async () => ((await figuresNow())['done'] ?? 0) >= kill * share * 0.85, {
      timeoutMs: past.withinMs,
      everyMs: 50,
    });
    await product.kill('worker');
    killedAt = performance.now();
    await product.restart('worker');
  }
  const ended = await eventually(
    async () => {
      const now = await call('GET', `${path}/history-import`);
      if (String(now['phase']) === 'failed') throw new Error(`the import failed: ${String(now['lastError'])}`);
      return String(now['phase']) === 'completed' && now;
    },
    { timeoutMs: past.withinMs, everyMs: 250 },
  );
  const tookMs = Math.round(performance.now() - startedAt);
  const drainMs = Math.round(performance.now() - killedAt);
  const { imported = 0 } = ended['messages'] as unknown as Record<string, number>;
  return { picture: await importPicture(admin, channelId), tookMs, drainMs, imported };
}

const awkward = {
  everyNthRevoked: 9,
  everyNthMedia: 11,
  everyNthGroup: 10,
  everyNthHidden: 7,
  messagesPerConversation: 12,
};

/** What differs, in words. */
function differences(undisturbed: ImportPicture, killed: ImportPicture): string[] {
  return Object.entries(undisturbed).flatMap(([name, { rows, digest }]) => {
    const other = killed[name];
    return other?.digest === digest ? [] : [`${name} differ: ${rows} undisturbed, ${other?.rows} with kills`];
  });
}

export const f15c: ChaosRow = {
  name: 'F15c',
  title: 'kill -9 the worker in the middle of a history import',
  needsTemporal: true,
  sizes: ['ci', 'soak'],
  async run(size, { servers, seed }) {
    const beganMs = performance.now();
    const chosen = figures[size === 'soak' ? 'soak' : 'ci'];
    const environment = { WAHA_TIMEOUT_MS: '5000', API_RATE_LIMIT_PER_MINUTE: '1000000' };
    const product = await startRunningProduct('chaos-f15c', { environment, servers: servers.addresses });
    const admin = new pg.Client({ connectionString: product.stack.adminUrl });
    try {
      await admin.connect();
      await product.settle();
      const undisturbed = await importPast(product, admin, chosen, 0);
      const killed = await importPast(product, admin, chosen, chosen.kills);
      const { rows } = await admin.query<{ count: string }>('select count(*) as count from outbox_events');
      const rate = (tookMs: number): number => Math.round((undisturbed.imported * 1_000) / tookMs);
      return {
        ...{
          row: 'F15c',
          size,
          seed,
          faults: chosen.kills,
          events: Number(rows[0]?.count),
          lost: 0,
          doubled: 0,
          inversions: 0,
          duplicates: 0,
        },
        ...{ drainMs: killed.drainMs, tookMs: Math.round(performance.now() - beganMs), load: null },
        notes: [
          `${undisturbed.imported} messages`,
          `undisturbed ${undisturbed.tookMs} ms (${rate(undisturbed.tookMs)}/s), with kills ${killed.tookMs} ms`,
        ],
        problems: differences(undisturbed.picture, killed.picture),
      };
    } finally {
      await admin.end().catch(() => undefined);
      await product.stop();
    }
  },
};
