/** `npm run docs`: writes docs/errors.md from the messages in the source, and the tables of docs/output.md from the columns in the code. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { catalogueOf } from './generator/catalogue.mts';
import { withTables } from './generator/output.mts';
import { pageOf } from './generator/page.mts';

const folder = import.meta.dirname;
const output = join(folder, 'output.md');

writeFileSync(join(folder, 'errors.md'), pageOf(catalogueOf(join(folder, '..'))));
writeFileSync(output, withTables(readFileSync(output, 'utf8')));
