import type { N8nPlace } from './n8n/command.mts';
import type { PackedPackage } from './package.mts';

/** What every measure needs to know. */
export interface Bench {
	place: N8nPlace;
	/** The package, unpacked. */
	package: PackedPackage;
	/** The checkout. */
	projectDir: string;
	/** Fewer rounds, smaller lists. */
	quick: boolean;
	/** Says one line of progress. */
	say(line: string): void;
}
