// The frame of every process: configuration, log, metrics and readiness in, an orderly stop out.
// Exit codes: 0 stopped when asked to, 1 failed or didn't stop in time, 2 unusable configuration.
import { type Config, ConfigError, loadConfig } from './config.ts';
import { createLogger, type Logger } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { createReadiness, measureReadiness, type Readiness } from './readiness.ts';

/** What a process's main function gets. */
export type ProcessContext = {
  config: Config;
  log: Logger;
  metrics: Metrics;
  readiness: Readiness;
  /** Registers how to stop something once it runs. Stops run one by one, the last registered first. */
  onStop(name: string, stop: () => Promise<void> | void): void;
};

/** `personalFields` and `context`: see log.ts. */
export type ProcessOptions = { personalFields?: readonly string[]; context?: () => object; stopWithinMs?: number };

type Main = (context: ProcessContext) => Promise<void>;

/** Runs a process until SIGTERM or SIGINT. Call it once, at the end of the process's file. */
export async function runProcess(name: string, main: Main, options: ProcessOptions = {}): Promise<void> {
  const config = configOrExit();
  const log = createLogger({
    name,
    level: config.LOG_LEVEL,
    personalFields: options.personalFields ?? [],
    ...(options.context === undefined ? {} : { context: options.context }),
  });
  const readiness = createReadiness();
  const stops = createStops(log);

  let stopping = false;
  async function stopAndExit(code: number): Promise<void> {
    if (stopping) return;
    stopping = true;
    readiness.stop();
    const withinMs = options.stopWithinMs ?? 10_000;
    setTimeout(() => {
      log.error({ withinMs, waitingFor: stops.current() }, 'not stopped in time');
      process.exit(1);
    }, withinMs);
    const clean = await stops.run();
    log.info('stopped');
    process.exit(code === 0 && !clean ? 1 : code);
  }

  function crash(kind: string, error: unknown): void {
    // The state is unknown: no orderly stop. Everything that matters is in transactions and is taken up again.
    log.fatal({ err: error }, kind);
    process.exit(1);
  }
  process.on('uncaughtException', (error) => crash('uncaught exception', error));
  process.on('unhandledRejection', (error) => crash('unhandled rejection', error));
  // A terminal sends the signal to the whole group and npm passes it on: a second one must not cut the stop short.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      log.info({ signal }, 'stopping');
      void stopAndExit(0);
    });
  }

  try {
    const metrics = createMetrics(name);
    measureReadiness(metrics, readiness);
    await main({ config, log, metrics, readiness, onStop: stops.add });
    if (!stopping) log.info('started');
  } catch (error) {
    // What breaks because we are already stopping is no failure.
    if (stopping) return log.warn({ err: error }, 'stopped while starting');
    if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
    else log.fatal({ err: error }, 'could not start');
    await stopAndExit(error instanceof ConfigError ? 2 : 1);
  }
}

function configOrExit(): Config {
  try {
    return loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}

function createStops(log: Logger) {
  const stops: { name: string; stop: () => Promise<void> | void }[] = [];
  let current = 'nothing';
  return {
    add(name: string, stop: () => Promise<void> | void): void {
      stops.push({ name, stop });
    },
    current: () => current,
    /** Also runs what is registered meanwhile, by a start that was under way. False if one failed. */
    async run(): Promise<boolean> {
      let clean = true;
      for (let next = stops.pop(); next !== undefined; next = stops.pop()) {
        current = next.name;
        try {
          await next.stop();
        } catch (error) {
          clean = false;
          log.error({ err: error, part: next.name }, 'could not be stopped cleanly');
        }
      }
      return clean;
    },
  };
}
