const root = require('../jest.config.cjs');

module.exports = {
	rootDir: __dirname,
	testEnvironment: 'node',
	testMatch: ['<rootDir>/**/*.e2e.mts'],
	moduleFileExtensions: root.moduleFileExtensions,
	transform: root.transform,
	modulePathIgnorePatterns: ['<rootDir>/artefacts/'],
	globalSetup: '<rootDir>/support/setUp.cjs',
	globalTeardown: '<rootDir>/support/tearDown.cjs',
	testSequencer: '<rootDir>/support/sequencer.cjs',
	maxWorkers: 1,
	testTimeout: 120_000,
};
