/** A good board file of a rig to spoil, as text and as plain data. */
import { parse, stringify } from 'yaml';
import { messageFor } from './board-text';

/** Line 8 begins the hardware, 27 the first point; everything that may be left out is left out. */
export const rig = `name: rig
drivers: pi
vendor: Legrand
model: "059004"
serialNumber: "260988"
firmwareVersion: V01.01.65/V01.01.08
hardware:
  gpio:
    chips:
      - name: header
        labels: [pinctrl-rp1, pinctrl-bcm2711]
      - name: slow
        labels: [mcp23017]
        device: 1-0020
  i2c: { bus: 1 }
  serial:
    - name: meters
      path: /dev/ttyAMA0
      baudRate: 9600
  watchdog: { device: /dev/watchdog, timeout: 10 }
  pulse: { line: 24 }
  supply: { line: 18, activeLow: true }
  resetButton: { line: 4, activeLow: true }
  network: eth0
points:
  - side: right
    installationCurrent: 32
    wiring:
      cardReader: { device: /dev/spidev0.0, reset: { chip: slow, line: 7, activeLow: true } }
      indicator: { red: { chip: slow, line: 13 }, blue: { chip: slow, line: 14 } }
    sockets:
      - mode: mode3
        phases: 3
        ratedCurrent: 32
        wiring:
          contactor: { coil: { line: 17 }, feedback: { line: 5 } }
          pilot:
            pwm: { chip: fe20c000.pwm, channel: 0 }
            high: { address: 0x48, input: 0, gain: 8.9, offset: -14.6 }
            low: { address: 0x48, input: 1, gain: 8.8, offset: -14.5 }
          proximity: { address: 0x48, input: 2, pullUp: 1000, supply: 3.3 }
          lock:
            lock: { chip: slow, line: 8 }
            unlock: { chip: slow, line: 9 }
            feedback: { chip: slow, line: 4 }
          residual: { trip: { line: 19 }, test: { chip: slow, line: 0 } }
          meter: { bus: meters, unit: 1, map: eastron-sdm630 }
          thermometer: { address: 0x48, input: 3, pullUp: 10000, supply: 3.3, ohmsAt25: 10000, beta: 3950 }
          emulator: { plug: { chip: slow, line: 10 }, request: { chip: slow, line: 11 } }
      - mode: mode2
        phases: 1
        ratedCurrent: 16
        wiring:
          contactor: { coil: { line: 27 }, feedback: { line: 6 } }
          plug: { chip: slow, line: 6 }
          residual: { trip: { line: 20 }, test: { chip: slow, line: 1 }, reset: { chip: slow, line: 2 }, tripTime: 700 }
          meter: { bus: meters, unit: 2, map: eastron-sdm120 }
`;

/** Paths are as in messages, without brackets: `points.0.sockets.1.phases`. An undefined value removes the name. */
export type Change = readonly [path: string, value: unknown];

export function changedRig(...changes: readonly Change[]): string {
  const board: Record<string, unknown> = parse(rig);
  for (const [path, value] of changes) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    let node: Record<string, unknown> = board;
    for (const name of names) {
      // A test whose place has moved must not pass by accident.
      expect(node).toHaveProperty([name]);
      node = node[name] as Record<string, unknown>;
    }
    if (value === undefined) {
      expect(node).toHaveProperty([last]);
      delete node[last];
    } else node[last] = value;
  }
  return stringify(board);
}

/** What the loader says of the changed rig: a line for each problem, without its place in the text. */
export function problemsOf(...changes: readonly Change[]): string[] {
  return messageFor(changedRig(...changes))
    .split('\n')
    .map((line) => line.replace(/^board\/x\.yaml:\d+:\d+ /, ''));
}
