/**
 * Mutation testing of the code that decides who is believed and what an opt-out is: `npm run mutation`.
 * The mutants that survive, and why, stand in test/mutation-survivors.md.
 */
const UNITS = [
	'providers/vonage/{signature,webhookSignature}.ts',
	'providers/attentive/{auth,webhookSignature}.ts',
	'transport/codec/{xml,xmlCharacters,charset}.ts',
	'transport/inbound/{xmlBody,bodyText,rawBody,constantTimeEqual,ipAllowList}.ts',
	'consent/{keyword,eventKey,fieldText}.ts',
];

/** Quick tests only: a mutant that needs a property test or a whole n8n to die is one that a plain example should have killed. */
const TESTS = [
	'test/unit/codec/{xml,xmlCharacters,charset}.test.mts',
	'test/unit/inbound/{xmlBody,bodyText,rawBody,constantTimeEqual,ipAllowList,form,parameters,json,rejection}.test.mts',
	'test/unit/consent/{keyword,keywordRules,event,fieldText}.test.mts',
	'test/unit/vonage/{signature,webhookSignature}.test.mts',
	'test/unit/attentive/{auth,webhookSignature}.test.mts',
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
	ignorePatterns: ['/.git', '/.runtime', '/dist', '/e2e', '/bench', '/docs', '/fuzz', '/reports', '/n8n', '/sandbox', '/demo', '*.tgz'],
	tempDirName: '.stryker-tmp',
	reporters: ['clear-text', 'progress', 'json'],
	jsonReporter: { fileName: 'reports/mutation.json' },
	clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
	thresholds: { high: 95, low: 90, break: 90 },
};
