/** Node.js as tests have it, but with one class of errors: packages that ask `instanceof Error` know those of sockets, too. */
const { TestEnvironment } = require('jest-environment-node');

module.exports = class OneRealmEnvironment extends TestEnvironment {
  constructor(...given) {
    super(...given);
    this.global.Error = Error;
  }
};
