/** Availability of connectors and of the station: a change waits for the end of a transaction (OCPP 1.6, 5.2). */
import { hasTransaction, type StepContext } from './step-context';

/** Connector 0 is the station with all its connectors (OCPP 1.6, 5.2). */
export function setAvailability({ state }: StepContext, connectorId: number, operative: boolean): void {
  // What is so already is not scheduled; a change that was scheduled before is off.
  const scheduled = (now: boolean) => (now === operative ? undefined : operative);
  if (connectorId === 0) state.scheduled = scheduled(state.operative);
  for (const [index, connector] of state.connectors.entries()) {
    if (connectorId === 0 || index === connectorId - 1) connector.scheduled = scheduled(connector.operative);
  }
}

/** Takes over what was scheduled where no transaction runs; the station itself waits for all its connectors. */
export function settleAvailability({ state }: StepContext): void {
  for (const connector of state.connectors) {
    if (connector.scheduled === undefined || hasTransaction(connector)) continue;
    connector.operative = connector.scheduled;
    connector.scheduled = undefined;
  }
  if (state.scheduled !== undefined && !state.connectors.some(hasTransaction)) {
    state.operative = state.scheduled;
    state.scheduled = undefined;
  }
}
