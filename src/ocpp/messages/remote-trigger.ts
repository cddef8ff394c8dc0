/** The message of the RemoteTrigger profile (OCPP 1.6 edition 2, chapter 6). */

import { choice, integer, optional, record } from './schema';

export const triggerMessage = {
  request: record({
    requestedMessage: choice(
      'BootNotification',
      'DiagnosticsStatusNotification',
      'FirmwareStatusNotification',
      'Heartbeat',
      'MeterValues',
      'StatusNotification',
    ),
    connectorId: optional(integer()),
  }),
  response: record({ status: choice('Accepted', 'Rejected', 'NotImplemented') }),
};
