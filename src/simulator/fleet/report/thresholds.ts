/** Rules that a run of a fleet must keep, such as "p95 of StartTransaction < 500 ms": read, and judged against a report. */
import { readFileSync } from 'node:fs';
import { Array as ListOf, Object as ObjectOf } from '@sinclair/typebox';
import { closed, text } from '../../../hal/board/schema-words';
import { readYaml } from '../../../hal/board/yaml-text';
import { GreenupError, messageOf } from '../../../hal/errors';
import { choicesFor } from '../../../hal/suggest';
import { isAction, messages } from '../../../ocpp/messages';
import { type Figure, type FigureKind, type FigureName, figureNames, figures } from './figures';
import type { ReportData } from './report-data';

export interface ThresholdRule {
  /** As it was written. */
  text: string;
  figure: FigureName;
  message: string | undefined;
  comparison: Comparison;
  /** In ms, Wh, percent or a number of things, as its figure is. */
  bound: number;
}

export interface Judgement {
  rule: ThresholdRule;
  /** `unmeasured`: there was nothing to measure, which is no success. */
  verdict: 'kept' | 'broken' | 'unmeasured';
  found: number | undefined;
}

const comparisons = {
  '<=': (found, bound) => found <= bound,
  '>=': (found, bound) => found >= bound,
  '<': (found, bound) => found < bound,
  '>': (found, bound) => found > bound,
  '=': (found, bound) => found === bound,
} as const satisfies Record<string, (found: number, bound: number) => boolean>;

export type Comparison = keyof typeof comparisons;

const unitsOf: Readonly<Record<FigureKind, Readonly<Record<string, number>>>> = {
  time: { ms: 1, s: 1_000, min: 60_000 },
  count: { '': 1 },
  percent: { '%': 1 },
  Wh: { Wh: 1, kWh: 1_000 },
};

const rulesMax = 200;

const thresholdsText = ObjectOf(
  {
    rules: ListOf(text('Such as "p95 of StartTransaction < 500 ms", "lost = 0" or "0 lost".'), {
      title: 'rules',
      minItems: 1,
      maxItems: rulesMax,
    }),
  },
  closed('a file of thresholds'),
);

/** Held where no file says otherwise: the books must balance. */
export const usualRules: readonly ThresholdRule[] = ['lost = 0', 'doubled = 0'].map((rule) => ruleOf(rule));

/** Throws `config.invalid` with every problem and its place. */
export function loadThresholds(path: string): ThresholdRule[] {
  let file: string;
  try {
    file = readFileSync(path, 'utf8');
  } catch (error) {
    throw new GreenupError('config.invalid', `${path}: cannot be read (${messageOf(error)})`, { cause: error });
  }
  return parseThresholds(file, path);
}

/** `fileName` is for messages. */
export function parseThresholds(file: string, fileName: string): ThresholdRule[] {
  const { draft, problems, complete } = readYaml(file, fileName, 'config.invalid', thresholdsText);
  const rules = (draft.rules ?? []).flatMap((written, index) => {
    if (written === undefined) return [];
    try {
      return [ruleOf(written)];
    } catch (error) {
      problems.add(`rules[${index}]`, messageOf(error));
      return [];
    }
  });
  complete();
  return rules;
}

/** Throws `config.invalid`, saying what is wrong with it and what is valid. */
export function ruleOf(written: string): ThresholdRule {
  const plain = written.trim().replaceAll(/\s+/g, ' ');
  const [, count, thing] = /^([0-9]+) ([a-z ]+)$/.exec(plain) ?? [];
  const [, left = '', sign = '', right = ''] =
    /^(.*?) ?(<=|>=|<|>|=) ?(.*)$/.exec(count === undefined ? plain : `${thing} = ${count}`) ?? [];
  if (sign === '') {
    throw wrong(
      written,
      `there is no comparison in it; valid: ${Object.keys(comparisons).join(', ')}, as in "p95 < 500 ms"`,
    );
  }
  const { figure, message } = subjectOf(written, left);
  return {
    text: plain,
    figure,
    message,
    comparison: sign as Comparison,
    bound: boundOf(written, right, figures[figure].kind),
  };
}

export function judge(rules: readonly ThresholdRule[], report: ReportData): Judgement[] {
  return rules.map((rule) => {
    const found = (figures[rule.figure] as Figure).of(report, rule.message);
    if (found === undefined) return { rule, verdict: 'unmeasured', found };
    const isKept = comparisons[rule.comparison](found, rule.bound);
    return { rule, verdict: isKept ? 'kept' : 'broken', found };
  });
}

export function allKept(judgements: readonly Judgement[]): boolean {
  return judgements.every(({ verdict }) => verdict === 'kept');
}

function subjectOf(written: string, subject: string): { figure: FigureName; message: string | undefined } {
  if (isFigure(subject)) return { figure: subject, message: undefined };
  const [, name = subject, message] = /^([a-z0-9 ]+?) of ([A-Za-z]+)$/.exec(subject) ?? [];
  if (!isFigure(name)) throw wrong(written, `there is no figure "${name}"; ${choicesFor(name, figureNames)}`);
  const figure: Figure = figures[name];
  if (message !== undefined && !figure.perMessage)
    throw wrong(written, `${name} is no figure of one message: leave "of ${message}" out`);
  if (message !== undefined && !isSent(message)) {
    const sent = Object.keys(messages).filter(isSent);
    throw wrong(written, `stations send no message "${message}"; ${choicesFor(message, sent)}`);
  }
  return { figure: name, message };
}

function boundOf(written: string, right: string, kind: FigureKind): number {
  const units = unitsOf[kind];
  const valid = Object.keys(units);
  const [, number, unit] = /^([0-9]+(?:\.[0-9]+)?) ?([A-Za-z%]*)$/.exec(right) ?? [];
  if (number === undefined || unit === undefined) throw wrong(written, `"${right}" is no number`);
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (factor !== undefined) return Number(number) * factor;
  if (kind === 'count') throw wrong(written, `${number} has no unit here: leave "${unit}" out`);
  throw wrong(
    written,
    unit === ''
      ? `${number} needs a unit; valid: ${valid.join(', ')}`
      : `"${unit}" is no unit here; ${choicesFor(unit, valid)}`,
  );
}

function isFigure(name: string): name is FigureName {
  return Object.hasOwn(figures, name);
}

function isSent(name: string): boolean {
  return isAction(name) && messages[name].from !== 'centralSystem';
}

function wrong(written: string, why: string): GreenupError {
  return new GreenupError('config.invalid', `"${written}": ${why}`);
}
