/** Whatever the street and the station do to a point, its outlets stay safe; a failure prints its seed. */
import * as fc from 'fast-check';
import { faultKinds } from '../../../src/drivers/sim/faults';
import { GreenupError } from '../../../src/hal/errors';
import type { SocketWish } from '../../../src/station/socket/types';
import { runs as tries } from '../../support/soak';
import { permit } from './machine';
import { domesticSocket, PointBench, type2Socket } from './point-bench';
import { anyWait, anyWish } from './random';

describe('a whole point', () => {
  interface PointAction {
    text: string;
    run(b: PointBench, wishes: Wishes): void;
  }
  type Wishes = Map<number, { wish: SocketWish; deniedAt: number | undefined }>;

  const pointAction = (text: string, run: PointAction['run']): PointAction => ({
    text,
    run: (b, wishes) => {
      try {
        run(b, wishes);
      } catch (error) {
        // The world refuses what cannot be: a second plug in one outlet, drawing a plug that is locked.
        if (!(error instanceof GreenupError)) throw error;
      }
    },
    ...{ toString: () => text },
  });

  function setWish(b: PointBench, wishes: Wishes, id: number, wish: SocketWish): void {
    const denied = !(wish.kind === 'permit' && wish.offerA >= 6);
    const before = wishes.get(id);
    wishes.set(id, { wish, deniedAt: denied ? (before?.deniedAt ?? b.clock.now()) : undefined });
    b.wish(id, wish);
  }

  const connector = fc.constantFrom(1, 2);
  const anyPointAction: fc.Arbitrary<PointAction> = fc.oneof(
    {
      weight: 3,
      arbitrary: fc
        .tuple(connector, anyWish)
        .map(([id, wish]) =>
          pointAction(`wish ${id} ${JSON.stringify(wish)}`, (b, wishes) => setWish(b, wishes, id, wish)),
        ),
    },
    {
      weight: 3,
      arbitrary: connector.map((id) => pointAction(`permit ${id}`, (b, wishes) => setWish(b, wishes, id, permit(16)))),
    },
    {
      weight: 4,
      arbitrary: fc
        .tuple(connector, fc.boolean(), fc.boolean(), fc.boolean())
        .map(([id, needsVentilation, ignoresOffer, reactsToPwmOff]) =>
          pointAction(`plug ${id}`, (b) =>
            b.world.plug(id, { ev: { needsVentilation, ignoresOffer, reactsToPwmOff } }),
          ),
        ),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(connector, fc.boolean())
        .map(([id, force]) => pointAction(`unplug ${id} ${force}`, (b) => b.world.unplug(id, { force }))),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(connector, fc.boolean())
        .map(([id, paused]) => pointAction(`ev ${id} paused ${paused}`, (b) => b.world.ev(id, { paused }))),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom(0, 1, 2), fc.constantFrom(...faultKinds))
        .map(([id, kind]) => pointAction(`fault ${id} ${kind}`, (b) => b.world.fault(id, kind, true))),
    },
    {
      weight: 2,
      arbitrary: fc.constant(
        pointAction('repair', (b) => {
          for (const id of [0, 1, 2]) {
            const present = id === 0 ? b.world.snapshot().faults : b.truth(id).faults;
            for (const kind of present) b.world.fault(id, kind, false);
          }
          for (const runner of b.runners) runner.clearFaults();
        }),
      ),
    },
  );

  /** Whatever the station wishes and the street does, this is looked at after each change of the world. */
  class PointRules {
    closings = 0;
    private readonly badSince = new Map<string, number>();
    private readonly wasClosed = new Map<number, boolean>();

    look(b: PointBench, wishes: Wishes): void {
      const now = b.clock.now();
      const all = b.world.snapshot().connectors;
      const welded = all.filter((c) => c.faults.includes('welded'));
      const closed = all.filter((c) => c.contactorClosed);
      const told = closed.filter((c) => !welded.includes(c));
      if (closed.length > 1 && welded.length === 0) throw new Error('both contactors are closed');
      // A contactor that closed against its command: the other one may take the time of a contactor to open.
      this.within('both closed, one of them welded', closed.length > 1 && told.length > 0, 100, now);
      for (const c of all) {
        const { connectorId: id, mode } = c;
        if (c.contactorClosed && this.wasClosed.get(id) !== true) this.closings += 1;
        this.wasClosed.set(id, c.contactorClosed);
        const live = told.includes(c);
        const deniedAt = wishes.get(id)?.deniedAt ?? (wishes.has(id) ? undefined : 0);
        const allowedMs = mode === 'mode3' ? 6_000 + 100 : 100;
        if (live && deniedAt !== undefined && now - deniedAt > allowedMs) {
          throw new Error(`connector ${id} is live ${now - deniedAt} ms after its permission ended`);
        }
        this.within(`${id}: live without plug`, live && !c.plugged, mode === 'mode3' ? 100 : 400, now);
        this.within(`${id}: live with residual current`, live && c.residualTripped, 100, now);
        this.within(`${id}: live without mains`, live && b.world.snapshot().supply === 'lost', 100, now);
        if (mode === 'mode2') continue;
        this.within(`${id}: live with S2 open`, live && c.plugged && !c.s2Closed, 100, now);
        this.within(`${id}: live with the pilot shorted`, live && c.pilotHighV === 0, 100, now);
        if (live && !c.locked) throw new Error(`connector ${id} is live with its plug unlocked`);
        this.within(`${id}: live in D without ventilation`, live && c.ev?.needsVentilation === true, 100, now);
      }
    }

    private within(what: string, bad: boolean, limitMs: number, now: number): void {
      if (!bad) {
        this.badSince.delete(what);
        return;
      }
      const since = this.badSince.get(what) ?? now;
      this.badSince.set(what, since);
      if (now - since > limitMs) throw new Error(`${what} for ${now - since} ms`);
    }
  }

  const anyHistory = fc.array(fc.tuple(anyPointAction, anyWait), { minLength: 10, maxLength: 80, size: 'max' });

  test.each([
    ['a Type 2 and a domestic outlet', [type2Socket, domesticSocket]],
    ['two Type 2 outlets', [type2Socket, type2Socket]],
  ])('%s: never both closed, and energy flows only while it may', async (_name, sockets) => {
    let closings = 0;
    const runs = 40;
    await fc.assert(
      fc.asyncProperty(anyHistory, async (history) => {
        const rules = new PointRules();
        const wishes: Wishes = new Map();
        let ready: PointBench | undefined;
        const b = new PointBench(sockets, () => ready && rules.look(ready, wishes));
        ready = b;
        await b.advance(3_000);
        for (const [{ run }, ms] of history) {
          run(b, wishes);
          await b.advance(ms);
        }
        b.close();
        closings += rules.closings;
      }),
      { numRuns: tries(runs) },
    );
    expect(closings).toBeGreaterThan(runs);
  });
});
