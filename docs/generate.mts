/** `npm run docs`: prints what the code says into the pages, between their marks. */
import { writeFileSync } from 'node:fs';

import { printedPages } from './generator/pages.mts';

for (const { file, printed } of printedPages()) writeFileSync(file, printed);
