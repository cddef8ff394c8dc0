/** The contactor opens whatever happens, and tells what its auxiliary contact shows. */
import { GpioContactor } from '../../../src/drivers/pi/contactor';
import { heard, partRig, wire } from './fake-gpio';

const coil = 5;
const contact = 6;
const wiring = { coil: wire(coil), feedback: wire(contact) };

describe('contactor on GPIO', () => {
  test('a watcher hears unknown, then what the auxiliary contact shows in two equal samples', async () => {
    const { clock, gpio, context } = partRig();
    const contactor = new GpioContactor(wiring, context);
    const told = heard(contactor);
    expect(told).toEqual([]);
    await clock.advance(0);
    expect(told).toEqual(['unknown']);
    await clock.advance(10);
    expect(told).toEqual(['unknown', 'open']);
    gpio.set(contact, true);
    await clock.advance(5);
    expect(told).toEqual(['unknown', 'open']);
    await clock.advance(5);
    expect(told).toEqual(['unknown', 'open', 'closed']);
    expect(heard(contactor)).toEqual([]);
  });

  test('a contact that bounces for one sample is not told', async () => {
    const { clock, gpio, context } = partRig();
    const told = heard(new GpioContactor(wiring, context));
    await clock.advance(20);
    gpio.set(contact, true);
    await clock.advance(5);
    gpio.set(contact, false);
    await clock.advance(50);
    expect(told).toEqual(['unknown', 'open']);
  });

  test('the coil follows the command at once; the feedback is the contact alone', async () => {
    const { clock, gpio, context } = partRig();
    const contactor = new GpioContactor(wiring, context);
    const told = heard(contactor);
    contactor.close();
    expect(gpio.active(coil)).toBe(true);
    await clock.advance(1000);
    expect(told).toEqual(['unknown', 'open']);
    contactor.open();
    expect(gpio.active(coil)).toBe(false);
  });

  test('an unreadable contact is unknown, and trouble is told once and once again when it works', async () => {
    const { clock, gpio, context, troubles } = partRig();
    const told = heard(new GpioContactor(wiring, context));
    await clock.advance(20);
    gpio.fail(contact, 'gone');
    await clock.advance(500);
    expect(told).toEqual(['unknown', 'open', 'unknown']);
    expect(troubles).toEqual([expect.stringMatching(/^contactor feedback: .*gone/)]);
    gpio.fail(contact, undefined);
    await clock.advance(20);
    expect(told.at(-1)).toBe('open');
    expect(troubles[1]).toBe('contactor feedback: works again');
    gpio.fail(contact, 'gone again');
    await clock.advance(20);
    expect(troubles[2]).toMatch(/gone again/);
  });

  test('one reading that fails is bridged', async () => {
    const { clock, gpio, context, troubles } = partRig();
    const told = heard(new GpioContactor(wiring, context));
    await clock.advance(20);
    gpio.fail(contact, 'late');
    await clock.advance(5);
    gpio.fail(contact, undefined);
    await clock.advance(50);
    expect(told).toEqual(['unknown', 'open']);
    expect(troubles).toEqual([]);
  });

  test('an opening that the kernel refuses never throws and is made again until it is done', async () => {
    const { clock, gpio, context, troubles } = partRig();
    const contactor = new GpioContactor(wiring, context);
    contactor.close();
    gpio.fail(coil, 'refused');
    contactor.open();
    await clock.advance(200);
    expect(gpio.active(coil)).toBe(true);
    expect(troubles).toEqual([expect.stringMatching(/^contactor coil: .*refused/)]);
    gpio.fail(coil, undefined);
    await clock.advance(5);
    expect(gpio.active(coil)).toBe(false);
    expect(troubles).toHaveLength(2);
  });

  test('release opens, frees both lines and ends the telling; later commands do nothing', async () => {
    const { clock, gpio, context, troubles } = partRig();
    const contactor = new GpioContactor(wiring, context);
    contactor.close();
    await clock.advance(20);
    const told = heard(contactor);
    contactor.release();
    expect(gpio.active(coil)).toBe(false);
    expect([gpio.use(coil), gpio.use(contact)]).toEqual(['free', 'free']);
    contactor.close();
    gpio.set(contact, true);
    await clock.advance(100);
    expect(gpio.active(coil)).toBe(false);
    expect([told, troubles]).toEqual([[], []]);
  });

  test('a line that cannot be had is an error with the part and role, and frees the other', () => {
    const { gpio, context } = partRig();
    gpio.fail(contact, 'in use');
    expect(() => new GpioContactor(wiring, context)).toThrow(/^contactor feedback: .*in use/);
    expect(gpio.use(coil)).toBe('free');
  });
});
