// Where the commands find database and broker: by the environment, else by the running stack.
import { ConfigError } from '../platform/config.ts';
import { runningStack } from './up/state-file.ts';

/** The value of a variable of the processes. */
export function settingOf(name: string): string | undefined {
  return process.env[name] || runningStack()?.environment[name];
}

/** The database as the role app_system. Throws ConfigError. */
export function systemUrl(): string {
  const url = settingOf('DATABASE_SYSTEM_URL');
  if (!url)
    throw new ConfigError('Set DATABASE_SYSTEM_URL to a connection of the role app_system, or run `npm start` first.');
  return url;
}
