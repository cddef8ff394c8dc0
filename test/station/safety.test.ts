/** Random lives of a whole station: whatever happens, energy flows only where it may, and the books balance at the end. */
import fc from 'fast-check';
import type { SimulatedFault } from '../../src/drivers/sim/faults';
import type { ConnectorSnapshot } from '../../src/drivers/sim/snapshot';
import { faults } from '../../src/station/faults';
import { audit } from '../../src/testing/ledger';
import { Rig } from '../support/rig';
import { runs } from '../support/soak';

type Step =
  | { do: 'plug'; connector: number; paused: boolean; maxCurrentA: number }
  | { do: 'charge'; connector: number; card: string }
  | { do: 'unplug'; connector: number }
  | { do: 'pause'; connector: number; paused: boolean }
  | { do: 'present'; card: string; side: 'right' | 'left' }
  | { do: 'call'; action: string; payload: Record<string, unknown> }
  | { do: 'remoteStop' }
  | { do: 'fault'; connector: number; kind: SimulatedFault }
  | { do: 'heal' }
  | { do: 'powerCut'; offMs: number }
  | { do: 'network'; up: boolean }
  | { do: 'verdict'; status: string }
  | { do: 'flush'; ms: number }
  | { do: 'wait'; ms: number };

const connector = fc.integer({ min: 1, max: 4 });
const flag = fc.boolean();
const step = <T extends Step['do']>(name: T, fields: object = {}) => fc.record({ do: fc.constant(name), ...fields });
const call = (action: string, payload: object) =>
  step('call', { action: fc.constant(action), payload: fc.record(payload as Record<string, fc.Arbitrary<unknown>>) });

const setting = fc.constantFrom(
  ['chargingStationMaxLimit', '0'],
  ['chargingStationMaxLimit', '20'],
  ['chargingStationMaxLimit', '64'],
  ['oCPPPlugAndCharge', 'true'],
  ['oCPPPlugAndCharge', 'false'],
  ['StopTransactionOnInvalidId', 'true'],
  ['StopTransactionOnEVSideDisconnect', 'false'],
  ['UnlockConnectorOnEVSideDisconnect', 'false'],
  ['ConnectionTimeOut', '10'],
);
const socketFaults: SimulatedFault[] = [
  'pilotShort',
  'pilotOpen',
  'diodeMissing',
  'proximityOpen',
  'lockJammed',
  'welded',
  'stuckOpen',
  'residualCurrent',
  'residualTestFails',
  'overCurrent',
  'overTemperature',
  'meterSilent',
];

const steps = fc.oneof(
  {
    weight: 8,
    arbitrary: step('plug', { connector, paused: fc.constant(false), maxCurrentA: fc.constantFrom(6, 16, 32) }),
  },
  { weight: 6, arbitrary: step('charge', { connector, card: fc.constantFrom('AAAA0001', 'BBBB0002') }) },
  { weight: 3, arbitrary: step('unplug', { connector }) },
  { weight: 2, arbitrary: step('pause', { connector, paused: flag }) },
  {
    weight: 8,
    arbitrary: step('present', {
      card: fc.constantFrom('AAAA0001', 'BBBB0002'),
      side: fc.constantFrom('right', 'left'),
    }),
  },
  { weight: 3, arbitrary: call('RemoteStartTransaction', { connectorId: connector, idTag: fc.constant('REMOTE') }) },
  { weight: 2, arbitrary: step('remoteStop') },
  { weight: 1, arbitrary: call('UnlockConnector', { connectorId: connector }) },
  {
    weight: 1,
    arbitrary: call('ChangeAvailability', {
      connectorId: fc.integer({ min: 0, max: 4 }),
      type: fc.constantFrom('Operative', 'Inoperative'),
    }),
  },
  { weight: 1, arbitrary: call('Reset', { type: fc.constantFrom('Soft', 'Hard') }) },
  {
    weight: 3,
    arbitrary: setting.map(([key, value]) => ({ do: 'call', action: 'ChangeConfiguration', payload: { key, value } })),
  },
  { weight: 4, arbitrary: step('fault', { connector, kind: fc.constantFrom(...socketFaults) }) },
  {
    weight: 1,
    arbitrary: step('fault', {
      connector: fc.constant(0),
      kind: fc.constantFrom('supplyLost', 'underVoltage'),
    }),
  },
  { weight: 3, arbitrary: step('heal') },
  { weight: 2, arbitrary: step('powerCut', { offMs: fc.integer({ min: 0, max: 5_000 }) }) },
  { weight: 2, arbitrary: step('network', { up: flag }) },
  { weight: 1, arbitrary: step('verdict', { status: fc.constantFrom('Accepted', 'Invalid') }) },
  { weight: 1, arbitrary: step('flush', { ms: fc.constantFrom(0, 20, 400) }) },
  { weight: 12, arbitrary: step('wait', { ms: fc.integer({ min: 1, max: 12_000 }) }) },
) as fc.Arbitrary<Step>;

