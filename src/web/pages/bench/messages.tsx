/** The last OCPP messages at the bench: each request with its answer, the newest first. */
import type { JSX } from 'preact';
import type { ObservedFrame } from '../../../ocpp/frames/observed-frame';
import { benchWords } from '../bench.words';
import { said } from '../state';
import { frames } from './bench-state';
import { stationTime } from './station-time';

const rowsMax = 12;
const contentCharactersMax = 90;

export function Messages(): JSX.Element {
  const { messages, ribbon } = said(benchWords);
  const calls = frames.value.filter(({ kind }) => kind === 'call' || kind === 'bad').slice(-rowsMax);
  return (
    <section class="card">
      <h2 id="messages-title">{messages.title}</h2>
      {calls.length === 0 ? (
        <p>{messages.empty}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        <section class="scroll" tabIndex={0} aria-labelledby="messages-title">
          <table class="bench-messages">
            <thead>
              <tr>
                <th>{messages.time}</th>
                <th>{messages.message}</th>
                <th>{messages.content}</th>
                <th>{messages.answer}</th>
              </tr>
            </thead>
            <tbody>
              {calls.toReversed().map((frame) => (
                <tr key={`${frame.at} ${frame.number}`}>
                  <td>{frame.at && <code>{stationTime(frame.at, 1)}</code>}</td>
                  <td>
                    <span role="img" aria-label={ribbon[frame.direction]}>
                      {frame.direction === 'sent' ? '↑' : '↓'}
                    </span>{' '}
                    {frame.message}
                    {frame.connectorId !== undefined && ` ${frame.connectorId}`}
                  </td>
                  <td>
                    <code>{contentOf(frame)}</code>
                  </td>
                  <td>{answerTo(frame)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

function contentOf({ payload, remark }: ObservedFrame): string {
  if (payload === undefined) return remark ?? '';
  const text = JSON.stringify(payload);
  return text.length > contentCharactersMax ? `${text.slice(0, contentCharactersMax)}…` : text;
}

function answerTo(call: ObservedFrame): string {
  const { messages } = said(benchWords);
  if (call.kind === 'bad') return '';
  const answer = frames.value.find(
    ({ kind, id, direction }) => kind !== 'call' && id === call.id && direction !== call.direction,
  );
  if (!answer) return messages.waits;
  const { status } = (answer.payload ?? {}) as { status?: unknown };
  const outcome = answer.errorCode ?? (typeof status === 'string' ? status : undefined);
  const delay = answer.delayMs === undefined ? undefined : messages.ms(String(Math.round(answer.delayMs)));
  return [outcome, delay].filter((part) => part !== undefined).join(' · ');
}
