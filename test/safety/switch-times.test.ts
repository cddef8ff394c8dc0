/** How fast a contactor follows its pilot and its command, as measured beside the parts. */
import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import type { ContactorFeedback, Listener, PilotReading, UnmeteredParts } from '../../src/hal/parts';
import { type SwitchTimes, timedSwitching } from '../../src/safety/switch-times';

function bench(mode: 'mode3' | 'mode2' = 'mode3') {
  const clock = new VirtualClock();
  const told: SwitchTimes[] = [];
  const heard: unknown[] = [];
  const commands: string[] = [];
  let onFeedback: Listener<ContactorFeedback> = () => {};
  let onPilot: Listener<PilotReading> = () => {};
  const contactor = {
    close: () => void commands.push('close'),
    open: () => void commands.push('open'),
    watch: (listener: Listener<ContactorFeedback>) => {
      onFeedback = listener;
      return () => {};
    },
  };
  const pilot = {
    drive: () => void commands.push('drive'),
    watch: (listener: Listener<PilotReading>) => {
      onPilot = listener;
      return () => {};
    },
  };
  const plain: UnmeteredParts = mode === 'mode3' ? { mode, contactor, pilot } : { mode, contactor };
  const parts = timedSwitching(plain, clock, (times) => told.push(times));
  parts.contactor.watch((feedback) => heard.push(feedback));
  if (parts.mode === 'mode3') parts.pilot.watch((reading) => heard.push(reading));
  return {
    clock,
    told,
    heard,
    commands,
    parts,
    feedback: (feedback: ContactorFeedback) => onFeedback(feedback),
    volts: (high: number) => onPilot({ kind: 'volts', high, low: -12 }),
  };
}

test('from the level of the pilot to the command, and on to the contact', async () => {
  const b = bench();
  b.volts(9);
  await b.clock.advance(400);
  b.volts(6);
  await b.clock.advance(30);
  b.volts(6.1); // the same level: the time counts from the first reading of it
  await b.clock.advance(20);
  b.parts.contactor.close();
  await b.clock.advance(25);
  b.feedback('closed');
  expect(b.told).toEqual([{ contactor: 'closed', pilotToCoilMs: 50, coilToContactMs: 25 }]);
  b.volts(12);
  await b.clock.advance(7);
  b.parts.contactor.open();
  b.parts.contactor.open();
  await b.clock.advance(12);
  b.feedback('open');
  b.feedback('open');
  expect(b.told[1]).toEqual({ contactor: 'open', pilotToCoilMs: 7, coilToContactMs: 12 });
  expect(b.told).toHaveLength(2);
});

test('a pilot that has long stood still was not the cause', async () => {
  const b = bench();
  b.volts(6);
  await b.clock.advance(1_001);
  b.parts.contactor.close();
  await b.clock.advance(10);
  b.feedback('closed');
  expect(b.told).toEqual([{ contactor: 'closed', pilotToCoilMs: undefined, coilToContactMs: 10 }]);
});

test('what opened soon after the vehicle had asked, such as a residual current, was not opened by the pilot', async () => {
  const b = bench();
  b.volts(6);
  await b.clock.advance(150);
  b.parts.contactor.close();
  b.feedback('closed');
  await b.clock.advance(60);
  b.parts.contactor.open();
  b.feedback('open');
  expect(b.told.map(({ pilotToCoilMs }) => pilotToCoilMs)).toEqual([150, undefined]);
});

test('a contact that moves by itself is nothing that was commanded, and a welded one is late', async () => {
  const b = bench();
  b.feedback('closed');
  b.feedback('open');
  expect(b.told).toEqual([]);
  b.parts.contactor.close();
  b.feedback('closed');
  b.parts.contactor.open();
  await b.clock.advance(5_000);
  b.feedback('unknown');
  b.feedback('open');
  expect(b.told[1]).toMatchObject({ contactor: 'open', coilToContactMs: 5_000 });
});

test('parts behave as without it, with a pilot or none', () => {
  const b = bench();
  b.volts(9);
  b.feedback('open');
  b.parts.contactor.close();
  b.parts.contactor.open();
  if (b.parts.mode === 'mode3') b.parts.pilot.drive({ kind: 'steady' });
  expect(b.commands).toEqual(['close', 'open', 'drive']);
  expect(b.heard).toEqual([{ kind: 'volts', high: 9, low: -12 }, 'open']);
  const domestic = bench('mode2');
  domestic.parts.contactor.close();
  domestic.feedback('closed');
  expect(domestic.told).toEqual([{ contactor: 'closed', pilotToCoilMs: undefined, coilToContactMs: 0 }]);
});
