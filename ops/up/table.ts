// The short table at the end of `npm start`: where everything is and what to try next.
import type { StackState } from './state-file.ts';

/** The table's lines. */
export function readyTable({ addresses, demo }: Pick<StackState, 'addresses' | 'demo'>): string[] {
  const rows: [string, string | undefined][] = [
    ['API', addresses['api']],
    ['its docs page', addresses['docs']],
    ['Temporal UI', addresses['temporalUi']],
    ['RabbitMQ management', describeManagement(addresses['rabbitmqManagement'])],
    ['PostgreSQL', addresses['postgres']],
    ['AMQP', addresses['amqp']],
    ['Temporal', addresses['temporal']],
    ['API key', demo?.apiKey],
  ];
  return rows.flatMap(([name, value]) => (value ? [`  ${name.padEnd(20)} ${value}`] : []));
}

function describeManagement(url: string | undefined): string | undefined {
  if (!url) return undefined;
  const { origin, username, password } = new URL(url);
  return username ? `${origin}   user ${username}, password ${password}` : origin;
}
