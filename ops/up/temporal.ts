// Gets a Temporal namespace ready for our workflows, with the connection settings of the program's own processes.
import { loadConfig } from '../../platform/config.ts';
import { connectTemporal } from '../../platform/temporal.ts';
import { registerSearchAttributes } from '../../temporal-config/namespace.ts';
import { ensureSchedules } from '../../temporal-config/schedules.ts';

/** Registers search attributes and schedules; answers what was added and which schedules there are. */
export async function prepareNamespace(
  environment: Record<string, string>,
): Promise<{ added: string[]; schedules: string[] }> {
  const config = loadConfig({ ...process.env, ...environment });
  const { client, connection, close } = await connectTemporal(config);
  try {
    const added = await registerSearchAttributes(connection, config.TEMPORAL_NAMESPACE);
    const schedules = await ensureSchedules(client, { taskQueue: config.TEMPORAL_TASK_QUEUE });
    return { added, schedules };
  } finally {
    await close();
  }
}
