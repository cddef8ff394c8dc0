/** `greenup mode`, `connection`, `password` and `metrics`: who lets vehicles charge, who is called, who may use pages and metrics. */
import { Argument, Option } from 'commander';
import { type AddCommand, ask, examples, type StationOption, withStation } from './command';

export const addMode: AddCommand = (root, finish) => {
  const mode = root
    .command('mode')
    .description('chooses who lets vehicles charge: a central system, everybody, or the cards of "greenup cards"')
    .addHelpText(
      'before',
      examples([
        ['greenup mode free', 'whoever plugs in charges'],
        ['greenup mode cards --side left', 'on the left, the cards that the station knows; the right stays as it is'],
        ['greenup mode ocpp', 'a central system decides, on both sides'],
      ]),
    )
    .addArgument(new Argument('<mode>', 'who lets vehicles charge').choices(['ocpp', 'free', 'cards']))
    .addOption(new Option('--side <side>', 'only this side (default: both)').choices(['right', 'left']));
  withStation(mode).action((chosen: string, { side, ...station }: StationOption & { side?: string }) =>
    ask(finish, station, 'mode', { mode: chosen, side }),
  );
};

export const addConnection: AddCommand = (root, finish) => {
  const connection = root
    .command('connection')
    .description('switches the OCPP server connection on or off; switched off, the station keeps what it has to tell')
    .addArgument(new Argument('<switch>', 'on or off').choices(['on', 'off']));
  withStation(connection).action((wanted: string, station: StationOption) =>
    ask(finish, station, 'connection', { switch: wanted }),
  );
};

export const addPassword: AddCommand = (root, finish) => {
  const password = root
    .command('password')
    .description('sets the password of the pages in a browser back to that of the first connection, when it is lost')
    .addArgument(new Argument('<action>', 'what to do').choices(['reset']));
  withStation(password).action((action: string, station: StationOption) =>
    ask(finish, station, 'password', { action }),
  );
};

export const addMetrics: AddCommand = (root, finish) => {
  const metrics = root
    .command('metrics')
    .description('makes and prints the token by which Prometheus reads /metrics at the pages; or takes it away')
    .addArgument(new Argument('<action>', 'what to do').choices(['token', 'revoke']));
  withStation(metrics).action((action: string, station: StationOption) => ask(finish, station, 'metrics', { action }));
};
