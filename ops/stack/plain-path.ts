// A path without blanks for programs that can't cope with them (RabbitMQ's shell scripts): the folder itself, or a link to it.
import { lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { folderKey } from './paths.ts';

/** `folder`, or the path of a link to it in a folder of ours in the system's place for temporary files. The folder need not exist. */
export function plainPath(folder: string): string {
  if (/^[\w./@%+-]+$/.test(folder)) return folder;
  const base = path.join(os.tmpdir(), `messaging-sagas-${os.userInfo().uid}`);
  mkdirSync(base, { recursive: true, mode: 0o700 });
  const owner = lstatSync(base);
  if (!owner.isDirectory() || owner.uid !== os.userInfo().uid) {
    throw new Error(
      `${base} belongs to somebody else: delete it, or move the project to a folder without blanks in its path.`,
    );
  }
  const link = path.join(base, folderKey(folder));
  if (targetOf(link) !== folder) {
    rmSync(link, { force: true });
    symlinkSync(folder, link);
  }
  return link;
}

function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}
