/** Instants and outlets of the station as the language of whoever looks writes them. */
import type { BenchOutlet } from '../../../control/pages/bench';
import { language } from '../state';

export function stationTime(iso: string | number, digits: 0 | 1 = 0): string {
  return new Date(iso).toLocaleTimeString(language.value, {
    hourCycle: 'h23',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    ...(digits === 1 ? { fractionalSecondDigits: 1 as const } : {}),
  });
}

/** The same in all languages, unlike the name that the command line has for it. */
export function outletName({ connectorId, kind }: Pick<BenchOutlet, 'connectorId' | 'kind'>): string {
  return `${connectorId} · ${kind}`;
}
