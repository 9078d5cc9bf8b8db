// The workflow bundle, built once and kept in .cache by the hash of its sources: a worker starts in a third of a second instead of two.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import type { Config } from '../../platform/config.ts';
import { dataConverter } from '../../platform/temporal.ts';

const root = new URL('../../', import.meta.url);
const workflowsFolder = new URL('workflows/', root);
const cacheFolder = new URL('.cache/workflow-bundles/', root);
/** What else the bundle is made of. */
const otherSources = [
  'package-lock.json',
  'platform/crypto/failure-converter.ts',
  'workers/temporal/workflow-bundle.ts',
];

/** What this process builds: its workers ask at the same time. */
const building = new Map<string, Promise<string>>();

/** The path of a bundle of the current workflow code; builds it when the sources changed. */
export async function workflowBundlePath(config: Config): Promise<string> {
  const file = new URL(`${await hashOfSources()}.cjs`, cacheFolder);
  const known = building.get(file.href) ?? build(config, file);
  building.set(file.href, known);
  return known;
}

async function build(config: Config, file: URL): Promise<string> {
  const path = fileURLToPath(file);
  if (
    await readFile(file).then(
      () => true,
      () => false,
    )
  )
    return path;
  const { code } = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('index.ts', workflowsFolder)),
    workflowInterceptorModules: [fileURLToPath(new URL('interceptors.ts', workflowsFolder))],
    failureConverterPath: dataConverter(config).failureConverterPath ?? '',
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} },
  });
  await mkdir(cacheFolder, { recursive: true });
  // Another worker may build the same at the same time: whole or not there.
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, code);
  await rename(temporary, path);
  return path;
}

async function hashOfSources(): Promise<string> {
  const names = (await readdir(workflowsFolder)).filter((name) => name.endsWith('.ts')).sort();
  const hash = createHash('sha256');
  for (const url of [
    ...names.map((name) => new URL(name, workflowsFolder)),
    ...otherSources.map((name) => new URL(name, root)),
  ]) {
    hash
      .update(url.pathname.slice(root.pathname.length))
      .update('\0')
      .update(await readFile(url));
  }
  return hash.digest('hex').slice(0, 32);
}
