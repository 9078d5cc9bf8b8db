// Billing and webhooks through the API and on the database: what people may do, what is guarded by the database, and what the deliverer will run.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { aggregates } from '../../db/aggregates.ts';
import { countUsage } from '../../db/count-usage.ts';
import { load } from '../../db/execute.ts';
import { planDeliveries } from '../../db/plan-deliveries.ts';
import { inTenant, inTenantRetrying, type Tx } from '../../db/transaction.ts';
import { recordAttempt } from '../../db/webhook-attempts.ts';
import { eventRow } from '../../domain/catalog.ts';
import { newAccount, newInvoice, newMeter, newSubscription, newSuspendedAccount } from '../causes/billing.ts';
import type { CauseWorld } from '../causes/cause.ts';
import { newWebhook } from '../causes/webhook.ts';
import { startTestApi, type TestApi, type TestTenant } from '../support/api.ts';
import { causeWorld } from '../support/cause-world.ts';

let api: TestApi;
let world: CauseWorld;
let stranger: TestTenant;
before(async () => {
  api = await startTestApi('api_billing');
  world = causeWorld(api);
  stranger = await api.addTenant('tenant-b');
});
after(() => api.close());

const cause = () => ({ causationId: randomUUID(), correlationId: randomUUID() });
const within = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  inTenantRetrying(api.database.pool, api.tenant.tenantId, work);
const refusal = async (method: string, path: string, body?: unknown) => {
  const { status, json } = await api.call(method, path, { body });
  return [status, json['rule'] ?? json['code']] as unknown[];
};

describe('billing', () => {
  test('an account is set up, read, changed without an event, listed, and its ETag moves with each change', async () => {
    const id = await newAccount(world);
    const path = `/v1/billing-accounts/${id}`;
    const read = await api.call('GET', path);
    assert.deepEqual([read.json['status'], read.headers.get('etag')], ['pending', '"1"']);
    const change = (name: string) => api.call('PATCH', path, { body: { name }, headers: { 'if-match': '"1"' } });
    const changed = await change('Outra Ltda');
    assert.deepEqual([changed.json['name'], changed.headers.get('etag')], ['Outra Ltda', '"2"']);
    assert.equal((await change('Terceira')).status, 412);
    const list = await api.call('GET', '/v1/billing-accounts?status=pending&limit=1');
    assert.equal(list.json.data[0]?.['name'], 'Outra Ltda');
    // What no event tells leaves no gap in their numbers.
    await api.call('POST', `${path}/cancel`);
    const { rows } = await within((tx) =>
      tx.query<{ numbers: number[]; name: string }>(
        `select array_agg(aggregate_sequence order by aggregate_sequence)::int[] as numbers,
           (select name from billing_accounts where id = $1) as name from outbox_events where aggregate_id = $1`,
        [id],
      ),
    );
    assert.deepEqual(rows[0]?.numbers, [1, 2]);
    assert.match(String(rows[0]?.name), /^enc:v1:/);
    assert.equal((await api.call('GET', path, { key: stranger.key })).status, 404);
  });

  test('changes without an event are not lost when two come at once', async () => {
    const id = await newAccount(world);
    const names = Array.from({ length: 8 }, (_, index) => `Name ${index}`);
    const answers = await Promise.all(
      names.map((name) => api.call('PATCH', `/v1/billing-accounts/${id}`, { body: { name } })),
    );
    assert.deepEqual(new Set(answers.map(({ headers }) => headers.get('etag'))).size, names.length);
  });

  test('an account goes only when nothing runs, and goes on only when nothing is owed', async () => {
    const subscriptionId = await newSubscription(world);
    const { json } = await api.call('GET', `/v1/subscriptions/${subscriptionId}`);
    const account = `/v1/billing-accounts/${json['accountId']}`;
    assert.deepEqual(await refusal('POST', `${account}/cancel`), [422, 'account_has_subscriptions']);
    await world.call('POST', `/v1/subscriptions/${subscriptionId}/cancel`, { when: 'now' });
    assert.equal((await world.call('POST', `${account}/cancel`))['status'], 'canceled');

    const suspended = await newSuspendedAccount(world);
    const invoiceId = await newInvoice(world, { accountId: suspended });
    const failed = { type: 'invoice.record_payment_failure', data: { attemptCount: 1 } };
    await world.run('invoice', invoiceId, failed);
    const reactivate = `/v1/billing-accounts/${suspended}/reactivate`;
    assert.deepEqual(await refusal('POST', reactivate), [422, 'account_owes']);
    await world.run('invoice', invoiceId, { type: 'invoice.pay', data: { amountPaid: 4990, currency: 'BRL' } });
    assert.equal((await world.call('POST', reactivate))['status'], 'active');
    const paid = await api.call('GET', `/v1/invoices?accountId=${suspended}&status=paid`);
    assert.deepEqual(
      paid.json.data.map(({ id, amountPaid }) => [id, amountPaid]),
      [[invoiceId, 4990]],
    );
  });

  test('another price is asked for, and changes with Stripe’s snapshot', async () => {
    const id = await newSubscription(world);
    const asked = await world.call('POST', `/v1/subscriptions/${id}/change-price`, { priceId: 'price_2' });
    assert.deepEqual([asked['priceId'], asked['requestedPriceId']], ['price_1', 'price_2']);
    await world.run('subscription', id, {
      type: 'subscription.sync',
      data: { status: 'active', priceId: 'price_2' },
    });
    const { json } = await api.call('GET', `/v1/subscriptions?accountId=${asked['accountId']}`);
    assert.deepEqual([json.data[0]?.['priceId'], json.data[0]?.['requestedPriceId']], ['price_2', null]);
  });

  test('one id of Stripe, one thing: also for two writers at once', async () => {
    const accountId = await newAccount(world);
    const create = (invoiceId: string) => newInvoice(world, { accountId, stripeInvoiceId: 'in_same', invoiceId });
    const results = await Promise.allSettled([create(world.newId()), create(world.newId())]);
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    assert.deepEqual(
      refused.map((reason) => (reason as { readonly rule?: string }).rule),
      ['stripe_invoice_taken'],
    );
  });

  test('usage is counted once a key, whoever comes first and however often', async () => {
    const meterId = await newMeter(world);
    const count = (key: string) => within((tx) => countUsage(api.database, tx, { meterId, key, quantity: 3 }, cause()));
    const keys = ['a', 'b', 'a', 'b', 'a'];
    const counted = await Promise.all(keys.map(count));
    assert.equal(counted.filter(Boolean).length, 2);
    assert.equal(await count('a'), false);
    // Without looking first it is refused.
    const again = world.run('usageMeter', meterId, {
      type: 'usage_meter.increment',
      data: { key: 'a', quantity: 1 },
    });
    await assert.rejects(again, { rule: 'counted_already' });
    assert.equal((await world.call('GET', `/v1/usage-meters/${meterId}`))['total'], 6);
  });
});

