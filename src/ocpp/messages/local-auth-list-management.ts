/** Messages of the LocalAuthListManagement profile (OCPP 1.6 edition 2, chapter 6). */

import { idTagInfo, idToken } from './common';
import { choice, integer, list, optional, record } from './schema';

export const getLocalListVersion = {
  request: record({}),
  response: record({ listVersion: integer() }),
};

export const sendLocalList = {
  request: record({
    listVersion: integer(),
    localAuthorizationList: optional(list(record({ idTag: idToken(), idTagInfo: optional(idTagInfo) }))),
    updateType: choice('Differential', 'Full'),
  }),
  response: record({ status: choice('Accepted', 'Failed', 'NotSupported', 'VersionMismatch') }),
};
