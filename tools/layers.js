/** The directions of the house: drivers → hal ← station ← ocpp ← web; main and rig join them, cli calls these. No cycles. */
const rooms = (from, to) => ({
  name: `${from}-stays-in-its-layer`,
  severity: 'error',
  from: { path: `^src/${from}/` },
  to: { path: '^src/', pathNot: [`^src/${from}/`, ...to.map((room) => `^src/${room}/`)] },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    rooms('hal', []),
    rooms('drivers', ['hal']),
    rooms('station', ['hal']),
    rooms('safety', ['hal', 'station']),
    rooms('release', ['hal']),
    rooms('ocpp', ['hal', 'station']),
    rooms('web', ['hal', 'station', 'ocpp']),
    {
      name: 'main-only-from-cli',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(cli/|rig/|main)' },
      to: { path: '^src/(main|cli/|rig/)' },
    },
    {
      name: 'native-packages-only-in-pi-drivers',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/drivers/pi/' },
      to: { path: 'node_modules/(onoff|i2c-bus|spi-device|mfrc522-rpi|serialport)' },
    },
    {
      name: 'station-is-pure',
      comment: 'No clock, random, environment, file or network in the station',
      severity: 'error',
      from: { path: '^src/station/' },
      to: { dependencyTypes: ['core', 'npm'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js'] },
  },
};
