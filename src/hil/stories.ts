/** The stories that a rig must be able to tell, the same in simulation, in a virtual machine and on hardware. */
import type { BoardConnector } from '../hal/connectors';
import type { Mishap } from '../hal/vehicle-emulator';
import { type HilBench, NotHere } from './storyteller';

export interface Story {
  name: string;
  /** Told for each outlet of this mode. */
  mode: 'mode3' | 'mode2';
  tell(bench: HilBench, connector: BoardConnector): Promise<void>;
}

const card = '04A1B2C3D4E5F6';
const otherCard = '04B1B2C3D4E5F6';
/** A second socket that would close its contactor has done so by then, in ms. */
const exclusion_ms = 3_000;

/** From a plugged vehicle and a card to a closed contactor. */
async function beginCharge(bench: HilBench, { connectorId, side }: BoardConnector): Promise<void> {
  await bench.deed({ do: 'plug', connectorId });
  await bench.status(connectorId, 'Preparing', 'SuspendedEV', 'SuspendedEVSE', 'Charging');
  await bench.cause({ do: 'present', uid: card, side }, [
    {
      what: 'start of the transaction',
      reached: () => openTransaction(bench, connectorId),
      measure: 'card to transaction',
    },
    bench.contactorIs(connectorId, 'closed', 'card to closed contactor'),
  ]);
}

function openTransaction(bench: HilBench, connectorId: number): boolean {
  const row = bench.ledger(connectorId);
  return row !== undefined && row.stop === undefined;
}

function isOpen(bench: HilBench, connectorId: number): boolean {
  return bench.report(connectorId)?.contactor === 'open';
}

async function stopped(bench: HilBench, connectorId: number, reason: string): Promise<void> {
  await bench.until('end of the transaction', () => bench.ledger(connectorId)?.stop !== undefined);
  const stop = bench.ledger(connectorId)?.stop;
  bench.check(`the reason is ${reason}, found ${stop?.reason}`, stop?.reason === reason);
}

async function leave(bench: HilBench, connectorId: number): Promise<void> {
  await bench.deed({ do: 'unplug', connectorId });
  await bench.status(connectorId, 'Available');
}

function chargeStory(mode: 'mode3' | 'mode2', name: string): Story {
  return {
    name,
    mode,
    async tell(bench, connector) {
      const { connectorId, side } = connector;
      await beginCharge(bench, connector);
      const from = bench.ledger(connectorId)?.meterStartWh ?? 0;
      if (bench.options.emulator.hasLoad) {
        const grown = () => (bench.report(connectorId)?.meter?.reading.energyWh ?? 0) > from + 2;
        await bench.until('energy flows', grown);
      }
      await bench.deed({ do: 'present', uid: card, side });
      await bench.contactor(connectorId, 'open');
      await stopped(bench, connectorId, 'Local');
      if (bench.options.emulator.hasLoad) {
        const meterWh = bench.ledger(connectorId)?.stop?.meterWh ?? 0;
        bench.check('the central system was told of the energy', meterWh > from);
      }
      await leave(bench, connectorId);
    },
  };
}

/** What a mishap must lead to on a charging connector, and that it passes. */
function mishapStory(name: string, mishap: Mishap, errorCode: string, opens: boolean, byHand = false): Story {
  return {
    name,
    mode: 'mode3',
    async tell(bench, connector) {
      const { connectorId } = connector;
      const cause = { do: 'mishap', mishap, connectorId, present: true } as const;
      if (!bench.options.emulator.can(cause)) throw new NotHere(`${bench.options.emulator.name} cannot: ${mishap}`);
      await beginCharge(bench, connector);
      const error = {
        what: `error ${errorCode}`,
        reached: () => bench.errorOf(connectorId) === errorCode,
        measure: `${mishap} to ${errorCode}`,
      };
      if (mishap === 'welded') {
        await bench.deed(cause);
        await bench.cause({ do: 'unplug', connectorId }, [{ ...error, measure: `unplugged to ${errorCode}` }]);
      } else {
        const open = bench.contactorIs(connectorId, 'open', `${mishap} to open contactor`);
        await bench.cause(cause, opens ? [error, open] : [error]);
      }
      await bench.deed({ ...cause, present: false });
      // A residual current that is gone, or contacts that open again, still wait for somebody to say so.
      if (byHand) {
        await bench.contactor(connectorId, 'open');
        bench.options.clearFaults();
      }
      await bench.until('the error passes', () => bench.errorOf(connectorId) === 'NoError');
      if (mishap !== 'welded') await bench.deed({ do: 'unplug', connectorId });
      await bench.status(connectorId, 'Available');
    },
  };
}

