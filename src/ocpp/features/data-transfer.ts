/** DataTransfer: a table of vendors, each with its messages; whom it does not hold is unknown (OCPP 1.6, 4.3 and 7.23). */
import type { Feature, Handler } from '../feature';

/** Handlers by messageId; the empty text is for the message without one. */
export type VendorMessages = Readonly<Record<string, Handler<'DataTransfer'>>>;
/** By vendorId. */
export type Vendors = Readonly<Record<string, VendorMessages>>;

/** The guide has no vendor extension. */
const vendors: Vendors = {};

export function dataTransfer(known: Vendors = vendors): Feature {
  return {
    profile: 'Core',
    handlers: {
      DataTransfer: (request) => {
        const messages = find(known, request.vendorId);
        // "The data element SHALL not be present" (4.3).
        if (!messages) return { result: { status: 'UnknownVendorId' }, why: valid('vendor', known) };
        const handler = find(messages, request.messageId ?? '');
        if (handler) return handler(request);
        return { result: { status: 'UnknownMessageId' }, why: valid('message of this vendor', messages) };
      },
    },
  };
}

function valid(what: string, table: object): string {
  const names = Object.keys(table).map((name) => (name === '' ? 'one without an id' : name));
  return `the ${what} is unknown; valid: ${names.length === 0 ? 'none' : names.join(', ')}`;
}

/** Both ids are CiStrings: found without regard to case (7.17, 7.18). */
function find<Value>(table: Readonly<Record<string, Value>>, id: string): Value | undefined {
  return Object.entries(table).find(([name]) => name.toLowerCase() === id.toLowerCase())?.[1];
}