describe('webhook subscriptions', () => {
  const body = () => ({
    projectId: api.tenant.projectId,
    name: 'Shop',
    url: 'https://hooks.shop.com/in',
    events: ['contact.*'],
    headers: { 'X-Key': 'canary-header' },
  });
  const create = (more: object) => api.call('POST', '/v1/webhook-subscriptions', { body: { ...body(), ...more } });

  test('the secret is shown when it is made, header values never; both are sealed', async () => {
    const made = await create({});
    assert.equal(made.status, 201);
    assert.match(String(made.json['secret']), /^whsec_/);
    const path = `/v1/webhook-subscriptions/${made.json['id']}`;
    const read = await api.call('GET', path);
    const text = JSON.stringify(read.json);
    assert.ok(!text.includes('whsec_') && !text.includes('canary-header'));
    assert.deepEqual(read.json['headerNames'], ['X-Key'] as unknown);
    const stored = await within((tx) =>
      tx.query<{ row: string }>('select to_jsonb(w)::text as row from webhook_subscriptions w where id = $1', [
        made.json['id'],
      ]),
    );
    assert.ok(!/whsec_|canary-header/.test(stored.rows[0]?.row ?? ''));
    const rotated = await world.call('POST', `${path}/rotate-secret`, {});
    assert.notEqual(rotated['secret'], made.json['secret']);
    const { state } = await within((tx) => load(api.database, tx, aggregates.webhook, String(made.json['id'])));
    assert.deepEqual([state.secrets.current, state.secrets.previous], [rotated['secret'], made.json['secret']]);
    assert.equal((await api.call('DELETE', path)).status, 204);
    assert.equal((await api.call('GET', path)).status, 404);
  });

  test('names nobody sends are refused with the nearest; so are addresses inside', async () => {
    const wrong = await create({ events: ['contcat.created'], contactEventTypes: ['x'], url: 'https://10.0.0.1/' });
    assert.equal(wrong.status, 400);
    const errors = JSON.stringify(wrong.json['errors']);
    assert.match(errors, /body\.events\.0.*did you mean contact\.created/);
    assert.match(errors, /body\.contactEventTypes\.0/);
    assert.match(errors, /body\.url.*public internet/);
    const unknown = await create({ projectId: randomUUID() });
    assert.deepEqual([unknown.status, unknown.json['rule']], [422, 'reference_not_found']);
    const other = await create({ projectId: stranger.projectId });
    assert.deepEqual([other.status, other.json['rule']], [422, 'reference_not_found']);
    const id = await newWebhook(world);
    const update = { events: ['message.recieved'] };
    assert.deepEqual(await refusal('PATCH', `/v1/webhook-subscriptions/${id}`, update), [400, 'validation_failed']);
  });

  test('an event becomes a delivery for each subscription that it fits, once; attempts are noted to the end', async () => {
    const row = eventRow('contact.created');
    assert.ok(row);
    const project = await world.call('POST', '/v1/projects', { name: 'Hooks' });
    const projectId = String(project['id']);
    const fits = [
      await newWebhook(world, { projectId, events: ['*'], retryCount: 1 }),
      await newWebhook(world, { projectId, events: ['contact.*'] }),
      await newWebhook(world, { projectId, events: [], subscribeContactEvents: true }),
      await newWebhook(world, {
        projectId,
        events: [],
        subscribeContactEvents: true,
        contactEventTypes: ['contact.created'],
        contactEventCategories: [row.timeline],
      }),
    ];
    await newWebhook(world, { projectId, events: ['message.*'] });
    await newWebhook(world, { projectId, events: [], subscribeContactEvents: true, contactEventCategories: ['note'] });
    await newWebhook(world, { events: ['*'] });
    const off = await newWebhook(world, { projectId, events: ['*'] });
    await world.call('POST', `/v1/webhook-subscriptions/${off}/deactivate`);
    const theirs = { projectId: stranger.projectId, name: 'x', url: 'https://hooks.other.com/', events: ['*'] };
    await api.call('POST', '/v1/webhook-subscriptions', { key: stranger.key, body: theirs });

    const event = { id: world.newId(), type: 'contact.created', projectId, data: {} };
    const plan = () => within((tx) => planDeliveries(api.database, tx, event, row, cause()));
    const planned = await plan();
    assert.deepEqual(await plan(), planned);
    const { json } = await api.call('GET', `/v1/webhook-deliveries?eventId=${event.id}`);
    assert.deepEqual(json.data.map(({ subscriptionId }) => String(subscriptionId)).sort(), fits.toSorted());
    // Another tenant's transaction finds its own only, whatever the event says.
    const other = await inTenant(api.database.pool, 'tenant-b', (tx) =>
      planDeliveries(api.database, tx, { ...event, projectId: null }, row, cause()),
    );
    assert.equal(other.length, 1);

    const delivery = json.data.find(({ subscriptionId }) => String(subscriptionId) === fits[0]);
    const deliveryId = String(delivery?.['id']);
    const attempt = (number: number, result: 'failed' | 'delivered') =>
      within((tx) =>
        recordAttempt(
          api.database,
          tx,
          deliveryId,
          {
            attempt: number,
            requestId: randomUUID(),
            result,
            statusCode: result === 'failed' ? 503 : 204,
            reason: null,
            answer: 'é'.repeat(50_000),
            startedAt: new Date().toISOString(),
            durationMs: 12,
          },
          cause(),
        ),
      );
    assert.equal((await attempt(1, 'failed')).status, 'pending');
    await attempt(1, 'failed');
    assert.equal((await attempt(2, 'failed')).status, 'failed');
    await world.call('POST', `/v1/webhook-deliveries/${deliveryId}/redeliver`);
    assert.equal((await attempt(3, 'delivered')).status, 'delivered');
    const first = await api.call('GET', `/v1/webhook-deliveries/${deliveryId}/attempts?limit=2`);
    assert.deepEqual(
      first.json.data.map(({ attempt: number, result, answer }) => [number, result, String(answer).length]),
      [1, 2].map((number) => [number, 'failed', 32_768]),
    );
    const rest = await api.call(
      'GET',
      `/v1/webhook-deliveries/${deliveryId}/attempts?cursor=${first.json['nextCursor']}`,
    );
    assert.deepEqual([rest.json.data.length, rest.json['nextCursor']], [1, null]);
    const counted = await world.call('GET', `/v1/webhook-subscriptions/${fits[0]}`);
    assert.deepEqual([counted['successCount'], counted['failureCount']], [1, 2]);
  });
});
