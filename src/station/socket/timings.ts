/** Thresholds and times of the socket machines, each with its source and what is still to be checked against the standard. */

/**
 * "IEC" is IEC 61851-1:2017 with the sequence of its Table A.6 as public firmware quotes it; rows marked (check) are
 * from such secondary sources or from memory and need a bought copy before any claim of conformity.
 */
export const timings = {
  /** Pilot to A, B or E from a state with closed contactor: two samples of 10 ms; IEC 2.2, 8.1: open within 100 ms. */
  pilotFastDebounceMs: 20,
  /** Pilot A→B and B→C: a plug that is being pushed in bounces; IEC 4 allows 3 s. */
  pilotSlowDebounceMs: 300,
  /**
   * An invalid pilot voltage is bridged this long before the contactor opens (IEC 12 allows 3 s for E); so long counts, all
   * in all, in which a vehicle that asks for energy does not show it, while the time in which it does forgives an eighth.
   */
  pilotInvalidMs: 100,
  /** Negative half below −10 V must be seen this soon with a vehicle on an oscillating pilot (check: diode test). */
  diodeWaitMs: 200,
  /** Proximity contact: plug pushed in or drawn. */
  proximityDebounceMs: 200,
  /** A proximity contact that wavers: so long, all in all, it may not show the cable; more than the bounce of a plug on its way. */
  proximityWavesMs: 400,
  /** Lock driver: motor 300 to 600 ms and several tries. */
  lockTimeoutMs: 8_000,
  /** A bolt that was seen in its place may be seen elsewhere so long: its switch flickers, or a bus loses a reading. */
  boltGraceMs: 500,
  /** Residual current monitor self test (IEC 62955; test modules take up to 3 s). */
  residualTestTimeoutMs: 4_000,
  /**
   * Parts that have not reported so long after the start are missing. On a Raspberry Pi all have within a second; a bus that is
   * asked again and again, or a machine that does other things, takes some more.
   */
  firstReportsMs: 10_000,
  /** Contactor feedback after a command: release 15 to 50 ms, pull-in up to 100 ms. */
  contactorFeedbackMs: 500,
  /**
   * Contacts that open by themselves are given this long to bounce before the command to close is withdrawn: three samples of
   * 10 ms. A coil pump that has let go in a stall may supply the coil again after 300 ms (the rest of the safety loop's pulse).
   */
  contactorFallMs: 30,
  /** Contacts that fell open count against the contactor for this long. */
  contactorFallsPeriodMs: 600_000,
  /** A stand of the safety loop under a closed contactor counts for this long. */
  loopStandsPeriodMs: 600_000,
  /**
   * Mode 3: `quickClosingsMax` closings in the period come without delay; after them each waits for the rest, as in Mode 2. That
   * is a tenth of the 600 cycles an hour that a contactor may make under load (data sheet of ABB AS09 to AS16, AC-1), since it
   * lasts for some 100,000 of them. A public firmware waits 5 s after C and 30 s after an error (Tinkerforge, evse.c).
   */
  reclosingPeriodMs: 600_000,
  reclosingRestMs: 60_000,
  /** Contactor of the twin socket must have been open this long: break, wait, check, make. */
  twinOpenMs: 500,
  /** x1 must last this long before PWM starts again (t_step_X1, check). */
  steadyHoldMs: 3_000,
  /** EV has this long to open S2 after PWM stops; then the contactor opens under load (IEC 10.2). */
  askFirstMs: 6_000,
  /** State F after a fault under load (check: Table A.5). */
  stateFMs: 300,
  /** At most one raise of the offer in this time; reductions pass at once (EV follows within 5 s, IEC 6). */
  offerRaiseMs: 5_000,
  /** EV may still draw the former offer this long after a reduction: 5 s and one meter reading. */
  offerFollowMs: 6_000,
  /** Current above 110 % + 0.5 A of the offer this long is an over-current. */
  overCurrentMs: 10_000,
  /** Current above 150 % of the offer this long opens the contactor at once. */
  overCurrentFastMs: 2_000,
  /** At most one raise of the limit by temperature in this time: copper and plastic take minutes to warm up or cool down. */
  thermalRaiseMs: 60_000,
  /** Mode 2: rest between two closings, so that contactors do not chatter. */
  mode2RestMs: 60_000,
  /** Mode 2: a plug must stay in or out this long. */
  plugDebounceMs: 300,
  /** Mode 2: so long, all in all, a plug that is there may not be seen; more than a plug that is pushed in bounces. */
  plugWavesMs: 1_500,
  /** Mains that were too low or too high must be right for so long: what dips once does so again. */
  voltageGoodMs: 15_000,
  /** Between readings further apart than this nobody knows what flowed. */
  meterGapMs: 30_000,
  /** Voltages must contradict the contacts for so long: a meter that is supplied from behind them takes seconds to start. */
  voltageMismatchMs: 60_000,
  /**
   * Meter readings while energy can flow, while somebody is served or something is odd, and at rest. A meter that is lost at
   * rest is told after the rest, three tries a second apart, and the time-outs of its bus: within five and a half minutes; and
   * as soon as somebody plugs in, shows a card or asks.
   */
  meterBusyMs: 1_000,
  meterIdleMs: 5_000,
  meterRestMs: 300_000,
  /** A meter may show the last of a charge so long after the contacts have opened: registers are renewed each second or two. */
  meterSettleMs: 10_000,
  /** A vehicle that has not asked for energy so long after an offer may be asleep (EVerest and evcc: 30 s). */
  wakeFirstMs: 30_000,
  /** One that was not woken, or is full, is left alone this long. */
  wakeAgainMs: 3_600_000,
  /** State F that wakes a vehicle (t_step_EF of IEC 61851-1, A.5.3 (check); EVerest: 4 s). */
  wakePulseMs: 4_000,
} as const;

