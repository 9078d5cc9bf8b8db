// `npm run raw`: lists, shows and replays stored webhooks through the API, and says in one sentence what is wrong.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { projectDir } from '../../ops/stack/paths.ts';
import { startTestApi, type TestApi } from '../support/api.ts';

let api: TestApi;
before(async () => {
  api = await startTestApi('raw_command');
});
after(() => api.close());

type Ended = { readonly code: number; readonly out: string; readonly err: string };

function run(args: readonly string[], key = api.tenant.key): Promise<Ended> {
  const env = { ...process.env, NODE_TEST_CONTEXT: undefined, API_URL: api.address, API_KEY: key };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', 'ops/raw-webhooks.ts', ...args],
      { cwd: projectDir, env },
      (error, out, err) => resolve({ code: Number(error?.code ?? 0), out, err }),
    );
  });
}

test('list, show, replay, and what is refused', async () => {
  const { json } = await api.webhook({ event: 'presence.update', session: 'default', payload: { id: 'x' } });
  const id = String(json['id']);
  const listed = await run(['list', '--status', 'ignored']);
  assert.match(listed.out, new RegExp(`${id}  ignored .*presence\\.update`));
  const shown = await run(['show', id]);
  assert.match(shown.out, /"event":"presence\.update"/);
  const replayed = await run(['replay', id]);
  assert.match(replayed.out, /unchanged: ignored \(not_acted_on\)/);
  const refused = await run(['show', '7']);
  assert.equal(refused.code, 1);
  assert.match(refused.err, /400: .*must be a UUID/);
  assert.match((await run(['list'], 'msk_wrong')).err, /401: This API key is not known/);
  assert.match((await run(['frob'])).err, /usage:/);
});
