/** `greenup security`: how the station comes in at the central system, whom it trusts, and what a person changes of it. */
import { Argument, type Command, Option } from 'commander';
import { ExitError, exitCodes } from '../terminal/exit';
import { numberFrom } from './arguments';
import { type AddCommand, ask, examples, type Finish, type StationOption, withStation } from './command';
import { bytesOfFile, lineOfFile, textOfFile } from './given-file';

const profileMax = 3;
/** A command brings 60,000 characters of base64. */
const listBytesMax = 45_000;
const uses = { 'central-system': 'centralSystem', manufacturer: 'manufacturer' } as const;

export const addSecurity: AddCommand = (root, finish) => {
  const security = root
    .command('security')
    .description('tells how the station comes in at the central system and whom it trusts, and changes it');
  security.addHelpText(
    'before',
    examples([
      ['greenup security', 'profile, password, roots, and the connection'],
      ['greenup security password --file key.txt', 'the password, AuthorizationKey; - reads it from standard input'],
      ['greenup security root add authority.pem', 'whom it trusts as central system'],
      ['greenup security root remove 3f0a91c2', 'by the beginning of its fingerprint'],
      [
        'greenup security certificate add --chain station.pem --key station.key',
        'what it proves itself by with profile 3',
      ],
      ['greenup security crl add revoked.pem', 'certificates that are worth nothing any more'],
      ['greenup security profile 2', 'with the password, and only over TLS'],
    ]),
  );
  const status = security.command('status', { isDefault: true }).description('how it stands');
  withStation(status).action((station: StationOption) => ask(finish, station, 'security', { action: 'status' }));
  addPassword(security, finish);
  addRoot(security, finish);
  addCertificate(security, finish);
  addList(security, finish);
  const profile = security
    .command('profile')
    .description(
      'how the station comes in: 0 without a password, 1 with it, 2 with it and over TLS, 3 with its certificate',
    )
    .argument('<n>', 'security profile', numberFrom(0, profileMax));
  withStation(profile).action((wanted: number, station: StationOption) =>
    ask(finish, station, 'security', { action: 'profile', profile: wanted }),
  );
};

function addPassword(security: Command, finish: Finish): void {
  const password = security
    .command('password')
    .description('sets the password of the station at the central system')
    .requiredOption('--file <file>', 'file that holds it in its one line; - for standard input');
  withStation(password).action(({ file, ...station }: StationOption & { file: string }) =>
    ask(finish, station, 'security', { action: 'password', password: lineOfFile(file) }),
  );
}

/** Of what can only be added. */
const addition = (): Argument => new Argument('<action>', 'what to do').choices(['add']);

function addCertificate(security: Command, finish: Finish): void {
  const certificate = security
    .command('certificate')
    .description('installs the certificate by which the station proves itself with security profile 3')
    .addArgument(addition())
    .requiredOption('--chain <file>', 'the certificate in PEM, with those between it and a root; - for standard input')
    .requiredOption('--key <file>', 'its private key in PEM; - for standard input');
  withStation(certificate).action((_add: string, options: StationOption & { chain: string; key: string }) => {
    const { chain, key, ...station } = options;
    const request = { action: 'addCertificate', certificate: textOfFile(chain), privateKey: textOfFile(key) };
    return ask(finish, station, 'security', request);
  });
}

function addList(security: Command, finish: Finish): void {
  const list = security
    .command('crl')
    .description('installs a list of revoked certificates (CRL) of an authority that is trusted')
    .addArgument(addition())
    .argument('<file>', 'in PEM or DER; - for standard input');
  withStation(list).action((_add: string, file: string, station: StationOption) =>
    ask(finish, station, 'security', { action: 'addList', list: listIn(file) }),
  );
}

/** In base64. Throws an `ExitError` for one that no command can bring. */
function listIn(file: string): string {
  const bytes = bytesOfFile(file);
  if (bytes.length <= listBytesMax) return bytes.toString('base64');
  const why = `it has ${bytes.length} bytes, and ${listBytesMax} are the most; DER takes a quarter less than PEM`;
  throw new ExitError(exitCodes.failed, `${file}: ${why}`);
}

type RootAction = 'list' | 'add' | 'remove';

function addRoot(security: Command, finish: Finish): void {
  const root = security
    .command('root')
    .description('lists, adds or removes the authorities that are trusted as central system, or as maker of firmware')
    .addArgument(new Argument('[action]', 'what to do').choices(['list', 'add', 'remove']).default('list', 'list'))
    .argument('[what]', 'file in PEM (- for standard input), or the beginning of a fingerprint')
    .addOption(
      new Option('--for <use>', 'whom it vouches for, for add').choices(Object.keys(uses)).default('central-system'),
    );
  withStation(root).action(
    (action: RootAction, what: string | undefined, options: StationOption & { for: keyof typeof uses }) => {
      const { for: use, ...station } = options;
      return ask(finish, station, 'security', rootRequest(action, what, use));
    },
  );
}

function rootRequest(action: RootAction, what: string | undefined, use: keyof typeof uses): object {
  if (action === 'list') return { action: 'status' };
  if (what === undefined) {
    const missing = action === 'add' ? 'file' : 'fingerprint';
    throw new ExitError(exitCodes.usage, `security root ${action}: which one? Its ${missing} is missing`);
  }
  if (action === 'remove') return { action: 'removeRoot', fingerprint: what };
  return { action: 'addRoot', certificate: textOfFile(what), use: uses[use] };
}
