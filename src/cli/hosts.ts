/** `greenup hosts`: the machines to which files went by SFTP, and by which keys they are known. */
import { Argument } from 'commander';
import { type AddCommand, ask, examples, type StationOption, withStation } from './command';

export const addHosts: AddCommand = (root, finish) => {
  const hosts = root
    .command('hosts')
    .description('lists, adds or forgets the machines to and from which files go by SFTP, with their keys')
    .addHelpText(
      'before',
      examples([
        ['greenup hosts', 'all that are known'],
        [
          'greenup hosts know files.example.org:22 "ssh-ed25519 SHA256:Qd…"',
          'its key is known before the first file goes, from whoever runs it',
        ],
        ['greenup hosts forget files.example.org:22', 'it got another key, and is meant to have it'],
      ]),
    )
    .addArgument(new Argument('[action]', 'what to do').choices(['list', 'know', 'forget']).default('list', 'list'))
    .argument('[host]', 'name and port, as listed')
    .argument('[key]', 'its type and digest in one, as ssh-keygen -l tells them');
  withStation(hosts).action(
    (action: string, host: string | undefined, key: string | undefined, station: StationOption) =>
      ask(finish, station, 'hosts', { action, host, key }),
  );
};
