const path = require('node:path');

const { default: Sequencer } = require('@jest/test-sequencer');

/** The flood of postbacks fills n8n's database, so it comes last. */
const ORDER = [
	'actions',
	'postbacks',
	'tables',
	'credentials',
	'examples',
	'agent',
	'browser',
	'ledgerInUse',
	'database',
	'queue',
	'flood',
];

const rankOf = (test) => ORDER.indexOf(path.basename(test.path).split('.')[0]);

module.exports = class extends Sequencer {
	sort(tests) {
		return [...tests].sort((one, other) => rankOf(one) - rankOf(other));
	}
};
