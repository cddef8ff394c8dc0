/** `greenup-station-core/simulator`: whole simulated stations in the process of a test, in virtual, stepped or real time. */
export type { OutletConditions } from '../drivers/sim/conditions';
export type { EvOptions } from '../drivers/sim/ev-options';
export type { SimulatedFault } from '../drivers/sim/faults';
export type { CableEnds } from '../drivers/sim/plug';
export type { ConnectorSnapshot } from '../drivers/sim/snapshot';
export type { PlugOptions } from '../drivers/sim/world';
export type { CableRatingA } from '../hal/iec61851';
export { type SimulateOptions, simulate } from '../simulator/simulate';
export { SimulatedStation } from '../simulator/simulated-station';
export type { StationTimeKind } from '../simulator/station-time';
