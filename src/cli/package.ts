/** `greenup package`: makes, signs and checks the packages that stations update themselves with, and the keys for it. */
import { InvalidArgumentError, Option } from 'commander';
import { type AddCommand, examples, type Finish } from './command';
import type { CheckOptions, MakeOptions } from './package-files';

export const addPackage: AddCommand = (root, finish) => {
  const command = root.command('package').description('makes, signs and checks packages for updates');
  command.addHelpText(
    'before',
    examples([
      ['greenup package keygen update-key', 'a private key to sign with, and the public one for stations'],
      ['greenup package sign out/greenup_1.2.0_arm64.zip --key update-key.private.pem', 'what make package has made'],
      ['greenup package check greenup_1.2.0_arm64.zip --key update-key.public.pem', 'all that can be found wrong'],
    ]),
  );
  command
    .command('keygen')
    .description('makes a pair of keys; files that are there stay as they are')
    .argument('<name>', 'writes NAME.private.pem, for its owner alone, and NAME.public.pem')
    .action((name: string) => {
      const { makeKeys } = require('./package-files') as typeof import('./package-files');
      finish(makeKeys(name));
    });
  addMake(command, finish);
  command
    .command('fingerprint')
    .description('prints by what a public key is known: its SHA-256')
    .argument('<file>', 'public key')
    .action((file: string) => {
      const { tellFingerprint } = require('./package-files') as typeof import('./package-files');
      finish(tellFingerprint(file));
    });
  command
    .command('sign')
    .description('signs a package, in place of a signature that it has')
    .argument('<file>', 'the package')
    .requiredOption('--key <file>', 'private key')
    .action(async (file: string, { key }: { key: string }) => {
      const { signFile } = require('./package-files') as typeof import('./package-files');
      finish(await signFile(file, key));
    });
  command
    .command('check')
    .description('says what a package is, and all that is wrong with it; exit code 1 if anything is')
    .argument('<file>', 'the package')
    .option('--key <file...>', 'public keys that may have signed it (default: those of this rig)')
    .option('--board <file>', 'board file of a station that it shall fit')
    .action(async (file: string, options: CheckOptions) => {
      const { checkFile } = require('./package-files') as typeof import('./package-files');
      finish(await checkFile(file, options));
    });
};

function addMake(command: Parameters<AddCommand>[0], finish: Finish): void {
  command
    .command('make')
    .description(
      'makes a package of the release in a folder, not yet signed; make package does so beside the Debian package',
    )
    .argument('<folder>', 'the release, as it lies in a slot')
    .option('--out <file>', 'the package (default: greenup_VERSION_ARCHITECTURE.zip)')
    .option('--expires <day>', 'last day of UTC on which it may be installed (default: in two years)', dayFrom)
    .option('--follows <version>', 'lowest version that it may be installed over', '0.0.0')
    .option('--models <names>', 'models that it is for, between commas: `model` of board files', 'any')
    .addOption(new Option('--json', 'what was made, as JSON').default(false))
    .action(async (folder: string, options: MakeOptions) => {
      const { makeFile } = require('./package-files') as typeof import('./package-files');
      finish(await makeFile(folder, options));
    });
}

function dayFrom(text: string): string {
  const { endOfDayMs } = require('../release/package/manifest') as typeof import('../release/package/manifest');
  if (/^\d{4}-\d\d-\d\d$/.test(text) && Number.isFinite(endOfDayMs(text))) return text;
  throw new InvalidArgumentError('Must be a day, YYYY-MM-DD.');
}
