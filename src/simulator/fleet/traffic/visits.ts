/** The drivers who come to one charging point, one after the other: when, with what, and what they do until they leave. Pure. */
import type { Side } from '../../../hal/board';
import type { BoardConnector } from '../../../hal/connectors';
import type { RandomSource } from '../../../hal/random';
import type { Act, LifeMoment } from './acts';
import { chosen, drawsOf, untilNext, within } from './draws';
import type { CardKind, Traffic, VehicleKind, Visits } from './traffic';

interface Point {
  /** One vehicle at a time, whatever their number. */
  connectors: readonly BoardConnector[];
  side: Side;
  hasReader: boolean;
}

const dayMs = 86_400_000;
const weekMs = 7 * dayMs;
/** The next driver needs the place to be seen empty, in ms. */
const betweenMs = 5_000;
/** From the card at the end to the plug: a person walks around the vehicle, in ms. */
const cardToPlugMs = 10_000;

/** A driver who comes while another is there drives on, and is not seen. */
export function* visitsOf(
  traffic: Traffic,
  point: Point,
  seed: number,
  index: number,
): Generator<LifeMoment, void, undefined> {
  const draw = drawsOf(seed, index, `visits ${point.side}`);
  for (let freeAt = 0, atMs = 0; ; ) {
    atMs = nextArrival(traffic, atMs, draw);
    if (atMs === Number.POSITIVE_INFINITY) return;
    if (atMs < freeAt) continue;
    const visit = visitAt(traffic, point, Math.round(atMs), freeAt, draw);
    yield* visit;
    freeAt = (visit[visit.length - 1]?.atMs ?? 0) + betweenMs;
  }
}

/** By thinning: as often as at the busiest hour, of which as many are taken as this hour has. */
function nextArrival({ visits, beginsMs, pace }: Traffic, afterMs: number, draw: RandomSource): number {
  const most = Math.max(...visits.hours) * Math.max(...visits.days);
  for (let atMs = afterMs; ; ) {
    atMs += untilNext((visits.perDay * most * pace) / dayMs, draw);
    if (atMs === Number.POSITIVE_INFINITY) return atMs;
    if (draw() * most < busyness(visits, beginsMs + atMs * pace)) return atMs;
  }
}

/** Of a time of the week in ms, against the average of 1. */
function busyness({ hours, days }: Visits, timeMs: number): number {
  const inWeek = timeMs % weekMs;
  const day = Math.floor((inWeek / weekMs) * days.length);
  const hour = Math.floor(((inWeek % dayMs) / dayMs) * hours.length);
  return (days[day] ?? 0) * (hours[hour] ?? 0);
}

/** Every visit takes the same draws, whatever they come to: what one driver does changes nothing of the next. */
function visitAt(traffic: Traffic, point: Point, atMs: number, freeAt: number, draw: RandomSource): LifeMoment[] {
  const { drivers, visits, vehicles, cards, pace } = traffic;
  const connectorId = outletOf(point, draw() < visits.domesticShare);
  const ev = vehicleOf(chosen(vehicles, draw), draw());
  const card = cardOf(chosen(cards, draw), draw());
  const cardAt = atMs + within(drivers.cardAfter, draw);
  const how = draw();
  const [isReserved, reservedAhead] = [draw() < drivers.reserved, within(drivers.reservedAhead, draw)];
  const [byCard, overstays] = [draw() < drivers.cardAtEnd, draw() < drivers.overstay];
  const [stay, late] = [within(chosen(visits.stays, draw), draw), within(drivers.overstayBy, draw)];
  const begin = beginning(how, traffic, point);
  const endsAt = cardAt + Math.round((stay + (overstays ? late : 0)) / pace) + betweenMs;
  const at = (time: number, act: Act): LifeMoment => ({ atMs: time, act });
  const { side } = point;
  return [
    ...(isReserved
      ? [
          at(Math.max(freeAt, Math.round(atMs - reservedAhead / pace)), {
            kind: 'reserve',
            connectorId,
            card,
            forMs: reservedAhead + 60_000,
          } as const),
        ]
      : []),
    at(atMs, { kind: 'arrive', connectorId, ev }),
    ...(begin === 'card' ? [at(cardAt, { kind: 'showCard', connectorId, side, card })] : []),
    ...(begin === 'app' ? [at(cardAt, { kind: 'askStart', connectorId, side, card })] : []),
    ...(begin === 'card' && byCard ? [at(endsAt, { kind: 'endByCard', connectorId, side, card })] : []),
    at(endsAt + cardToPlugMs, { kind: 'leave', connectorId }),
  ];
}

function beginning(draw: number, { drivers }: Traffic, { hasReader }: Point): 'nothing' | 'app' | 'card' {
  if (draw < drivers.forgetCard) return 'nothing';
  if (!hasReader || draw < drivers.forgetCard + drivers.byApp) return 'app';
  return 'card';
}

function outletOf({ connectors }: Point, wantsDomestic: boolean): number {
  const wanted = connectors.find(({ socket }) => socket.mode === (wantsDomestic ? 'mode2' : 'mode3'));
  return (wanted ?? connectors[0])?.connectorId ?? 1;
}

function vehicleOf(
  { options, chargeFrom, chargeTo }: VehicleKind,
  draw: number,
): Extract<Act, { kind: 'arrive' }>['ev'] {
  return { ...options, stateOfCharge: Math.round(chargeFrom + draw * (chargeTo - chargeFrom)) };
}

function cardOf({ pattern, count }: CardKind, draw: number): string {
  const number = 1 + Math.floor(draw * count);
  // Of as many cards as there are numbers, the last one has the number 0.
  return pattern.replace(/\{(0+)\}/, (_, zeros: string) =>
    String(number % 10 ** zeros.length).padStart(zeros.length, '0'),
  );
}