/** A contactor that must open may be closed this long, in ms: IEC 61851-1 gives 100, a sample may be 50 late. */
const openWithinMs = 150;
/** A domestic outlet has no pilot, and its plug contact bounces: it gets as long as a plug must stay out. */
const domesticWithinMs = 400;
const sampleMs = 50;

/** How long each reason for an open contactor has held, looked at every 50 ms. */
class Watch {
  /** Samples in which a socket was live. */
  samplesLive = 0;
  private readonly since = new Map<string, number>();

  constructor(private readonly rig: Rig) {}

  look(): void {
    const { rig } = this;
    if (!rig.powered) return;
    const { connectors } = rig.world.snapshot();
    for (const c of connectors) {
      const live = c.contactorClosed && !c.faults.includes('welded');
      this.samplesLive += live ? 1 : 0;
      for (const [name, holds] of Object.entries(this.reasonsToOpen(c))) {
        this.judge(`connector ${c.connectorId}: ${name}`, holds && live, openWithinMs);
      }
      this.judge(`connector ${c.connectorId}: no plug`, c.mode === 'mode2' && !c.plugged && live, domesticWithinMs);
      if (live && !rig.durablyOpen(c.connectorId)) {
        throw new Error(`connector ${c.connectorId} is live without a durable transaction at ${rig.clock.now()}`);
      }
    }
    for (const side of ['right', 'left']) {
      const closed = connectors.filter((c) => c.side === side && c.contactorClosed);
      const two = closed.length > 1 && closed.some((c) => !c.faults.includes('welded'));
      this.judge(`two live sockets at the ${side}`, two, openWithinMs);
    }
  }

  private reasonsToOpen(c: ConnectorSnapshot): Record<string, boolean> {
    const { rig } = this;
    const facts = rig.running.station.config.connectors[c.connectorId - 1]?.socket;
    const reported = rig.running.station.state.connectors[c.connectorId - 1]?.report?.faults ?? [];
    const has = (...kinds: SimulatedFault[]) => kinds.some((kind) => c.faults.includes(kind));
    return {
      'no vehicle': c.mode === 'mode3' && !c.plugged,
      'vehicle does not ask': c.mode === 'mode3' && !c.s2Closed,
      'not locked': facts?.lock === true && !c.locked,
      'fault that opens at once': reported.some((id) => faults[id].reaction === 'openNow'),
      'pilot is gone': has('pilotShort', 'pilotOpen'),
      'residual current': has('residualCurrent'),
      'too hot': has('overTemperature'),
      'no supply': rig.world.snapshot().supply === 'lost',
    };
  }

  private judge(name: string, holds: boolean, withinMs: number): void {
    const now = this.rig.clock.now();
    if (!holds) {
      this.since.delete(name);
      return;
    }
    const since = this.since.get(name) ?? now;
    this.since.set(name, since);
    if (now - since > withinMs) throw new Error(`${name}, and live since ${now - since} ms at ${now}`);
  }
}

