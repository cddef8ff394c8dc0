/**
 * The directions of the house: hal ← drivers, hal ← station ← ocpp; main joins them; control is what one may do to a station,
 * web serves it; rig and simulator stand on main and offer both, hil on both compositions, cli on all. Families of drivers
 * do not know each other. No cycles.
 */
const roomsOf = {
  hal: [],
  drivers: ['hal'],
  station: ['hal'],
  ocpp: ['hal', 'station'],
  safety: ['hal', 'station'],
  release: ['hal'],
  local: ['hal', 'station'],
  diagnostics: ['hal', 'station', 'ocpp', 'local'],
  main: ['hal', 'drivers/store', 'station', 'ocpp', 'local', 'diagnostics'],
  control: ['hal', 'station', 'ocpp', 'local', 'diagnostics', 'main'],
  csms: ['hal', 'ocpp'],
  testing: ['hal', 'drivers/clock', 'drivers/sim', 'drivers/mock', 'drivers/store', 'station', 'ocpp', 'main'],
  web: ['hal', 'station', 'ocpp', 'local', 'diagnostics', 'control'],
  terminal: ['hal', 'station', 'ocpp'],
  rig: ['hal', 'drivers', 'station', 'ocpp', 'safety', 'release', 'diagnostics', 'main', 'control', 'web', 'terminal'],
  simulator: [
    ...[
      'hal',
      'drivers/sim',
      'drivers/clock',
      'drivers/store',
      'drivers/transfer',
      'drivers/machine',
      'station',
      'ocpp',
      'release',
      'diagnostics',
      'main',
    ],
    ...['control', 'web', 'csms', 'terminal', 'testing'],
  ],
  library: [
    'hal',
    'drivers/clock',
    'drivers/mock',
    'drivers/sim',
    'drivers/store',
    'station',
    'ocpp',
    'main',
    'simulator',
    'testing',
  ],
  hil: ['hal', 'drivers', 'station', 'ocpp', 'safety', 'main', 'rig', 'csms', 'terminal'],
};
const families = ['sim', 'mock', 'pi', 'store', 'clock', 'transfer', 'machine'];

const place = (room) => (room === 'main' ? '^src/main\\.ts$' : `^src/${room}/`);

const rooms = Object.entries(roomsOf).map(([room, others]) => ({
  name: `${room}-stays-in-its-layer`,
  severity: 'error',
  from: { path: place(room) },
  to: { path: '^src/', pathNot: [place(room), ...others.map(place)] },
}));

const driverFamilies = families.map((family) => ({
  name: `drivers-${family}-knows-no-other-family`,
  severity: 'error',
  from: { path: `^src/drivers/${family}/` },
  to: { path: '^src/drivers/', pathNot: `^src/drivers/${family}/` },
}));

/** Rooms within a room: the link knows no message, messages know nothing but what a protocol is to the link. */
const innerRooms = [
  { room: 'ocpp/link', others: ['^src/hal/'] },
  { room: 'ocpp/messages', others: ['^src/ocpp/link/protocol\\.ts$'] },
].map(({ room, others }) => ({
  name: `${room.replace('/', '-')}-stays-by-itself`,
  severity: 'error',
  from: { path: place(room) },
  to: { path: '^src/', pathNot: [place(room), ...others] },
}));

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    ...rooms,
    ...innerRooms,
    ...driverFamilies,
    {
      name: 'every-file-has-a-room',
      comment: 'A new folder of src/ gets a row in this table first',
      severity: 'error',
      from: { path: '^src/', pathNot: [...Object.keys(roomsOf).map(place), '^src/cli/'] },
      to: {},
    },
    {
      name: 'every-driver-has-a-family',
      severity: 'error',
      from: { path: '^src/drivers/', pathNot: families.map((family) => `^src/drivers/${family}/`) },
      to: {},
    },
    {
      name: 'rig-by-hand-only-in-its-thread',
      comment: 'What works the parts of a rig from a browser is served by `greenup rig --arm` alone, and by no station',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/rig/page-thread\\.ts$', '^src/web/rig-'] },
      to: { path: '^src/web/rig-' },
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
    {
      name: 'station-rules-know-no-shell',
      comment: 'Rules and machines are pure; what joins them to parts, clock and store stands on them',
      severity: 'error',
      from: { path: '^src/station/', pathNot: '^src/station/shell/' },
      to: { path: '^src/station/shell/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js'] },
  },
};
