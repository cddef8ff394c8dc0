/** Energy that nobody counts: a register that stands still, or a meter without voltage, while a vehicle charges. */
import type { Board } from '../../src/hal/board';
import type { MeterReading, StationParts } from '../../src/hal/parts';
import { closeTheBooks, doubleBoard, Rig, type RigOptions } from '../support/rig';

afterEach(closeTheBooks);

/** Parts whose meters show something else than is true. */
function lying(lie: () => Partial<MeterReading>): Pick<RigOptions, 'parts'> {
  const lyingParts = (own: StationParts): StationParts => ({
    ...own,
    points: own.points.map((point) => ({
      ...point,
      sockets: point.sockets.map((socket) => ({
        ...socket,
        meter: { read: async () => ({ ...(await socket.meter.read()), ...lie() }) },
      })),
    })),
  });
  return { parts: lyingParts };
}

function behindContactor(): Board {
  const board = doubleBoard();
  const points = board.points.map((point) => ({
    ...point,
    sockets: point.sockets.map((socket) => ({ ...socket, meterBehindContactor: true })),
  }));
  return { ...board, points };
}

test('an hour at 11 kW with a register that stands still is told as PowerMeterFailure; the charge goes on', async () => {
  let lie: Partial<MeterReading> = {};
  const rig = await Rig.start(lying(() => lie));
  await rig.charge(1);
  lie = { energyWh: rig.truth(1).energyWh };
  const match = { connectorId: 1, errorCode: 'PowerMeterFailure' };
  const warned = await rig.expectCall('StatusNotification', match, 3_600_000);
  expect(warned.payload).toMatchObject({ status: 'Charging', info: 'Meter does not count what flows' });
  expect(rig.truth(1).contactorClosed).toBe(true);
  lie = {};
  await rig.expectCall('StatusNotification', { connectorId: 1, status: 'Charging', errorCode: 'NoError' }, 3_600_000);
  expect(rig.central.calls('StopTransaction')).toEqual([]);
});

test('ten minutes of 0 V behind closed contacts are told as OtherError, where the board says that the meter sits there', async () => {
  let lie: Partial<MeterReading> = {};
  const rig = await Rig.start({ board: behindContactor(), ...lying(() => lie) });
  const voltages = () => rig.running.station.state.connectors[0]?.report?.meter?.reading.voltageV;
  await rig.advance(10_000);
  expect(voltages()).toEqual([0, 0, 0]);
  await rig.charge(1);
  await rig.expectNone('StatusNotification', 600_000);
  expect(voltages()).toEqual([230, 230, 230]);
  lie = { voltageV: [0, 0, 0] };
  const match = { connectorId: 1, errorCode: 'OtherError' };
  const warned = await rig.expectCall('StatusNotification', match, 600_000);
  expect(warned.payload).toMatchObject({ status: 'Charging', info: 'No voltage behind closed contacts' });
  lie = {};
  await rig.expectCall('StatusNotification', { connectorId: 1, status: 'Charging', errorCode: 'NoError' });
});
