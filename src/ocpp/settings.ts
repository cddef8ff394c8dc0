/** What the configuration keys mean for the station, and what the station itself gives to them. */
import type { Board } from '../hal/board';
import { connectorsOf } from '../hal/connectors';
import type { Batch, Commits } from '../hal/store';
import type { StoredValues } from '../hal/stored';
import type { StationSettings, StationState } from '../station/types';
import { Configuration } from './config-keys/configuration';
import type { ConfigurationOptions } from './config-keys/configuration-options';
import { type KeyNote, keyNotes } from './config-keys/key-notes';
import { storedKeys } from './config-keys/stored-keys';
import { overruledKey } from './given-address';

/** Asked each time; dotted decimal, an empty text where there is none. */
type Addresses = () => { address: string; netmask: string; gateway: string };

export interface NetworkAddresses {
  ethernet?: Addresses;
  wifi?: Addresses;
}

export interface ConfigurationSetup {
  board: Board;
  state: () => StationState;
  network: NetworkAddresses;
  /** Values for a first start; they yield to what is stored. */
  initial: Readonly<Record<string, string>>;
  /** Keys whose stored values do not count in this run, until they are changed. */
  unsaved?: ReadonlySet<string>;
  stored: StoredValues;
  commits: Commits;
  /** In ms of Unix time; undefined while the time is not known. */
  unixNow?: () => number | undefined;
  /** What the station lacks for a value, beside other keys. */
  lackFor?: ConfigurationOptions['lackFor'];
}

type LiveValues = NonNullable<ConfigurationOptions['live']>;

/** The keys of this very station. */
export function stationConfiguration(setup: ConfigurationSetup): Configuration {
  const { board, state, network, initial, unsaved = new Set(), stored, commits, unixNow, lackFor } = setup;
  const batchOf = (key: string, value: string, note: KeyNote): Batch => ({
    put: [storedKeys.entry(key, value), keyNotes.entry(key, note)],
    del: unsaved.has(key) ? [overruledKey(key)] : [],
  });
  return new Configuration({
    persisted: storedKeys.read(stored),
    initial,
    unsaved,
    live: { ...liveValues(board, state), ...networkValues(network) },
    notes: keyNotes.read(stored),
    ...(unixNow && { unixNow }),
    ...(lackFor && { lackFor }),
    batchOf,
    persist: (key, value, note) => commits.commit(batchOf(key, value, note)),
    numberOfConnectors: connectorsOf(board).length,
  });
}

/** What the keys of the guide mean for the station. */
export function settingsOf(configuration: Configuration): StationSettings {
  return {
    connectionTimeoutMs: configuration.integer('ConnectionTimeOut') * 1_000,
    stationMaxA: configuration.integer('chargingStationMaxLimit'),
    plugAndCharge: configuration.boolean('oCPPPlugAndCharge'),
    // Guide: default tag 1 is the right side's, 2 the left side's.
    defaultToken: { right: configuration.text('defaultIdTag1'), left: configuration.text('defaultIdTag2') },
    maxEnergyOnInvalidWh: configuration.integer('MaxEnergyOnInvalidId'),
    stopOnInvalidId: configuration.boolean('StopTransactionOnInvalidId'),
    stopOnEvDisconnect: configuration.boolean('StopTransactionOnEVSideDisconnect'),
    unlockOnEvDisconnect: configuration.boolean('UnlockConnectorOnEVSideDisconnect'),
    sampleIntervalMs: configuration.integer('MeterValueSampleInterval') * 1_000,
  };
}

function networkValues({ ethernet, wifi }: NetworkAddresses): LiveValues {
  return {
    ...(ethernet && {
      networkEthernetAddress: () => ethernet().address,
      networkEthernetNetmask: () => ethernet().netmask,
      networkEthernetGateway: () => ethernet().gateway,
    }),
    ...(wifi && {
      networkWiFiAddress: () => wifi().address,
      networkWiFiNetmask: () => wifi().netmask,
      networkWiFiGateway: () => wifi().gateway,
    }),
  };
}

/** Keys whose values are facts of the station (guide, Legrand profile). */
function liveValues(board: Board, state: () => StationState): LiveValues {
  const connectors = connectorsOf(board);
  const installation = (side: 'right' | 'left') => {
    const point = board.points.find((p) => p.side === side);
    return point ? String(point.installationCurrentA) : '';
  };
  const cable = (side: 'right' | 'left') => {
    const ids = connectors.filter((c) => c.side === side).map((c) => c.connectorId);
    const ratings = ids.flatMap((id) => state().connectors[id - 1]?.report?.cableA ?? []);
    return ratings.length > 0 ? String(Math.max(...ratings)) : '';
  };
  const tethered = connectors.every((c) => c.socket.tetheredCableA !== undefined);
  return {
    MaxCurrentInstallationRight: () => installation('right'),
    MaxCurrentInstallationLeft: () => installation('left'),
    MaxCurrentCableRight: () => cable('right'),
    MaxCurrentCableLeft: () => cable('left'),
    // Errata 3.84: a permanently attached cable cannot be unlocked.
    ...(tethered ? { UnlockConnectorOnEVSideDisconnect: () => 'false' } : {}),
  };
}
