/** Loaded before the program that is measured: asked over the channel to its parent, it tells what is left after a collection. */
const { isMainThread } = require('node:worker_threads');

if (isMainThread) {
  process.on('message', () => {
    globalThis.gc();
    process.send(process.memoryUsage());
  });
  // Asking keeps no program alive that has ended.
  process.channel.unref();
}
