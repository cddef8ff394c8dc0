/** `greenup-station-core`: a station out of a board, its parts, a clock, a store and a way to its central system. */
export { RealClock, type RealClockOptions } from '../drivers/clock/real-clock';
export { MemoryStore, type MemoryStoreOptions } from '../drivers/store/memory-store';
export type { Board, BoardPoint, BoardSocket, Side } from '../hal/board';
export type { Cancel, Clock } from '../hal/clock';
export { type ErrorCode, GreenupError } from '../hal/errors';
export type { Listeners } from '../hal/listeners';
export type { Log } from '../hal/log';
export type * from '../hal/parts';
export { type RandomSource, seeded } from '../hal/random';
export type { Batch, Durability, JsonValue, Store } from '../hal/store';
export { type CardRefusal, type RunningStation, type StationSetup, startStation } from '../main';
export type { FrameChoice, FrameListeners, FrameLog, FrameLogOptions } from '../ocpp/frames/frame-log';
export type { FrameDirection, FrameKind, ObservedFrame } from '../ocpp/frames/observed-frame';
export type { CentralSystemEndpoint, ClientCertificate, EndpointSecurity } from '../ocpp/link/endpoint';
export type { LinkEnd, LinkEvents, Transport, TransportLink } from '../ocpp/link/transport';
export { WsTransport, type WsTransportOptions } from '../ocpp/link/ws-transport';
export type { ChargePointErrorCode, FaultId } from '../station/faults';
export type { Limit, LimitSource, Restraint } from '../station/limits';
export type {
  ChangeOrigin,
  Notice,
  NoticeKind,
  NoticeListeners,
  NoticeOf,
  NoticesByKind,
  RegistrationStatus,
  SocketFacts,
  TransactionFacts,
} from '../station/notices';
export type { ChargingMode, ProfileName, Status, StopReason } from '../station/types';
export type { ConnectionView, ConnectorView, StationView, TransactionView, WorldView } from '../station/view';
export { type BoardReading, loadBoard, parseBoard, type ShippedBoard, shippedBoard } from './boards';
