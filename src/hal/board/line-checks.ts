/** What a GPIO chip can do with a line: whether there is one, what else it has to do, and what its loss must mean. */
import type { BoardText } from './board-schema';
import { pwmLineOf } from './pwm-lines';
import type { YamlProblems } from './yaml-problems';
import type { YamlDraft } from './yaml-text';

export type HardwareDraft = NonNullable<YamlDraft<BoardText>['hardware']>;
export type ChipDraft = NonNullable<NonNullable<HardwareDraft['gpio']>['chips']>[number];

export interface LineUse {
  /** Place in the board file. */
  path: string;
  line: number;
  activeLow: boolean;
  chip: ChipDraft | undefined;
}

/** The 40-pin header of a Raspberry Pi has the BCM numbers 0 to 27; what is above drives the Pi's own parts. */
const headerLabel = /^pinctrl-(bcm|rp1)/;
const headerLineMax = 27;

/** Expanders on I2C, by what their driver is called, and their highest line. */
const expanders: readonly { label: RegExp; lineMax: number; outputsOnly: readonly number[] }[] = [
  { label: /^mcp23s?0(08|09)/, lineMax: 7, outputsOnly: [] },
  // GPA7 and GPB7 are outputs only (data sheet of the MCP23017, revision D).
  { label: /^mcp23s?017/, lineMax: 15, outputsOnly: [7, 15] },
  { label: /^mcp23s?018/, lineMax: 15, outputsOnly: [] },
];

/** Expanders whose driver says 0, and not that it failed, when the chip does not answer (Linux, pinctrl-mcp23s08.c). */
const zeroWhenLost = /^mcp23/;

/** Inputs that safety hangs on, what they must seem to be when their chip is lost, and whether that is their active state. */
const inputs: readonly { place: RegExp; seems: string; active: boolean }[] = [
  { place: /contactor\.feedback$/, seems: 'closed', active: true },
  { place: /residual\.trip$/, seems: 'tripped', active: true },
  { place: /lock\.feedback$/, seems: 'unlocked', active: false },
  { place: /wiring\.plug$/, seems: 'drawn', active: false },
  { place: /hardware\.supply$/, seems: 'lost', active: false },
  { place: /hardware\.resetButton$/, seems: 'not pressed', active: false },
];

/** Outputs that must be safe when a bus is stuck, which no expander behind it can be. */
const coilOutputs = /(contactor\.coil|hardware\.pulse)$/;

/** Outputs that do something from the start of the Pi to that of the program, if its pull towards their active state is all there is. */
const restingOutputs: readonly { place: RegExp; what: string }[] = [
  { place: /contactor\.coil$/, what: 'the contactor closes' },
  { place: /lock\.(lock|unlock)$/, what: 'the motor runs' },
  { place: /residual\.test$/, what: 'the test current flows' },
];

/** Up to this line the header pulls up when a Raspberry Pi starts, from the next one on down (BCM2835 and RP1, GPIO tables). */
const pullsUpMax = 8;

/** Adds a problem where the chip of a line cannot do what the board wants of it. */
export function checkLine(
  use: LineUse,
  hardware: HardwareDraft,
  board: YamlDraft<BoardText>,
  problems: YamlProblems,
): void {
  const labels = use.chip?.labels?.filter((label) => label !== undefined) ?? [];
  if (labels.some((label) => headerLabel.test(label))) checkHeader(use, hardware, board, problems);
  for (const label of labels) checkExpander(use, label, problems);
}

function checkHeader(use: LineUse, hardware: HardwareDraft, board: YamlDraft<BoardText>, problems: YamlProblems): void {
  const { path, line } = use;
  if (line > headerLineMax) {
    problems.add(`${path}.line`, `found ${line}; the header of a Raspberry Pi has the lines 0 to ${headerLineMax}`);
    return;
  }
  const user = headerUsers(hardware, board).find(({ lines }) => lines.includes(line));
  if (user) problems.add(`${path}.line`, `found ${line}, which belongs to ${user.name}; choose another line`);
  else warnOfPull(use, problems);
}

