// The stage `folder rules`: who may import whom (.dependency-cruiser.cjs). Prints each breach with its reason.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { folderRuleBreaches, ruledFolders } from './checks/folder-rules.ts';
import { projectDir } from './stack/paths.ts';

process.chdir(projectDir);
const breaches = await folderRuleBreaches(ruledFolders.filter((folder) => existsSync(path.join(projectDir, folder))));
for (const breach of breaches) console.error(breach);
process.exitCode = breaches.length > 0 ? 1 : 0;
