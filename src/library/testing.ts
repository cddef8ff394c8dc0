/** `greenup-station-core/testing`: virtual time, scripted parts, stories of a whole station, and the audit of what was told. */
export { VirtualClock, type VirtualClockOptions } from '../drivers/clock/virtual-clock';
export * from '../drivers/mock/parts';
export type { StationConditions } from '../drivers/sim/conditions';
export type { FlickerSignal, FlickerTimes } from '../drivers/sim/flicker';
export type { FlowMemory, WorldMemory } from '../drivers/sim/memory';
export type { PilotSignal } from '../drivers/sim/pilot';
export type { PointSnapshot, WorldSnapshot } from '../drivers/sim/snapshot';
export { SimulatedWorld, type SimulatedWorldOptions } from '../drivers/sim/world';
export type { StatusReport } from '../station/status';
export { boardWith, doubleBoard, singleBoard } from '../testing/boards';
export {
  type Answer,
  type Received,
  type Responder,
  ScriptedCentral,
  type ScriptedExchange,
} from '../testing/central';
export { type Account, accounts, audit, type Books, firsts } from '../testing/ledger';
export { closeTheBooks, Story, type StoryOptions, startOfTime } from '../testing/story';
