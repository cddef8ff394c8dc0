/** The stories that a rig must be able to tell, the same in simulation, in a virtual machine and on hardware. */
import type { BoardConnector } from '../hal/connectors';
import type { Mishap } from '../hal/vehicle-emulator';
import { NotHere, type Storyteller } from './storyteller';

export interface HilStory {
  name: string;
  /** Told for each outlet of this mode. */
  mode: 'mode3' | 'mode2';
  tell(storyteller: Storyteller, connector: BoardConnector): Promise<void>;
}

const card = '04A1B2C3D4E5F6';
const otherCard = '04B1B2C3D4E5F6';
/** A second socket that would close its contactor has done so by then, in ms. */
const exclusionMs = 3_000;

/** From a plugged vehicle and a card to a closed contactor. */
async function beginCharge(storyteller: Storyteller, { connectorId, side }: BoardConnector): Promise<void> {
  await storyteller.deed({ do: 'plug', connectorId });
  await storyteller.status(connectorId, 'Preparing', 'SuspendedEV', 'SuspendedEVSE', 'Charging');
  await storyteller.cause({ do: 'present', uid: card, side }, [
    {
      what: 'start of the transaction',
      reached: () => openTransaction(storyteller, connectorId),
      measure: 'card to transaction',
    },
    storyteller.contactorIs(connectorId, 'closed', 'card to closed contactor'),
  ]);
}

function openTransaction(storyteller: Storyteller, connectorId: number): boolean {
  const row = storyteller.ledger(connectorId);
  return row !== undefined && row.stop === undefined;
}

function isOpen(storyteller: Storyteller, connectorId: number): boolean {
  return storyteller.report(connectorId)?.contactor === 'open';
}

async function stopped(storyteller: Storyteller, connectorId: number, reason: string): Promise<void> {
  await storyteller.until('end of the transaction', () => storyteller.ledger(connectorId)?.stop !== undefined);
  const stop = storyteller.ledger(connectorId)?.stop;
  storyteller.check(`the reason is ${reason}, found ${stop?.reason}`, stop?.reason === reason);
}

async function leave(storyteller: Storyteller, connectorId: number): Promise<void> {
  await storyteller.deed({ do: 'unplug', connectorId });
  await storyteller.status(connectorId, 'Available');
}

function chargeStory(mode: 'mode3' | 'mode2', name: string): HilStory {
  return {
    name,
    mode,
    async tell(storyteller, connector) {
      const { connectorId, side } = connector;
      await beginCharge(storyteller, connector);
      const from = storyteller.ledger(connectorId)?.meterStartWh ?? 0;
      if (storyteller.options.emulator.hasLoad) {
        const grown = () => (storyteller.report(connectorId)?.meter?.reading.energyWh ?? 0) > from + 2;
        await storyteller.until('energy flows', grown);
      }
      await storyteller.deed({ do: 'present', uid: card, side });
      await storyteller.contactor(connectorId, 'open');
      await stopped(storyteller, connectorId, 'Local');
      if (storyteller.options.emulator.hasLoad) {
        const meterWh = storyteller.ledger(connectorId)?.stop?.meterWh ?? 0;
        storyteller.check('the central system was told of the energy', meterWh > from);
      }
      await leave(storyteller, connectorId);
    },
  };
}

/** What a mishap must lead to on a charging connector, and that it passes. */
function mishapStory(name: string, mishap: Mishap, errorCode: string, opens: boolean, byHand = false): HilStory {
  return {
    name,
    mode: 'mode3',
    async tell(storyteller, connector) {
      const { connectorId } = connector;
      const cause = { do: 'mishap', mishap, connectorId, present: true } as const;
      if (!storyteller.options.emulator.can(cause))
        throw new NotHere(`${storyteller.options.emulator.name} cannot: ${mishap}`);
      await beginCharge(storyteller, connector);
      const error = {
        what: `error ${errorCode}`,
        reached: () => storyteller.errorOf(connectorId) === errorCode,
        measure: `${mishap} to ${errorCode}`,
      };
      if (mishap === 'welded') {
        await storyteller.deed(cause);
        await storyteller.cause({ do: 'unplug', connectorId }, [{ ...error, measure: `unplugged to ${errorCode}` }]);
      } else {
        const open = storyteller.contactorIs(connectorId, 'open', `${mishap} to open contactor`);
        await storyteller.cause(cause, opens ? [error, open] : [error]);
      }
      await storyteller.deed({ ...cause, present: false });
      // A residual current that is gone, or contacts that open again, still wait for somebody to say so.
      if (byHand) {
        await storyteller.contactor(connectorId, 'open');
        storyteller.options.clearFaults();
      }
      await storyteller.until('the error passes', () => storyteller.errorOf(connectorId) === 'NoError');
      if (mishap !== 'welded') await storyteller.deed({ do: 'unplug', connectorId });
      await storyteller.status(connectorId, 'Available');
    },
  };
}

