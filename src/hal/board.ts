/** What a board file says: a station as data, in the words of the electrical trade. `board-file.ts` reads and checks it. */
import type { PointWiring, RigHardware, SocketWiring } from './wiring';

/** Of a station with two points, as somebody sees it who stands before it; one alone is right. */
export type Side = 'right' | 'left';

/** One socket outlet. Currents are per phase, in A; voltages phase to neutral, in V. */
export interface BoardSocket {
  /** Mode 3: Type 2 with control pilot (T2S). Mode 2: domestic Green'Up outlet (2P+E). IEC 61851-1, 6.2. */
  mode: 'mode3' | 'mode2';
  /** Number of phases wired to the outlet. */
  phases: 1 | 3;
  /** Rated current of the outlet and its wiring: 6 to 63 A for Mode 3, 8 to 16 A for Mode 2. */
  ratedCurrentA: number;
  /** Rating of a permanently attached cable; absent for a socket outlet, whose plug tells it by its resistor. */
  tetheredCableA?: number;
  /** Whether the outlet has a plug lock; always false with a tethered cable. */
  lock: boolean;
  /** Mode 2: whether a contact tells that a plug is in. Mode 3 sees the plug by its pilot and proximity contacts. */
  plugDetector: boolean;
  residualCurrentMonitor: boolean;
  thermometer: boolean;
  /** Whether the place is ventilated, so that vehicles in state D may charge. */
  ventilation: boolean;
  /** Mode 3: whether a vehicle that seems to have fallen asleep in a pause is woken; absent: it is not. */
  wakesVehicle?: boolean;
  /** Whether the meter measures behind the contactor, and so has no voltage while that is open; absent: before it. */
  meterBehindContactor?: boolean;
  /** @internal Always there with `drivers: pi`. */
  wiring?: SocketWiring;
}

/** One charging point: a reader and an indicator, and one or two outlets of which one is in use at a time. */
export interface BoardPoint {
  side: Side;
  /** What the installation can give this point, per phase, in A (keys MaxCurrentInstallationRight and -Left). */
  installationCurrentA: number;
  cardReader: boolean;
  indicator: boolean;
  /** One or two, numbered in this order as OCPP connectors (guide, "Identification of charging station connectors"). */
  sockets: BoardSocket[];
  /** @internal */
  wiring?: PointWiring;
}

/** That of the boards which this program brings, until somebody sets the station's own. */
export const exampleSerialNumber = '260988';

/** A station as data. `loadBoard` makes one of a board file. */
export interface Board {
  name: string;
  /** What stands behind the parts: a simulated world, or the devices of a Raspberry Pi. */
  drivers: 'simulated' | 'pi';
  /** OCPP identity (guide, BootNotification). */
  vendor: string;
  model: string;
  serialNumber: string;
  /** Set on purpose only: absent, the version of the release that runs is told. */
  firmwareVersion?: string;
  /** Legrand catalogue reference from `board/catalogue.yaml`, if the station is one of them. */
  reference?: string;
  /** Nominal voltage phase to neutral, in V. */
  nominalVoltageV: number;
  /** Whether certificates of file servers (FTPS, HTTPS) are not looked at; absent: they are. */
  trustsUnknownFileServers?: boolean;
  /** One, or two with right before left. */
  points: BoardPoint[];
  /** @internal Always there with `drivers: pi`. */
  hardware?: RigHardware;
}
