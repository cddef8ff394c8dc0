/** Writes the page about configuration keys out of their table, so that page and station cannot differ. */
import {
  type ConfigurationKey,
  configurationKeys,
  type KeyGroup,
  writeMeanings,
} from '../../src/ocpp/config-keys/index';
import { typeInWords } from '../../src/ocpp/config-keys/values';

const headings: Record<KeyGroup, string> = {
  Core: 'Core',
  FirmwareManagement: 'Firmware management',
  LocalAuthListManagement: 'Local authorisation list',
  Reservation: 'Reservation',
  SmartCharging: 'Smart charging',
  Security: 'Security',
  Legrand: 'Legrand',
};

const introduction = `# Configuration keys

This page is made from the table in \`src/ocpp/config-keys\`; change the table, not the page.

A central system reads the keys with GetConfiguration and changes them with ChangeConfiguration (OCPP 1.6, 5.3 and 5.8).
How the station treats them all:

- A key is found in any mixture of capitals and small letters, and reported as spelt here.
- A change that is Accepted is on disk and in effect before the answer leaves. If the disk fails, the answer is Rejected
  and the old value stays.
- A value out of its range or form is Rejected, and so is a change of a read-only key. An unknown key is NotSupported.
- Numbers are plain decimal digits. true and false may be written in any case and are reported in small letters.
- Lists are words between commas; blanks around a word, its case and repetitions do not matter. One word that the list
  cannot hold refuses the whole list. A measurand stands for all phases measured: Voltage, never Voltage.L1.
- A key that is not set is reported without a value.
- "Given by the station" means that the value comes from the board file or from what the station measures.

The column "In OCPP" is the guide's (for keys that the guide lacks, the specification's). Under "Source", numbers are
sections of OCPP 1.6 edition 2, and numbers after E belong to its errata sheet of April 2025.
`;

/** The whole page as Markdown, with a line feed at its end. */
export function configurationKeysPage(): string {
  const groups = Object.entries(headings) as [KeyGroup, string][];
  const sections = groups.map(([group, heading]) => {
    const rows = configurationKeys.filter((row) => row.group === group).map(tableRow);
    return [
      `## ${heading}`,
      '',
      '| Key | In OCPP | Change | Default | Values | What the station does | Guide remarks | Source |',
      '|---|---|---|---|---|---|---|---|',
      ...rows,
      '',
    ].join('\n');
  });
  return [introduction, ...sections].join('\n');
}

function tableRow(row: ConfigurationKey): string {
  const aliases = row.aliases === undefined ? '' : ` (also ${row.aliases.map((name) => `\`${name}\``).join(', ')})`;
  const cells = [
    `\`${row.key}\`${aliases}`,
    row.requirement,
    changeInWords(row),
    defaultInWords(row),
    typeInWords(row.type),
    row.description,
    row.remark ?? '',
    sourceInWords(row),
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function changeInWords(row: ConfigurationKey): string {
  const { answer, readonly } = writeMeanings[row.write];
  return readonly ? `${answer} (read-only)` : answer;
}

function defaultInWords(row: ConfigurationKey): string {
  if (row.default === undefined) return writeMeanings[row.write].readonly ? 'given by the station' : 'not set';
  return row.default === '' ? 'empty' : `\`${row.default.replaceAll(',', ', ')}\``;
}

function sourceInWords({ source }: ConfigurationKey): string {
  const parts = [
    source.guideTable === undefined ? undefined : `guide, ${source.guideTable}`,
    source.spec,
    source.errata === undefined ? undefined : `E ${source.errata}`,
    source.note,
  ];
  return parts.filter((part) => part !== undefined).join('; ');
}
