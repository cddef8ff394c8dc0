/** The page about OCPP: made from tables and tests, committed fresh, and claiming nothing that no test shows. */
import { readFileSync } from 'node:fs';
import { ScriptedUpdates } from '../../src/drivers/mock/firmware-updates';
import { answeredActions } from '../../src/ocpp/actions';
import { isCentralSystemAction, messages } from '../../src/ocpp/messages';
import { ocppPage } from '../../tools/docs/ocpp-page';
import { readTests, testsOf } from '../../tools/docs/tests';
import { examples } from '../ocpp/messages/examples';
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

const tests = readTests('.');

test('the committed page is the one that tables and tests make', () => {
  expect(readFileSync('docs/ocpp.md', 'utf8')).toBe(ocppPage(tests));
});

test('a request is answered by the station exactly if the list of answered actions has it', async () => {
  const rig = await Rig.start({ updates: () => new ScriptedUpdates() });
  const answered = [];
  for (const [action, { request }] of Object.entries(examples)) {
    if (!isCentralSystemAction(action as keyof typeof messages)) continue;
    // A reset would end the conversation; that it is answered its own tests show.
    const payload = action === 'Reset' ? {} : request;
    const { callError } = await rig.call(action, payload as Record<string, unknown>);
    if (callError !== 'NotSupported') answered.push(action);
  }
  expect(answered.sort()).toEqual([...answeredActions].sort());
});

test('without tests it claims nothing', () => {
  const page = ocppPage([]);
  expect(page).not.toMatch(/\| (answers it|sends it|CALLERROR NotSupported) \|/);
  expect(page).toContain('0 of the 107 cases for charge points are shown.');
});

test('each case, and each message and key that a test names, is in the page; with the test goes the claim', () => {
  const rowOf = (page: string, start: string) => page.split('\n').find((line) => line.startsWith(`| ${start} |`));
  const withClearCache = tests.filter(({ text }) => !text.includes('ClearCache'));
  expect(rowOf(ocppPage(tests), 'ClearCache')).toContain('answers it | TC_061_1_CS, TC_061_2_CS;');
  expect(rowOf(ocppPage(withClearCache), 'ClearCache')).toBe('| ClearCache | Core | central system | – | no test |');
  expect(rowOf(ocppPage(tests), 'TC_001_CS')).toContain('Cold Boot Charge Point | conformance/cold-boot');
  expect(rowOf(ocppPage(withClearCache), 'TC_061_1_CS')).toBeUndefined();
});

test('every message and every case of the tool has its place', () => {
  const page = ocppPage(tests);
  for (const action of Object.keys(messages)) expect(page).toContain(`| ${action} |`);
  const named = new Set(page.match(/TC_\d+(?:_\d+)?_CS/g));
  for (const { name } of tests) {
    const id = /^TC_\d+(?:_\d+)?_CS/.exec(name)?.[0];
    if (id !== undefined) expect(named).toContain(id);
  }
});

describe('tests are found', () => {
  const source = `
const helper = () => rig.call('ClearCache', {});

function deep(): void {
  helper();
}

test("it isn't hard", async () => {
  const local = 1;
  deep();
});

test.each([1, 2])('number %i', (n) => n);

describe('a group', () => {
  test('inside', () => inner());

  const inner = () => 'GetConfiguration';
});
`;

  test('with their names', () => {
    expect(testsOf('a/b', source).map(({ name }) => name)).toEqual(["it isn't hard", 'number %i', 'inside']);
  });

  test('with the text of helpers, however deep, and of no others', () => {
    const [first, second, third] = testsOf('a/b', source);
    expect(first?.text).toContain('ClearCache');
    expect(first?.text).not.toContain('GetConfiguration');
    expect(second?.text).not.toContain('ClearCache');
    expect(third?.text).toContain('GetConfiguration');
  });
});
