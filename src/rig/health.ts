/** The station's own word on how it is: what a service manager, a flashing script and a person ask for. */
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { GreenupError } from '../hal/errors';
import type { RunningStation } from '../main';
import { latenessText } from '../safety/lateness';
import type { SafetyHealth } from '../safety/safety-link';
import { statusOf } from '../station/status';

const forAllMode = 0o644;

export interface Health {
  /** ISO time of the machine's clock, for people. */
  at: string;
  pid: number;
  release: string;
  board: string;
  uptimeS: number;
  healthy: boolean;
  /** The program does what a restart of it could bring about: the release is whole, loop and machines run. */
  alive: boolean;
  /** Why it is not healthy. */
  reasons: string[];
  /** What is wrong beside that: parts, connectors, the central system. */
  warnings: string[];
  safety: SafetyHealth & { beatAgeMs: number | null };
  connection: { url: string; status: string; registration: string };
  connectors: { connectorId: number; status: string; errorCode: string }[];
}

/** The safety loop reports once a second; silence for longer means that it stands still, in ms. */
export const beatAgeMaxMs = 3_000;

export interface HealthInput {
  running: RunningStation;
  safety: SafetyHealth;
  /** On the station's clock, in ms. */
  now: number;
  startedAt: number;
  release: string;
  board: string;
  /** Packages of this release that cannot be loaded, a line each. */
  broken: readonly string[];
  /** Newest lines of trouble. */
  troubles: readonly string[];
}

/**
 * Healthy: the release is whole, the safety loop beats in time and every socket machine has reported. What a wire or a network
 * lacks is a warning.
 */
export function healthOf({ running, safety, now, startedAt, release, board, broken, troubles }: HealthInput): Health {
  const { state, config } = running.station;
  const beatAgeMs = safety.beatAt === undefined ? null : Math.round(now - safety.beatAt);
  const reasons: string[] = [...broken];
  if (!safety.ready) reasons.push('the safety thread has not started');
  else if (beatAgeMs === null) reasons.push('the safety loop has not been heard of yet');
  else if (beatAgeMs > beatAgeMaxMs) reasons.push(`the safety loop has been silent for ${beatAgeMs} ms`);
  const connectors = config.connectors.map(({ connectorId }) => {
    if (!state.connectors[connectorId - 1]?.report) reasons.push(`connector ${connectorId} has not reported yet`);
    const { status, errorCode } = statusOf(state, config, connectorId);
    return { connectorId, status, errorCode };
  });
  const alive = reasons.length === 0;
  if (safety.isLate) reasons.push(latenessText({ late: safety.lateSeconds, worstGapMs: safety.worstGapMs }));
  const { registration, connection } = running.chargePoint;
  // A station that was accepted stays so while it is offline.
  const central = connection.status === 'Connected' ? 'not registered at' : 'not connected to';
  const url = running.configuration.text('URL');
  const warnings = [
    ...connectors
      .filter(({ errorCode }) => errorCode !== 'NoError')
      .map(({ connectorId, status, errorCode }) => `connector ${connectorId}: ${status}, ${errorCode}`),
    ...(connection.status === 'Connected' && registration === 'Accepted' ? [] : [`${central} ${url}`]),
    ...troubles,
  ];
  return {
    at: new Date().toISOString(),
    pid: process.pid,
    release,
    board,
    uptimeS: Math.round((now - startedAt) / 1_000),
    healthy: reasons.length === 0,
    alive,
    reasons,
    warnings,
    safety: { ...safety, beatAgeMs },
    connection: { url, status: connection.status, registration },
    connectors,
  };
}

/** The same of the safety loop alone, for whoever may know no more than that; undefined: it is heard. */
export function loopTroubleOf({ ready, beatAt }: SafetyHealth, now: number): string | undefined {
  const isHeard = ready && beatAt !== undefined && now - beatAt <= beatAgeMaxMs;
  return isHeard ? undefined : 'the safety loop is not heard';
}

/**
 * Replaces the file in one step: whoever reads it finds the old word or the new one. It has no secret, and is for every user
 * of the machine: that of a service lies in a directory of its own, which is open.
 */
export function writeHealth(path: string, health: Health): void {
  mkdirSync(dirname(path), { recursive: true });
  const fresh = `${path}.new`;
  writeFileSync(fresh, `${JSON.stringify(health)}\n`);
  chmodSync(fresh, forAllMode);
  renameSync(fresh, path);
}

export function removeHealth(path: string): void {
  rmSync(path, { force: true });
}

/** Throws `command.invalid` when there is no word, or one that cannot be read. */
export function readHealth(path: string): Health {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new GreenupError('command.invalid', `there is no ${path}: no station of a rig is running`, { cause: error });
  }
  try {
    const word: unknown = JSON.parse(text);
    if (typeof word === 'object' && word !== null && Object.hasOwn(word, 'at')) return word as Health;
  } catch {
    // Said below, as of what is JSON and no word.
  }
  throw new GreenupError('command.invalid', `${path} is not what a station writes`);
}
