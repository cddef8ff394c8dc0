/** The rule for polkit that lets the station change the network: for its user alone, and for nothing else. */
import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';

type Rule = (action: { id: string }, subject: { user: string }) => string | undefined;

const rules: Rule[] = [];
const polkit = { addRule: (rule: Rule) => void rules.push(rule), Result: { YES: 'yes' } };
runInNewContext(readFileSync('board/pi/50-greenup-network.rules', 'utf8'), { polkit });

const judged = (user: string, action: string) =>
  rules.map((rule) => rule({ id: `org.freedesktop.${action}` }, { user }));

test('what changing a wired interface takes', () => {
  expect(judged('greenup', 'NetworkManager.network-control')).toEqual(['yes']);
  expect(judged('greenup', 'NetworkManager.settings.modify.system')).toEqual(['yes']);
});

test.each([
  ['greenup', 'NetworkManager.settings.modify.hostname'],
  ['greenup', 'NetworkManager.enable-disable-network'],
  ['greenup', 'systemd1.manage-units'],
  ['pi', 'NetworkManager.network-control'],
  ['greenup2', 'NetworkManager.settings.modify.system'],
])('others are judged by others: %s, %s', (user, action) => {
  expect(judged(user, action)).toEqual([undefined]);
});
