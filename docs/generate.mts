/** `npx tsx docs/generate.mts`: writes docs/errors.md from the messages in the source. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { catalogueOf } from './generator/catalogue.mts';
import { pageOf } from './generator/page.mts';

const folder = import.meta.dirname;

writeFileSync(join(folder, 'errors.md'), pageOf(catalogueOf(join(folder, '..'))));
