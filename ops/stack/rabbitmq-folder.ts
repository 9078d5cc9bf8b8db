// The state folder of our RabbitMQ node: its configuration, cookie and environment. Nothing under the system's folders is read or written.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RabbitmqBinary } from './rabbitmq-binary.ts';

/** The ports of a node: clients, management, between nodes, and of its own port mapper. */
export type RabbitmqPorts = { amqp: number; management: number; distribution: number; epmd: number };

/** Writes the node's files and answers the environment to start it with. */
export function writeRabbitmqFolder(
  stateDir: string,
  nodeName: string,
  ports: RabbitmqPorts,
  password: string,
  binary: RabbitmqBinary,
): NodeJS.ProcessEnv {
  const inside = (name: string) => path.join(stateDir, name);
  for (const name of ['mnesia', 'log', 'home', 'schema']) mkdirSync(inside(name), { recursive: true });
  const cookie = inside('home/.erlang.cookie');
  if (!existsSync(cookie)) writeFileSync(cookie, randomBytes(20).toString('hex'), { mode: 0o400 });
  writeFileSync(inside('rabbitmq.conf'), configuration(ports, password), { mode: 0o600 });
  writeFileSync(inside('enabled_plugins'), '[rabbitmq_management].\n');
  writeFileSync(inside('rabbitmq-env.conf'), '');
  return {
    PATH: [binary.erlangBin, process.env['PATH']].join(path.delimiter),
    HOME: inside('home'),
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    RABBITMQ_NODENAME: nodeName,
    RABBITMQ_USE_LONGNAME: 'false',
    RABBITMQ_BASE: stateDir,
    RABBITMQ_MNESIA_BASE: inside('mnesia'),
    RABBITMQ_LOG_BASE: inside('log'),
    RABBITMQ_CONFIG_FILE: inside('rabbitmq.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: inside('advanced.config'),
    RABBITMQ_CONF_ENV_FILE: inside('rabbitmq-env.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: inside('enabled_plugins'),
    RABBITMQ_GENERATED_CONFIG_DIR: inside('schema'),
    RABBITMQ_FEATURE_FLAGS_FILE: inside('feature_flags'),
    RABBITMQ_PID_FILE: inside('rabbit.pid'),
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(ports.amqp),
    RABBITMQ_DIST_PORT: String(ports.distribution),
    // A crash dump is of no use here and would land in the project's folder.
    ERL_CRASH_DUMP_SECONDS: '0',
    ERL_EPMD_PORT: String(ports.epmd),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    // Idle schedulers sleep at once: on a small machine their spinning would cost more than it saves.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS:
      '-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none',
    RABBITMQ_CTL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
  };
}

function configuration(ports: RabbitmqPorts, password: string): string {
  const lines = [
    `listeners.tcp.1 = 127.0.0.1:${ports.amqp}`,
    'management.tcp.ip = 127.0.0.1',
    `management.tcp.port = ${ports.management}`,
    'loopback_users = none',
    'log.console = true',
    'log.console.level = warning',
    'log.file = false',
    'vm_memory_high_watermark.absolute = 512MB',
    // What quorum queues have written stays in memory until their log is this large: 512 MB by default, and then nobody may publish any more.
    'raft.wal_max_size_bytes = 67108864',
    'disk_free_limit.absolute = 50MB',
    'default_user = app',
    `default_pass = ${password}`,
    'default_vhost = /',
    'collect_statistics_interval = 2000',
  ];
  return `${lines.join('\n')}\n`;
}
