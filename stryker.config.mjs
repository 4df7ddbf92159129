/**
 * Mutation testing of the code that decides who is believed and what an opt-out is: `npm run mutation`.
 * The mutants that survive, and why, stand in test/mutation-survivors.md.
 */
const UNITS = [
	'providers/vonage/signature.ts',
	'providers/attentive/signature.ts',
	'transport/xml.ts',
	'transport/flatXml.ts',
	'transport/xmlCharacters.ts',
	'transport/xmlBody.ts',
	'transport/charset.ts',
	'transport/receive.ts',
	'transport/secret.ts',
	'transport/allowList.ts',
	'consent/keyword.ts',
	'consent/eventKey.ts',
];

/** Quick tests only: a mutant that needs a property test or a whole n8n to die is one that a plain example should have killed. */
const TESTS = [
	'test/unit/transport/{xml,flatXml,xmlRules,receive,bodyRules,charsetRules,addressRules}.test.mts',
	'test/unit/consent/{keyword,keywordRules,event}.test.mts',
	'test/unit/vonage/{signature,signatureRules}.test.mts',
	'test/unit/attentive/{signature,signatureRules}.test.mts',
];

export default {
	mutate: UNITS,
	testRunner: 'jest',
	jest: {
		projectType: 'custom',
		configFile: 'jest.config.cjs',
		config: { testMatch: TESTS.map((pattern) => `<rootDir>/${pattern}`) },
		enableFindRelatedTests: false,
	},
	coverageAnalysis: 'perTest',
	concurrency: 2,
	timeoutMS: 10_000,
	ignorePatterns: ['/.git', '/.runtime', '/dist', '/e2e', '/bench', '/docs', '/fuzz', '/reports', '/sandbox', '*.tgz'],
	tempDirName: '.stryker-tmp',
	reporters: ['clear-text', 'progress', 'json'],
	jsonReporter: { fileName: 'reports/mutation.json' },
	clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
	thresholds: { high: 95, low: 90, break: 90 },
};
