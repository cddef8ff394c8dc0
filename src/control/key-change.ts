/** A configuration key that somebody at the station changes: what became of it, for the command line and the pages. */
import type { RunningStation } from '../main';
import type { Configuration } from '../ocpp/config-keys/configuration';
import type { KeyRefusal } from '../ocpp/config-keys/configuration-options';
import { findKey } from '../ocpp/config-keys/index';

export type KeyChangeOutcome =
  | { answer: 'Accepted' | 'RebootRequired' }
  | { refused: KeyRefusal['code'] | 'notStored' /** What is valid, for people. */; why: string };

/** A person at the station knows where it shall go: a new address has no way back, unlike the central system's. */
export async function changeKeyByPerson(
  { configuration }: Pick<RunningStation, 'configuration'>,
  name: string,
  value: string,
): Promise<KeyChangeOutcome> {
  const refusal = configuration.judge(name, value);
  if (refusal) return { refused: refusal.code, why: whyOf(configuration, name, value, refusal) };
  const answer = await configuration.change(name, value, 'person');
  if (answer === 'Accepted' || answer === 'RebootRequired') return { answer };
  return { refused: 'notStored', why: 'the disk did not take it' };
}

/** With the value where it is no secret. */
function whyOf(configuration: Configuration, name: string, value: string, { why }: KeyRefusal): string {
  return findKey(name) ? (configuration.refusalOf(name, value) ?? why) : why;
}
