/** Ten minutes under what makes a contactor open again and again, in virtual time: how often it closes, and how soon it opens. */
import { charging, type OutletBench } from '../../test/station/socket/bench';
import { domesticConfig, permit, type2Config } from '../../test/station/socket/machine';

const minuteMs = 60_000;
const minutes = 10;
const samplingMs = 10;

type Cause = (b: OutletBench, on: boolean) => void;

/** Reads the meter each second, as the runner does. */
function meter(b: OutletBench, ms: number, volts = 230): void {
  for (let goneMs = 0; goneMs < ms; goneMs += 1_000) {
    b.meter({ currentA: [0, 0, 0], voltageV: [volts, volts, volts] });
    b.advance(1_000);
  }
}

const causes: Record<string, { modes: ('mode3' | 'mode2')[]; turn: Cause }> = {
  'S2 opens and closes each 0.4 s': {
    modes: ['mode3'],
    turn: (b, on) => {
      b.drive(on ? 'B' : 'C');
      b.advance(400);
    },
  },
  'the limit goes from 16 A to 5 A and back each 10 s': {
    modes: ['mode3', 'mode2'],
    turn: (b, on) => {
      b.wish(permit(on ? 5 : 16));
      meter(b, 10_000);
    },
  },
  'the mains sag to 190 V for 5 s of 10': {
    modes: ['mode3', 'mode2'],
    turn: (b, on) => meter(b, 5_000, on ? 190 : 230),
  },
  'the supply comes and goes each 8 s': {
    modes: ['mode3', 'mode2'],
    turn: (b, on) => {
      b.send({ kind: 'supply', present: !on });
      b.advance(8_000);
    },
  },
  'the coil is without supply for 0.3 s of 5': {
    modes: ['mode3', 'mode2'],
    turn: (b, on) => {
      if (on && b.closeCommanded) {
        b.contacts = 'open';
        b.send({ kind: 'contactor', feedback: 'open' });
      } else if (b.closeCommanded && b.contacts === 'open') {
        b.contacts = 'closed';
        b.send({ kind: 'contactor', feedback: 'closed' });
      }
      b.advance(on ? 300 : 4_700);
    },
  },
};

/** Counts what the contacts do, whoever moves them: a coil that is supplied again closes them without a command. */
function closings(config: typeof type2Config, turn: Cause): number[] {
  const b = charging(16, config);
  const begun = b.now;
  const perMinute = new Array<number>(minutes).fill(0);
  let before = b.contacts;
  const note = (): void => {
    if (b.contacts === 'closed' && before === 'open') {
      const minute = Math.min(minutes - 1, Math.floor((b.now - begun) / minuteMs));
      perMinute[minute] = (perMinute[minute] ?? 0) + 1;
    }
    before = b.contacts;
  };
  const send = b.send.bind(b);
  b.send = (event) => {
    send(event);
    note();
  };
  for (let on = true; b.now < begun + minutes * minuteMs; on = !on) turn(b, on);
  return perMinute;
}

/** From the change at the terminal to the command, in ms, at the worst place between two samples of 10 ms. */
function losses(): Record<string, number> {
  const toOpen = (change: (b: OutletBench) => void): number => {
    const b = charging();
    const begun = b.now;
    change(b);
    b.advance(2_000);
    return (b.opens()[0] ?? Number.NaN) - begun;
  };
  return {
    'unplugged (A)': toOpen((b) => b.drive('A')),
    'S2 opens (B)': toOpen((b) => b.drive('B')),
    'pilot shorted (E)': toOpen((b) => b.drive('E')),
    'pilot cannot be measured': toOpen((b) =>
      b.later(samplingMs, () => b.send({ kind: 'pilot', reading: { kind: 'invalid', reason: 'bench' } })),
    ),
    'contacts open by themselves': toOpen((b) => {
      b.contacts = 'open';
      b.later(samplingMs, () => b.send({ kind: 'contactor', feedback: 'open' }));
    }),
  };
}

const rows = Object.entries(causes).flatMap(([cause, { modes, turn }]) =>
  modes.map((mode) => {
    const perMinute = closings(mode === 'mode3' ? type2Config : domesticConfig, turn);
    return { cause, mode, all: perMinute.reduce((sum, count) => sum + count, 0), most: Math.max(...perMinute) };
  }),
);
process.stdout.write(JSON.stringify({ rows, losses: losses() }));
