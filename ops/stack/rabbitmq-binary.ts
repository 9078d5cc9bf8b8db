// Finds RabbitMQ and Erlang: on PATH, in the distribution's folder, in the cache, else unpacks the distribution's packages there, without root.
import { existsSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { unpackDebianPackages } from './debian-packages.ts';
import { MissingPart } from './missing-part.ts';
import { cacheDir } from './paths.ts';
import { plainPath } from './plain-path.ts';
import { which } from './run.ts';
import type { Say } from './server.ts';

/** The folder of `rabbitmq-server`, and Erlang's folder of programs and of `epmd`. */
export type RabbitmqBinary = { sbin: string; erlangBin: string; epmd: string };

// A cache that several checkouts share through a link is one cache: else each would install it anew, under the others' feet.
const cache = path.join(plainPath(existsSync(cacheDir) ? realpathSync(cacheDir) : cacheDir), 'rabbitmq');
const root = path.join(cache, 'root');
const packages = [
  'rabbitmq-server',
  ...['base', 'asn1', 'crypto', 'eldap', 'ftp', 'inets', 'mnesia', 'os-mon', 'parsetools', 'public-key'].map(
    (name) => `erlang-${name}`,
  ),
  ...['runtime-tools', 'snmp', 'ssl', 'syntax-tools', 'tftp', 'tools', 'xmerl'].map((name) => `erlang-${name}`),
];

/** Where RabbitMQ is. Throws MissingPart. */
export async function rabbitmqBinary(say: Say): Promise<RabbitmqBinary> {
  const system = process.env['SERVERS_FROM'] === 'cache' ? undefined : onSystem();
  if (system) return system;
  // Erlang's launchers hold absolute paths: a cache that was moved is of no use.
  const stamp = path.join(cache, 'installed-at');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== cache) {
    say('getting RabbitMQ and Erlang');
    await install();
    writeFileSync(stamp, cache);
  }
  const cached = inFolder(sbinIn(path.join(root, 'usr/lib/rabbitmq/lib')), path.join(root, 'usr/lib/erlang'));
  if (!cached) throw missing('the unpacked packages lack rabbitmq-server or epmd');
  return cached;
}

function onSystem(): RabbitmqBinary | undefined {
  const erl = which('erl');
  if (!erl) return undefined;
  // `erl` is ERLANG/bin/erl, behind links.
  const erlang = path.dirname(path.dirname(erl));
  const server = which('rabbitmq-server');
  // Debian's rabbitmq-server on PATH is a wrapper for root only; the real one has rabbitmq-env beside it.
  const candidates = [server && path.dirname(server), sbinIn('/usr/lib/rabbitmq/lib')];
  for (const sbin of candidates) {
    const found = inFolder(sbin || undefined, erlang);
    if (found) return found;
  }
  return undefined;
}

function sbinIn(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const name = readdirSync(folder).find((entry) => entry.startsWith('rabbitmq_server-'));
  return name && path.join(folder, name, 'sbin');
}

function inFolder(sbin: string | undefined, erlang: string): RabbitmqBinary | undefined {
  if (!sbin || !existsSync(path.join(sbin, 'rabbitmq-env')) || !existsSync(erlang)) return undefined;
  const erts = readdirSync(erlang).find((entry) => entry.startsWith('erts-'));
  const epmd = erts && path.join(erlang, erts, 'bin', 'epmd');
  return epmd && existsSync(epmd) ? { sbin, erlangBin: path.join(erlang, 'bin'), epmd } : undefined;
}

async function install(): Promise<void> {
  const problem = await unpackDebianPackages(packages, cache);
  if (problem !== undefined) throw missing(problem);
  relocate(path.join(root, 'usr/lib/erlang'));
}

/** Debian writes /usr/lib/erlang into Erlang's launchers; they are pointed at the cache. */
function relocate(erlang: string): void {
  const erts = readdirSync(erlang).filter((entry) => entry.startsWith('erts-'));
  for (const folder of ['bin', ...erts.map((entry) => path.join(entry, 'bin'))]) {
    for (const name of readdirSync(path.join(erlang, folder))) {
      const file = path.join(erlang, folder, name);
      if (!statSync(file).isFile() || !readFileSync(file).subarray(0, 2).equals(Buffer.from('#!'))) continue;
      const text = readFileSync(file, 'utf8');
      if (text.includes('/usr/lib/erlang')) writeFileSync(file, text.replaceAll('/usr/lib/erlang', erlang));
    }
  }
}

function missing(why: string): MissingPart {
  return new MissingPart('RabbitMQ', why, [
    'set AMQP_URL to a running RabbitMQ 3.10 or newer (and AMQP_MANAGEMENT_URL to its management address)',
    'install it: apt-get install rabbitmq-server · dnf install rabbitmq-server · brew install rabbitmq',
    'with containers: docker compose -f ops/compose.yaml up -d, then see the addresses at its top',
  ]);
}
