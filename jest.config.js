/** Tests mirror src; everything runs under a virtual clock except what needs real sockets or processes. */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  cacheDirectory: 'node_modules/.cache/jest',
  maxWorkers: 2,
};
