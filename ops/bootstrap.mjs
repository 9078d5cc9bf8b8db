// Stands before every npm script: needs nothing but Node, installs the packages when they are missing or outdated, then runs the given file.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const project = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const modules = path.join(project, 'node_modules');
const stampFile = path.join(modules, '.stamp');

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 11)) {
  fail(
    `This needs Node 20.11 or newer; this is ${process.versions.node}. Install a newer one, for example from your package manager or with nvm.`,
  );
}
if (process.platform === 'win32') fail('This runs on Linux and macOS. On Windows use WSL.');

const [file, ...args] = process.argv.slice(2);
if (!file) fail('usage: node ops/bootstrap.mjs <file.ts> [arguments]');

readDotEnv();
installPackages();
// In this very process: signals and the exit code need no forwarding.
process.argv = [process.execPath, path.join(project, file), ...args];
await import(pathToFileURL(path.join(modules, 'tsx', 'dist', 'loader.mjs')).href);
await import(pathToFileURL(path.join(project, file)).href);

/** Variables of `.env`, where the environment doesn't set them. */
function readDotEnv() {
  const dotEnv = path.join(project, '.env');
  if (!existsSync(dotEnv)) return;
  for (const line of readFileSync(dotEnv, 'utf8').split('\n')) {
    const match = /^\s*(?:export\s+)?([A-Z_][A-Z0-9_]*)\s*=\s*(.*?)\s*$/.exec(line);
    if (match && process.env[match[1]] === undefined) process.env[match[1]] = match[2].replace(/^(['"])(.*)\1$/, '$2');
  }
}

function installPackages() {
  const lock = readFileSync(path.join(project, 'package-lock.json'), 'utf8');
  const stamp = createHash('sha256').update(lock).digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  if (!isInstalled(lock)) runNpm();
  writeStamp(stamp);
}

/** Whether what npm recorded in node_modules is what the lock asks for: then somebody has run `npm ci` or `npm install` already. */
function isInstalled(lock) {
  const record = path.join(modules, '.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  const production = process.env.NODE_ENV === 'production';
  return Object.entries(JSON.parse(lock).packages).every(
    ([name, row]) =>
      name === '' ||
      row.optional ||
      row.devOptional ||
      (row.dev && production) ||
      (row.peer && !installed[name]) ||
      (installed[name]?.version === row.version && existsSync(path.join(project, name))),
  );
}

function runNpm() {
  const started = performance.now();
  process.stdout.write('installing packages …\n');
  const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: project,
    encoding: 'utf8',
  });
  if (npm.error) fail(`npm could not be run (${npm.error.message}). Install npm, which comes with Node.`);
  if (npm.signal) process.exit(130);
  if (npm.status !== 0) {
    fail(
      `${npm.stdout}${npm.stderr}\n\`npm ci\` failed. Its output is above; node_modules is not usable until it succeeds.`,
    );
  }
  process.stdout.write(`installed packages in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
}

function writeStamp(stamp) {
  try {
    writeFileSync(stampFile, stamp);
  } catch {
    // node_modules belongs to somebody else: it is compared again next time
  }
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
