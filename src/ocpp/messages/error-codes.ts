/** The error codes of an OCPP-J CALLERROR, spelt as the specification misspells them. */

/** J 4.2.3, table 7; "Occurence" and "Formation" stay as they are for ever (J errata 5.1, 5.2). */
export const rpcErrorCodes = [
  'NotImplemented', // action unknown
  'NotSupported', // action known, not supported
  'InternalError',
  'ProtocolError', // payload incomplete
  'SecurityError',
  'FormationViolation', // payload is not of the action's structure
  'PropertyConstraintViolation', // a field has an invalid value
  'OccurenceConstraintViolation', // a field is missing or occurs too often
  'TypeConstraintViolation', // a field is of the wrong data type
  'GenericError',
] as const;

export type RpcErrorCode = (typeof rpcErrorCodes)[number];
