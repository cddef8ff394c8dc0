/** The command line: help with examples, near misses, wrong values, and generated pages. */
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { namedValues, numberFrom, vehicleValues } from '../../src/cli/arguments';
import { checkBoardFile } from '../../src/cli/board-check';
import { program } from '../../src/cli/program';
import { writeDocs } from '../../tools/docs/docs';

interface Said {
  code: number;
  out: string;
  error: string;
}

/** What a command line prints and how it ends, as far as commander decides. */
async function say(line: string): Promise<Said> {
  const said: Said = { code: -1, out: '', error: '' };
  const root = program('1.2.3', (code) => {
    said.code = code;
  });
  for (const command of [root, ...root.commands, ...root.commands.flatMap((c) => c.commands)]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => {
        said.out += text;
      },
      writeErr: (text) => {
        said.error += text;
      },
    });
  }
  try {
    await root.parseAsync(line.split(' '), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    said.code = error.exitCode;
  }
  return said;
}

/** What a function writes to stdout. */
function printed(run: () => number): [code: number, text: string] {
  let text = '';
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((piece) => {
    text += String(piece);
    return true;
  });
  try {
    return [run(), text];
  } finally {
    write.mockRestore();
  }
}

test('help begins with examples', async () => {
  for (const line of ['--help', 'run --help', 'plug --help', 'fault --help', 'bench --help', 'board --help']) {
    const { code, out } = await say(line);
    expect(code).toBe(0);
    expect(out).toMatch(/^Examples:\n {2}\S*(greenup|echo)/);
  }
  expect((await say('--version')).out).toBe('1.2.3\n');
});

test('help of fault describes every simulated fault, and hides what is not for people', async () => {
  expect((await say('fault --help')).out).toMatch(/pilotShort +pilot wire touches earth/);
  expect((await say('run --help')).out).not.toContain('supervised');
});

test.each([
  ['plgu 1', 'Did you mean plug?'],
  ['run --prot 1', 'Did you mean --port?'],
  ['run --speed 0', 'Must be a number from 1 to 1000.'],
  ['run --port 65536', 'Must be a whole number from 0 to 65535.'],
  ['plug', "missing required argument 'connector'"],
  ['plug one', 'Must be the number of a connector.'],
  ['plug 0', 'Must be the number of a connector.'],
  ['fault one x', 'Must be the number of a connector, or 0 for the whole station.'],
  ['plug 1 --ev phases', 'Must be name=value'],
  ['ev 1', 'say what changes'],
  ['ev 1 --pause --resume', 'cannot be used with'],
  ['ev 1 --draw lots', 'or auto'],
  ['network sideways', 'Allowed choices are down, up'],
  ['power off', 'Allowed choices are cut, on'],
  ['tap X --side top', 'Allowed choices are right, left'],
  ['board check', "missing required argument 'file'"],
])('%s: %s', async (line, why) => {
  const { code, error } = await say(line);
  expect(code).not.toBe(0);
  expect(error).toContain(why);
  // One line, with the beginning of every other error, and the command that has the rest.
  expect(error).toMatch(/^greenup: [^\n]*\. See greenup[ a-z]* --help\n$/);
  expect(error).not.toContain('error:');
});

test('named values are numbers, truth values, null or texts', () => {
  expect(vehicleValues('zoe-like')).toEqual({ like: 'zoe-like' });
  expect(vehicleValues('zoe-like,a=1')).toEqual({ like: 'zoe-like', a: 1 });
  expect(vehicleValues('a=1,b=x')).toEqual({ a: 1, b: 'x' });
  expect(namedValues('a=1.5,b=true,c=false,d=null,e=x')).toEqual({ a: 1.5, b: true, c: false, d: null, e: 'x' });
  expect(numberFrom(0, 5)('5')).toBe(5);
  expect(() => numberFrom(0, 5)(' ')).toThrow('Must be');
});

test('board check prints a summary, or every problem', () => {
  const [code, text] = printed(() => checkBoardFile('board/simulated-single.yaml', false));
  expect(code).toBe(0);
  expect(text).toMatch(/^board\/simulated-single.yaml: OK: simulated-single, Legrand 059004/);
  expect(text).toContain('2  right 2P+E: 1 phase, 16 A');
  const path = join(mkdtempSync(join(tmpdir(), 'greenup-board-')), 'b.yaml');
  writeFileSync(path, `${readFileSync('board/simulated-single.yaml', 'utf8')}colour: red\n`);
  const [failed, json] = printed(() => checkBoardFile(path, true));
  expect(failed).toBe(1);
  expect(JSON.parse(json)).toEqual({ ok: false, problems: [expect.stringContaining('colour')] });
});

test('the generated pages in the tree are up to date, and stale ones are found and mended', () => {
  expect(printed(() => writeDocs(true))[0]).toBe(0);
  const copy = mkdtempSync(join(tmpdir(), 'greenup-docs-'));
  for (const name of ['docs', 'board']) cpSync(name, join(copy, name), { recursive: true });
  writeFileSync(join(copy, 'docs/configuration-keys.md'), 'old');
  const [code, text] = printed(() => writeDocs(true, copy));
  expect([code, text]).toEqual([1, 'docs/configuration-keys.md: is not up to date: run make docs\n']);
  expect(printed(() => writeDocs(false, copy))[0]).toBe(0);
  expect(printed(() => writeDocs(true, copy))[0]).toBe(0);
});
