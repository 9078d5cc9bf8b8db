// Naive models of billing and webhooks: what a person would expect of each after a list of commands, without looking at the deciders.
import type { NaiveModel } from './naive-models.ts';

/** A billing account: how far it got, and whose customer it is. Late news is not modelled: then anything may be. */
export const billingAccount = (): NaiveModel => {
  let status = 'none';
  let customer: unknown = null;
  let isTold = true;
  return {
    accepts: (command, data) => {
      if (command === 'billing_account.create') return status === 'none';
      if (status === 'none') return false;
      if (command === 'billing_account.cancel') return true;
      if (status === 'canceled') return 'occurredAt' in data ? undefined : false;
      if (command === 'billing_account.link_customer')
        return customer === null || customer === data['stripeCustomerId'];
      if (command === 'billing_account.activate_payment') return customer !== null;
      if ('occurredAt' in data) return undefined;
      return status !== 'pending' || command === 'billing_account.update';
    },
    note: (command, data) => {
      if (command === 'billing_account.create') status = 'pending';
      else if (command === 'billing_account.cancel') status = 'canceled';
      else if (command === 'billing_account.link_customer') customer = data['stripeCustomerId'];
      else if ('occurredAt' in data) isTold = status === 'canceled' && isTold;
      else if (command === 'billing_account.activate_payment' && status === 'pending') status = 'active';
      else if (command === 'billing_account.suspend') status = 'suspended';
      else if (command === 'billing_account.reactivate') status = 'active';
    },
    expects: () => [customer, isTold || status === 'canceled' ? status : 'any'],
    see: ({ stripeCustomerId, status: seen, createdAt }) => {
      // What came with a moment of its own may have been late: from then on its status is the account's own.
      if (!isTold && status !== 'canceled') status = String(seen);
      return [stripeCustomerId, createdAt === null ? 'none' : isTold || status === 'canceled' ? seen : 'any'];
    },
  };
};

/** A subscription: once it has ended nothing follows, and its end is not forgotten. */
export const subscription = (): NaiveModel => {
  let isThere = false;
  let hasEnded = false;
  return {
    accepts: (command) => {
      if (!isThere) return command === 'subscription.create' ? undefined : false;
      if (command === 'subscription.create') return false;
      if (!hasEnded) return undefined;
      return ['subscription.sync', 'subscription.cancel', 'subscription.refuse_change'].includes(command);
    },
    note: () => {
      isThere = true;
    },
    expects: () => isThere,
    see: ({ createdAt, status }) => {
      const isEnd = status === 'canceled' || status === 'incomplete_expired';
      if (isThere) hasEnded = hasEnded || isEnd;
      return createdAt !== null && (!hasEnded || isEnd);
    },
  };
};

/** An invoice: paid or void for good, whatever else is told. */
export const invoice = (): NaiveModel => {
  let status = 'none';
  let owed: readonly unknown[] = [];
  return {
    accepts: (command, data) => {
      if (command === 'invoice.create') return status === 'none';
      if (status === 'none') return false;
      if (status === 'paid' || status === 'void') {
        if (command === (status === 'paid' ? 'invoice.pay' : 'invoice.void')) return true;
        return 'occurredAt' in data ? undefined : false;
      }
      return command !== 'invoice.pay' || data['currency'] === owed[1];
    },
    note: (command, data) => {
      if (status === 'paid' || status === 'void') return;
      if (command === 'invoice.create')
        [status, owed] = [String(data['status']), [data['amountDue'], data['currency']]];
      else if (command === 'invoice.pay') status = 'paid';
      else if (command === 'invoice.void') status = 'void';
      else if (command === 'invoice.mark_uncollectible') status = 'uncollectible';
      else if (status === 'draft') {
        status = 'open';
        if (command === 'invoice.finalize') owed = [data['amountDue'] ?? owed[0], owed[1]];
      }
    },
    expects: () => [status, ...owed],
    see: ({ createdAt, status: seen, amountDue, currency }) =>
      createdAt === null ? ['none'] : [seen, amountDue, currency],
  };
};

