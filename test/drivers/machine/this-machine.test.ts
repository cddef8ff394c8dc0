/** What Linux says of network and time, asked of the machine that this test runs on. */
import { hostname } from 'node:os';
import { LinuxMachine } from '../../../src/drivers/machine/linux-machine';

test('it answers, whatever programs there are', async () => {
  expect(await new LinuxMachine().facts()).toMatchObject({ hostName: hostname(), timeZone: expect.any(String) });
});
