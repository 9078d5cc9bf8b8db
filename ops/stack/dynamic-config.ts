// Reads temporal-config/dynamicconfig.yaml for the development server, which takes such settings as arguments only.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectDir } from './paths.ts';

/** The settings as `key=value`, in the file's order. Understands what that file uses: a key, then one unconditional value. */
export function dynamicConfig(
  text = readFileSync(path.join(projectDir, 'temporal-config', 'dynamicconfig.yaml'), 'utf8'),
): string[] {
  const settings: string[] = [];
  let key = '';
  for (const line of text.split('\n')) {
    if (/^\s*(#.*)?$/.test(line)) continue;
    const name = /^([\w.]+):\s*$/.exec(line)?.[1];
    const value = /^\s+- value: (\S+)\s*$/.exec(line)?.[1];
    if (name) key = name;
    else if (value && key) settings.push(`${key}=${value}`);
    else throw new Error(`temporal-config/dynamicconfig.yaml: this line is not understood: ${line}`);
  }
  return settings;
}
