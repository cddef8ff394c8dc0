/** An OCPP frame as a line for people. */
import type { ObservedFrame } from '../ocpp/frames/observed-frame';
import type { Paint } from './colour';

const arrows = { sent: '→', received: '←' } as const;

/** Direction, message, connector, id, what it is, and what it says. */
export function frameLine(frame: ObservedFrame, paint: Paint): string {
  const { direction, message, connectorId, id, kind } = frame;
  if (kind === 'bad') {
    const text = frame.text === undefined ? '' : ` ${JSON.stringify(frame.text)}`;
    return `${arrows[direction]} ${paint('red', 'no OCPP frame')}: ${frame.remark ?? ''}${text}`;
  }
  const name = paint('cyan', message ?? 'unknown request');
  const where = connectorId === undefined ? '' : ` ${connectorId}`;
  return `${arrows[direction]} ${name}${where}  ${id ?? ''}  ${said(frame, paint)}`;
}

function said({ kind, delayMs, payload, errorCode, errorDescription, remark }: ObservedFrame, paint: Paint): string {
  const after = delayMs === undefined ? '' : ` after ${delayMs} ms`;
  const content = payload === undefined ? (remark ?? '') : JSON.stringify(payload);
  switch (kind) {
    case 'call':
      return content;
    case 'result':
      return `answer${after}  ${content}`;
    case 'error':
      return `${paint('red', errorCode ?? 'CALLERROR')}${after}: ${errorDescription || 'without a word why'}`;
    case 'bad':
      return content;
    default:
      return kind satisfies never;
  }
}
