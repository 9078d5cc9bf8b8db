// Gets programs out of Debian's packages without root and without installing them: download, unpack into a folder of ours.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { lastLine } from './missing-part.ts';
import { type RunResult, run, which } from './run.ts';

/** Empties `folder` and unpacks the packages into its `root`. Answers why it did not work, undefined when it did. */
export async function unpackDebianPackages(packages: readonly string[], folder: string): Promise<string | undefined> {
  if (!which('apt-get') || !which('dpkg-deb'))
    return 'it is not installed, and only Debian and Ubuntu packages can be unpacked here';
  rmSync(folder, { recursive: true, force: true });
  const downloads = path.join(folder, 'deb');
  mkdirSync(downloads, { recursive: true });
  let result = await download(packages, downloads, []);
  if (result.code !== 0) {
    // A fresh image has no package lists, or old ones, and perhaps no right to renew them: use lists of our own.
    const options = privateLists(folder);
    const update = await run('apt-get', [...options, 'update', '-qq'], { timeoutMs: 180_000 });
    result = update.code === 0 ? await download(packages, downloads, options) : update;
  }
  if (result.code !== 0) return `apt-get could not download it (${lastLine(result.stderr)})`;
  for (const name of readdirSync(downloads)) {
    const unpacked = await run('dpkg-deb', ['-x', path.join(downloads, name), path.join(folder, 'root')]);
    if (unpacked.code !== 0) return `dpkg-deb could not unpack ${name} (${lastLine(unpacked.stderr)})`;
  }
  rmSync(downloads, { recursive: true });
  return undefined;
}

function download(packages: readonly string[], folder: string, options: string[]): Promise<RunResult> {
  return run('apt-get', [...options, 'download', '-qq', ...packages], { cwd: folder, timeoutMs: 300_000 });
}

function privateLists(folder: string): string[] {
  const lists = path.join(folder, 'apt', 'lists');
  const archives = path.join(folder, 'apt', 'cache');
  mkdirSync(path.join(lists, 'partial'), { recursive: true });
  mkdirSync(path.join(archives, 'archives', 'partial'), { recursive: true });
  const settings = [
    `Dir::State::Lists=${lists}`,
    `Dir::Cache=${archives}`,
    `APT::Sandbox::User=${os.userInfo().username}`,
  ];
  return settings.flatMap((setting) => ['-o', setting]);
}
