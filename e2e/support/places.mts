import path from 'node:path';

import { findProjectDir } from '../../n8n/runtime.mts';

/** Screenshots and logs; not under version control. */
export const ARTEFACTS = path.join(findProjectDir(), 'e2e', 'artefacts');
