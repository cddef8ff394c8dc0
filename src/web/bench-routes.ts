/** The routes of the bench interface: the view of the station, and its commands. */
import type { StationControl } from '../control/control';
import { updateBytesMax } from '../hal/firmware-updates';
import { shape } from '../hal/shapes';
import { choicesFor } from '../hal/suggest';
import { HttpRefusal } from './refusal';
import { got, posted, type Route, streamed } from './routes';

export function benchRoutes(control: StationControl): Route[] {
  return [
    got('/status', ['bench'], 'Everything about the station at this instant.', async () => ({
      json: await control.view(),
    })),
    got('/report', ['bench'], 'What somebody needs who looks for a fault: one zip, without secrets.', () => ({
      download: control.report(),
    })),
    streamed({
      path: '/update-file',
      who: ['bench'],
      summary: 'Takes the file of a new release, for the command "update" with the action "handed".',
      query: shape.Object({}, { additionalProperties: false }),
      streamBytesMax: updateBytesMax,
      handle: async ({ body: { bytes, content } }) => {
        const inbox = await control.updateInbox();
        await inbox.keep(bytes, content);
        return { json: { ok: true, message: `${bytes} bytes` } };
      },
    }),
    got('/commands', ['bench'], 'Every command, and what each parameter may be.', () => ({
      json: { commands: control.commands() },
    })),
    { ...posted(commandRow(control)), accepts: (name) => knownCommand(control, name) },
  ];
}

function commandRow(control: StationControl): Parameters<typeof posted>[0] {
  return {
    path: '/commands/:name',
    who: ['bench'],
    summary: 'Runs a command; its parameters are the members of what is sent.',
    body: shape.Object({}, { additionalProperties: true }),
    handle: async ({ name, body, gone }) => {
      const { message, facts, afterwards } = await control.run(name, body, gone);
      return { json: { ok: true, message, ...facts }, ...(afterwards ? { afterwards } : {}) };
    },
  };
}

function knownCommand(control: StationControl, name: string): void {
  const names = control.commands().map((command) => command.name);
  if (names.includes(name)) return;
  throw new HttpRefusal(404, `there is no command ${JSON.stringify(name)}; ${choicesFor(name, names)}`);
}
