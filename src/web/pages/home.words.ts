/** What the first page says beside the state of the station: energies, other limits, and the last fault. */
import type { Glossary } from './words';

export interface HomeWords {
  otherLimits(list: string): string;
  amps(source: string, amps: string): string;
  todayAndAll(today: string, all: string): string;
  all(all: string): string;
  socketEnergy(today: string, register: string): string;
  register(register: string): string;
  lastFault(from: string, to: string): string;
  unknown: string;
}

export const homeWords: Glossary<HomeWords> = {
  en: {
    otherLimits: (list) => `The other limits: ${list}.`,
    amps: (source, amps) => `${source} ${amps} A`,
    todayAndAll: (today, all) => `Today ${today} kWh, in all ${all} kWh by the meters.`,
    all: (all) => `In all ${all} kWh by the meters.`,
    socketEnergy: (today, register) => `Today ${today} kWh, meter ${register} kWh`,
    register: (register) => `Meter ${register} kWh`,
    lastFault: (from, to) => `Last fault, over: ${from} until ${to}.`,
    unknown: 'a time that nobody knows',
  },
  fr: {
    otherLimits: (list) => `Les autres limites : ${list}.`,
    amps: (source, amps) => `${source} ${amps} A`,
    todayAndAll: (today, all) => `Aujourd’hui ${today} kWh, en tout ${all} kWh selon les compteurs.`,
    all: (all) => `En tout ${all} kWh selon les compteurs.`,
    socketEnergy: (today, register) => `Aujourd’hui ${today} kWh, compteur ${register} kWh`,
    register: (register) => `Compteur ${register} kWh`,
    lastFault: (from, to) => `Dernier défaut, terminé : de ${from} à ${to}.`,
    unknown: 'une heure inconnue',
  },
};
