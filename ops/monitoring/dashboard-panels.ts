// What the Grafana dashboard shows, as a table: rows of panels, each with its unit and its expressions. dashboard.ts makes the file of it.

/** One panel. `unit` is Grafana's name of it. `shows`: what a line is called (`{{label}}` is its label) → its expression. */
export type PanelRow = {
  readonly title: string;
  readonly unit: 's' | 'ops' | 'short' | 'bytes' | 'percentunit' | 'bool_yes_no';
  readonly says: string;
  readonly shows: Readonly<Record<string, string>>;
};

const perSecond = (series: string): string => `rate(${series}[$__rate_interval])`;
const quantile = (share: number, histogram: string, by: readonly string[] = [], filter = ''): string =>
  `histogram_quantile(${share}, sum by (${['le', ...by].join(', ')}) (${perSecond(`${histogram}_bucket${filter}`)}))`;
const halfAndMost = (histogram: string): Record<string, string> => ({
  p50: quantile(0.5, histogram),
  p99: quantile(0.99, histogram),
});
/** The same from every process that serves it. */
const byConsumer = (gauge: string): Record<string, string> => ({ '{{consumer}}': `max by (consumer) (${gauge})` });

/** The rows in their order, by title. */
export const dashboardRows: Readonly<Record<string, readonly PanelRow[]>> = {
  Flow: [
    {
      title: 'Events published',
      unit: 'ops',
      says: 'Confirmed by the broker.',
      shows: { all: `sum(${perSecond('messaging_outbox_published_total')})` },
    },
    {
      title: 'Commit to confirm',
      unit: 's',
      says: 'From the moment an event is drawn, just before its commit, until the broker has it for good.',
      shows: halfAndMost('messaging_outbox_delay_seconds'),
    },
    {
      title: 'Commit to effect, p99',
      unit: 's',
      says: 'Until the consumer has taken it, read models are written.',
      shows: { '{{consumer}}': quantile(0.99, 'messaging_consumer_lag_seconds', ['consumer']) },
    },
    {
      title: 'Bell to read, publish to confirm',
      unit: 's',
      says: 'The two halves of the relay: how soon it looks, how soon the broker answers.',
      shows: {
        'bell to read p50': quantile(0.5, 'messaging_outbox_bell_seconds'),
        'bell to read p99': quantile(0.99, 'messaging_outbox_bell_seconds'),
        'publish to confirm p99': quantile(0.99, 'messaging_outbox_confirm_seconds'),
      },
    },
  ],
  Backlog: [
    {
      title: 'Waiting to be sent',
      unit: 'short',
      says: 'Near 0 at rest. An alert above 1,000.',
      shows: { pending: 'max(messaging_outbox_pending)' },
    },
    {
      title: 'Oldest that waits',
      unit: 's',
      says: 'An alert above 60 s.',
      shows: { oldest: 'max(messaging_outbox_oldest_pending_seconds)' },
    },
    {
      title: 'Failed events',
      unit: 'short',
      says: 'Given up: they wait for an operator, and hold back their aggregate.',
      shows: {
        'given up': 'max(messaging_outbox_failed)',
        'tried again': 'max(messaging_outbox_retrying)',
        'aggregates held back': 'sum(messaging_relay_held_aggregates)',
      },
    },
    {
      title: 'Dead letters',
      unit: 'short',
      says: 'Given up by a consumer: redrive or discard them.',
      shows: byConsumer('messaging_consumer_dead_letters'),
    },
  ],
  Relay: [
    {
      title: 'Partitions owned',
      unit: 'short',
      says: 'All relays together: 64.',
      shows: { '{{instance}}': 'messaging_relay_partitions', all: 'sum(messaging_relay_partitions)' },
    },
    {
      title: 'Lease, broker, bell',
      unit: 'bool_yes_no',
      says: 'What a relay needs to send at once.',
      shows: {
        '{{instance}} has a lease': 'messaging_relay_lease_valid',
        '{{instance}} has the broker': 'messaging_relay_broker_up',
        '{{instance}} is blocked': 'messaging_relay_broker_blocked',
        '{{process}} {{instance}} hears the bell': 'messaging_listener_hears',
      },
    },
    {
      title: 'From a NOTIFY to its arrival',
      unit: 's',
      says: 'As each process finds by ringing itself every few seconds.',
      shows: { '{{process}} {{instance}}': 'messaging_listener_notify_seconds' },
    },
    {
      title: 'Tries that failed, nacks, returns',
      unit: 'ops',
      says: 'Nacks: a full queue. Returned: nobody binds the type, which is normal.',
      shows: {
        'failed tries': `sum(${perSecond('messaging_outbox_failed_tries_total')})`,
        'given up': `sum(${perSecond('messaging_outbox_given_up_total')})`,
        nacked: `sum(${perSecond('messaging_outbox_nacked_total')})`,
        returned: `sum(${perSecond('messaging_outbox_returned_total')})`,
      },
    },
    {
      title: 'Window, relays, maintenance',
      unit: 'short',
      says: 'Published and not yet marked; live relays; what the last maintenance could not do.',
      shows: {
        '{{instance}} window': 'messaging_relay_window',
        relays: 'max(messaging_relay_processes)',
        'maintenance problems': 'max(messaging_outbox_maintenance_problems)',
      },
    },
  ],
  Consumers: [
    {
      title: 'Behind',
      unit: 's',
      says: 'Age of the oldest event on its way to the consumer. An alert above 60 s.',
      shows: byConsumer('messaging_consumer_oldest_waiting_seconds'),
    },
    {
      title: 'In the queue',
      unit: 'short',
      says: 'As the broker counts them.',
      shows: byConsumer('messaging_consumer_queue_messages'),
    },
    {
      title: 'Duration of claim and effect',
      unit: 's',
      says: 'One transaction each.',
      shows: Object.fromEntries(
        [0.5, 0.95, 0.99].map((share) => [
          `{{consumer}} p${share * 100}`,
          quantile(share, 'messaging_consumer_duration_seconds', ['consumer']),
        ]),
      ),
    },
    {
      title: 'Deliveries by effect',
      unit: 'ops',
      says: 'done, duplicate (delivered again, passed over), parked (came too early), skipped (discarded).',
      shows: {
        '{{consumer}} {{effect}}': `sum by (consumer, effect) (${perSecond('messaging_consumer_effects_total')})`,
      },
    },
    {
      title: 'Duplicates',
      unit: 'percentunit',
      says: 'Share of the deliveries that had been taken before.',
      shows: {
        '{{consumer}}':
          `sum by (consumer) (${perSecond('messaging_consumer_effects_total{effect="duplicate"}')})` +
          ` / sum by (consumer) (${perSecond('messaging_consumer_effects_total')})`,
      },
    },
    {
      title: 'Errors',
      unit: 'ops',
      says: 'Failed attempts; attempts while database or Temporal were away; events put off; given up.',
      shows: {
        '{{consumer}} failed': `sum by (consumer) (${perSecond('messaging_consumer_failed_attempts_total')})`,
        '{{consumer}} waits for a server': `sum by (consumer) (${perSecond('messaging_consumer_waiting_total')})`,
        '{{consumer}} put off': `sum by (consumer) (${perSecond('messaging_consumer_put_off_total')})`,
        '{{consumer}} given up': `sum by (consumer) (${perSecond('messaging_consumer_dead_letters_total')})`,
      },
    },
    {
      title: 'Parked, in retry',
      unit: 'short',
      says: 'Events behind one that is missing; events that are tried again.',
      shows: {
        '{{consumer}} parked': 'max by (consumer) (messaging_consumer_parked_events)',
        '{{consumer}} in retry': 'max by (consumer) (messaging_consumer_retrying)',
      },
    },
    {
      title: 'Parked for',
      unit: 's',
      says: 'The event that was parked first. An alert above 300 s.',
      shows: byConsumer('messaging_consumer_parked_oldest_seconds'),
    },
    {
      title: 'Projections behind',
      unit: 's',
      says: 'The oldest event that does not show yet, on its way or parked. An alert above 300 s.',
      shows: { '{{projection}}': 'max by (projection) (messaging_projection_lag_seconds)' },
    },
    {
      title: 'Paused, subscribers',
      unit: 'short',
      says: 'Paused by an operator: 1. Processes that get its messages.',
      shows: {
        '{{consumer}} paused': 'max by (consumer) (messaging_consumer_paused)',
        '{{consumer}} subscribers': 'max by (consumer) (messaging_consumer_subscribers)',
      },
    },
  ],
  "Operators' requests": [
    {
      title: 'Oldest that nobody works on',
      unit: 's',
      says: 'Redrives, discards, replays and rebuilds wait for a relay or a consumer process. An alert above 60 s.',
      shows: { '{{request}}': 'max by (request) (messaging_operator_requests_oldest_seconds)' },
    },
    {
      title: 'Under way, but failing',
      unit: 'short',
      says: 'Their last step failed; they try again.',
      shows: { '{{request}}': 'max by (request) (messaging_operator_requests_failing)' },
    },
  ],
  Sagas: [
    {
      title: 'Open',
      unit: 'short',
      says: 'Not ended, by state.',
      shows: { '{{state}}': 'sum by (state) (messaging_sagas_open)' },
    },
    {
      title: 'Stuck',
      unit: 'short',
      says: 'They wait for retry, skip or abort.',
      shows: { '{{saga_type}}': 'sum by (saga_type) (messaging_sagas_open{state="stuck"})' },
    },
    {
      title: 'Stuck for',
      unit: 's',
      says: 'The one that was stuck first.',
      shows: { oldest: 'max(messaging_sagas_stuck_oldest_seconds)' },
    },
    {
      title: 'Ended, got stuck',
      unit: 'ops',
      says: 'By outcome; where they got stuck.',
      shows: {
        '{{saga_type}} {{state}}': `sum by (saga_type, state) (${perSecond('messaging_sagas_ended_total')})`,
        '{{saga_type}} stuck at {{step}}': `sum by (saga_type, step) (${perSecond('messaging_sagas_stuck_total')})`,
      },
    },
  ],
  'Intake and API': [
    {
      title: 'Gateway events taken in',
      unit: 'ops',
      says: 'By kind.',
      shows: { '{{kind}}': `sum by (kind) (${perSecond('messaging_intake_events_total')})` },
    },
    {
      title: 'Not taken yet',
      unit: 'short',
      says: 'stored: nobody has taken it; waiting: for the message it is about.',
      shows: { '{{state}}': 'max by (state) (messaging_intake_open_events)' },
    },
    {
      title: 'Oldest not taken',
      unit: 's',
      says: 'An alert above 60 s.',
      shows: { oldest: 'max(messaging_intake_oldest_stored_seconds)' },
    },
    {
      title: 'What came of them',
      unit: 'ops',
      says: 'On the short path; sagas started by the API.',
      shows: {
        '{{kind}} {{outcome}}': `sum by (kind, outcome) (${perSecond('messaging_gateway_events_dispatched_total')})`,
        'saga {{outcome}}': `sum by (outcome) (${perSecond('messaging_intake_saga_starts_total')})`,
      },
    },
    {
      title: 'Webhook answered',
      unit: 's',
      says: 'The gateway waits for it.',
      shows: Object.fromEntries(
        [0.5, 0.95, 0.99].map((share) => [
          `p${share * 100}`,
          quantile(share, 'messaging_http_request_seconds', [], '{route=~"/v1/webhooks/.+"}'),
        ]),
      ),
    },
    {
      title: 'Requests by route, p99',
      unit: 's',
      says: 'All others.',
      shows: {
        '{{route}}': quantile(0.99, 'messaging_http_request_seconds', ['route'], '{route!~"/v1/webhooks/.+"}'),
      },
    },
    {
      title: 'Answers by status',
      unit: 'ops',
      says: '5xx on webhooks is an alert.',
      shows: { '{{status}}': `sum by (status) (${perSecond('messaging_http_request_seconds_count')})` },
    },
    {
      title: 'Open timeline streams',
      unit: 'short',
      says: 'Each is one connection.',
      shows: { '{{instance}}': 'messaging_http_open_streams' },
    },
  ],
  Processes: [
    {
      title: 'Answering',
      unit: 'bool_yes_no',
      says: 'As Prometheus sees them.',
      shows: { '{{job}} {{instance}}': 'up{job=~"messaging-.+"}' },
    },
    {
      title: 'Dependencies away',
      unit: 'short',
      says: 'Empty when all is well.',
      shows: { '{{process}} {{dependency}}': 'messaging_dependency_up == 0' },
    },
    {
      title: 'CPU',
      unit: 'percentunit',
      says: 'Of one core.',
      shows: { '{{process}} {{instance}}': perSecond('process_cpu_seconds_total{job=~"messaging-.+"}') },
    },
    {
      title: 'Event loop lag, p99',
      unit: 's',
      says: 'How long a process keeps everything else waiting.',
      shows: { '{{process}} {{instance}}': 'nodejs_eventloop_lag_p99_seconds{job=~"messaging-.+"}' },
    },
    {
      title: 'Connections to the database',
      unit: 'short',
      says: 'Of each pool: lent out, and who waits for one. Idle ones are open too.',
      shows: {
        '{{process}} {{pool}} {{state}}': 'sum by (process, pool, state) (messaging_database_pool_connections)',
        '{{process}} {{pool}} waiting': 'sum by (process, pool) (messaging_database_pool_waiting)',
      },
    },
    {
      title: 'Transactions run again',
      unit: 'ops',
      says: 'Another transaction was in the way. Many runs mean one thing that everybody changes.',
      shows: { '{{process}} run {{run}}': `sum by (process, run) (${perSecond('messaging_database_retries_total')})` },
    },
    {
      title: 'Memory',
      unit: 'bytes',
      says: 'Resident.',
      shows: { '{{process}} {{instance}}': 'process_resident_memory_bytes{job=~"messaging-.+"}' },
    },
  ],
};