/** A usage meter: three sums. */
export const usageMeter = (): NaiveModel => {
  let counts: { total: number; counted: number; reported: number; since: string } | undefined;
  return {
    accepts: (command, data) => {
      const isPeriod = Date.parse(String(data['periodEnd'])) > Date.parse(String(data['periodStart']));
      if (command === 'usage_meter.create') return counts === undefined && isPeriod;
      if (counts === undefined) return false;
      if (command === 'usage_meter.report') return Number(data['upTo']) <= counts.counted;
      if (command === 'usage_meter.reset_period') return isPeriod || !isLater(data['periodStart'], counts.since);
      return true;
    },
    note: (command, data) => {
      if (command === 'usage_meter.create')
        counts = { total: 0, counted: 0, reported: 0, since: String(data['periodStart']) };
      else if (counts === undefined) return;
      else if (command === 'usage_meter.increment') {
        counts.total += Number(data['quantity']);
        counts.counted += Number(data['quantity']);
      } else if (command === 'usage_meter.report') counts.reported = Math.max(counts.reported, Number(data['upTo']));
      else if (isLater(data['periodStart'], counts.since)) {
        counts.total = 0;
        counts.since = String(data['periodStart']);
      }
    },
    expects: () => (counts ? [counts.total, counts.counted, counts.reported] : undefined),
    see: ({ createdAt, total, counted, reported }) => (createdAt === null ? undefined : [total, counted, reported]),
  };
};

const isLater = (one: unknown, other: string): boolean => Date.parse(String(one)) > Date.parse(other);

/** A webhook subscription: on, off or gone, and how often it was tried. */
export const webhook = (): NaiveModel => {
  let life: 'none' | 'there' | 'gone' = 'none';
  let active = true;
  let givenUp = 0;
  let attempts = 0;
  return {
    accepts: (command) => {
      if (command === 'webhook.create') return life === 'none' ? undefined : false;
      if (command === 'webhook.note_attempt' && life === 'gone') return true;
      if (life !== 'there') return false;
      return ['webhook.update', 'webhook.rotate_secret'].includes(command) ? undefined : true;
    },
    note: (command, data) => {
      if (life === 'gone') return;
      if (command === 'webhook.create') life = 'there';
      else if (command === 'webhook.delete') [life, active] = ['gone', false];
      else if (command === 'webhook.deactivate') active = false;
      else if (command === 'webhook.activate' && !active) [active, givenUp] = [true, 0];
      else if (command === 'webhook.note_attempt') {
        attempts += 1;
        const { outcome } = data;
        if (outcome === 'delivered') givenUp = 0;
        if (outcome === 'given_up' || outcome === 'gone') givenUp += 1;
        if (outcome === 'gone' || (outcome === 'given_up' && givenUp >= 10)) active = false;
      }
    },
    expects: () => [life, active, attempts],
    see: ({ createdAt, deletedAt, active: seen, successCount, failureCount }) => [
      createdAt === null ? 'none' : deletedAt === null ? 'there' : 'gone',
      seen,
      Number(successCount) + Number(failureCount),
    ],
  };
};

/** A webhook delivery: how many attempts there were, and whether there are more to come. */
export const webhookDelivery = (): NaiveModel => {
  let status = 'none';
  let tries = 0;
  let most = 0;
  return {
    accepts: (command, data) => {
      if (command === 'webhook_delivery.plan') return true;
      if (status === 'none') return false;
      if (command === 'webhook_delivery.redeliver') return status !== 'discarded';
      if (command === 'webhook_delivery.discard') return true;
      if (Number(data['attempt']) <= tries) return true;
      return Number(data['attempt']) === tries + 1 && (status === 'pending' || status === 'discarded');
    },
    note: (command, data) => {
      if (command === 'webhook_delivery.plan' && status === 'none')
        [status, most] = ['pending', Number(data['retryCount']) + 1];
      else if (command === 'webhook_delivery.discard' && status === 'pending') status = 'discarded';
      else if (command === 'webhook_delivery.redeliver' && status !== 'pending')
        [status, most] = ['pending', tries + 1];
      else if (command === 'webhook_delivery.record_attempt' && Number(data['attempt']) > tries) {
        tries += 1;
        const { result } = data;
        if (result === 'delivered') status = 'delivered';
        else if (status === 'pending' && (result === 'gone' || tries >= most)) status = 'failed';
      }
    },
    expects: () => [status, tries],
    see: ({ createdAt, status: seen, attempts }) => [createdAt === null ? 'none' : seen, attempts],
  };
};