/** A pilot near a bound keeps its state for this much either way, in V; plateaus themselves lie 1.5 V from their bounds. */
export const pilotHysteresisV = 0.3;
/** No plateau of a pilot lies further from 0 than this, in V. */
export const pilotPlausibleMaxV = 13.5;
/** No upper plateau lies below this unless −12 V is driven, in V. */
export const upperPlateauMinV = -1.5;

export const thresholds = {
  /** The lowest current a domestic charging cord is set to (facts on 2P+E cords: 8, 10 or 14 A), in A. */
  lowestCordA: 8,
  /** Below this the vehicle counts as not drawing, in A. */
  idleCurrentA: 1,
  /** Mode 2: above this the vehicle counts as charging, in A. */
  drawingCurrentA: 0.5,
  /** So many closings in `reclosingPeriodMs` come without delay: a start, and what a vehicle tries before it settles. */
  quickClosingsMax: 3,
  /**
   * So many closings in `reclosingPeriodMs` come without delay where the plug was drawn in between: on average as many as come
   * with the rest. No vehicles follow upon each other faster, but a contact that shows a plug come and go does.
   */
  quickClosingsOfAllMax: 10,
  /** In one closing contacts come back by themselves so often, then the command is withdrawn. */
  contactorReturnsMax: 3,
  /** Contacts that fell open so often in `contactorFallsPeriodMs` stay open until a person has looked. */
  contactorFallsMax: 3,
  /** A machine that stood still so often in `loopStandsPeriodMs` under a closed contactor supplies nothing until a person has looked. */
  loopStandsMax: 2,
  meterFailuresMax: 3,
  /** Attempts to wake a vehicle after a pause: some vehicles give up for good after five interruptions (evcc 8143). */
  wakeAttemptsMax: 3,
  voltageReadingsMax: 3,
  /** The register is judged each time that the currents have made so much, in Wh: twice the coarsest step of a register. */
  meterJudgedWh: 2_000,
  /** Of that it must have counted this share: mains at 85 %, a power factor of 0.6, and a step that is still to come. */
  meterCountsMin: 0.4,
  /** Below this a current may be reactive, as that of a charger at rest, in A. */
  meterJudgedFromA: 3,
  underVoltage: 0.85,
  /** Below this share of the nominal voltage a phase has none; what long wires pick up counts as none. */
  noVoltage: 0.5,
  overVoltage: 1.1,
  /** Temperatures in °C: derate from, to 6 A at, stop at, resume at. */
  derateFromC: 65,
  derateToC: 72,
  /** An outlet must be cooler by so much until its limit is raised, in °C. */
  derateHysteresisC: 3,
  stopAtC: 75,
  resumeAtC: 60,
} as const;