export const stories: readonly Story[] = [
  chargeStory('mode3', 'a whole charge in Mode 3'),
  chargeStory('mode2', 'a whole charge in Mode 2'),
  {
    name: 'the vehicle is unplugged under load',
    mode: 'mode3',
    async tell(bench, connector) {
      const { connectorId } = connector;
      await beginCharge(bench, connector);
      await bench.cause({ do: 'unplug', connectorId }, [
        bench.contactorIs(connectorId, 'open', 'unplugged to open contactor'),
        {
          what: 'the pilot shows no vehicle',
          reached: () => bench.report(connectorId)?.evConnected === false,
          measure: 'unplugged to a pilot without vehicle',
        },
      ]);
      bench.checkOpening(connectorId);
      await stopped(bench, connectorId, 'EVDisconnected');
      await bench.status(connectorId, 'Available');
    },
  },
  {
    name: 'the vehicle pauses and goes on',
    mode: 'mode3',
    async tell(bench, connector) {
      const { connectorId } = connector;
      await beginCharge(bench, connector);
      await bench.cause({ do: 'request', connectorId, energy: false }, [
        bench.contactorIs(connectorId, 'open', 'S2 opens to open contactor'),
      ]);
      bench.checkOpening(connectorId);
      await bench.status(connectorId, 'SuspendedEV');
      await bench.cause({ do: 'request', connectorId, energy: true }, [
        bench.contactorIs(connectorId, 'closed', 'S2 closes to closed contactor'),
      ]);
      await leave(bench, connectorId);
      await stopped(bench, connectorId, 'EVDisconnected');
    },
  },
  {
    name: 'the central system limits, pauses and stops a charge',
    mode: 'mode3',
    async tell(bench, connector) {
      const { connectorId } = connector;
      await beginCharge(bench, connector);
      const asked = bench.now;
      await limitTo(bench, connectorId, 10);
      await bench.until('an offer of 10 A', () => bench.report(connectorId)?.offeredA === 10);
      bench.measure('limit of 10 A to the duty of 10 A', bench.now - asked);
      await limitTo(bench, connectorId, 0);
      await bench.contactor(connectorId, 'open');
      await bench.status(connectorId, 'SuspendedEVSE');
      const { status } = await bench.call('ClearChargingProfile', { id: 1 });
      bench.check('the profile is cleared', status === 'Accepted');
      await bench.contactor(connectorId, 'closed');
      const transactionId = bench.ledger(connectorId)?.transactionId ?? 0;
      await bench.call('RemoteStopTransaction', { transactionId });
      await bench.contactor(connectorId, 'open');
      await stopped(bench, connectorId, 'Remote');
      await leave(bench, connectorId);
    },
  },
  {
    name: 'two sockets of one point exclude each other',
    mode: 'mode3',
    async tell(bench, t2s) {
      const domestic = bench.connectors.find((c) => c.pointIndex === t2s.pointIndex && c.socket.mode === 'mode2');
      if (!domestic) throw new NotHere('the point has one socket');
      await beginCharge(bench, t2s);
      bench.check('the other socket is not offered', bench.statusOf(domestic.connectorId) === 'Unavailable');
      const plug = { do: 'plug', connectorId: domestic.connectorId } as const;
      if (!bench.options.emulator.can(plug)) throw new NotHere('no second plug');
      await bench.deed(plug);
      const { status } = await bench.call('RemoteStartTransaction', {
        connectorId: domestic.connectorId,
        idTag: otherCard,
      });
      bench.check('a start there is refused', status === 'Rejected');
      await bench.stays('its contactor is open', exclusion_ms, () => isOpen(bench, domestic.connectorId));
      bench.check('the other charges on', bench.report(t2s.connectorId)?.contactor === 'closed');
      bench.check('no transaction began', !openTransaction(bench, domestic.connectorId));
      await bench.deed({ do: 'unplug', connectorId: domestic.connectorId });
      await leave(bench, t2s.connectorId);
      await bench.status(domestic.connectorId, 'Available');
    },
  },
  mishapStory('a welded contact', 'welded', 'PowerSwitchFailure', false, true),
  mishapStory('a residual current', 'residualCurrent', 'GroundFailure', true, true),
  mishapStory('a silent meter', 'meterSilent', 'PowerMeterFailure', true),
  mishapStory('a card reader that vanishes', 'readerGone', 'ReaderFailure', false),
  mishapStory('analogue inputs that are lost', 'i2cLost', 'EVCommunicationError', true),
];

async function limitTo(bench: HilBench, connectorId: number, limit: number): Promise<void> {
  const { status } = await bench.call('SetChargingProfile', {
    connectorId,
    csChargingProfiles: {
      chargingProfileId: 1,
      stackLevel: 1,
      chargingProfilePurpose: 'TxDefaultProfile',
      chargingProfileKind: 'Relative',
      chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit }] },
    },
  });
  bench.check(`the limit of ${limit} A is accepted`, status === 'Accepted');
}
