/** Tables as text between commas (RFC 4180), which a sheet of calculation does not take for formulas, and back. */

/** A text that begins so would be a formula; one more mark before it is taken away when it is read. */
const wouldBeFormula = /^[=+\-@\t\r']/;

/** A number below zero is no formula. */
export function csvOf(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

function field(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = wouldBeFormula.test(value) ? `'${value}` : value;
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export interface CsvRecord {
  /** On which line of the text it begins, from 1. */
  line: number;
  fields: string[];
}

/** Semicolons and tabs are taken, too: some sheets write them. Lines without anything are left out. */
export function csvRecords(text: string): { records: CsvRecord[]; openQuoteAt?: number } {
  const body = text.replace(/^\uFEFF/, '');
  const reader = new CsvReader(separatorOf(body));
  for (const character of body.replaceAll(/\r\n?/g, '\n')) reader.take(character);
  return reader.end();
}

/** The first of them that stands outside of quotes in the first line. */
function separatorOf(text: string): string {
  const [line = ''] = text.replaceAll(/"[^"]*"/g, '').split(/[\r\n]/, 1);
  return /[,;\t]/.exec(line)?.[0] ?? ',';
}

class CsvReader {
  private readonly records: CsvRecord[] = [];
  private fields: string[] = [];
  private text = '';
  private line = 1;
  private startedAt = 1;
  /** `closing`: a quote within quotes, which ends them or stands for one. */
  private quotes: 'none' | 'within' | 'closing' = 'none';
  private openedAt = 1;

  constructor(private readonly separator: string) {}

  take(character: string): void {
    if (this.quotes === 'closing') {
      this.quotes = character === '"' ? 'within' : 'none';
      if (character === '"') this.text += character;
      else this.takePlain(character);
    } else if (this.quotes === 'within') {
      if (character === '"') this.quotes = 'closing';
      else this.text += character;
    } else this.takePlain(character);
    if (character === '\n') this.line += 1;
  }

  end(): { records: CsvRecord[]; openQuoteAt?: number } {
    this.endRecord();
    return { records: this.records, ...(this.quotes === 'within' ? { openQuoteAt: this.openedAt } : {}) };
  }

  private takePlain(character: string): void {
    if (character === this.separator) this.endField();
    else if (character === '\n') {
      this.endRecord();
      this.startedAt = this.line + 1;
    } else if (character === '"' && this.text === '') {
      this.quotes = 'within';
      this.openedAt = this.line;
    } else this.text += character;
  }

  private endField(): void {
    const isMarked = this.text.startsWith("'") && wouldBeFormula.test(this.text.slice(1));
    this.fields.push(isMarked ? this.text.slice(1) : this.text);
    this.text = '';
  }

  private endRecord(): void {
    this.endField();
    if (this.fields.some((one) => one !== '')) this.records.push({ line: this.startedAt, fields: this.fields });
    this.fields = [];
  }
}
