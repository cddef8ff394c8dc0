/** The routes of the page of network and time. */
import type { NetworkForPages } from '../control/pages/network';
import { shape } from '../hal/shapes';
import { notDone, present } from './refusal';
import { type Access, done, got, posted, type Route } from './routes';

const who: readonly Access[] = ['session'];
const strict = { additionalProperties: false };
/** What is longer is no address, or more name servers than there can be; what is valid the station says. */
const text = shape.String({ maxLength: 200 });
const wish = shape.Object(
  {
    interfaceName: text,
    by: shape.Union([shape.Literal('given'), shape.Literal('fixed')]),
    address: text,
    mask: text,
    router: text,
    nameServers: text,
  },
  strict,
);

export function networkRoutes(network: NetworkForPages): Route[] {
  return [
    got('/api/network', who, 'What the machine says of network and time, and the time of the station.', async () => ({
      json: present(await network.look()),
    })),
    posted({
      path: '/api/network/plan',
      who,
      summary: 'Says what would change at a wired interface, or what is wrong with that; changes nothing.',
      body: wish,
      handle: async ({ body }) => {
        const plan = await network.plan(body);
        if ('refused' in plan) throw notDone(plan.refused);
        return { json: { ok: true, ...plan } };
      },
    }),
    posted({
      path: '/api/network/change',
      who,
      summary:
        'Changes a wired interface, a second after the answer; taken back unless it is confirmed within a minute.',
      body: wish,
      handle: async ({ body, caller }) => {
        const begun = await network.begin(body, caller.address);
        if ('refused' in begun) throw notDone(begun.refused);
        return { json: { ok: true, ...begun } };
      },
    }),
    posted({
      path: '/api/network/confirm',
      who,
      summary: 'Keeps the change of the network that is open, or has it taken back at once.',
      body: shape.Object({ keeps: shape.Boolean() }, strict),
      handle: async ({ body: { keeps }, caller }) => done(await network.confirm(keeps, caller.address)),
    }),
  ];
}
