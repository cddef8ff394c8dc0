/** Tests mirror src: `virtual` ones have a clock of their own and run side by side, `real-time` ones run alone afterwards. */

/**
 * Handed to each module as parameters: in the context that a test file has, a look at a global costs more than most of what
 * is done with it. `Date` and timers are not among them, for tests replace them.
 */
const fastGlobals = [
  'Array',
  'Boolean',
  'Error',
  'Infinity',
  'JSON',
  'Map',
  'Math',
  'Number',
  'Object',
  'Promise',
  'Reflect',
  'RegExp',
  'Set',
  'String',
  'Symbol',
  'TypeError',
  'Uint8Array',
  'WeakMap',
  'WeakSet',
  'structuredClone',
];

const common = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  cacheDirectory: 'node_modules/.cache/jest',
  runtime: '<rootDir>/test/support/frugal-runtime.js',
  sandboxInjectedGlobals: fastGlobals,
};

module.exports = {
  maxWorkers: 2,
  globalSetup: '<rootDir>/test/support/scratch.js',
  // Only ends a test that hangs: on a machine with much else to do, what takes 10 s takes minutes.
  testTimeout: 300_000,
  projects: [
    {
      ...common,
      displayName: 'virtual',
      testMatch: ['**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '\\.real-time\\.test\\.ts$'],
    },
    {
      ...common,
      displayName: 'real-time',
      testMatch: ['**/*.real-time.test.ts'],
      runner: '<rootDir>/test/support/one-at-a-time-runner.js',
    },
  ],
};
