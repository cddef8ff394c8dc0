/** What `greenup fleet` is told, and what follows from it before anything is started. */
import { join } from 'node:path';
import type { Board } from '../../hal/board';
import { loadBoard } from '../../hal/board/board-file';
import { GreenupError } from '../../hal/errors';
import { programFile } from '../../hal/program-files';
import { checkKey, keyAndValue } from '../../ocpp/config-keys/key-check';
import { authoritiesOf } from '../../terminal/authorities';
import { FleetCertificates } from './fleet-certificates';
import { identitiesOf, passwordsOf } from './identity';
import { type Shard, shardOf, stationsOf } from './shard';

export interface FleetRunOptions {
  /** Of all shards together. */
  stations: number;
  csms: string;
  csmsCa?: string | undefined;
  id: string;
  board?: string | undefined;
  /** Absent: the stations come without passwords, by security profile 0. */
  passwordFile?: string | undefined;
  /** Directory of certificates and keys, or of an authority that makes them; absent: the stations come without. */
  certificates?: string | undefined;
  /** Configuration keys for a first start, each as KEY=VALUE. */
  config: readonly string[];
  /** A file, or the name of one that comes with the program; absent: nobody comes to charge. */
  traffic?: string | undefined;
  /** Where the central system takes orders for its stations. */
  calls?: string | undefined;
  seed: number;
  /** From the start on, ramp included; absent: until a signal. */
  forMs?: number | undefined;
  rampMs: number;
  /** Links that are being opened at once. */
  opening: number;
  state: string;
  json: boolean;
  metricsPort?: number | undefined;
  /** Directory for the reports; absent: what it came to is printed alone. */
  report?: string | undefined;
  thresholds?: string | undefined;
  shard?: string | undefined;
  shards?: number | undefined;
  /** Starts although the system's limits are too low. */
  anyway: boolean;
}

export interface FleetPlan {
  shard: Shard;
  stations: { first: number; last: number };
  board: Board;
  identityOf: (index: number) => string;
  /** Keys for a first start of a station. */
  configurationOf: (index: number) => Record<string, string>;
  /** Whom they trust for wss beside what is installed; undefined: whom Node.js does. */
  ca: string | undefined;
  certificates: FleetCertificates | undefined;
  /** Directories of this shard. */
  state: string;
  report: string | undefined;
}

/** The board without anything that few stations have: an outlet more costs each station memory. */
const usualBoard = 'board/simulated-single-t2s.yaml';

/** Throws `config.invalid` for what cannot be. */
export function planOf(options: FleetRunOptions, environment: Readonly<Record<string, string | undefined>>): FleetPlan {
  const shard = shardOf(options, environment);
  const stations = stationsOf(shard, options.stations);
  const name = nameOf(shard);
  if (stations.last < stations.first)
    throw invalid(`shard ${shard.index}/${shard.count} of ${options.stations} stations has none: use fewer shards`);
  checkKey('URL', options.csms, '--csms');
  const board = loadBoard(options.board ?? programFile(usualBoard));
  if (board.drivers !== 'simulated')
    throw invalid(
      `--board ${options.board}: is that of a rig; a fleet is simulated, such as board/simulated-double.yaml`,
    );
  const identityOf = identitiesOf(options.id, options.stations);
  const state = name === undefined ? options.state : join(options.state, name);
  const configurationOf = configurationsOf(options);
  const ca = authoritiesOf(options.csmsCa);
  return {
    ...{ shard, stations, board, identityOf, configurationOf, ca, state },
    certificates: certificatesOf(options, { ca, identityOf, stations, state }),
    report: options.report === undefined || name === undefined ? options.report : join(options.report, name),
  };
}

/** With a password they come by security profile 1, over TLS by 2, with certificates by 3 (security whitepaper, 2.1). */
function configurationsOf(options: FleetRunOptions): FleetPlan['configurationOf'] {
  const { passwordFile, certificates, csms, stations } = options;
  const keys = Object.fromEntries(options.config.map((text) => keyAndValue(text, '--config')));
  if (certificates !== undefined) return () => ({ ...keys, SecurityProfile: '3' });
  if (passwordFile === undefined) return () => keys;
  const passwordOf = passwordsOf(passwordFile, stations);
  const profile = /^wss:/i.test(csms) ? '2' : '1';
  return (index) => ({ ...keys, AuthorizationKey: passwordOf(index), SecurityProfile: profile });
}

function certificatesOf(
  { certificates: directory, passwordFile, csms }: FleetRunOptions,
  plan: Pick<FleetPlan, 'ca' | 'identityOf' | 'stations' | 'state'>,
): FleetCertificates | undefined {
  if (directory === undefined) return undefined;
  if (passwordFile !== undefined)
    throw invalid(
      '--certificates and --password-file: valid is one of them, for by security profile 3 there is no password',
    );
  if (!/^wss:/i.test(csms)) throw invalid(`--certificates: is for wss:// alone, and --csms is ${csms}`);
  return FleetCertificates.read({ ...plan, directory, now: Date.now });
}

/** Shards may share a file system. */
function nameOf({ index, count }: Shard): string | undefined {
  return count === 1 ? undefined : `shard-${index}-of-${count}`;
}

function invalid(message: string): GreenupError {
  return new GreenupError('config.invalid', message);
}
