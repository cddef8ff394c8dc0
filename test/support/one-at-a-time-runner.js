/** Jest's own runner with one worker: the tests on real time have the machine to themselves, one file after another. */
const { default: TestRunner } = require('jest-runner');

class OneAtATimeRunner extends TestRunner {
  constructor(globalConfig, context) {
    super({ ...globalConfig, maxWorkers: 1 }, context);
  }
}

// Jest takes the class itself.
module.exports = OneAtATimeRunner;