/** What cannot be done now is left out: a plug in a taken socket, a call without connection. */
async function perform(rig: Rig, s: Step): Promise<void> {
  switch (s.do) {
    case 'plug': {
      const { plugged, cableA, locked } = rig.truth(s.connector);
      if (plugged || (locked && cableA === null)) return;
      rig.plug(s.connector, { ev: { paused: s.paused, maxCurrentA: s.maxCurrentA } });
      return;
    }
    case 'charge':
      await perform(rig, { do: 'plug', connector: s.connector, paused: false, maxCurrentA: 16 });
      await rig.advance(500);
      rig.present(s.card, s.connector <= 2 ? 'right' : 'left');
      return;
    case 'unplug':
      if (rig.truth(s.connector).plugged) rig.unplug(s.connector);
      return;
    case 'pause':
      if (rig.truth(s.connector).plugged) rig.ev(s.connector, { paused: s.paused });
      return;
    case 'present':
      rig.present(s.card, s.side);
      return;
    case 'call':
      if (rig.central.connected) void rig.central.callRaw(s.action, s.payload);
      return;
    case 'remoteStop':
      if (!rig.central.connected) return;
      for (const transactionId of rig.central.transactions.keys()) {
        void rig.central.callRaw('RemoteStopTransaction', { transactionId });
      }
      return;
    case 'fault':
      bringAbout(rig, s);
      return;
    case 'heal':
      heal(rig);
      return;
    case 'powerCut':
      await rig.cutPower();
      await rig.advance(s.offMs);
      await rig.powerOn();
      return;
    case 'network':
      if (s.up) rig.central.up();
      else rig.central.down();
      return;
    case 'verdict':
      rig.central.answer('StartTransaction', () => ({
        transactionId: rig.central.nextTransactionId++,
        idTagInfo: { status: s.status },
      }));
      return;
    case 'flush':
      rig.flushMs = s.ms;
      return;
    case 'wait':
      return;
    default:
      s satisfies never;
  }
}

function bringAbout(rig: Rig, { connector: place, kind }: { connector: number; kind: SimulatedFault }): void {
  const mode3Only = ['pilotShort', 'pilotOpen', 'diodeMissing', 'proximityOpen', 'lockJammed'].includes(kind);
  if (mode3Only && rig.truth(place).mode === 'mode2') return;
  const present = place === 0 ? rig.world.snapshot().faults : rig.truth(place).faults;
  if ((kind === 'welded' && present.includes('stuckOpen')) || (kind === 'stuckOpen' && present.includes('welded')))
    return;
  // Energy through welded contacts, or past a silent meter, is in no book.
  if (kind === 'welded' || kind === 'meterSilent') rig.leakWh = Number.POSITIVE_INFINITY;
  rig.fault(place, kind);
}

function heal(rig: Rig): void {
  const snapshot = rig.world.snapshot();
  for (const kind of snapshot.faults) rig.fault(0, kind, false);
  for (const c of snapshot.connectors) for (const kind of c.faults) rig.fault(c.connectorId, kind, false);
}

/** Lives a life; returns how often a socket was found live, so that the rule is known to be tried. */
async function live(life: readonly Step[]): Promise<number> {
  const rig = await Rig.start({ config: { AllowOfflineTxForUnknownId: 'true', ConnectionTimeOut: '20' } });
  const watch = new Watch(rig);
  const wait = async (ms: number) => {
    for (let left = ms; left > 0; left -= sampleMs) {
      await rig.advance(Math.min(left, sampleMs));
      if (rig.restartedBy) await rig.restart();
      watch.look();
    }
  };
  for (const s of life) {
    await perform(rig, s);
    await wait(s.do === 'wait' ? s.ms : 100);
  }
  await rig.bringHome();
  audit(rig);
  return watch.samplesLive;
}

// fast-check prints the seed and the shortest life that it could find.
test('the safety rule holds at every instant of a random life, and the ledger balances at its end', async () => {
  let samplesLive = 0;
  const lives = fc.asyncProperty(fc.array(steps, { minLength: 20, maxLength: 60 }), async (life) => {
    samplesLive += await live(life);
  });
  await fc.assert(lives, { numRuns: runs(40) });
  expect(samplesLive).toBeGreaterThan(500);
});
