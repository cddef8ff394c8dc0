/** Writes the page about OCPP out of the tables of messages and keys and the tests, so that it claims what tests show. */
import { answeredActions } from '../../src/ocpp/actions';
import { configurationKeys, writeMeanings } from '../../src/ocpp/config-keys/index';
import { type Action, isCentralSystemAction, messages } from '../../src/ocpp/messages';
import type { ShownTest } from './tests';

const introduction = `# OCPP 1.6J, as tests show it

This page is made by a program out of the tables in \`src/ocpp\` and the tests in \`test/conformance\` and \`test/scenario\`;
change those, not the page. It claims nothing that no test shows: a test stands in a row if its text, or that of a helper
in its file, names the message or key of the row. All these tests drive a whole simulated station with its electrics and
a scripted central system; every frame that leaves in them is held against its schema, and after each of them the books
of transactions and energy must balance.

Cases named \`TC_…\` follow the numbers and titles of the Open Charge Alliance's Compliance Testing Tool for charge points.
They are tests of our own after the specification; the tool itself has not been run. "Rule" and "lesson" numbers are those
of the lists at the end of this page. Places such as 4.2 are sections of OCPP 1.6 edition 2, "J" those of OCPP-J 1.6, and
"E" and "JE" numbers of their errata sheets of April 2025.
`;

