// The yardstick's worker: a process of its own, like the product's. Task queue from the command line.
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { loadConfig } from '../../../platform/config.ts';
import { connectWorkerTransport, dataConverter } from '../../../platform/temporal.ts';

const [taskQueue = 'trivial'] = process.argv.slice(2);
const config = loadConfig();
const connection = await connectWorkerTransport(config);
const worker = await Worker.create({
  connection,
  namespace: config.TEMPORAL_NAMESPACE,
  taskQueue,
  workflowsPath: fileURLToPath(new URL('./trivial-workflow.ts', import.meta.url)),
  activities: { answer: async () => 42 },
  dataConverter: dataConverter(config),
});
process.on('SIGTERM', () => worker.shutdown());
await worker.run();
await connection.close();
