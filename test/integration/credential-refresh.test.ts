// Credentials as time goes by, on real servers, with a token server that looks at what it is sent and misbehaves: refreshed before they are over, over when
// nothing helps, refused ones left alone.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createTokenClient } from '../../integrations/oauth/token-client.ts';
import { startTokenSandbox, type TokenSandbox } from '../../ops/sandbox/oauth/sandbox.ts';
import { createOutbound } from '../../platform/http/outbound.ts';
import { credentialStage } from '../support/credential-stage.ts';
import { resultOf } from '../support/histories/way.ts';
import { openProduct, type Product } from '../support/product.ts';

let product: Product;
let sandbox: TokenSandbox;
before(async () => {
  sandbox = await startTokenSandbox();
  product = await openProduct('credential_refresh');
  await product.startWorker(undefined, {
    refreshTokens: createTokenClient(createOutbound({ allowInside: true, timeoutMs: 500 })),
  });
});
after(async () => {
  await product?.close();
  await sandbox.close();
});

type Stage = Awaited<ReturnType<typeof credentialStage>>;
/** The schedule looks, and what it begins comes to its end. */
async function refreshed(stage: Stage): Promise<string> {
  await stage.tend();
  const last = (await stage.refreshes()).at(-1);
  return last ? resultOf(stage.handleOf(last.id)) : 'not begun';
}

describe('a credential that is soon over', () => {
  test('gets new tokens, also as a public client; one that is not due does not', async () => {
    for (const clientSecret of ['p+ss: w%rd', null]) {
      const stage = await credentialStage(product, sandbox, { seconds: 200, clientSecret });
      const before = await stage.secrets();
      assert.equal(await refreshed(stage), 'completed');
      const { accessToken, refreshToken, tokenUrl } = await stage.secrets();
      assert.ok(accessToken !== before.accessToken && refreshToken === stage.client.refreshToken);
      assert.equal(tokenUrl, sandbox.url);
      const inMs = ((await stage.row())?.expiresAt.getTime() ?? 0) - Date.now();
      assert.ok(Math.abs(inMs - 3_600_000) < 30_000, `holds for ${inMs} ms`);
      assert.deepEqual(await stage.told(), ['created', 'oauth_refreshed']);
      await stage.tend();
      assert.deepEqual(
        (await stage.refreshes()).map(({ outcome }) => outcome),
        ['refreshed'],
      );
    }
    const later = await credentialStage(product, sandbox, { seconds: 900 });
    assert.equal(await refreshed(later), 'not begun');
  });

  test('is tried again while its server is in trouble', async () => {
    const stage = await credentialStage(product, sandbox, { seconds: 200 });
    sandbox.mischief.push('http_500', 'hang');
    assert.equal(await refreshed(stage), 'completed');
    assert.deepEqual((await stage.refreshes())[0]?.attempts, 3);
  });

  test('whose server refuses: the end is said, nothing is asked again before it has other secrets', async () => {
    const stage = await credentialStage(product, sandbox, { seconds: 200 });
    const { refreshToken } = stage.client;
    stage.client.refreshToken = 'another';
    assert.match(await refreshed(stage), /was failed: rule_violated: The token server refused: invalid_grant/);
    const asked = sandbox.seen.length;
    await stage.tend();
    assert.equal(sandbox.seen.length, asked);
    const [row] = await stage.refreshes();
    assert.match(row?.outcome ?? '', /invalid_grant/);
    assert.deepEqual([(await stage.row())?.status, (await stage.secrets()).accessToken], ['active', 'old']);
    stage.client.refreshToken = refreshToken;
    await stage.store({});
    assert.equal(await refreshed(stage), 'completed');
  });

  test('whose answer was lost, by a server that rotates its tokens, is refused: people have to sign in again', async () => {
    const stage = await credentialStage(product, sandbox, { seconds: 200 });
    sandbox.mischief.push('lost_answer');
    assert.match(await refreshed(stage), /invalid_grant/);
  });

  test('whose server is no address to be called is refused, and not called', async () => {
    const inner = await credentialStage(product, sandbox, { seconds: 200 });
    await inner.store({ tokenUrl: 'ftp://example.com/token' });
    const asked = sandbox.seen.length;
    assert.match(await refreshed(inner), /address_not_allowed/);
    assert.equal(sandbox.seen.length, asked);
  });
});

test('one whose time is over says so, once; one that was switched off does not', async () => {
  const [over, off] = [
    await credentialStage(product, sandbox, { seconds: 900 }),
    await credentialStage(product, sandbox, { seconds: 900 }),
  ];
  await off.run('credential', off.credentialId, 'credential.deactivate', {});
  for (const { query } of [over, off])
    await query("update credentials set expires_at = now() - interval '1 second' where tenant_id = $1");
  await over.tend();
  await over.tend();
  assert.deepEqual([(await over.row())?.status, (await off.row())?.status], ['expired', 'inactive']);
  assert.deepEqual(
    [await over.told(), await off.told()],
    [
      ['created', 'expired'],
      ['created', 'deactivated'],
    ],
  );
});

describe('the token client', () => {
  const ask = (tokenUrl: string, allowInside = true) =>
    createTokenClient(createOutbound({ allowInside, timeoutMs: 300 }))({ tokenUrl, clientId: 'a', refreshToken: 'b' });

  test('tells what may pass from what is refused', async () => {
    for (const [mischief, reason] of [
      ['http_429', 'http_429'],
      ['not_json', 'not_understood'],
      ['no_token', 'not_understood'],
      ['redirect', 'http_302'],
      ['hang', 'no_answer'],
    ] as const) {
      sandbox.mischief.push(mischief);
      assert.deepEqual(await ask(sandbox.url), { outcome: 'unavailable', reason });
    }
    assert.deepEqual(await ask(sandbox.url), { outcome: 'refused', reason: 'invalid_client' });
  });

  test('calls nothing inside: by its text, or by where its name leads', async () => {
    const asked = sandbox.seen.length;
    const { port } = new URL(sandbox.url);
    for (const url of [
      sandbox.url,
      `https://127.0.0.1:${port}/token`,
      `https://[::1]:${port}/`,
      `https://localhost:${port}/`,
    ])
      assert.deepEqual(await ask(url, false), { outcome: 'refused', reason: 'address_not_allowed' }, url);
    const found = [
      { address: '93.184.216.34', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ];
    const resolve = ((_name: string, _options: object, done: (error: null, all: object[]) => void) =>
      done(null, found)) as never;
    const outbound = createOutbound({ allowInside: false, timeoutMs: 300, resolve });
    const led = { tokenUrl: `https://tokens.shop.com:${port}/token`, clientId: 'a', refreshToken: 'b' };
    assert.deepEqual(await createTokenClient(outbound)(led), { outcome: 'refused', reason: 'address_not_allowed' });
    assert.equal(sandbox.seen.length, asked);
  });
});
