const project = (name, options = {}) => ({
	displayName: name,
	testEnvironment: 'node',
	testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
	modulePathIgnorePatterns: ['<rootDir>/test/n8n-host'],
	transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/test/tsconfig.json' }] },
	...options,
});

module.exports = {
	// Only ends a test that hangs: a busy machine must fail none.
	testTimeout: 60_000,
	projects: [
		project('unit'),
		project('integration'),
		project('property'),
		project('e2e', { globalSetup: '<rootDir>/test/e2e/globalSetup.ts' }),
		project('engines', { globalSetup: '<rootDir>/test/engines/globalSetup.ts' }),
	],
};
