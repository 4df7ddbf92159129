/** Programs of the machine. */
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';

/** Where a command on the path really lies; nothing when there is none. */
export function commandPath(name: string): string | undefined {
	const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
	const found = folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
	return found === undefined ? undefined : realpathSync(found);
}
