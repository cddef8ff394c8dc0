/** `greenup frames`: the last OCPP frames of a running station, and those that come. */
import type { ObservedFrame } from '../ocpp/frames/observed-frame';
import { paintFor } from '../terminal/colour';
import { exitCodes } from '../terminal/exit';
import { frameLine } from '../terminal/frame-line';
import { clockTime } from '../terminal/wording';
import { numberFrom } from './arguments';
import { type AddCommand, examples, type StationOption, withStation } from './command';
import { StationClient } from './station-client';

interface FramesOptions extends StationOption {
  follow?: boolean;
  json?: boolean;
  message?: string;
  last?: number;
}

interface FramesAnswer {
  log: string;
  lastNumber: number;
  frames: ObservedFrame[];
}

const followIntervalMs = 250;
/** A station that restarts, or whose power is cut, is away for a moment; without power it is waited for. */
const missesMax = 40;
const shownUnlessTold = 50;
const shownMax = 500;

export const addFrames: AddCommand = (root, finish) => {
  const frames = root
    .command('frames')
    .description('shows the last OCPP frames of a running station, without secrets')
    .addHelpText(
      'before',
      examples([
        ['greenup frames', 'time, direction, message, connector, id, and what it says'],
        ['greenup frames --follow --message StatusNotification', 'those that come, until Ctrl-C'],
        ['greenup frames --json --last 500 | jq .payload', 'for programs'],
      ]),
    )
    .option('--follow', 'goes on with those that come, until Ctrl-C')
    .option('--json', 'a JSON object a line')
    .option('--message <name>', 'only requests and answers of this message')
    .option('--last <n>', `how many of the past (default: ${shownUnlessTold})`, numberFrom(1, shownMax));
  withStation(frames).action(async (options: FramesOptions) => finish(await showFrames(options)));
};

async function showFrames(options: FramesOptions): Promise<number> {
  const { message, follow, last = shownUnlessTold } = options;
  const lineOf = options.json ? JSON.stringify : forPeople();
  let known = await askFrames(options, { message, last });
  print(known.frames, lineOf);
  for (let misses = 0; follow; ) {
    await new Promise((resolve) => setTimeout(resolve, followIntervalMs));
    try {
      const next = await askFrames(options, { message, after: known.lastNumber });
      // The process is another one: its numbers began anew.
      const all = next.log === known.log ? next : await askFrames(options, { message });
      print(all.frames, lineOf);
      known = all;
      misses = 0;
    } catch (error) {
      misses = (await isWithoutPower(options)) ? 0 : misses + 1;
      if (misses > missesMax) throw error;
    }
  }
  return exitCodes.ok;
}

function askFrames(options: FramesOptions, request: object): Promise<FramesAnswer> {
  return StationClient.find(options).ask<FramesAnswer>('frames', request);
}

async function isWithoutPower(options: FramesOptions): Promise<boolean> {
  try {
    return (await StationClient.find(options).view()).power === 'off';
  } catch {
    return false;
  }
}

function forPeople(): (frame: ObservedFrame) => string {
  const paint = paintFor(process.stdout);
  return (frame) => `${paint('dim', clockTime(frame.at))}  ${frameLine(frame, paint)}`;
}

function print(frames: readonly ObservedFrame[], lineOf: (frame: ObservedFrame) => string): void {
  for (const frame of frames) process.stdout.write(`${lineOf(frame)}\n`);
}
