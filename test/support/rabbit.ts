// Looks into and cleans the test broker through its management API.

type Named = { name: string };

/** Calls the management API; `managementUrl` holds user and password. Answers the parsed body, undefined when there is none. */
export async function management<T>(
  managementUrl: string,
  method: string,
  resource: string,
  body?: unknown,
): Promise<T> {
  const { origin, username, password } = new URL(managementUrl);
  const response = await fetch(`${origin}/api/${resource}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok && response.status !== 404) {
    throw new Error(`RabbitMQ management: ${method} ${resource} answered ${response.status}: ${await response.text()}`);
  }
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

/** Deletes every queue and exchange whose name begins with `prefix`. */
export async function deleteByPrefix(managementUrl: string, prefix: string): Promise<void> {
  for (const kind of ['queues', 'exchanges']) {
    const rows = await management<Named[]>(managementUrl, 'GET', `${kind}/%2F?columns=name`);
    for (const { name } of rows.filter((row) => row.name.startsWith(prefix))) {
      await management(managementUrl, 'DELETE', `${kind}/%2F/${encodeURIComponent(name)}`);
    }
  }
}
