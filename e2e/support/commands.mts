/** Programs of the machine. */
import { existsSync } from 'node:fs';
import path from 'node:path';

/** Where a command on the path lies; nothing when there is none. */
export function commandPath(name: string): string | undefined {
	const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
	return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}
