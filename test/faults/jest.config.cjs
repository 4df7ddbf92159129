const root = require('../../jest.config.cjs');

module.exports = { ...root, rootDir: '../..', testMatch: ['<rootDir>/test/faults/*.test.mts'], testPathIgnorePatterns: [] };