function warnOfPull({ path, line, activeLow }: LineUse, problems: YamlProblems): void {
  const output = restingOutputs.find(({ place }) => place.test(path));
  const pullsUp = line <= pullsUpMax;
  if (!output || pullsUp === activeLow) return;
  const [way, resistor] = pullsUp ? ['up', 'ground'] : ['down', '3.3 V'];
  problems.warn(
    `${path}.line`,
    `found ${line}, which pulls ${way} when the Pi starts: until the program runs ${output.what}, unless 10 kΩ to ${resistor} or a missing supply forbid it`,
  );
}

/** Buses of this board, and the lines of the header that they take (pins of the Raspberry Pi's first functions). */
function headerUsers(
  { i2c, serial }: HardwareDraft,
  { points = [] }: YamlDraft<BoardText>,
): { name: string; lines: number[] }[] {
  const users: { name: string; lines: number[] }[] = [];
  if (i2c?.bus === 1) users.push({ name: 'I2C bus 1', lines: [2, 3] });
  for (const { path } of serial ?? []) {
    if (path !== undefined && /^\/dev\/(serial0|ttyAMA0|ttyS0)$/.test(path))
      users.push({ name: path, lines: [14, 15] });
  }
  users.push(...pilotLines(points));
  for (const { wiring } of points) {
    const [, bus, select] = /^\/dev\/spidev([01])\.([0-2])$/.exec(wiring?.cardReader?.device ?? '') ?? [];
    if (bus === undefined || select === undefined) continue;
    const { data, selects } = bus === '0' ? spi0 : spi1;
    users.push({
      name: `/dev/spidev${bus}.${select}`,
      lines: [...data, ...selects.slice(Number(select), Number(select) + 1)],
    });
  }
  return users;
}

/** A pilot's generator drives its line at 1 kHz: a coil or a light there would follow it. */
function pilotLines(points: NonNullable<YamlDraft<BoardText>['points']>): { name: string; lines: number[] }[] {
  return points.flatMap(({ sockets = [] }, point) =>
    sockets.flatMap(({ wiring }, socket) => {
      const { chip, channel } = wiring?.pilot?.pwm ?? {};
      const line = chip === undefined || channel === undefined ? undefined : pwmLineOf(chip, channel);
      const name = `the pilot of points[${point}].sockets[${socket}] (PWM channel ${channel})`;
      return line === undefined ? [] : [{ name, lines: [line] }];
    }),
  );
}

const spi0 = { data: [9, 10, 11], selects: [8, 7] };
const spi1 = { data: [19, 20, 21], selects: [18, 17, 16] };

function checkExpander(use: LineUse, label: string, problems: YamlProblems): void {
  const { path, line, activeLow } = use;
  const expander = expanders.find((one) => one.label.test(label));
  const input = inputs.find(({ place }) => place.test(path));
  if (expander && line > expander.lineMax) {
    problems.add(`${path}.line`, `found ${line}; an expander ${label} has the lines 0 to ${expander.lineMax}`);
  } else if (expander && input && expander.outputsOnly.includes(line)) {
    problems.add(`${path}.line`, `found ${line}, which is an output only on ${label}; choose another line`);
  }
  if (expander && coilOutputs.test(path)) {
    problems.add(
      path,
      `is on an expander (${label}); it must be on a line of the processor: when the bus is stuck nothing could take it back`,
    );
  }
  if (!zeroWhenLost.test(label) || !input || activeLow === input.active) return;
  problems.add(
    `${path}.activeLow`,
    `found ${activeLow}; must be ${input.active}: an expander (${label}) that is lost reads low, and that must mean ${input.seems}; wire the contact accordingly, or use a line of the processor`,
  );
}
