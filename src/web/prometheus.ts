/** Metrics as Prometheus reads them: its text format, version 0.0.4. Pure. */
import type { Metric, Sample } from '../control/station-watch';

export const prometheusType = 'text/plain; version=0.0.4; charset=utf-8';

export function prometheusText(metrics: readonly Metric[]): string {
  return metrics.map(familyOf).join('');
}

/** One without samples is left out: there is nothing to say of it. */
function familyOf({ name, help, type, samples }: Metric): string {
  if (samples.length === 0) return '';
  const lines = [`# HELP ${name} ${escaped(help)}`, `# TYPE ${name} ${type}`, ...samples.map((s) => lineOf(name, s))];
  return `${lines.join('\n')}\n`;
}

function lineOf(name: string, { labels = {}, value }: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text).replaceAll('"', '\\"')}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${numberOf(value)}`;
}

function numberOf(value: number): string {
  return Number.isFinite(value) ? String(value) : String(value).replace('Infinity', 'Inf');
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
