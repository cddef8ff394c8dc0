/** The routes of the page "Diagnostics". */
import type { DiagnosticsForPages, PageDiagnostics } from '../control/pages/diagnostics';
import type { LoopDelay } from './loop-delay';
import { present } from './refusal';
import { type Access, got, type Route } from './routes';

const who: readonly Access[] = ['session'];

export interface DiagnosticsAnswer extends PageDiagnostics {
  /** How late the event loop came since it was asked for last; null at the first time. */
  loop: { meanMs: number; maxMs: number } | null;
}

export function diagnosticsRoutes(diagnostics: DiagnosticsForPages, loopDelay: Pick<LoopDelay, 'read'>): Route[] {
  return [
    got('/api/diagnostics', who, 'How the station is: self-check, faults, parts, store, link, program.', async () => {
      const told = present(await diagnostics.look());
      const delays = loopDelay.read();
      const loop = delays ? { meanMs: delays.meanS * 1_000, maxMs: delays.maxS * 1_000 } : null;
      return { json: { ...told, loop } satisfies DiagnosticsAnswer };
    }),
    got('/api/report', who, 'What somebody needs who looks for a fault: one zip, without secrets.', () => ({
      download: present(diagnostics.report()),
    })),
  ];
}
