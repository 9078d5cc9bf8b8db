// A process with the fault that a promise nobody waits for fails, on SIGUSR2: for the control of "no process ends by itself".
import { startHealthServer } from '../../platform/health-server.ts';
import { runProcess } from '../../platform/lifecycle.ts';

await runProcess('failing-process', async ({ config, log, metrics, readiness, onStop }) => {
  process.on('SIGUSR2', () => void Promise.reject(new Error('nobody waits for this')));
  const { METRICS_HOST: host, METRICS_PORT: port } = config;
  const health = await startHealthServer({ host, port, readiness, metrics, log });
  onStop('health server', health.close);
});