/** Long enough for two samples and the grace of the contacts, and over before the opened contactor could look welded. */
const contactFlickerMs = 150;
/** Less than the half second for which the switch of a bolt may be elsewhere. */
const boltFlickerMs = 200;
/** A contactor that is let go of because of a flicker is open by then, in ms. */
const afterFlickerMs = 2_000;

export const stories: readonly HilStory[] = [
  chargeStory('mode3', 'a whole charge in Mode 3'),
  chargeStory('mode2', 'a whole charge in Mode 2'),
  {
    name: 'the vehicle is unplugged under load',
    mode: 'mode3',
    async tell(storyteller, connector) {
      const { connectorId } = connector;
      await beginCharge(storyteller, connector);
      await storyteller.cause({ do: 'unplug', connectorId }, [
        storyteller.contactorIs(connectorId, 'open', 'unplugged to open contactor'),
        {
          what: 'the pilot shows no vehicle',
          reached: () => storyteller.report(connectorId)?.evConnected === false,
          measure: 'unplugged to a pilot without vehicle',
        },
      ]);
      storyteller.checkOpening(connectorId);
      await stopped(storyteller, connectorId, 'EVDisconnected');
      await storyteller.status(connectorId, 'Available');
    },
  },
  {
    name: 'the vehicle pauses and goes on',
    mode: 'mode3',
    async tell(storyteller, connector) {
      const { connectorId } = connector;
      await beginCharge(storyteller, connector);
      await storyteller.cause({ do: 'request', connectorId, energy: false }, [
        storyteller.contactorIs(connectorId, 'open', 'S2 opens to open contactor'),
      ]);
      storyteller.checkOpening(connectorId);
      await storyteller.status(connectorId, 'SuspendedEV');
      await storyteller.cause({ do: 'request', connectorId, energy: true }, [
        storyteller.contactorIs(connectorId, 'closed', 'S2 closes to closed contactor'),
      ]);
      await leave(storyteller, connectorId);
      await stopped(storyteller, connectorId, 'EVDisconnected');
    },
  },
  {
    name: 'the central system limits, pauses and stops a charge',
    mode: 'mode3',
    async tell(storyteller, connector) {
      const { connectorId } = connector;
      await beginCharge(storyteller, connector);
      const asked = storyteller.now;
      await limitTo(storyteller, connectorId, 10);
      await storyteller.until('an offer of 10 A', () => storyteller.report(connectorId)?.offeredA === 10);
      storyteller.measure('limit of 10 A to the duty of 10 A', storyteller.now - asked);
      await limitTo(storyteller, connectorId, 0);
      await storyteller.contactor(connectorId, 'open');
      await storyteller.status(connectorId, 'SuspendedEVSE');
      const { status } = await storyteller.call('ClearChargingProfile', { id: 1 });
      storyteller.check('the profile is cleared', status === 'Accepted');
      await storyteller.contactor(connectorId, 'closed');
      const transactionId = storyteller.ledger(connectorId)?.transactionId ?? 0;
      await storyteller.call('RemoteStopTransaction', { transactionId });
      await storyteller.contactor(connectorId, 'open');
      await stopped(storyteller, connectorId, 'Remote');
      await leave(storyteller, connectorId);
    },
  },
  {
    name: 'two sockets of one point exclude each other',
    mode: 'mode3',
    async tell(storyteller, t2s) {
      const domestic = storyteller.connectors.find((c) => c.pointIndex === t2s.pointIndex && c.socket.mode === 'mode2');
      if (!domestic) throw new NotHere('the point has one socket');
      await beginCharge(storyteller, t2s);
      storyteller.check(
        'the other socket is not offered',
        storyteller.statusOf(domestic.connectorId) === 'Unavailable',
      );
      const plug = { do: 'plug', connectorId: domestic.connectorId } as const;
      if (!storyteller.options.emulator.can(plug)) throw new NotHere('no second plug');
      await storyteller.deed(plug);
      const { status } = await storyteller.call('RemoteStartTransaction', {
        connectorId: domestic.connectorId,
        idTag: otherCard,
      });
      storyteller.check('a start there is refused', status === 'Rejected');
      await storyteller.stays('its contactor is open', exclusionMs, () => isOpen(storyteller, domestic.connectorId));
      storyteller.check('the other charges on', storyteller.report(t2s.connectorId)?.contactor === 'closed');
      storyteller.check('no transaction began', !openTransaction(storyteller, domestic.connectorId));
      await storyteller.deed({ do: 'unplug', connectorId: domestic.connectorId });
      await leave(storyteller, t2s.connectorId);
      await storyteller.status(domestic.connectorId, 'Available');
    },
  },
  {
    name: 'a contact that opens by itself',
    mode: 'mode3',
    async tell(storyteller, connector) {
      const { connectorId } = connector;
      const flicker = { do: 'flicker', connectorId, signal: 'contactor', forMs: contactFlickerMs } as const;
      const { emulator } = storyteller.options;
      if (!emulator.can(flicker)) throw new NotHere(`${emulator.name} cannot open a contact for a moment`);
      await beginCharge(storyteller, connector);
      await storyteller.cause(flicker, [
        {
          what: 'error PowerSwitchFailure',
          reached: () => storyteller.errorOf(connectorId) === 'PowerSwitchFailure',
          measure: 'opened contact to PowerSwitchFailure',
        },
        storyteller.contactorIs(connectorId, 'open', 'opened contact to open contactor'),
      ]);
      // The next closing is a new start, in the same transaction.
      await storyteller.contactor(connectorId, 'closed');
      await storyteller.until('the error passes', () => storyteller.errorOf(connectorId) === 'NoError');
      storyteller.check('the transaction goes on', openTransaction(storyteller, connectorId));
      await leave(storyteller, connectorId);
    },
  },
  {
    name: 'the switch of the bolt flickers',
    mode: 'mode3',
    async tell(storyteller, connector) {
      const { connectorId } = connector;
      const flicker = { do: 'flicker', connectorId, signal: 'lock', forMs: boltFlickerMs } as const;
      const { emulator } = storyteller.options;
      if (!connector.socket.lock) throw new NotHere('the outlet has no lock');
      if (!emulator.can(flicker)) throw new NotHere(`${emulator.name} cannot open a switch for a moment`);
      await beginCharge(storyteller, connector);
      await storyteller.deed(flicker);
      const closed = (): boolean => storyteller.report(connectorId)?.contactor === 'closed';
      await storyteller.stays('its contactor is closed', afterFlickerMs, closed);
      storyteller.check('nothing is wrong', storyteller.errorOf(connectorId) === 'NoError');
      await leave(storyteller, connectorId);
    },
  },
  mishapStory('a welded contact', 'welded', 'PowerSwitchFailure', false, true),
  mishapStory('a residual current', 'residualCurrent', 'GroundFailure', true, true),
  mishapStory('a silent meter', 'meterSilent', 'PowerMeterFailure', true),
  mishapStory('a card reader that vanishes', 'readerGone', 'ReaderFailure', false),
  mishapStory('analogue inputs that are lost', 'i2cLost', 'EVCommunicationError', true),
];

async function limitTo(storyteller: Storyteller, connectorId: number, limit: number): Promise<void> {
  const { status } = await storyteller.call('SetChargingProfile', {
    connectorId,
    csChargingProfiles: {
      chargingProfileId: 1,
      stackLevel: 1,
      chargingProfilePurpose: 'TxDefaultProfile',
      chargingProfileKind: 'Relative',
      chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit }] },
    },
  });
  storyteller.check(`the limit of ${limit} A is accepted`, status === 'Accepted');
}
