module.exports = {
	testEnvironment: 'node',
	testMatch: ['<rootDir>/test/**/*.test.mts'],
	// Minutes long: `npm run test:faults`.
	testPathIgnorePatterns: ['<rootDir>/test/faults/'],
	moduleFileExtensions: ['mts', 'ts', 'mjs', 'cjs', 'js', 'json'],
	transform: {
		'^.+\\.m?ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }],
	},
	modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.runtime/', '<rootDir>/.stryker-tmp/'],
	// A slow machine in full use takes ten times as long as a quick one.
	testTimeout: 30_000,
	setupFilesAfterEnv: ['<rootDir>/test/setup.mts'],
};