/** What helpers from other files send or expect. */
const vocabulary: [RegExp, string][] = [
  [/\bexpectStatus\(|\bplugIn\(/, "expectCall('StatusNotification'"],
  [/\brig\.charge\(/, "expectCall('Authorize' expectCall('StartTransaction' expectCall('StatusNotification'"],
  [/\brig\.configure\(/, "'ChangeConfiguration'"],
  [/\bkeyValue\(/, "'GetConfiguration'"],
  [/\bstartUnaccepted\(/, "expectCall('BootNotification'"],
];

/** Cases of the Compliance Testing Tool for charge points (OCPP 1.6): numbers without \`TC_\` and \`_CS\`. */
const allCases =
  `001 002 003 004_1 004_2 005_1 005_2 005_3 068 069 007_1 007_2 061_1 061_2 010 011_1 011_2 012 013 014 015 016 017_1 017_2
  018_1 018_2 019 021 070 071 023_4 023_5 024 026 027 028 030 031 032_1 032_2 034 036 037_1 037_2 037_3 038 039 040_1 040_2
  041 008_1 008_2 042_1 042_2 043 043_1 043_2 043_3 044_1 044_2 044_3 045_1 045_2 046_1 046_2 047 048_1 048_2 048_3 048_4
  049 050_1 050_2 050_3 050_4 051 052 053_1 053_2 054 055 056 057 058_1 058_2 059 060 066 067 072 082 062 073 074 075_1 075_2
  076 077 078 079 080 081 083 084 085 086 087`
    .split(/\s+/)
    .map((number) => `TC_${number}_CS`);

/** Names of one kind in one cell; what is more is counted. */
const namesMax = 10;

const caseName = /^(TC_\d+(?:_\d+)?_CS) /;
const numberedName = /^(Rule|Lesson)s? (\d+(?:(?:, | and )\d+)*)/;

/** The whole page as Markdown, with a line feed at its end. */
export function ocppPage(tests: readonly ShownTest[]): string {
  const readable = tests.map((test) => ({ ...test, text: withVocabulary(test.text) }));
  const sections = [messageTable(readable), keyTable(readable), caseTable(readable), ...numberedLists(readable)];
  return `${[introduction, ...sections].join('\n').trimEnd()}\n`;
}

function withVocabulary(text: string): string {
  return text + vocabulary.flatMap(([pattern, meaning]) => (pattern.test(text) ? [meaning] : [])).join(' ');
}

function messageTable(tests: readonly ShownTest[]): string {
  const rows = Object.keys(messages).map((name) => {
    const action = name as Action;
    const answered = isCentralSystemAction(action) && answeredActions.includes(action);
    const pattern = isCentralSystemAction(action)
      ? new RegExp(`['"]${action}['"]`)
      : new RegExp(`(?:expectCall|calls|since|first)\\([^)]*['"]${action}['"]`);
    const evidence = evidenceOf(tests.filter((test) => pattern.test(test.text)));
    const sent = isCentralSystemAction(action) ? (answered ? 'answers it' : 'CALLERROR NotSupported') : 'sends it';
    const from = isCentralSystemAction(action) ? 'central system' : 'station';
    return `| ${action} | ${messages[action].profile} | ${from} | ${evidence === '' ? '–' : sent} | ${evidence || 'no test'} |`;
  });
  const heading =
    'UpdateFirmware is answered while no ManufacturerRootCertificate is installed, whatever the security profile. With one the station trusts a maker of firmware: SignedUpdateFirmware can be ordered then, and UpdateFirmware is answered NotSupported (security whitepaper, L01.FR.20). See [operations.md](operations.md#signed-updates).';
  return table('Messages', ['Message', 'Feature profile', 'Sent by', 'The station', 'Shown by'], rows, heading);
}

function keyTable(tests: readonly ShownTest[]): string {
  const rows = configurationKeys.map(({ key, write }) => {
    const { answer, readonly } = writeMeanings[write];
    const pattern = new RegExp(`\\b${key}\\b`);
    const evidence = evidenceOf(tests.filter((test) => pattern.test(test.text)));
    return `| \`${key}\` | ${readonly ? 'read-only' : answer} | ${evidence || 'no test of a whole station'} |`;
  });
  const heading =
    'What each key means is in [configuration-keys.md](configuration-keys.md). That every key answers as its column Change says is shown by `test/ocpp/config-keys/configuration.test.ts`.';
  return table('Configuration keys', ['Key', 'Change', 'Shown by'], rows, heading);
}

function caseTable(tests: readonly ShownTest[]): string {
  const cases = new Map<string, { title: string; files: Set<string> }>();
  for (const { name, file } of tests) {
    const id = caseName.exec(name)?.[1];
    if (id === undefined) continue;
    const known = cases.get(id) ?? { title: titleOf(name.slice(id.length + 1)), files: new Set() };
    known.files.add(file);
    cases.set(id, known);
  }
  const rows = [...cases.keys()].sort().map((id) => {
    const { title = '', files = new Set<string>() } = cases.get(id) ?? {};
    return `| ${id} | ${title} | ${[...files].join(', ')} |`;
  });
  const missing = allCases.filter((id) => !cases.has(id));
  const shown = allCases.length - missing.length;
  const heading = `${shown} of the ${allCases.length} cases for charge points are shown. No test shows: ${missing.join(', ') || 'none'}.`;
  return table('Compliance cases', ['Case', 'Title', 'Test file'], rows, heading);
}

function numberedLists(tests: readonly ShownTest[]): string[] {
  const lists = [
    { kind: 'Rule', heading: 'Rules often got wrong' },
    { kind: 'Lesson', heading: 'Lessons from the field' },
  ];
  return lists.map(({ kind, heading }) => {
    const rows = tests.flatMap(({ name, file }) => {
      const found = numberedName.exec(name);
      if (found?.[1] !== kind) return [];
      const rest = name.slice(found[0].length).replace(/^:? /, '');
      return [{ first: Number.parseInt(found[2] ?? '', 10), row: `| ${found[2]} | ${cell(rest)} | ${file} |` }];
    });
    rows.sort((a, b) => a.first - b.first);
    const distinct = [...new Set(rows.map(({ row }) => row))];
    return table(heading, ['Number', 'What holds', 'Test file'], distinct);
  });
}

/** Cases and numbers by name, other tests by their files. */
function evidenceOf(tests: readonly ShownTest[]): string {
  const cases = new Set<string>();
  const numbers: Record<string, Set<number>> = { Rule: new Set(), Lesson: new Set() };
  const files = new Set<string>();
  for (const { name, file } of tests) {
    const id = caseName.exec(name)?.[1];
    const found = numberedName.exec(name);
    if (id !== undefined) cases.add(id);
    else if (found) for (const n of found[2]?.match(/\d+/g) ?? []) numbers[found[1] ?? '']?.add(Number(n));
    else files.add(file);
  }
  const numbered = (word: string, set: Set<number> = new Set()) =>
    set.size === 0 ? '' : `${word} ${[...set].sort((a, b) => a - b).join(', ')}`;
  const parts = [
    shortened([...cases].sort()),
    numbered('rule', numbers.Rule),
    numbered('lesson', numbers.Lesson),
    shortened([...files]),
  ];
  return parts.filter((part) => part !== '').join('; ');
}

function shortened(names: readonly string[]): string {
  const more = names.length - namesMax;
  return more > 0 ? `${names.slice(0, namesMax).join(', ')} and ${more} more` : names.join(', ');
}

/** Without the variant that a case was tried in. */
function titleOf(text: string): string {
  return cell(text.replace(/ \([^()]*%[^()]*\)| "%s"/, ''));
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('%s', '…').replaceAll('%j', '…').replaceAll('%i', '…');
}

function table(heading: string, columns: readonly string[], rows: readonly string[], before = ''): string {
  const ruler = columns.map(() => '---').join('|');
  const lead = before === '' ? [] : [before, ''];
  return [`## ${heading}`, '', ...lead, `| ${columns.join(' | ')} |`, `|${ruler}|`, ...rows, ''].join('\n');
}
